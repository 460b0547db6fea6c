// Positions near 2^32 laps, where the lap number in a descriptor wraps. Planted: getting there by
// writing would take hours.
#include <string>

#include "tests/queue/queue_fixture.h"
#include "tests/support/payload.h"
#include "tests/support/raw_segment.h"

namespace fmmq {
namespace {

using test::kSmallBlocks;
using test::Ok;

constexpr uint64_t kWrap = uint64_t{1} << 32;

class LapTest : public test::QueueTest, public ::testing::WithParamInterface<int> {
 protected:
  // An empty queue that has been through all the laps up to then.
  void StartThere(Policy policy, bool single_producer = false) {
    Options options = test::SmallOptions(32, policy);
    options.single_producer = single_producer;
    Make(options);
    {
      test::RawSegment raw(name_);
      ASSERT_TRUE(raw.good());
      raw.StartAfterLaps(laps_);
    }
    queue_ = *Queue::Open(name_.get());
    ASSERT_EQ(queue_.Info().head, laps_ * kSmallBlocks);
  }

  // Messages of many sizes through three laps, by copy, as one consumer and one observer see them.
  void PassThreeLaps(uint32_t writer) {
    Producer producer = NewProducer();
    Consumer consumer = Join();
    Observer observer = Observe();
    char buffer[4096];
    for (uint64_t i = 0; queue_.Info().head < (laps_ + 3) * kSmallBlocks; ++i) {
      const test::PayloadId id = {writer, i};
      const size_t size = test::PayloadSize(id, 300);
      ASSERT_TRUE(Ok(test::WriteSoon(producer, test::MakePayload(id, size))));
      const Result<Received> seen = observer.TryRead(buffer);
      ASSERT_TRUE(Ok(seen));
      ASSERT_TRUE(test::IsPayload(id, {buffer, seen->size}));
      const Result<Received> read = consumer.TryRead(buffer);
      ASSERT_TRUE(Ok(read));
      ASSERT_TRUE(read->size == size && test::IsPayload(id, {buffer, size}));
      ASSERT_EQ(test::ReadText(consumer), "kEmpty");
    }
    EXPECT_EQ(consumer.lost() + observer.lost(), 0u);
  }

  const uint64_t laps_ = kWrap + static_cast<uint64_t>(static_cast<int64_t>(GetParam()));
};

TEST_P(LapTest, MessagesPassInOrder) {
  for (const Policy policy : {Policy::kLossless, Policy::kOverwrite, Policy::kCompat}) {
    StartThere(policy);
    PassThreeLaps(1);
  }
}

TEST_P(LapTest, MessagesOfASingleProducerPassInOrder) {
  StartThere(Policy::kLossless, /*single_producer=*/true);
  PassThreeLaps(2);
}

TEST_P(LapTest, FullAndEmptyAreSeen) {
  StartThere(Policy::kLossless);
  Producer producer = NewProducer();
  Consumer consumer = Join();
  for (int lap = 0; lap < 4; ++lap) {
    EXPECT_EQ(test::ReadText(consumer), "kEmpty");
    ASSERT_TRUE(Ok(test::WriteSoon(producer, "filler")));
    EXPECT_EQ(1 + Fill(producer), kSmallBlocks);
    EXPECT_EQ(producer.TryWrite("x").code(), Code::kFull);
    EXPECT_EQ(Drain(consumer), kSmallBlocks);
  }
}

TEST_P(LapTest, ObserversCountTheirLosses) {
  StartThere(Policy::kOverwrite);
  Producer producer = NewProducer();
  Observer observer = Observe();
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(Ok(producer.TryWrite("x")));
  const uint64_t seen = Drain(observer);
  EXPECT_GT(seen, 0u);
  EXPECT_EQ(seen + observer.lost(), 500u);
  Observer late = Observe(From::kOldest);
  EXPECT_EQ(Drain(late), kSmallBlocks);
}

TEST_P(LapTest, AbortedRecordsAreSteppedOver) {
  StartThere(Policy::kLossless);
  Producer producer = NewProducer();
  Consumer consumer = Join();
  for (int i = 0; i < 40; ++i) {
    const Result<MutableBytes> place = test::Retry([&] { return producer.TryReserve(500); });
    ASSERT_TRUE(Ok(place));
    ASSERT_TRUE(Ok(producer.Abort()));
    ASSERT_TRUE(Ok(test::WriteSoon(producer, "seen")));
    ASSERT_EQ(test::ReadText(consumer), "seen");
  }
}

TEST_P(LapTest, GroupsBeginThere) {
  StartThere(Policy::kLossless);
  Consumer oldest = Join();
  Producer producer = NewProducer();
  ASSERT_TRUE(Ok(producer.TryWrite("1")));
  Consumer now = Join("now");
  Consumer from_oldest = Join("oldest", {GroupKind::kExclusive, false, From::kOldest});
  ASSERT_TRUE(Ok(producer.TryWrite("2")));
  EXPECT_EQ(test::ReadTexts(now), test::Texts{"2"});
  EXPECT_EQ(test::ReadTexts(from_oldest), (test::Texts{"1", "2"}));
  EXPECT_EQ(test::ReadTexts(oldest), (test::Texts{"1", "2"}));
}

INSTANTIATE_TEST_SUITE_P(AroundTheWrap, LapTest, ::testing::Values(-4, -3, -2, -1, 0, 1, 2));

}  // namespace
}  // namespace fmmq
