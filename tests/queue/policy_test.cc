// Overwrite and compat: writers that do not wait for readers.
#include <string>

#include "tests/queue/queue_fixture.h"
#include "tests/support/payload.h"

namespace fmmq {
namespace {

using test::kSmallBlocks;
using test::Ok;
using test::ReadText;
using test::Texts;

class PolicyTest : public test::QueueTest {
 protected:
  void Start(Policy policy) {
    Make(test::SmallOptions(32, policy));
    producer_ = NewProducer();
    consumer_ = Join();
  }

  void WriteNumbers(uint64_t from, uint64_t count) {
    for (uint64_t i = from; i < from + count; ++i) {
      ASSERT_TRUE(Ok(producer_.TryWrite(test::MakePayload({1, i}, 32)))) << i;
    }
  }

  // Reads all there is, expects rising numbers up to `last`, and returns how many messages came.
  uint64_t ReadNumbers(Consumer& consumer, uint64_t last) {
    char buffer[32];
    test::PayloadId id;
    uint64_t messages = 0;
    int64_t previous = -1;
    for (; consumer.TryRead(buffer).ok(); ++messages) {
      EXPECT_TRUE(test::ParsePayload({buffer, sizeof(buffer)}, &id));
      EXPECT_GT(static_cast<int64_t>(id.sequence), previous);
      previous = static_cast<int64_t>(id.sequence);
    }
    EXPECT_EQ(previous, static_cast<int64_t>(last));
    return messages;
  }

  Producer producer_;
  Consumer consumer_;
};

TEST_F(PolicyTest, OverwriteNeverSaysFull) {
  Start(Policy::kOverwrite);
  WriteNumbers(0, 20 * kSmallBlocks);
  EXPECT_EQ(queue_.Info().head, 20 * kSmallBlocks);
}

TEST_F(PolicyTest, OverwriteLosesNothingWithinARing) {
  Start(Policy::kOverwrite);
  WriteNumbers(0, kSmallBlocks);
  EXPECT_EQ(ReadNumbers(consumer_, kSmallBlocks - 1), kSmallBlocks);
  EXPECT_EQ(consumer_.lost(), 0u);
}

TEST_F(PolicyTest, OverwrittenGroupsCountTheirLosses) {
  Start(Policy::kOverwrite);
  uint64_t written = 0;
  uint64_t read = 0;
  for (uint64_t burst = 1; burst < 300; burst += 7) {
    WriteNumbers(written, burst);
    written += burst;
    read += ReadNumbers(consumer_, written - 1);
    EXPECT_EQ(read + consumer_.lost(), written);
    EXPECT_EQ(Group("default").lost, consumer_.lost());
  }
  EXPECT_GT(consumer_.lost(), kSmallBlocks);
}

TEST_F(PolicyTest, MembersCountTheirGroupsLossesTogether) {
  Start(Policy::kOverwrite);
  Consumer other = Join();
  uint64_t written = 0;
  uint64_t read = 0;
  for (int round = 0; round < 50; ++round) {
    WriteNumbers(written, 200);
    written += 200;
    read += ReadNumbers(round % 2 == 0 ? consumer_ : other, written - 1);
  }
  EXPECT_GT(consumer_.lost(), 0u);
  EXPECT_GT(other.lost(), 0u);
  EXPECT_EQ(Group("default").lost, consumer_.lost() + other.lost());
  EXPECT_EQ(read + Group("default").lost, written);
}

TEST_F(PolicyTest, ReceivedSaysWhatWasLostBeforeIt) {
  Start(Policy::kOverwrite);
  WriteNumbers(0, 1000);
  char buffer[32];
  const Result<Received> first = consumer_.TryRead(buffer);
  ASSERT_TRUE(Ok(first));
  EXPECT_EQ(first->lost, first->position);
  const Result<Received> second = consumer_.TryRead(buffer);
  EXPECT_EQ(second->lost, 0u);
  EXPECT_EQ(second->position, first->position + 1);
}

TEST_F(PolicyTest, OverwriteKeepsGroupsApart) {
  Start(Policy::kOverwrite);
  Consumer other = Join("other");
  WriteNumbers(0, 100);
  EXPECT_EQ(ReadNumbers(consumer_, 99), 100u);
  WriteNumbers(100, 100);
  EXPECT_EQ(ReadNumbers(consumer_, 199), 100u);
  const uint64_t read = ReadNumbers(other, 199);
  EXPECT_EQ(read + other.lost(), 200u);
  EXPECT_GT(other.lost(), 0u);
  EXPECT_EQ(consumer_.lost(), 0u);
}

TEST_F(PolicyTest, WhereWritersOverwriteNothingIsReadInPlace) {
  for (const Policy policy : {Policy::kOverwrite, Policy::kCompat}) {
    producer_ = {};
    consumer_ = {};
    Start(policy);
    WriteNumbers(0, 2);
    EXPECT_EQ(consumer_.TryPeek().code(), Code::kNotSupported);
    EXPECT_EQ(consumer_.TryPeekBatch(2).code(), Code::kNotSupported);
    EXPECT_EQ(ReadNumbers(consumer_, 1), 2u);
  }
}

// Writing in place is another matter.
TEST_F(PolicyTest, OverwriteReservesAndBatches) {
  Start(Policy::kOverwrite);
  WriteNumbers(0, 3 * kSmallBlocks);
  ASSERT_TRUE(Ok(producer_.TryReserve(4096)));
  ASSERT_TRUE(Ok(producer_.Commit(0)));
  const Texts texts(100, "batch");
  const std::vector<ConstBytes> batch(texts.begin(), texts.end());
  EXPECT_EQ(*producer_.TryWriteBatch(batch.data(), batch.size()), 100u);
  Observer observer = Observe(From::kOldest);
  const Texts seen = test::ReadTexts(observer);
  ASSERT_GE(seen.size(), 100u);
  EXPECT_EQ(Texts(seen.end() - 100, seen.end()), texts);
}

// It waits for a writer that is in the middle of a copy, and for nobody else.
TEST_F(PolicyTest, OverwriteWaitsForAnOpenReservation) {
  Start(Policy::kOverwrite);
  Producer slow = NewProducer();
  const Result<MutableBytes> place = slow.TryReserve(32);
  ASSERT_TRUE(Ok(place));
  EXPECT_EQ(Fill(producer_), kSmallBlocks - 1);
  test::FillPayload({7, 7}, *place);
  ASSERT_TRUE(Ok(slow.Commit(32)));
  char buffer[32];
  EXPECT_TRUE(Ok(consumer_.TryRead(buffer)));
  EXPECT_TRUE(test::IsPayload({7, 7}, {buffer, sizeof(buffer)}));
  EXPECT_TRUE(Ok(test::WriteSoon(producer_, "x")));
}

// The same for a group that was lapped and has caught up: the next word is two laps old.
TEST_F(PolicyTest, OverwrittenGroupsCatchUpWithAnOpenReservation) {
  Start(Policy::kOverwrite);
  WriteNumbers(0, 1);
  Producer slow = NewProducer();
  ASSERT_TRUE(Ok(slow.TryReserve(32)));
  EXPECT_EQ(Fill(producer_), kSmallBlocks - 1);
  EXPECT_GT(Drain(consumer_), 0u);
  EXPECT_EQ(ReadText(consumer_), "kEmpty");
  ASSERT_TRUE(Ok(slow.Abort()));
  ASSERT_TRUE(Ok(test::WriteSoon(producer_, "goes on")));
  EXPECT_EQ(ReadText(consumer_), "goes on");
}

TEST_F(PolicyTest, CompatIsLosslessAtFirst) {
  Start(Policy::kCompat);
  WriteNumbers(0, kSmallBlocks);
  EXPECT_EQ(producer_.TryWrite("x").code(), Code::kFull);
  EXPECT_EQ(ReadNumbers(consumer_, kSmallBlocks - 1), kSmallBlocks);
  WriteNumbers(kSmallBlocks, kSmallBlocks);
  EXPECT_EQ(producer_.TryWrite("x").code(), Code::kFull);
  EXPECT_EQ(consumer_.lost(), 0u);
}

TEST_F(PolicyTest, CompatOverwritesFromTheSwitchOn) {
  Start(Policy::kCompat);
  WriteNumbers(0, kSmallBlocks);
  ASSERT_EQ(producer_.TryWrite("x").code(), Code::kFull);
  ASSERT_TRUE(Ok(queue_.LetWritersOverwrite()));
  ASSERT_TRUE(Ok(test::WriteSoon(producer_, test::MakePayload({1, kSmallBlocks}, 32))));
  WriteNumbers(kSmallBlocks + 1, 1000);
  const uint64_t read = ReadNumbers(consumer_, kSmallBlocks + 1000);
  EXPECT_EQ(read + consumer_.lost(), kSmallBlocks + 1001);
  EXPECT_GT(consumer_.lost(), 0u);
}

// The switch is the queue's, not the handle's, and stays.
TEST_F(PolicyTest, CompatSwitchIsForEverybodyAndForGood) {
  Start(Policy::kCompat);
  Result<Queue> other = Queue::Open(name_.get());
  ASSERT_TRUE(Ok(other->LetWritersOverwrite()));
  ASSERT_TRUE(Ok(other->LetWritersOverwrite()));
  ASSERT_TRUE(Ok(other->Close()));
  WriteNumbers(0, 1000);
  Producer late = NewProducer();
  EXPECT_TRUE(Ok(late.TryWrite("x")));
}

TEST_F(PolicyTest, OnlyCompatCanBeSwitched) {
  for (const Policy policy : {Policy::kLossless, Policy::kOverwrite}) {
    producer_ = {};
    consumer_ = {};
    Start(policy);
    EXPECT_EQ(queue_.LetWritersOverwrite().code(), Code::kNotSupported);
  }
  Start(Policy::kLossless);
  Fill(producer_);
  EXPECT_EQ(producer_.TryWrite("x").code(), Code::kFull);
}

}  // namespace
}  // namespace fmmq
