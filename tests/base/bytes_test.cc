#include "fmmq/base/bytes.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "gtest/gtest.h"

namespace fmmq {
namespace {

// What a function with a ConstBytes parameter sees.
size_t SizeOf(ConstBytes bytes) { return bytes.size(); }
std::string TextOf(ConstBytes bytes) { return std::string(bytes.text()); }
size_t RoomOf(MutableBytes bytes) { return bytes.size(); }

TEST(ConstBytesTest, EmptyByDefault) {
  constexpr ConstBytes kNone;
  static_assert(kNone.empty() && kNone.size() == 0 && kNone.data() == nullptr);
  EXPECT_EQ(TextOf({}), "");
}

TEST(ConstBytesTest, ALiteralIsItsCharactersWithoutTheNul) {
  EXPECT_EQ(TextOf("four"), "four");
  EXPECT_EQ(SizeOf(""), 0u);
  EXPECT_EQ(SizeOf("a\0b"), 3u);
}

TEST(ConstBytesTest, TakesTextWithNulsWhole) {
  const std::string text("a\0b", 3);
  EXPECT_EQ(SizeOf(text), 3u);
  EXPECT_EQ(TextOf(std::string_view(text)), text);
}

TEST(ConstBytesTest, CountsBytesNotElements) {
  const std::vector<uint32_t> words = {1, 2, 3};
  EXPECT_EQ(SizeOf(words), 12u);
  EXPECT_EQ(ConstBytes(words).data(), words.data());
  EXPECT_EQ(SizeOf(std::array<uint16_t, 5>{}), 10u);
  const unsigned char raw[7] = {};
  EXPECT_EQ(SizeOf(raw), 7u);
}

TEST(MutableBytesTest, TakesArraysAndContainersWhole) {
  char buffer[100];
  EXPECT_EQ(RoomOf(buffer), 100u);
  EXPECT_EQ(MutableBytes(buffer).data(), buffer);
  std::vector<uint64_t> words(3);
  EXPECT_EQ(RoomOf(words), 24u);
  EXPECT_EQ(RoomOf({}), 0u);
}

// What must not compile: writing to constants, and bytes of what is more than bytes.
TEST(BytesTest, RefuseWhatIsNotPlainWritableData) {
  EXPECT_TRUE((std::is_convertible_v<const std::vector<int>&, ConstBytes>));
  EXPECT_FALSE((std::is_convertible_v<const std::vector<std::string>&, ConstBytes>));
  // How much of a buffer is a message, only its owner knows.
  EXPECT_FALSE((std::is_convertible_v<char(&)[8], ConstBytes>));
  EXPECT_TRUE((std::is_convertible_v<std::vector<char>&, MutableBytes>));
  EXPECT_FALSE((std::is_convertible_v<const std::vector<char>&, MutableBytes>));
  EXPECT_FALSE((std::is_convertible_v<std::string_view&, MutableBytes>));
}

}  // namespace
}  // namespace fmmq
