// A writer that found the ring full leaves readers alone until half of it is free, while they
// stream. One that reads a little and then stops must not keep it from that little.
#include <chrono>
#include <string>
#include <thread>

#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::Succeeded;

// Nanoseconds that writers poll.
class FullRingTest : public test::WaitingTest, public ::testing::WithParamInterface<uint64_t> {
 protected:
  void SetUp() override {
    WaitingTest::SetUp();
    Make();
    reader_ = Join();
    producer_ = NewProducer();
    EXPECT_TRUE(Ok(producer_.SetWaitPolicy({GetParam(), false})));
    ASSERT_EQ(test::Fill(producer_), test::kSmallBlocks);
  }

  Consumer reader_;
  Producer producer_;
};

TEST_P(FullRingTest, WhatAReaderFreesIsEnough) {
  EXPECT_EQ(test::ReadText(reader_), "filler");
  EXPECT_TRUE(Ok(producer_.Write("one", Deadline::Never())));
  EXPECT_EQ(test::ReadText(reader_), "filler");
  const Result<MutableBytes> place = producer_.Reserve(3, Deadline::Never());
  ASSERT_TRUE(Ok(place));
  EXPECT_TRUE(Ok(producer_.Commit(3)));
  const ConstBytes batch[] = {"two", "three"};
  EXPECT_EQ(test::ReadText(reader_), "filler");
  const Result<size_t> written = producer_.TryWriteBatch(batch, 2);
  ASSERT_TRUE(Ok(written));
  EXPECT_EQ(*written, 1u);
}

TEST_P(FullRingTest, AReaderThatStops) {
  constexpr int kMessages = 1000;
  Child reader = Start([](Queue& queue) {
    Consumer consumer = *queue.Join();
    for (int i = 0; i < kMessages; ++i) {
      // Now and then it seems that it streams, and never does it come to half a ring.
      if (i % 32 == 0) std::this_thread::sleep_for(std::chrono::microseconds(100));
      ASSERT_EQ(test::WaitText(consumer), "filler");
    }
  });
  for (int i = 0; i < kMessages; ++i) {
    ASSERT_TRUE(Ok(producer_.Write("filler", Deadline::Never())));
  }
  EXPECT_TRUE(Succeeded(reader.Wait()));
}

TEST_P(FullRingTest, ADeadlineThatHasPassed) {
  EXPECT_EQ(producer_.Write("more", Deadline::AtNs(1)).code(), Code::kTimeout);
  EXPECT_EQ(producer_.Reserve(4, Deadline::AtNs(1)).status().code(), Code::kTimeout);
}

INSTANTIATE_TEST_SUITE_P(Polling, FullRingTest,
                         ::testing::Values(0u, WaitPolicy().spin_ns, Deadline::kNever));

}  // namespace
}  // namespace fmmq
