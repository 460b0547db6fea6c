// Observers hold nobody back, and count exactly what they lose.
#include <string>

#include "tests/queue/queue_fixture.h"
#include "tests/support/payload.h"

namespace fmmq {
namespace {

using test::kSmallBlocks;
using test::Ok;
using test::ReadText;
using test::Texts;

// What an observer got out of a stretch of positions.
struct Tally {
  uint64_t messages = 0;
  uint64_t blocks = 0;
  uint64_t lost = 0;
  uint64_t last_sequence = 0;
};

class ObserverTest : public test::QueueTest {
 protected:
  void SetUp() override { Start(Policy::kLossless); }
  void Start(Policy policy) {
    producer_ = {};
    consumer_ = {};
    Make(test::SmallOptions(32, policy));
    producer_ = NewProducer();
    consumer_ = Join();
    sequence_ = 0;
  }

  // One message of `size` bytes, read at once by the group, which then holds nobody back.
  void Pass(size_t size = 32) {
    char buffer[4096];
    const test::PayloadId id = {1, sequence_++};
    ASSERT_TRUE(Ok(test::WriteSoon(producer_, test::MakePayload(id, size))));
    if (queue_.Info().policy == Policy::kOverwrite) return;
    ASSERT_TRUE(Ok(consumer_.TryRead(buffer)));
  }
  void PassMany(uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) Pass();
  }

  // Reads all there is; every message whole, in order, none twice.
  static Tally ReadAll(Observer& observer) {
    Tally tally;
    char buffer[4096];
    uint64_t position = observer.position();
    while (true) {
      const Result<Received> next = observer.TryRead(buffer);
      if (!next.ok()) {
        EXPECT_EQ(next.code(), Code::kEmpty);
        return tally;
      }
      test::PayloadId id;
      EXPECT_TRUE(test::ParsePayload({buffer, next->size}, &id));
      EXPECT_TRUE(tally.messages == 0 || id.sequence > tally.last_sequence);
      EXPECT_EQ(next->position, position + next->lost);
      const uint64_t blocks = (next->size + 31) / 32;
      position = next->position + blocks;
      EXPECT_EQ(observer.position(), position);
      tally.messages += 1;
      tally.blocks += blocks;
      tally.lost += next->lost;
      tally.last_sequence = id.sequence;
    }
  }

  Producer producer_;
  Consumer consumer_;
  uint64_t sequence_ = 0;
};

TEST_F(ObserverTest, BeginsNow) {
  PassMany(3);
  Observer observer = Observe();
  EXPECT_EQ(observer.position(), 3u);
  EXPECT_EQ(ReadText(observer), "kEmpty");
  PassMany(2);
  const Tally tally = ReadAll(observer);
  EXPECT_EQ(tally.messages, 2u);
  EXPECT_EQ(tally.last_sequence, 4u);
  EXPECT_EQ(tally.lost, 0u);
}

TEST_F(ObserverTest, BeginsAtTheOldestWhileAllIsThere) {
  PassMany(kSmallBlocks);
  Observer observer = Observe(From::kOldest);
  EXPECT_EQ(observer.position(), 0u);
  EXPECT_EQ(ReadAll(observer).messages, kSmallBlocks);
}

TEST_F(ObserverTest, BeginsAtTheOldestThatIsWhole) {
  PassMany(3 * kSmallBlocks + 17);
  Observer observer = Observe(From::kOldest);
  EXPECT_EQ(observer.position(), 2 * kSmallBlocks + 17);
  const Tally tally = ReadAll(observer);
  EXPECT_EQ(tally.messages, kSmallBlocks);
  EXPECT_EQ(tally.lost, 0u);
}

// The oldest block may be the middle of a message.
TEST_F(ObserverTest, BeginsAtAStart) {
  for (int i = 0; i < 100; ++i) Pass(32 * 3);
  Observer observer = Observe(From::kOldest);
  EXPECT_EQ(observer.position() % 3, 0u);
  EXPECT_LT(observer.position(), 300 - kSmallBlocks + 3);
  EXPECT_EQ(ReadAll(observer).last_sequence, 99u);
}

TEST_F(ObserverTest, SeesMessagesThatNobodyElseReads) {
  Observer observer = Observe();
  ASSERT_TRUE(Ok(producer_.TryWrite("unread")));
  EXPECT_EQ(ReadText(observer), "unread");
  EXPECT_EQ(ReadText(consumer_), "unread");
}

TEST_F(ObserverTest, ManyLookOnIndependently) {
  Observer first = Observe();
  PassMany(5);
  Observer second = Observe();
  PassMany(5);
  EXPECT_EQ(ReadAll(first).messages, 10u);
  EXPECT_EQ(ReadAll(second).messages, 5u);
  EXPECT_EQ(ReadAll(first).messages, 0u);
}

TEST_F(ObserverTest, HoldsNobodyBack) {
  const Observer idle = Observe();
  PassMany(100 * kSmallBlocks);
  EXPECT_EQ(queue_.Info().head, 100 * kSmallBlocks);
}

// One more than the ring holds is one too many.
TEST_F(ObserverTest, LosesNothingUpToAWholeRing) {
  Observer observer = Observe();
  PassMany(kSmallBlocks);
  EXPECT_EQ(ReadAll(observer).messages, kSmallBlocks);
  PassMany(kSmallBlocks + 1);
  EXPECT_GT(ReadAll(observer).lost, 0u);
}

TEST_F(ObserverTest, CountsLostMessagesExactly) {
  for (const Policy policy : {Policy::kLossless, Policy::kOverwrite}) {
    Start(policy);
    Observer observer = Observe();
    Tally sum;
    for (uint64_t burst = 1; burst <= 300; ++burst) {
      PassMany(burst);
      const Tally tally = ReadAll(observer);
      EXPECT_EQ(tally.messages + tally.lost, burst);
      EXPECT_EQ(tally.lost != 0, burst > kSmallBlocks);
      EXPECT_EQ(tally.last_sequence, sequence_ - 1);
      sum.lost += tally.lost;
    }
    EXPECT_EQ(observer.lost(), sum.lost);
  }
}

// A lapped observer goes on a good way ahead of the writers, or it would be lapped again at once.
TEST_F(ObserverTest, GoesOnWithinTheRing) {
  Observer observer = Observe();
  PassMany(10 * kSmallBlocks);
  char buffer[100];
  const Result<Received> next = observer.TryRead(buffer);
  ASSERT_TRUE(Ok(next));
  EXPECT_EQ(next->lost, next->position);
  EXPECT_GT(next->position, 9 * kSmallBlocks);
  EXPECT_LT(next->position, 10 * kSmallBlocks);
}

// Losses are in positions, whatever the messages' sizes.
TEST_F(ObserverTest, CountsLostPositionsExactly) {
  Observer observer = Observe();
  for (uint64_t burst = 1; burst <= 200; ++burst) {
    const uint64_t before = queue_.Info().head;
    for (uint64_t i = 0; i < burst; ++i) {
      Pass(test::PayloadSize({1, sequence_}, 200));
    }
    const Tally tally = ReadAll(observer);
    EXPECT_EQ(tally.blocks + tally.lost, queue_.Info().head - before);
  }
  EXPECT_GT(observer.lost(), 1000u);
}

TEST_F(ObserverTest, ABufferTooSmallForgetsNoLoss) {
  Observer observer = Observe();
  PassMany(2 * kSmallBlocks);
  char buffer[32];
  const Result<Received> refused = observer.TryRead({buffer, 31});
  EXPECT_EQ(refused.code(), Code::kBufferTooSmall);
  EXPECT_EQ(refused->size, 32u);
  const Result<Received> read = observer.TryRead(buffer);
  ASSERT_TRUE(Ok(read));
  EXPECT_EQ(read->lost, read->position);
  EXPECT_EQ(observer.lost(), read->lost);
}

// A whole lap behind a record that is still being written, the next word to look at is two laps
// old.
TEST_F(ObserverTest, CatchesUpWithWritersThatWaitForAnother) {
  Observer observer = Observe();
  PassMany(1);
  Producer slow = NewProducer();
  ASSERT_TRUE(Ok(slow.TryReserve(10)));
  EXPECT_EQ(Fill(producer_), kSmallBlocks - 1);
  EXPECT_GT(Drain(observer), 0u);
  EXPECT_EQ(ReadText(observer), "kEmpty");
  EXPECT_EQ(observer.position(), queue_.Info().head);
  ASSERT_TRUE(Ok(slow.Abort()));
  EXPECT_EQ(Drain(consumer_), kSmallBlocks - 1);
  PassMany(1);
  EXPECT_EQ(ReadAll(observer).last_sequence, sequence_ - 1);
}

TEST_F(ObserverTest, OutlivesEverybodyElse) {
  Observer observer = Observe();
  Pass();
  producer_ = {};
  consumer_ = {};
  queue_ = {};
  ASSERT_TRUE(Ok(Queue::Remove(name_.get())));
  EXPECT_EQ(ReadAll(observer).messages, 1u);
}

}  // namespace
}  // namespace fmmq
