// Defects of the past in what survivors do about holes: reservations of dead producers.
#include <string>

#include "fmmq/ring/hardware_atomics.h"
#include "fmmq/ring/recovery.h"
#include "tests/processes/kill_fixture.h"
#include "tests/support/raw_segment.h"

namespace fmmq {
namespace {

using test::Ok;
using test::ReadText;
using test::ReadTextSoon;

class RecoveryRegressionTest : public test::KillTest {
 protected:
  void MakeSmall(bool single_producer, Policy policy = Policy::kLossless) {
    queue_ = {};
    Queue::Remove(name_.get()).IgnoreError();
    Options options;
    options.capacity = 4096;  // 128 blocks
    options.single_producer = single_producer;
    options.policy = policy;
    Make(options);
  }
  void DieWithReservation() {
    KillAfter([this](Queue& queue) {
      Producer producer = *queue.NewProducer();
      ASSERT_TRUE(Ok(producer.TryReserve(100)));
      stage_->Reach(1);
    });
  }
};

// The repair made one record of both reservations: who had begun to read between them stood inside
// of it, and every read was kCorrupt.
TEST_F(RecoveryRegressionTest, WhoBeganBetweenTwoOfTheDeadReadsOn) {
  Make();
  Consumer old = *queue_.Join();
  DieWithReservation();
  Consumer young = *queue_.Join("young", {});
  Observer observer = *queue_.Observe();
  DieWithReservation();
  Consumer youngest = *queue_.Join("youngest", {});
  Write("reported");
  EXPECT_EQ(ReadTextSoon(old), "reported");
  EXPECT_EQ(ReadTextSoon(young), "reported");
  EXPECT_EQ(ReadTextSoon(youngest), "reported");
  EXPECT_EQ(ReadTextSoon(observer), "reported");
}

// Room that appeared within the call itself, because a dead reader's group was ended there, was
// reserved for a batch of no message: a hole of a live producer.
TEST_F(RecoveryRegressionTest, ABatchIntoTheRoomOfTheDead) {
  MakeSmall(false);
  Consumer reader = *queue_.Join();
  KillAfter([this](Queue& queue) {
    const Consumer consumer = *queue.Join("passing", {});
    ASSERT_TRUE(consumer.is_open());
    stage_->Reach(1);
  });
  Producer producer = *queue_.NewProducer();
  while (producer.TryWrite("old").ok()) EXPECT_EQ(ReadText(reader), "old");
  const ConstBytes batch[] = {"new", "newer"};
  const Result<size_t> written = test::Retry([&] { return producer.TryWriteBatch(batch, 2); });
  ASSERT_TRUE(Ok(written));
  EXPECT_GE(*written, 1u);
  EXPECT_EQ(ReadText(reader), "new");
}

// Laps of words are compared as signed differences. Who was stopped while it filled a hole, for
// half of all laps and more, took a message for something older, and filled that.
TEST(LateRepairRegressionTest, WhoWasStoppedForHalfOfAllLapsChangesNothing) {
  constexpr uint64_t kLapsLater = (uint64_t{1} << 31) + 2;
  format::Control<format::SharedWord> control{};
  format::SharedWord descriptors[4]{};
  ring::View<ring::HardwareAtomics> view;
  view.control = &control;
  view.descriptors = descriptors;
  view.block_count = 4;
  view.lap_shift = 2;
  const uint64_t message = format::StartWord(view.Lap(4 * kLapsLater), 8);
  descriptors[0] = message;
  control.head = 4 * kLapsLater + 1;
  EXPECT_FALSE(ring::FillBlock(view, 0, 1));
  EXPECT_EQ(descriptors[0], message);
  control.head = 4;
  descriptors[0] = 0;
  EXPECT_TRUE(ring::FillBlock(view, 0, 1));
}

// A descriptor can be two laps old: while the whole ring is reserved and nothing of it published,
// what stands at head is of the lap before the last. Readers that began there took it for a lie.
TEST_F(RecoveryRegressionTest, AtTheHeadOfAFullRingThereIsNothingYet) {
  for (const Policy policy : {Policy::kLossless, Policy::kOverwrite, Policy::kCompat}) {
    MakeSmall(false, policy);
    Consumer old = *queue_.Join();
    Producer producer = *queue_.NewProducer();
    const Result<MutableBytes> place = producer.TryReserve(4096);
    ASSERT_TRUE(Ok(place));
    std::string("big").copy(static_cast<char*>(place->data()), 3);
    Observer observer = *queue_.Observe();
    Consumer young = *queue_.Join("young", {});
    EXPECT_EQ(ReadText(observer), "kEmpty");
    EXPECT_EQ(ReadText(young), "kEmpty");
    ASSERT_TRUE(Ok(producer.Commit(3)));
    EXPECT_EQ(ReadText(old), "big");
    EXPECT_EQ(ReadText(old), "kEmpty");
    ASSERT_TRUE(Ok(producer.TryWrite("next")));
    EXPECT_EQ(ReadText(observer), "next");
    EXPECT_EQ(ReadText(young), "next");
  }
}

// A dead producer's reservation of the whole ring, and who began behind it.
TEST_F(RecoveryRegressionTest, AtTheHeadOfARingThatIsOneHoleThereIsNothingYet) {
  Make();
  Consumer old = *queue_.Join();
  KillAfter([this](Queue& queue) {
    Producer producer = *queue.NewProducer();
    ASSERT_TRUE(Ok(producer.TryReserve(4096)));
    stage_->Reach(1);
  });
  Observer observer = *queue_.Observe();
  Consumer young = *queue_.Join("young", {});
  EXPECT_EQ(ReadText(observer), "kEmpty");
  EXPECT_EQ(ReadText(young), "kEmpty");
  EXPECT_TRUE(test::Eventually([&] {
    EXPECT_EQ(ReadText(old), "kEmpty");
    return queue_.Info().recoveries == 1;
  }));
  Write("next");
  EXPECT_EQ(ReadTextSoon(old), "next");
  EXPECT_EQ(ReadTextSoon(observer), "next");
  EXPECT_EQ(ReadTextSoon(young), "next");
}

// A commit of less than was reserved publishes the rest first, as aborted. A death before the
// message itself leaves a hole in front of that; the search for it looked behind it only.
TEST_F(RecoveryRegressionTest, ADeathInAShorterCommitIsRepaired) {
  for (const bool single_producer : {true, false}) {
    MakeSmall(single_producer);
    Consumer consumer = *queue_.Join();
    KillAfter([this](Queue& queue) {
      Producer producer = *queue.NewProducer();
      ASSERT_TRUE(Ok(producer.TryWrite("first")));
      ASSERT_TRUE(Ok(producer.TryReserve(320)));  // blocks 1 to 10; of Commit(10), the first half:
      const test::RawSegment raw(name_);
      for (uint64_t block = 3; block <= 10; ++block) {
        raw.descriptor(block).store(format::InteriorWord(1));
      }
      raw.descriptor(2).store(format::AbortedWord(1, 9));
      stage_->Reach(1);
    });
    Producer successor = *queue_.NewProducer();
    ASSERT_TRUE(Ok(successor.TryWrite("second")));
    EXPECT_EQ(ReadTextSoon(consumer), "first");
    EXPECT_EQ(ReadTextSoon(consumer), "second");
  }
}

// The last record and the reservation behind it are together longer than the ring: the record's
// start is gone from the window that was searched, and the repair began in its middle.
TEST_F(RecoveryRegressionTest, AHoleBehindARecordOfMoreThanHalfTheRing) {
  for (const bool single_producer : {true, false}) {
    MakeSmall(single_producer);
    Consumer consumer = *queue_.Join();
    KillAfter([this](Queue& queue) {
      Producer producer = *queue.NewProducer();
      ASSERT_TRUE(Ok(producer.TryWrite(std::string(2400, 'x'))));
      Consumer reader = *queue.Join();
      ASSERT_EQ(ReadTextSoon(reader), std::string(2400, 'x'));
      ASSERT_TRUE(Ok(producer.TryReserve(2400)));
      stage_->Reach(1);
    });
    Producer successor = *queue_.NewProducer();
    ASSERT_TRUE(Ok(successor.TryWrite("second")));
    EXPECT_EQ(ReadTextSoon(consumer), "second");
  }
}

// A call stepped over 64 aborted records at most, and then said kBusy, although nobody competed.
TEST_F(RecoveryRegressionTest, ARunOfAbortedRecordsIsOneStep) {
  for (const GroupKind kind : {GroupKind::kShared, GroupKind::kExclusive}) {
    MakeSmall(false);
    Consumer fallback = *queue_.Join();
    Consumer consumer = *queue_.Join("group", {kind, false, From::kNow});
    Producer producer = *queue_.NewProducer();
    for (int round = 0; round < 4; ++round) {
      for (int i = 0; i < 120; ++i) {
        ASSERT_TRUE(Ok(producer.TryReserve(1)));
        ASSERT_TRUE(Ok(producer.Abort()));
      }
      ASSERT_TRUE(Ok(producer.TryWrite("behind")));
      EXPECT_EQ(ReadText(fallback), "behind");
      if (round % 2 == 0) {
        EXPECT_EQ(ReadText(consumer), "behind");
      } else {
        EXPECT_TRUE(Ok(consumer.TryPeek()));
        EXPECT_TRUE(Ok(consumer.Release()));
      }
    }
  }
}

}  // namespace
}  // namespace fmmq
