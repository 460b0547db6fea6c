// CheckHeader: every field at its limits and one beyond, each with its own status.
#include <cstring>
#include <functional>
#include <string>

#include "fmmq/format/geometry.h"
#include "fmmq/format/layout.h"
#include "gtest/gtest.h"
#include "tests/support/raw_segment.h"
#include "tests/support/statuses.h"

namespace fmmq::format {
namespace {

using test::SmallHeader;

Code Check(const Header& header, uint64_t file_bytes) {
  Geometry geometry;
  return CheckHeader(header, file_bytes, &geometry).code();
}

// With its checksum made right again, and the file as long as the header says.
Code CheckSealed(Header header) {
  SealHeader(&header);
  return Check(header, header.segment_bytes);
}

Code CheckChanged(const std::function<void(Header*)>& change) {
  Header header = SmallHeader();
  change(&header);
  return CheckSealed(header);
}

struct Numbers {
  uint64_t data_bytes = 4096;
  uint32_t block_size = 32;
  uint32_t seats = 4;
  uint32_t groups = 2;
  uint32_t string_bytes = 0;
  uint32_t page_size = 4096;
};

// A header with these numbers, and the segment size that belongs to them if there is one.
Code CheckNumbers(const Numbers& n) {
  Header header = SmallHeader();
  header.data_bytes = n.data_bytes;
  header.block_size = n.block_size;
  header.seats = n.seats;
  header.groups = n.groups;
  header.string_bytes = n.string_bytes;
  header.page_size = n.page_size;
  Geometry geometry;
  if (ComputeGeometry(n.data_bytes, n.block_size, n.seats, n.groups, n.string_bytes, n.page_size,
                      &geometry)) {
    header.segment_bytes = geometry.segment_bytes;
  }
  return CheckSealed(header);
}

Numbers With(uint32_t Numbers::*field, uint32_t value) {
  Numbers numbers;
  numbers.*field = value;
  return numbers;
}

TEST(CheckHeaderTest, AcceptsWhatFillHeaderMakes) {
  const Header header = SmallHeader();
  Geometry geometry;
  EXPECT_TRUE(test::Ok(CheckHeader(header, header.segment_bytes, &geometry)));
  EXPECT_EQ(geometry.data_bytes, 4096u);
  EXPECT_EQ(geometry.segment_bytes, header.segment_bytes);
}

TEST(CheckHeaderTest, EveryByteOfTheMagic) {
  for (size_t i = 0; i < sizeof(Header::magic); ++i) {
    EXPECT_EQ(CheckChanged([i](Header* h) { h->magic[i] ^= 1; }), Code::kNotASegment) << i;
  }
}

TEST(CheckHeaderTest, OtherVersions) {
  for (const uint32_t version : {0u, 2u, 0x01000000u, 0xffffffffu}) {
    const Code code = CheckChanged([version](Header* h) { h->version = version; });
    EXPECT_EQ(code, Code::kVersionMismatch) << version;
  }
}

TEST(CheckHeaderTest, TheOtherByteOrder) {
  EXPECT_EQ(CheckChanged([](Header* h) { h->endian_mark = 0x04030201; }), Code::kVersionMismatch);
  EXPECT_EQ(CheckChanged([](Header* h) { h->endian_mark = 0; }), Code::kVersionMismatch);
}

// Which complaint comes first tells a user what to do: another version's checksum may lie
// elsewhere.
TEST(CheckHeaderTest, MagicThenVersionThenChecksum) {
  Header header = SmallHeader();
  header.crc32c ^= 1;
  EXPECT_EQ(Check(header, 0), Code::kBadChecksum);
  header.version = 2;
  EXPECT_EQ(Check(header, 0), Code::kVersionMismatch);
  header.magic[0] = 'F';
  EXPECT_EQ(Check(header, 0), Code::kNotASegment);
}

TEST(CheckHeaderTest, EveryChangedBitBreaksTheChecksum) {
  const Header good = SmallHeader();
  for (size_t at = offsetof(Header, page_size); at < sizeof(Header); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Header header = good;
      reinterpret_cast<unsigned char*>(&header)[at] ^= static_cast<unsigned char>(1 << bit);
      ASSERT_EQ(Check(header, good.segment_bytes), Code::kBadChecksum) << at << ", bit " << bit;
    }
  }
}

TEST(CheckHeaderTest, Policies) {
  for (const uint32_t policy : {0u, 1u, 2u}) {
    EXPECT_EQ(CheckChanged([policy](Header* h) { h->policy = policy; }), Code::kOk);
  }
  for (const uint32_t policy : {3u, 0xffffffffu}) {
    EXPECT_EQ(CheckChanged([policy](Header* h) { h->policy = policy; }), Code::kBadGeometry);
  }
}

TEST(CheckHeaderTest, Flags) {
  for (uint32_t flags = 0; flags < 8; ++flags) {
    EXPECT_EQ(CheckChanged([flags](Header* h) { h->flags = flags; }), Code::kOk) << flags;
  }
  for (int bit = 3; bit < 32; ++bit) {
    const Code code = CheckChanged([bit](Header* h) { h->flags |= 1u << bit; });
    EXPECT_EQ(code, Code::kBadGeometry) << bit;
  }
}

TEST(CheckHeaderTest, PageSizes) {
  Numbers largest;
  largest.page_size = largest.data_bytes = 65536;
  EXPECT_EQ(CheckNumbers(largest), Code::kOk);
  for (const uint32_t size : {0u, 1u, 2048u, 4095u, 4097u, 8192u, 131072u, 0x80000000u}) {
    EXPECT_EQ(CheckNumbers(With(&Numbers::page_size, size)), Code::kBadGeometry) << size;
  }
}

TEST(CheckHeaderTest, BlockSizes) {
  EXPECT_EQ(CheckNumbers(With(&Numbers::block_size, 16)), Code::kOk);
  EXPECT_EQ(CheckNumbers(With(&Numbers::block_size, 1024)), Code::kOk);
  Numbers largest = With(&Numbers::block_size, 4096);
  largest.data_bytes = 16384;
  EXPECT_EQ(CheckNumbers(largest), Code::kOk);
  for (const uint32_t size : {0u, 8u, 15u, 17u, 2048u, 4095u, 8192u, 0x80000000u}) {
    EXPECT_EQ(CheckNumbers(With(&Numbers::block_size, size)), Code::kBadGeometry) << size;
  }
}

Numbers Data(uint64_t bytes, uint32_t block_size) {
  Numbers numbers = With(&Numbers::block_size, block_size);
  numbers.data_bytes = bytes;
  return numbers;
}

TEST(CheckHeaderTest, DataSizes) {
  EXPECT_EQ(CheckNumbers(Data(4096, 1024)), Code::kOk);               // four blocks
  EXPECT_EQ(CheckNumbers(Data(uint64_t{1} << 33, 16)), Code::kOk);    // 2^29 blocks
  EXPECT_EQ(CheckNumbers(Data(uint64_t{1} << 41, 4096)), Code::kOk);  // the largest of all
  for (const uint64_t bytes :
       {uint64_t{0}, uint64_t{2048}, uint64_t{4095}, uint64_t{4097}, uint64_t{12288},
        uint64_t{1} << 34, uint64_t{1} << 63, ~uint64_t{0}}) {
    EXPECT_EQ(CheckNumbers(Data(bytes, 16)), Code::kBadGeometry) << bytes;
  }
  EXPECT_EQ(CheckNumbers(Data(uint64_t{1} << 42, 4096)), Code::kBadGeometry);
}

TEST(CheckHeaderTest, Seats) {
  EXPECT_EQ(CheckNumbers(With(&Numbers::seats, 1)), Code::kOk);
  EXPECT_EQ(CheckNumbers(With(&Numbers::seats, 1024)), Code::kOk);
  for (const uint32_t seats : {0u, 1025u, 0xffffffffu}) {
    EXPECT_EQ(CheckNumbers(With(&Numbers::seats, seats)), Code::kBadGeometry) << seats;
  }
}

TEST(CheckHeaderTest, Groups) {
  EXPECT_EQ(CheckNumbers(With(&Numbers::groups, 1)), Code::kOk);
  EXPECT_EQ(CheckNumbers(With(&Numbers::groups, 256)), Code::kOk);
  for (const uint32_t groups : {0u, 257u, 0xffffffffu}) {
    EXPECT_EQ(CheckNumbers(With(&Numbers::groups, groups)), Code::kBadGeometry) << groups;
  }
}

// None is good as long as the default group is not among them.
TEST(CheckHeaderTest, NoGroups) {
  Header header = SmallHeader();
  Geometry geometry;
  ASSERT_TRUE(ComputeGeometry(4096, 32, 4, 0, 0, 4096, &geometry));
  header.groups = 0;
  header.flags = 0;
  header.segment_bytes = geometry.segment_bytes;
  EXPECT_EQ(CheckSealed(header), Code::kOk);
}

TEST(CheckHeaderTest, StringSizes) {
  EXPECT_EQ(CheckNumbers(With(&Numbers::string_bytes, 1)), Code::kOk);
  EXPECT_EQ(CheckNumbers(With(&Numbers::string_bytes, 1 << 24)), Code::kOk);
  for (const uint32_t bytes : {(1u << 24) + 1, 0xffffffffu}) {
    EXPECT_EQ(CheckNumbers(With(&Numbers::string_bytes, bytes)), Code::kBadGeometry) << bytes;
  }
}

TEST(CheckHeaderTest, SegmentSizeMustBeTheComputedOne) {
  for (const int64_t off : {-4096, -1, 1, 4096}) {
    const Code code =
        CheckChanged([off](Header* h) { h->segment_bytes += static_cast<uint64_t>(off); });
    EXPECT_EQ(code, Code::kBadGeometry) << off;
  }
}

TEST(CheckHeaderTest, IdLengths) {
  for (const uint32_t length : {0u, 1u, 255u}) {
    const Code code = CheckChanged([length](Header* h) {
      h->id_bytes = length;
      std::memset(h->id, 'i', length);
    });
    EXPECT_EQ(code, Code::kOk) << length;
  }
  EXPECT_EQ(CheckChanged([](Header* h) { h->id_bytes = 256; }), Code::kBadGeometry);
  EXPECT_EQ(CheckChanged([](Header* h) { h->id_bytes = 0xffffffff; }), Code::kBadGeometry);
}

TEST(CheckHeaderTest, NothingAfterTheIdAndInReserve) {
  for (size_t i = 0; i < sizeof(Header::id); ++i) {
    EXPECT_EQ(CheckChanged([i](Header* h) { h->id[i] = 1; }), Code::kBadGeometry) << i;
  }
  for (size_t i = 0; i < sizeof(Header::reserved); ++i) {
    EXPECT_EQ(CheckChanged([i](Header* h) { h->reserved[i] = 1; }), Code::kBadGeometry) << i;
  }
}

TEST(CheckHeaderTest, AnyTimeAndAnyUuid) {
  EXPECT_EQ(CheckChanged([](Header* h) { h->created_ns = ~uint64_t{0}; }), Code::kOk);
  EXPECT_EQ(CheckChanged([](Header* h) { std::memset(h->uuid, 0xff, 16); }), Code::kOk);
}

TEST(CheckHeaderTest, FileSizes) {
  const Header header = SmallHeader();
  const uint64_t right = header.segment_bytes;
  EXPECT_EQ(Check(header, right), Code::kOk);
  for (const uint64_t bytes : {uint64_t{0}, right - 1, right + 1, right + 4096, ~uint64_t{0}}) {
    EXPECT_EQ(Check(header, bytes), Code::kSizeMismatch) << bytes;
  }
}

}  // namespace
}  // namespace fmmq::format
