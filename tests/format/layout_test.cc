// Whether the bytes of a segment are where FORMAT.md says, whatever the structs are called.
#include "fmmq/format/layout.h"

#include <cstring>

#include "fmmq/format/crc32c.h"
#include "fmmq/format/geometry.h"
#include "gtest/gtest.h"

namespace fmmq::format {
namespace {

class HeaderBytes {
 public:
  explicit HeaderBytes(const Header& header) { std::memcpy(bytes_, &header, sizeof(bytes_)); }

  uint64_t Little(size_t at, size_t size) const {
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;) value = value << 8 | bytes_[at + i];
    return value;
  }
  uint32_t Word(size_t at) const { return static_cast<uint32_t>(Little(at, 4)); }
  const unsigned char* data() const { return bytes_; }

 private:
  unsigned char bytes_[512];
};

Header ExampleHeader() {
  Options options;
  options.capacity = 8192;
  options.block_size = 64;
  options.seats = 5;
  options.groups = 6;
  options.string_size = 77;
  options.policy = Policy::kCompat;
  options.single_producer = true;
  Geometry geometry;
  EXPECT_TRUE(ComputeGeometry(options, 4096, &geometry));
  Header header;
  FillHeader(options, geometry, 4096, &header);
  return header;
}

TEST(HeaderLayoutTest, EveryFieldAtItsOffset) {
  const HeaderBytes bytes(ExampleHeader());
  EXPECT_EQ(std::memcmp(bytes.data(), "fmmq\r\n\x1a\n", 8), 0);
  EXPECT_EQ(bytes.Word(8), 1u);            // version
  EXPECT_EQ(bytes.Word(12), 0x01020304u);  // byte order
  EXPECT_EQ(bytes.Word(16), 4096u);        // page size
  EXPECT_EQ(bytes.Word(20), 2u);           // policy
  EXPECT_EQ(bytes.Word(24), 3u);           // flags: single producer, default group
  EXPECT_EQ(bytes.Word(28), 64u);          // block size
  EXPECT_EQ(bytes.Little(32, 8), 8192u);   // data
  EXPECT_EQ(bytes.Little(40, 8), 16384u);  // segment
  EXPECT_EQ(bytes.Word(48), 5u);           // seats
  EXPECT_EQ(bytes.Word(52), 6u);           // groups
  EXPECT_EQ(bytes.Word(56), 77u);          // string
}

TEST(HeaderLayoutTest, IdTimeAndUuidAtTheirOffsets) {
  Header header = ExampleHeader();
  header.id_bytes = 2;
  header.created_ns = 0x1122334455667788u;
  std::memset(header.uuid, 0xab, sizeof(header.uuid));
  std::memcpy(header.id, "id", 2);
  SealHeader(&header);
  const HeaderBytes bytes(header);
  EXPECT_EQ(bytes.Word(60), 2u);
  EXPECT_EQ(bytes.Little(64, 8), 0x1122334455667788u);
  EXPECT_EQ(bytes.Little(72, 8), 0xababababababababu);
  EXPECT_EQ(bytes.Little(80, 8), 0xababababababababu);
  EXPECT_EQ(std::memcmp(bytes.data() + 88, "id\0", 3), 0);
  EXPECT_EQ(bytes.Word(508), Crc32c(bytes.data(), 508));
}

TEST(HeaderLayoutTest, ChecksumCoversEveryOtherByte) {
  Header header = ExampleHeader();
  const uint32_t crc = header.crc32c;
  auto* const bytes = reinterpret_cast<unsigned char*>(&header);
  for (size_t i = 0; i < 508; ++i) {
    bytes[i] ^= 1;
    SealHeader(&header);
    EXPECT_NE(header.crc32c, crc) << i;
    bytes[i] ^= 1;
  }
  SealHeader(&header);
  EXPECT_EQ(header.crc32c, crc);
}

// Two words that different processes write never share a cache line, nor the next one.
TEST(SharedLayoutTest, LinesStandApart) {
  using Lines = Control<SharedWord>;
  constexpr size_t kOffsets[] = {offsetof(Lines, head),      offsetof(Lines, holder_epoch),
                                 offsetof(Lines, data_wait), offsetof(Lines, space_wait),
                                 offsetof(Lines, flags),     offsetof(Lines, wanted),
                                 offsetof(Lines, occupied)};
  for (size_t i = 0; i < std::size(kOffsets); ++i) EXPECT_EQ(kOffsets[i], i * 128);
  EXPECT_EQ(kControlOffset % 128, 0u);
  EXPECT_EQ(kSeatsOffset % 128, 0u);
}

TEST(SharedLayoutTest, OccupiedHasABitForEverySeat) {
  EXPECT_EQ(sizeof(Control<SharedWord>::occupied) * 8, kMaxSeats);
}

TEST(LockTest, BytesLieFarPastAnyFileAndApart) {
  EXPECT_GT(kLockBase, uint64_t{1} << 50);
  EXPECT_GT(SeatLock(0), kProducerLock);
  EXPECT_GT(GroupLock(0), SeatShare(kMaxSeats - 1));
  EXPECT_LT(GroupLock(kMaxGroups - 1), uint64_t{1} << 63);  // a file offset is signed
}

}  // namespace
}  // namespace fmmq::format
