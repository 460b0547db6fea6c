// Files that have a queue's name and are none that this library can use.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <string>

#include "fmmq/fmmq.h"
#include "fmmq/format/layout.h"
#include "gtest/gtest.h"
#include "tests/support/names.h"
#include "tests/support/process_state.h"
#include "tests/support/raw_segment.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using format::Header;
using test::ScopedName;
using test::SmallHeader;

// Every way to attach to it. (The errno of an open that fails is checked elsewhere.)
void ExpectRefused(const std::string& name, Code code) {
  for (const Access access : {Access::kBest, Access::kReadOnly, Access::kReadWrite}) {
    SCOPED_TRACE(static_cast<int>(access));
    test::ExpectCleanFailure(code, 0, [&] { return Queue::Open(name, access).code(); });
  }
  test::ExpectCleanFailure(code, 0, [&] { return Queue::OpenOrCreate(name).code(); });
}

// A segment that is good but for what `change` does; its checksum fits, and its size.
void ExpectChangedRefused(Code code, const std::function<void(Header*)>& change) {
  const ScopedName name;
  Header header = SmallHeader();
  const uint64_t file_bytes = header.segment_bytes;
  change(&header);
  format::SealHeader(&header);
  test::WriteSegmentFile(name, header, file_bytes);
  ExpectRefused(name, code);
}

TEST(BadFileTest, AGoodOneToCompareWith) {
  const ScopedName name;
  const Header header = SmallHeader();
  test::WriteSegmentFile(name, header, header.segment_bytes);
  EXPECT_TRUE(test::Ok(Queue::Open(name.get())));
}

TEST(BadFileTest, Magic) {
  ExpectChangedRefused(Code::kNotASegment, [](Header* h) { h->magic[7] = 0; });
}

TEST(BadFileTest, Version) {
  ExpectChangedRefused(Code::kVersionMismatch, [](Header* h) { h->version = 2; });
}

TEST(BadFileTest, ByteOrder) {
  ExpectChangedRefused(Code::kVersionMismatch, [](Header* h) { h->endian_mark = 0x04030201; });
}

TEST(BadFileTest, Geometry) {
  ExpectChangedRefused(Code::kBadGeometry, [](Header* h) { h->seats = 0; });
  ExpectChangedRefused(Code::kBadGeometry, [](Header* h) { h->data_bytes = 1 << 30; });
}

TEST(BadFileTest, Checksum) {
  const ScopedName name;
  Header header = SmallHeader();
  header.crc32c ^= 0x80000000;
  test::WriteSegmentFile(name, header, header.segment_bytes);
  ExpectRefused(name, Code::kBadChecksum);
}

TEST(BadFileTest, Size) {
  const Header header = SmallHeader();
  for (const uint64_t bytes : {uint64_t{512}, uint64_t{4096}, header.segment_bytes - 1,
                               header.segment_bytes + 1, header.segment_bytes + 4096}) {
    SCOPED_TRACE(bytes);
    const ScopedName name;
    test::WriteSegmentFile(name, header, bytes);
    ExpectRefused(name, Code::kSizeMismatch);
  }
}

// Too short for a header.
TEST(BadFileTest, TruncatedWithinTheHeader) {
  const Header header = SmallHeader();
  for (const size_t bytes : {size_t{0}, size_t{1}, size_t{8}, size_t{511}}) {
    SCOPED_TRACE(bytes);
    const ScopedName name;
    test::WriteSegmentFile(name, &header, bytes);
    ExpectRefused(name, Code::kNotASegment);
  }
}

TEST(BadFileTest, SomeOtherFile) {
  const ScopedName name;
  const std::string text(100000, 'x');
  test::WriteSegmentFile(name, text.data(), text.size());
  ExpectRefused(name, Code::kNotASegment);
}

TEST(BadFileTest, ADirectory) {
  const ScopedName name;
  ASSERT_EQ(mkdir(name.path().c_str(), 0700), 0);
  ExpectRefused(name, Code::kNotASegment);
}

// Nobody writes to it, nobody reads from it: an open that waited would hang.
TEST(BadFileTest, AFifo) {
  const ScopedName name;
  ASSERT_EQ(mkfifo(name.path().c_str(), 0600), 0);
  ExpectRefused(name, Code::kNotASegment);
}

TEST(BadFileTest, ASocket) {
  const ScopedName name;
  const int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  ASSERT_LT(name.path().size(), sizeof(address.sun_path));
  std::strcpy(address.sun_path, name.path().c_str());
  ASSERT_EQ(bind(file, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ExpectRefused(name, Code::kNotASegment);
  close(file);
}

// Whoever can write to /dev/shm could lead others to any file.
TEST(BadFileTest, ASymbolicLink) {
  const ScopedName target;
  const ScopedName name;
  ASSERT_TRUE(test::Ok(Queue::Create(target.get())));
  ASSERT_EQ(symlink(target.path().c_str(), name.path().c_str()), 0);
  ExpectRefused(name, Code::kNotASegment);
}

TEST(BadFileTest, ListNamesThemAllTheSame) {
  const ScopedName fifo;
  ASSERT_EQ(mkfifo(fifo.path().c_str(), 0600), 0);
  bool found = false;
  EXPECT_TRUE(test::Ok(Queue::List([&](std::string_view name) {
    found = found || name == fifo.get();
    return true;
  })));
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace fmmq
