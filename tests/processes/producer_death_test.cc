// Producers that die with an open reservation: a hole that somebody has to repair.
#include "tests/processes/kill_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::ReadTextSoon;

using ProducerDeathTest = test::KillTest;

TEST_F(ProducerDeathTest, AMemberRepairsAHole) {
  Make();
  Consumer consumer = *queue_.Join();
  KillAfter([this](Queue& queue) { HoldReservation(queue); });
  Write("next");
  EXPECT_EQ(ReadTextSoon(consumer), "whole");
  EXPECT_EQ(ReadTextSoon(consumer), "next");
  EXPECT_EQ(queue_.Info().recoveries, 1u);
}

TEST_F(ProducerDeathTest, AnObserverRepairsAHole) {
  Make();
  Observer observer = *queue_.Observe();
  KillAfter([this](Queue& queue) { HoldReservation(queue); });
  Write("next");
  EXPECT_EQ(ReadTextSoon(observer), "whole");
  EXPECT_EQ(ReadTextSoon(observer), "next");
  EXPECT_EQ(queue_.Info().recoveries, 1u);
}

// It cannot repair anything, and goes on all the same.
TEST_F(ProducerDeathTest, AReadOnlyObserverStepsOverAHole) {
  Make();
  Queue reading = *Queue::Open(name_.get(), Access::kReadOnly);
  Observer observer = *reading.Observe();
  KillAfter([this](Queue& queue) { HoldReservation(queue); });
  Write("next");
  EXPECT_EQ(ReadTextSoon(observer), "whole");
  EXPECT_EQ(ReadTextSoon(observer), "next");
  EXPECT_EQ(observer.lost(), 0u);
}

TEST_F(ProducerDeathTest, AHoleAtTheEndIsRepairedToo) {
  Make();
  Consumer consumer = *queue_.Join();
  KillAfter([this](Queue& queue) { HoldReservation(queue); });
  EXPECT_EQ(ReadTextSoon(consumer), "whole");
  EXPECT_TRUE(test::Eventually([&] {
    EXPECT_EQ(test::ReadText(consumer), "kEmpty");
    return queue_.Info().recoveries == 1;
  }));
  Write("next");
  EXPECT_EQ(ReadTextSoon(consumer), "next");
}

TEST_F(ProducerDeathTest, WritersGetTheDeadOnesRoomBack) {
  for (const Policy policy : {Policy::kLossless, Policy::kOverwrite}) {
    Options options;
    options.capacity = 4096;
    options.policy = policy;
    queue_ = {};
    Queue::Remove(name_.get()).IgnoreError();
    Make(options);
    Consumer consumer = *queue_.Join();
    KillAfter([this](Queue& queue) { HoldReservation(queue); });
    Producer producer = *queue_.NewProducer();
    for (int i = 0; i < 1000; ++i) {
      ASSERT_TRUE(Ok(test::Retry([&] {
        while (policy == Policy::kLossless && test::ReadText(consumer) != "kEmpty") continue;
        return producer.TryWrite("goes on");
      })));
    }
  }
}

TEST_F(ProducerDeathTest, SeveralHolesInARow) {
  Make();
  Consumer consumer = *queue_.Join();
  for (int i = 0; i < 3; ++i) KillAfter([this](Queue& queue) { HoldReservation(queue); });
  Write("next");
  for (const char* text : {"whole", "whole", "whole", "next"}) {
    EXPECT_EQ(ReadTextSoon(consumer), text);
  }
}

TEST_F(ProducerDeathTest, ASingleProducersSuccessorCleansUp) {
  Options options;
  options.capacity = 4096;
  options.single_producer = true;
  Make(options);
  Consumer consumer = *queue_.Join();
  Observer observer = *queue_.Observe();
  for (int i = 0; i < 200; ++i) {
    KillAfter([this](Queue& queue) { HoldReservation(queue); });
    Write("next");
    ASSERT_EQ(ReadTextSoon(consumer), "whole");
    ASSERT_EQ(ReadTextSoon(consumer), "next");
    ASSERT_EQ(ReadTextSoon(observer), "whole");
    ASSERT_EQ(ReadTextSoon(observer), "next");
  }
}

TEST_F(ProducerDeathTest, SeatsOfTheDeadAreTakenAgain) {
  Options options;
  options.capacity = 4096;
  options.seats = 3;
  Make(options);
  Consumer consumer = *queue_.Join();
  for (int i = 0; i < 10; ++i) {
    KillAfter([this](Queue& queue) { HoldReservation(queue); });
    ASSERT_EQ(ReadTextSoon(consumer), "whole");
  }
  Result<Producer> first = queue_.NewProducer();
  Result<Producer> second = queue_.NewProducer();
  EXPECT_TRUE(Ok(first));
  EXPECT_TRUE(Ok(second));
  EXPECT_EQ(queue_.NewProducer().code(), Code::kNoSeat);
}

}  // namespace
}  // namespace fmmq
