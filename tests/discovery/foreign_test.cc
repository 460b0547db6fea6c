// Files that have a segment's name and are none.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "fmmq/fmmq.h"
#include "fmmq/format/layout.h"
#include "gtest/gtest.h"
#include "tests/discovery/holder.h"
#include "tests/support/names.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::FindAll;
using test::Holder;
using test::Memfd;
using test::Ok;
using test::SegmentBytes;

constexpr char kId[] = "foreign";

// Somebody has only this file.
void ExpectIgnored(int fd) {
  const std::string program = test::UniqueName();
  const Holder holder({program}, {fd});
  MatchInfo match;
  EXPECT_EQ(Queue::FindAnonymous(program, kId, &match, 1).code(), Code::kNotFound);
  EXPECT_EQ(Queue::Connect(program, kId).code(), Code::kNotFound);
  EXPECT_EQ(Queue::ConnectPid(holder.pid(), kId).code(), Code::kNotFound);
  close(fd);
}

int Sealed(const std::string& content) {
  const int fd = Memfd(kId, content);
  test::Seal(fd);
  return fd;
}

TEST(ForeignTest, WhatTheseTestsSpoilIsGood) {
  const std::string program = test::UniqueName();
  const int fd = Sealed(SegmentBytes(kId));
  const Holder holder({program}, {fd});
  EXPECT_EQ(FindAll(program, kId).size(), 1u);
  EXPECT_TRUE(Ok(Queue::Connect(program, kId)));
  close(fd);
}

TEST(ForeignTest, Garbage) {
  ExpectIgnored(Sealed(""));
  ExpectIgnored(Sealed("x"));
  ExpectIgnored(Sealed(std::string(100'000, '\0')));
  ExpectIgnored(Sealed(std::string(100'000, '\xff')));
}

TEST(ForeignTest, Truncated) {
  const std::string bytes = SegmentBytes(kId);
  for (const size_t size : {size_t{1}, size_t{511}, size_t{512}, bytes.size() - 1}) {
    ExpectIgnored(Sealed(bytes.substr(0, size)));
  }
  ExpectIgnored(Sealed(bytes + '\0'));
}

TEST(ForeignTest, NotSealed) {
  ExpectIgnored(Memfd(kId, SegmentBytes(kId)));
  for (const int seals : {F_SEAL_SHRINK, F_SEAL_SHRINK | F_SEAL_GROW, F_SEAL_SEAL}) {
    const int fd = Memfd(kId, SegmentBytes(kId));
    ASSERT_EQ(fcntl(fd, F_ADD_SEALS, seals), 0);
    ExpectIgnored(fd);
  }
}

TEST(ForeignTest, WrongHeaders) {
  using Header = format::Header;
  ExpectIgnored(Sealed(SegmentBytes(kId, [](Header* h) { h->magic[0] = 'F'; })));
  ExpectIgnored(Sealed(SegmentBytes(kId, [](Header* h) { ++h->version; })));
  ExpectIgnored(Sealed(SegmentBytes(kId, [](Header* h) { h->flags &= ~format::kAnonymous; })));
  ExpectIgnored(Sealed(SegmentBytes(kId, [](Header* h) { h->flags |= 1u << 31; })));
  ExpectIgnored(Sealed(SegmentBytes(kId, [](Header* h) { h->seats = 1024; })));
  ExpectIgnored(Sealed(SegmentBytes(kId, [](Header* h) { h->id_bytes = 0; })));
  ExpectIgnored(Sealed(SegmentBytes(kId, [](Header* h) { h->id_bytes = 0xffffffff; })));
  ExpectIgnored(Sealed(SegmentBytes(kId, [](Header* h) { h->id[h->id_bytes] = 'x'; })));
  std::string bytes = SegmentBytes(kId);
  bytes[80] ^= 1;
  ExpectIgnored(Sealed(bytes));
}

// The name says one thing, the header another: that is the id.
TEST(ForeignTest, TheHeaderDecides) {
  const std::string program = test::UniqueName();
  const int fd = Memfd("what the name says", SegmentBytes("id"));
  test::Seal(fd);
  const Holder holder({program}, {fd});
  EXPECT_TRUE(FindAll(program, "what the name says").empty());
  EXPECT_EQ(FindAll(program, "id").size(), 1u);
  close(fd);
}

TEST(ForeignTest, OtherNames) {
  const std::string bytes = SegmentBytes(kId);
  for (const char* name : {"foreign", "fmmq", "fmmqforeign", "FMMQ.foreign", " fmmq.foreign", ""}) {
    const int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    ASSERT_EQ(write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    test::Seal(fd);
    ExpectIgnored(fd);
  }
}

TEST(ForeignTest, WhatIsNoFile) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  ExpectIgnored(ends[0]);
  ExpectIgnored(ends[1]);
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  ExpectIgnored(ends[0]);
  ExpectIgnored(ends[1]);
  ExpectIgnored(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

TEST(ForeignTest, TheGoodOneAmongMany) {
  const std::string program = test::UniqueName();
  const std::string bytes = SegmentBytes(kId);
  const Queue queue = test::SmallAnonymous(kId);
  const std::vector<int> files = {Sealed(""), Memfd(kId, bytes), queue.fd(),
                                  Sealed(bytes.substr(0, 600)), Sealed(std::string(9999, 'x'))};
  const Holder holder({program}, files);
  const std::vector<MatchInfo> matches = FindAll(program, kId);
  ASSERT_EQ(matches.size(), 1u);
  EXPECT_TRUE(test::IsSegment(matches[0], queue));
  for (const int fd : files) {
    if (fd != queue.fd()) close(fd);
  }
}

}  // namespace
}  // namespace fmmq
