// The shared string as one process sees it.
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/payload.h"
#include "tests/support/process_state.h"
#include "tests/value/string_fixture.h"

namespace fmmq {
namespace {

using std::chrono::milliseconds;
using test::Ok;
using test::StringTest;

TEST_F(StringTest, IsEmptyAtFirst) {
  Make();
  EXPECT_EQ(Get(), "");
  EXPECT_EQ(version_, 0u);
  EXPECT_EQ(queue_.Info().string_size, test::kStringBytes);
}

TEST_F(StringTest, IsWhatWasSetLast) {
  Make();
  uint64_t version = 0;
  const std::string binary("\0\xff\n\0", 4);
  for (const std::string& value : {std::string("first"), binary, std::string(), binary + "more"}) {
    EXPECT_TRUE(Ok(Set(value)));
    EXPECT_EQ(Get(), value);
    EXPECT_EQ(version_, ++version);
  }
}

TEST_F(StringTest, HoldsWhatItWasMadeFor) {
  for (const uint32_t size : {1u, 127u, 128u, 129u, 4096u, 100'001u}) {
    Remake(size);
    for (const size_t bytes : {size_t{size}, size_t{size} - 1}) {
      const std::string value = test::MakePayload({1, size}, bytes);
      EXPECT_TRUE(Ok(Set(value)));
      EXPECT_EQ(Get(), value);
    }
    EXPECT_EQ(Set(std::string(size + 1, 'x')).code(), Code::kTooLarge);
    EXPECT_EQ(Get().size(), size - 1);
    EXPECT_EQ(version_, 2u);
  }
}

TEST_F(StringTest, SaysHowMuchRoomItNeeds) {
  Make();
  EXPECT_TRUE(Ok(Set("ten  bytes")));
  char buffer[10];
  const Result<StringInfo> small = queue_.GetString({buffer, 9});
  EXPECT_EQ(small.code(), Code::kBufferTooSmall);
  EXPECT_EQ(small->size, 10u);
  EXPECT_EQ(small->version, 1u);
  EXPECT_EQ(queue_.GetString(MutableBytes()).code(), Code::kBufferTooSmall);
  EXPECT_TRUE(Ok(queue_.GetString({buffer, 10})));
}

TEST_F(StringTest, OfAQueueWithoutOne) {
  Remake(0);
  char buffer[10];
  EXPECT_EQ(Set("").code(), Code::kNotSupported);
  EXPECT_EQ(queue_.GetString(buffer).code(), Code::kNotSupported);
  EXPECT_EQ(queue_.WaitString(0, Deadline::Never()).code(), Code::kNotSupported);
}

TEST_F(StringTest, OfAClosedQueue) {
  Queue closed;
  char buffer[10];
  EXPECT_EQ(closed.SetString("x", Deadline::Never()).code(), Code::kClosed);
  EXPECT_EQ(closed.GetString(buffer).code(), Code::kClosed);
  EXPECT_EQ(closed.WaitString(0, Deadline::Never()).code(), Code::kClosed);
}

TEST_F(StringTest, OfAForkedChild) {
  Make();
  EXPECT_TRUE(Succeeded(test::RunInChild([this] {
    char buffer[10];
    EXPECT_EQ(Set("x").code(), Code::kForked);
    EXPECT_EQ(queue_.GetString(buffer).code(), Code::kForked);
    EXPECT_EQ(queue_.WaitString(0, Deadline::Never()).code(), Code::kForked);
  })));
}

TEST_F(StringTest, IsThereForWhoMayReadOnly) {
  Make();
  EXPECT_TRUE(Ok(Set("for all to see")));
  Queue looker = *Queue::Open(name_.get(), Access::kReadOnly);
  char buffer[100];
  const Result<StringInfo> info = looker.GetString(buffer);
  EXPECT_EQ(std::string(buffer, info->size), "for all to see");
  EXPECT_EQ(looker.SetString("x", Deadline::Never()).code(), Code::kReadOnly);
  EXPECT_EQ(*looker.WaitString(0, Deadline::Never()), 1u);
  std::thread setter([this] {
    test::Nap(milliseconds(20));
    EXPECT_TRUE(Ok(Set("changed")));
  });
  EXPECT_EQ(*looker.WaitString(1, Deadline::Never()), 2u);
  setter.join();
}

TEST_F(StringTest, WaitReturnsAtOnceForAnotherVersion) {
  Make();
  EXPECT_TRUE(Ok(Set("x")));
  const Deadline past = Deadline::In(milliseconds(-1));
  EXPECT_EQ(*queue_.WaitString(0, past), 1u);
  EXPECT_EQ(*queue_.WaitString(7, past), 1u);
  EXPECT_EQ(queue_.WaitString(1, past).code(), Code::kTimeout);
  EXPECT_EQ(queue_.WaitString(1, Deadline::In(milliseconds(20))).code(), Code::kTimeout);
}

TEST_F(StringTest, WaitSeesEachChangeThatItIsThereFor) {
  Make();
  constexpr uint64_t kChanges = 500;
  test::Child setter = Start([](Queue& queue) {
    // Answers: each value is set when the one before was seen.
    uint64_t version = 0;
    while (version < kChanges) {
      version = *queue.WaitString(version, Deadline::Never());
      if (version % 2 == 0) continue;
      EXPECT_TRUE(Ok(queue.SetString("answer", Deadline::Never())));
      ++version;
    }
  });
  for (uint64_t version = 0; version < kChanges; version += 2) {
    ASSERT_TRUE(Ok(Set("question")));
    const Result<uint64_t> answered = queue_.WaitString(version + 1, Deadline::Never());
    ASSERT_EQ(*answered, version + 2);
  }
  EXPECT_TRUE(Succeeded(setter.Wait()));
  EXPECT_EQ(Get(), "answer");
}

// A stopped writer keeps the others out, but not for longer than they like.
TEST_F(StringTest, SetGivesUpAtItsDeadline) {
  Make();
  const test::SharedPage<std::atomic<bool>> locked;
  test::Child stopped = test::Child([&] {
    test::LockStringOf(name_.path());
    *locked = true;
    while (true) test::Nap();
  });
  ASSERT_TRUE(test::Eventually([&] { return locked->load(); }));
  EXPECT_EQ(queue_.SetString("x", Deadline::In(milliseconds(30))).code(), Code::kTimeout);
  EXPECT_EQ(queue_.SetString("x", Deadline::In(milliseconds(-1))).code(), Code::kTimeout);
  EXPECT_EQ(Get(), "");
  stopped.Kill();
  EXPECT_TRUE(Ok(queue_.SetString("x", Deadline::In(milliseconds(-1)))));
  EXPECT_EQ(Get(), "x");
}

// A writer that died over the next value: the last one is still whole, and can be replaced.
TEST_F(StringTest, SurvivesAnUnfinishedValue) {
  Make();
  EXPECT_TRUE(Ok(Set("good")));
  test::ScribbleOverNextString(name_.get());
  EXPECT_EQ(Get(), "good");
  EXPECT_TRUE(Ok(Set("better")));
  EXPECT_EQ(Get(), "better");
  EXPECT_EQ(version_, 2u);
}

TEST_F(StringTest, SaysCorruptOfALengthThatCannotBe) {
  Make();
  EXPECT_TRUE(Ok(Set("good")));
  test::LieAboutStringSize(name_.get());
  std::vector<char> buffer(2 * test::kStringBytes);
  EXPECT_EQ(queue_.GetString(buffer).code(), Code::kCorrupt);
  EXPECT_TRUE(Ok(Set("better")));
  EXPECT_EQ(Get(), "better");
}

}  // namespace
}  // namespace fmmq
