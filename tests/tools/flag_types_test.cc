#include "tools/flag_types.h"

#include <cstdint>
#include <string>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"

namespace fmmq::tools {
namespace {

constexpr uint64_t kBad = 0xbad;

uint64_t Bytes(const char* text) {
  ByteSize size;
  std::string error;
  const bool good = AbslParseFlag(text, &size, &error);
  EXPECT_EQ(good, error.empty()) << text;
  return good ? size.bytes : kBad;
}

uint64_t Mode(const char* text) {
  Permissions permissions;
  std::string error;
  const bool good = AbslParseFlag(text, &permissions, &error);
  EXPECT_EQ(good, error.empty()) << text;
  return good ? permissions.mode : kBad;
}

TEST(ByteSizeTest, TakesUnits) {
  EXPECT_EQ(Bytes("0"), 0u);
  EXPECT_EQ(Bytes("4096"), 4096u);
  EXPECT_EQ(Bytes("64KiB"), 64u << 10);
  EXPECT_EQ(Bytes("64k"), 64u << 10);
  EXPECT_EQ(Bytes("4 MiB"), 4u << 20);
  EXPECT_EQ(Bytes("1GiB"), 1u << 30);
  EXPECT_EQ(Bytes("18446744073709551615"), UINT64_MAX);
}

TEST(ByteSizeTest, RefusesWhatItWouldHaveToGuess) {
  for (const char* text : {"", "KiB", "-1", "+1", "1.5MiB", "1KB", "1XB", "0x10", "1KiB2"}) {
    EXPECT_EQ(Bytes(text), kBad) << text;
  }
}

TEST(ByteSizeTest, RefusesOverflow) {
  EXPECT_EQ(Bytes("18446744073709551616"), kBad);
  EXPECT_EQ(Bytes("16777216TiB"), kBad);
  EXPECT_EQ(Bytes("16777215TiB"), uint64_t{16777215} << 40);
}

TEST(ByteSizeTest, PrintsWhatItReads) {
  for (const char* text : {"0", "1000", "64KiB", "4MiB", "1GiB", "1025KiB"}) {
    EXPECT_EQ(AbslUnparseFlag(ByteSize{Bytes(text)}), text);
  }
}

TEST(PermissionsTest, TakesLettersAndOctal) {
  EXPECT_EQ(Mode("rw-r-----"), 0640u);
  EXPECT_EQ(Mode("rwxrwxrwx"), 0777u);
  EXPECT_EQ(Mode("0640"), 0640u);
  EXPECT_EQ(Mode("7"), 07u);
  EXPECT_EQ(AbslUnparseFlag(Permissions{0640}), "rw-r-----");
}

TEST(PermissionsTest, RefusesOthers) {
  for (const char* text : {"", "888", "1777", "rw", "wr-r-----", "rw-r------", "-1", "0x1f"}) {
    EXPECT_EQ(Mode(text), kBad) << text;
  }
}

TEST(PolicyFlagTest, KnowsAllPolicies) {
  for (const Policy policy : {Policy::kLossless, Policy::kOverwrite, Policy::kCompat}) {
    Policy read = Policy::kLossless;
    std::string error;
    EXPECT_TRUE(AbslParseFlag(AbslUnparseFlag(policy), &read, &error)) << error;
    EXPECT_EQ(read, policy);
  }
  Policy unchanged = Policy::kCompat;
  std::string error;
  EXPECT_FALSE(AbslParseFlag("lossy", &unchanged, &error));
  EXPECT_EQ(unchanged, Policy::kCompat);
  EXPECT_FALSE(error.empty());
}

}  // namespace
}  // namespace fmmq::tools
