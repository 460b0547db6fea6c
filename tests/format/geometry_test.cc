#include "fmmq/format/geometry.h"

#include "fmmq/format/options.h"
#include "gtest/gtest.h"

namespace fmmq {
namespace {

using format::Geometry;

constexpr uint64_t kKiB = 1024;
constexpr uint64_t kGiB = kKiB * kKiB * kKiB;

// Options by what a test changes in them.
struct Changed : Options {
  constexpr Changed() = default;
  constexpr Changed Capacity(uint64_t bytes) const { return Change(&Options::capacity, bytes); }
  constexpr Changed Block(uint32_t bytes) const { return Change(&Options::block_size, bytes); }
  constexpr Changed Seats(uint32_t count) const { return Change(&Options::seats, count); }
  constexpr Changed Groups(uint32_t count) const { return Change(&Options::groups, count); }
  constexpr Changed String(uint32_t bytes) const { return Change(&Options::string_size, bytes); }
  constexpr Changed Mode(uint32_t bits) const { return Change(&Options::mode, bits); }
  constexpr Changed Default(bool there) const { return Change(&Options::default_group, there); }

 private:
  template <typename T>
  constexpr Changed Change(T Options::*member, T value) const {
    Changed copy = *this;
    copy.*member = value;
    return copy;
  }
};
constexpr Changed kOptions;

// At compile time, as its comment promises.
static_assert(RequiredSize(Options()) != 0);
static_assert(RequiredSize(kOptions.Capacity(4096).Seats(32)) == 16 * kKiB);
static_assert(RequiredSize(kOptions.Block(17)) == 0);

TEST(RequiredSizeTest, IsTheSumOfItsParts) {
  // Header and control 2048, seats 4 x 128, groups 2 x 128, string 128 + 2 x 128, 128 descriptors.
  const auto options = kOptions.Capacity(4096).Seats(4).Groups(2).String(100);
  EXPECT_EQ(RequiredSize(options), 8192u + 4096u);
  Geometry geometry;
  ASSERT_TRUE(format::ComputeGeometry(options, 4096, &geometry));
  EXPECT_EQ(geometry.groups_offset, 2048u + 512u);
  EXPECT_EQ(geometry.string_offset, 2048u + 512u + 256u);
  EXPECT_EQ(geometry.descriptors_offset, 2048u + 512u + 256u + 384u);
  EXPECT_EQ(geometry.data_offset, 8192u);
  EXPECT_EQ(geometry.segment_bytes, RequiredSize(options));
}

TEST(RequiredSizeTest, CoversSixteenKiBToFourGiBAndMore) {
  EXPECT_EQ(RequiredSize(kOptions.Capacity(4 * kKiB).Seats(32)), 16 * kKiB);
  EXPECT_EQ(RequiredSize(kOptions.Capacity(4 * kGiB).Block(4096)),
            4 * kGiB + 8 * kKiB * kKiB + 12288);
  EXPECT_EQ(RequiredSize(kOptions.Capacity(2048 * kGiB).Block(4096)),
            2048 * kGiB + 4 * kGiB + 12288);
  EXPECT_EQ(RequiredSize(kOptions.Capacity(2048 * kGiB + 1).Block(4096)), 0u);
  EXPECT_EQ(RequiredSize(kOptions.Capacity(~uint64_t{0}).Block(4096)), 0u);
}

TEST(RequiredSizeTest, AlignsDataToThePage) {
  for (const uint32_t page : {4096u, 16384u, 65536u}) {
    Geometry geometry;
    ASSERT_TRUE(format::ComputeGeometry(kOptions.Capacity(1), page, &geometry));
    EXPECT_EQ(geometry.data_offset % page, 0u);
    EXPECT_EQ(geometry.data_bytes, page);
  }
}

uint64_t RingOf(const Options& options) {
  Geometry geometry;
  return format::ComputeGeometry(options, 4096, &geometry) ? geometry.data_bytes : 0;
}

TEST(CapacityTest, RoundsUpToAPowerOfTwo) {
  EXPECT_EQ(RingOf(kOptions.Capacity(0)), 0u);
  EXPECT_EQ(RingOf(kOptions.Capacity(1)), 4096u);
  EXPECT_EQ(RingOf(kOptions.Capacity(4096)), 4096u);
  EXPECT_EQ(RingOf(kOptions.Capacity(4097)), 8192u);
  EXPECT_EQ(RingOf(kOptions.Capacity(1000000)), 1048576u);
}

// At least four blocks, at most 2^29.
TEST(CapacityTest, LimitsTheNumberOfBlocks) {
  EXPECT_EQ(RingOf(kOptions.Capacity(1).Block(4096)), 16384u);
  EXPECT_EQ(RingOf(kOptions.Capacity(8 * kGiB).Block(16)), 8 * kGiB);
  EXPECT_EQ(RingOf(kOptions.Capacity(8 * kGiB + 1).Block(16)), 0u);
}

struct Limit {
  const char* what;
  Changed options;
  bool good;
};
constexpr Limit kLimits[] = {
    {"least block", kOptions.Block(16), true},
    {"block below", kOptions.Block(8), false},
    {"block between", kOptions.Block(48), false},
    {"block zero", kOptions.Block(0), false},
    {"largest block", kOptions.Block(4096), true},
    {"block above", kOptions.Block(8192), false},
    {"block far above", kOptions.Block(0x80000000u), false},
    {"one seat", kOptions.Seats(1), true},
    {"no seat", kOptions.Seats(0), false},
    {"most seats", kOptions.Seats(1024), true},
    {"seats above", kOptions.Seats(1025), false},
    {"one group", kOptions.Groups(1), true},
    {"no group", kOptions.Groups(0), false},
    {"no group, none asked for", kOptions.Groups(0).Default(false), true},
    {"most groups", kOptions.Groups(256), true},
    {"groups above", kOptions.Groups(257), false},
    {"no string", kOptions.String(0), true},
    {"longest string", kOptions.String(1 << 24), true},
    {"string above", kOptions.String((1 << 24) + 1), false},
    {"no permissions", kOptions.Mode(0), true},
    {"all permissions", kOptions.Mode(0777), true},
    {"setgid", kOptions.Mode(02777), false},
    {"mode above", kOptions.Mode(01000), false},
};

TEST(OptionsTest, EachLimitAndOneBeyond) {
  for (const Limit& limit : kLimits) {
    EXPECT_EQ(RequiredSize(limit.options) != 0, limit.good) << limit.what;
  }
}

TEST(OptionsTest, PoliciesAreThree) {
  Options options;
  for (const Policy policy : {Policy::kLossless, Policy::kOverwrite, Policy::kCompat}) {
    options.policy = policy;
    EXPECT_NE(RequiredSize(options), 0u);
  }
  options.policy = static_cast<Policy>(3);
  EXPECT_EQ(RequiredSize(options), 0u);
}

TEST(OptionsTest, PageSizes) {
  for (const uint32_t page : {4096u, 8192u, 65536u}) {
    EXPECT_NE(RequiredSize(kOptions, page), 0u) << page;
  }
  for (const uint32_t page : {0u, 2048u, 4097u, 131072u}) {
    EXPECT_EQ(RequiredSize(kOptions, page), 0u) << page;
  }
}

TEST(GeometryTest, ShiftsFitTheSizes) {
  Geometry geometry;
  ASSERT_TRUE(format::ComputeGeometry(kOptions.Capacity(1 << 20).Block(64), 4096, &geometry));
  EXPECT_EQ(geometry.block_count, uint64_t{1} << 14);
  EXPECT_EQ(uint64_t{1} << geometry.block_shift, geometry.block_size);
  EXPECT_EQ(uint64_t{1} << geometry.lap_shift, geometry.block_count);
}

// A failure leaves the caller's geometry alone.
TEST(GeometryTest, WritesNothingOnFailure) {
  Geometry geometry;
  geometry.data_bytes = 77;
  EXPECT_FALSE(format::ComputeGeometry(kOptions.Seats(0), 4096, &geometry));
  EXPECT_EQ(geometry.data_bytes, 77u);
}

}  // namespace
}  // namespace fmmq
