// Full queues, long messages, long strings.
#include <cstring>

#include "tests/compat/compat_fixture.h"

namespace fmmq::test {
namespace {

constexpr size_t kRing = 999'999;  // bytes of text that the predecessor's ring held

// Writes until the queue is full; how many messages it took.
size_t FillUp(int queue, const std::string& text) {
  size_t written = 0;
  errno = 0;
  while (Write(queue, text) == 0) ++written;
  EXPECT_EQ(errno, EAGAIN);
  return written;
}

class CompatRingTest : public ::testing::TestWithParam<size_t> {};

// Never less than the predecessor held, whatever the length, a space after each included.
TEST_P(CompatRingTest, HoldsWhatThePredecessorHeld) {
  const std::string id = UniqueName();
  const int queue = Create(id);
  const int connection = ConnectHere(id);
  const std::string text(GetParam(), 'x');
  const size_t written = FillUp(queue, text);
  EXPECT_GE(written, kRing / (text.size() + 1));

  const std::string all = Read(connection, 0);
  ASSERT_EQ(all.size(), written * (text.size() + 1));
  for (size_t i = 0; i < written; ++i) {
    ASSERT_EQ(all.compare(i * (text.size() + 1), text.size() + 1, text + " "), 0) << i;
  }
  EXPECT_EQ(Read(connection, 0), "");
  EXPECT_EQ(Write(queue, text), 0);
  EXPECT_EQ(Read(queue, 0), text + " ");
}

INSTANTIATE_TEST_SUITE_P(Lengths, CompatRingTest,
                         ::testing::Values(1, 4, 16, 17, 1000, 333'332, 999'998));

// Mode 1 sees all of a ring that was filled to the brim, although it has read nothing for many
// rings, and whatever this connection has consumed before.
TEST(CompatLimitTest, AFullRingIsNewInModeOne) {
  const std::string id = UniqueName();
  const int queue = Create(id);
  const int connection = ConnectHere(id);
  for (int i = 0; i < 3; ++i) {
    const size_t written = FillUp(queue, "old");
    ASSERT_EQ(Read(connection, 0).size(), written * 4);
  }
  const size_t written = FillUp(queue, "new");
  const std::vector<std::string> words = Split(Read(connection, 1));
  EXPECT_EQ(words.size(), written);
  for (const std::string& word : words) ASSERT_EQ(word, "new");
  // From now on nobody is held up.
  EXPECT_EQ(Write(queue, "more"), 0);
}

TEST(CompatLimitTest, LongMessages) {
  const std::string id = UniqueName();
  const int queue = Create(id);
  const int connection = ConnectHere(id);
  for (const size_t size : {999'998, 999'999, 1'000'000, 8 << 20}) {
    const std::string text(size, 'x');
    ASSERT_EQ(Write(queue, text), 0) << size;
    EXPECT_EQ(Read(connection, 0), text + " ");
  }
  EXPECT_REFUSED(Write(queue, std::string((8 << 20) + 1, 'x')), EMSGSIZE);
  EXPECT_EQ(Read(connection, 0), "");
}

TEST(CompatLimitTest, EmptyMessages) {
  const int queue = Create(UniqueName());
  EXPECT_EQ(Write(queue, ""), 0);
  EXPECT_EQ(Write(queue, "x"), 0);
  EXPECT_EQ(Write(queue, ""), 0);
  EXPECT_EQ(Read(queue, 0), " x  ");
}

TEST(CompatLimitTest, Strings) {
  const std::string id = UniqueName();
  const int queue = Create(id);
  const int connection = ConnectHere(id);
  EXPECT_EQ(GetString(connection), "");
  for (const size_t size : {1, 0, 254, 255, 999'999}) {
    const std::string text(size, 'y');
    ASSERT_EQ(SetString(queue, text), 0);
    EXPECT_EQ(GetString(connection), text);
  }
  EXPECT_REFUSED(SetString(connection, std::string(1'000'000, 'y')), EMSGSIZE);
  EXPECT_EQ(GetString(queue).size(), 999'999u);
}

TEST(CompatLimitTest, StringsWithSize) {
  const std::string id = UniqueName();
  const int queue = Create(id);
  const int connection = ConnectHere(id);
  char bytes[] = "any\0bytes\xff";
  constexpr int kSize = sizeof(bytes);
  ASSERT_EQ(fastmmapmq_writesharedstring_withsize(queue, bytes, kSize), 0);
  char* got = fastmmapmq_getsharedstring_withsize(connection, kSize);
  EXPECT_EQ(std::memcmp(got, bytes, kSize), 0);
  std::free(got);
  got = fastmmapmq_getsharedstring_withsize(connection, 6);  // less than there is
  EXPECT_EQ(std::memcmp(got, "any\0by", 6), 0);
  std::free(got);
  got = fastmmapmq_getsharedstring_withsize(connection, 1'500'000);  // more than there can be
  EXPECT_EQ(std::memcmp(got, bytes, kSize), 0);
  EXPECT_EQ(std::string(got + kSize, 1'500'000 - kSize), std::string(1'500'000 - kSize, '\0'));
  std::free(got);
  EXPECT_NO_TEXT(Owned(fastmmapmq_getsharedstring_withsize(connection, -1)), EINVAL);
  EXPECT_REFUSED(fastmmapmq_writesharedstring_withsize(queue, bytes, -1), EINVAL);
  EXPECT_EQ(GetString(queue), "any");
  ASSERT_EQ(fastmmapmq_writesharedstring_withsize(queue, bytes, 0), 0);
  EXPECT_EQ(GetString(queue), "");
}

}  // namespace
}  // namespace fmmq::test
