#include "fmmq/base/relaxed_copy.h"

#include <cstdint>
#include <cstring>
#include <string>

#include "gtest/gtest.h"

namespace fmmq::base {
namespace {

constexpr size_t kMost = 40;

std::string Pattern(size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text += static_cast<char>('a' + i % 26);
  return text;
}

// Words that all hold 0xee, as the shared side.
struct Shared {
  alignas(16) unsigned char bytes[kMost + 16];
  Shared() { std::memset(bytes, 0xee, sizeof(bytes)); }
};

TEST(RelaxedCopyTest, WritesEverySizeAndNoWordMore) {
  for (size_t size = 0; size <= kMost; ++size) {
    const std::string text = Pattern(size);
    Shared shared;
    CopyToShared(shared.bytes, text.data(), size);
    EXPECT_EQ(std::memcmp(shared.bytes, text.data(), size), 0) << size;
    // The last word is written whole; a block is at least as long.
    const size_t end = (size + sizeof(CopyWord) - 1) / sizeof(CopyWord) * sizeof(CopyWord);
    for (size_t i = end; i < sizeof(shared.bytes); ++i) EXPECT_EQ(shared.bytes[i], 0xee) << size;
  }
}

TEST(RelaxedCopyTest, ReadsEverySizeAndNoByteMore) {
  Shared shared;
  const std::string text = Pattern(kMost);
  CopyToShared(shared.bytes, text.data(), kMost);
  for (size_t size = 0; size <= kMost; ++size) {
    char target[kMost + 8];
    std::memset(target, '-', sizeof(target));
    CopyFromShared(target, shared.bytes, size);
    EXPECT_EQ(std::memcmp(target, text.data(), size), 0) << size;
    for (size_t i = size; i < sizeof(target); ++i) EXPECT_EQ(target[i], '-') << size;
  }
}

// The private side may lie anywhere.
TEST(RelaxedCopyTest, TakesPrivateBytesFromAnywhere) {
  const std::string text = Pattern(kMost + 8);
  for (size_t offset = 0; offset < 8; ++offset) {
    Shared shared;
    char target[kMost + 8];
    CopyToShared(shared.bytes, text.data() + offset, kMost);
    CopyFromShared(target + offset, shared.bytes, kMost);
    EXPECT_EQ(std::memcmp(target + offset, text.data() + offset, kMost), 0) << offset;
  }
}

}  // namespace
}  // namespace fmmq::base
