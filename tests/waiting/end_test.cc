// The end of the stream: what comes before it, and that nothing comes after it.
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/payload.h"
#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::Succeeded;
using test::WaitText;

class EndTest : public test::WaitingTest {
 protected:
  void SetUp() override {
    WaitingTest::SetUp();
    Make();
    producer_ = NewProducer();
  }

  Producer producer_;
};

TEST_F(EndTest, ComesAfterTheLastMessage) {
  Consumer consumer = Join();
  EXPECT_FALSE(queue_.Info().ended);
  EXPECT_TRUE(Ok(producer_.TryWrite("last")));
  EXPECT_TRUE(Ok(producer_.End()));
  EXPECT_TRUE(queue_.Info().ended);
  EXPECT_EQ(test::ReadText(consumer), "last");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(test::ReadText(consumer), "kEndOfStream");
    EXPECT_EQ(WaitText(consumer), "kEndOfStream");
    EXPECT_EQ(consumer.TryPeek().code(), Code::kEndOfStream);
    EXPECT_EQ(consumer.Peek(Deadline::Never()).code(), Code::kEndOfStream);
    EXPECT_EQ(consumer.TryPeekBatch(3).code(), Code::kEndOfStream);
    EXPECT_EQ(consumer.PeekBatch(3, Deadline::Never()).code(), Code::kEndOfStream);
  }
}

TEST_F(EndTest, OfAnEmptyStream) {
  Consumer consumer = Join();
  Observer observer = Observe();
  EXPECT_TRUE(Ok(producer_.End()));
  EXPECT_EQ(test::ReadText(consumer), "kEndOfStream");
  EXPECT_EQ(test::ReadText(observer), "kEndOfStream");
}

TEST_F(EndTest, IsForAllWriters) {
  Producer other = NewProducer();
  EXPECT_TRUE(Ok(producer_.End()));
  for (Producer* producer : {&producer_, &other}) {
    const ConstBytes batch[] = {"one", "two"};
    EXPECT_EQ(producer->TryWrite("x").code(), Code::kEndOfStream);
    EXPECT_EQ(producer->Write("x", Deadline::Never()).code(), Code::kEndOfStream);
    EXPECT_EQ(producer->TryReserve(1).code(), Code::kEndOfStream);
    EXPECT_EQ(producer->Reserve(1, Deadline::Never()).code(), Code::kEndOfStream);
    EXPECT_EQ(producer->TryWriteBatch(batch, 2).code(), Code::kEndOfStream);
    EXPECT_TRUE(Ok(producer->End()));  // again
  }
  EXPECT_EQ(NewProducer().TryWrite("x").code(), Code::kEndOfStream);
  EXPECT_EQ(WaitText(*queue_.Join()), "kEndOfStream");
}

// Fruitless writes must not push out what readers have not seen yet.
TEST_F(EndTest, WritesAfterItTakeNoRoom) {
  queue_ = {};
  Queue::Remove(name_.get()).IgnoreError();
  Make(test::SmallOptions(Policy::kOverwrite));
  producer_ = NewProducer();
  Observer observer = Observe();
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(Ok(producer_.TryWrite("message")));
  EXPECT_TRUE(Ok(producer_.End()));
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(producer_.TryWrite("x").code(), Code::kEndOfStream);
  Consumer consumer = Join();
  EXPECT_EQ(test::ReadTexts(consumer).size(), 100u);
  EXPECT_EQ(test::ReadTexts(observer).size(), 100u);
  EXPECT_EQ(observer.lost(), 0u);
}

TEST_F(EndTest, WaitsForReservations) {
  Consumer consumer = Join();
  Producer other = NewProducer();
  const Result<MutableBytes> place = other.TryReserve(4);
  ASSERT_TRUE(Ok(place));
  EXPECT_EQ(other.End().code(), Code::kOutOfOrder);
  EXPECT_TRUE(Ok(producer_.End()));
  EXPECT_EQ(test::ReadText(consumer), "kEmpty");  // it was reserved before the end
  std::string("late").copy(static_cast<char*>(place->data()), 4);
  EXPECT_TRUE(Ok(other.Commit(4)));
  EXPECT_EQ(WaitText(consumer), "late");
  EXPECT_EQ(WaitText(consumer), "kEndOfStream");
}

// Until then it may come back.
TEST_F(EndTest, ComesWhenNobodyHoldsAMessage) {
  Consumer holder = Join();
  Consumer consumer = Join();
  EXPECT_TRUE(Ok(producer_.TryWrite("last")));
  ASSERT_TRUE(Ok(holder.TryPeek()));
  EXPECT_TRUE(Ok(producer_.End()));
  EXPECT_EQ(test::ReadText(consumer), "kEmpty");
  EXPECT_TRUE(Ok(holder.Release()));
  EXPECT_EQ(test::ReadText(consumer), "kEndOfStream");
}

TEST_F(EndTest, WhatADeadMemberHeldComesBeforeIt) {
  Consumer consumer = Join();
  EXPECT_TRUE(Ok(producer_.TryWrite("held")));
  EXPECT_TRUE(Ok(producer_.End()));
  const test::SharedPage<std::atomic<bool>> holds;
  Child holder = Start([&](Queue& queue) {
    Consumer other = *queue.Join();
    ASSERT_TRUE(Ok(other.TryPeek()));
    *holds = true;
    while (true) test::Nap();
  });
  ASSERT_TRUE(test::Eventually([&] { return holds->load(); }));
  Child reader = Start([](Queue& queue) {
    Consumer other = *queue.Join();
    EXPECT_EQ(WaitText(other), "held");
    EXPECT_EQ(WaitText(other), "kEndOfStream");
  });
  ASSERT_TRUE(AwaitReader());
  holder.Kill();
  EXPECT_TRUE(Succeeded(reader.Wait()));
  EXPECT_EQ(WaitText(consumer), "kEndOfStream");
}

// Whoever died had said that it ends the stream, but not where.
TEST_F(EndTest, WhoseAuthorDiedHalfWay) {
  EXPECT_TRUE(Ok(producer_.TryWrite("last")));
  raw_->control().ended = 1;
  EXPECT_TRUE(queue_.Info().ended);
  Result<Queue> looker = Queue::Open(name_.get(), Access::kReadOnly);
  Observer observer = *looker->Observe(From::kOldest);
  EXPECT_EQ(test::ReadText(observer), "last");
  EXPECT_EQ(test::ReadText(observer), "kEmpty");  // without write rights it cannot help
  EXPECT_EQ(producer_.TryWrite("x").code(), Code::kEndOfStream);
  Consumer consumer = Join();
  EXPECT_EQ(WaitText(consumer), "last");
  EXPECT_EQ(WaitText(consumer), "kEndOfStream");
  EXPECT_EQ(WaitText(observer), "kEndOfStream");
}

TEST_F(EndTest, IsFinishedByWhoeverEndsNext) {
  raw_->control().ended = 1;
  EXPECT_TRUE(Ok(producer_.End()));
  EXPECT_EQ(raw_->control().ended, queue_.Info().head + 2);
  Result<Queue> looker = Queue::Open(name_.get(), Access::kReadOnly);
  EXPECT_EQ(WaitText(*looker->Observe()), "kEndOfStream");
}

TEST_F(EndTest, WakesAllWhoSleep) {
  std::vector<Child> children;
  test::Fill(producer_);
  for (int i = 0; i < 2; ++i) {
    children.push_back(Start([](Queue& queue) {
      EXPECT_EQ(queue.NewProducer()->Write("x", Deadline::Never()).code(), Code::kEndOfStream);
    }));
    children.push_back(Start(
        [](Queue& queue) { EXPECT_EQ(WaitText(*test::JoinSoon(queue, "now")), "kEndOfStream"); }));
    children.push_back(
        Start([](Queue& queue) { EXPECT_EQ(WaitText(*queue.Observe()), "kEndOfStream"); },
              i == 0 ? Access::kBest : Access::kReadOnly));
  }
  ASSERT_TRUE(test::Eventually([this] {
    const PresenceInfo info = *queue_.Presence();
    return info.producers == 3 && info.members == 2 && info.observers == 2;
  }));
  ASSERT_TRUE(AwaitReader());
  ASSERT_TRUE(AwaitWriter());
  test::Nap(std::chrono::milliseconds(20));  // most sleep by then
  EXPECT_TRUE(Ok(producer_.End()));
  for (Child& child : children) EXPECT_TRUE(Succeeded(child.Wait()));
}

// Writers race with somebody who ends the stream: all that they were told is written is read, by
// each group and observer, and nothing else.
class EndRaceTest : public test::WaitingTest {
 protected:
  static constexpr uint32_t kWriters = 2;

  static uint64_t WriteToTheEnd(Queue& queue, uint32_t round) {
    Producer producer = *queue.NewProducer();
    const ConstBytes batch[] = {"one", "two", "three"};
    for (uint64_t written = 0;;) {
      const bool alone = (round + written) % 2 == 0;
      const Result<size_t> some = producer.TryWriteBatch(batch, alone ? 1 : 3);
      if (some.ok()) written += *some;
      if (some.code() == Code::kEndOfStream) return written;
      const Status one = producer.Write("one", Deadline::Never());
      if (one == Code::kEndOfStream) return written;
      ++written;
    }
  }

  template <typename Reader>
  static uint64_t ReadToTheEnd(Reader& reader) {
    uint64_t read = 0;
    std::string text = WaitText(reader);
    for (; text != "kEndOfStream"; text = WaitText(reader)) {
      EXPECT_TRUE(text == "one" || text == "two" || text == "three") << text;
      ++read;
    }
    return read + reader.lost();
  }

  void Run(uint32_t round, bool single) {
    Options options = test::SmallOptions();
    options.single_producer = single;
    Queue queue = *Queue::CreateAnonymous("end race", options);
    std::atomic<uint64_t> written{0};
    std::atomic<uint64_t> read{0};
    std::atomic<uint64_t> read_too{0};
    Consumer members[] = {*queue.Join(), *queue.Join(), *queue.Join("too", {})};
    std::vector<std::thread> threads;
    for (uint32_t i = 0; !single && i < kWriters; ++i) {
      threads.emplace_back([&] { written += WriteToTheEnd(queue, round); });
    }
    for (Consumer& member : members) {
      auto& count = &member == &members[2] ? read_too : read;
      threads.emplace_back([&member, &count] { count += ReadToTheEnd(member); });
    }
    Producer ender = *queue.NewProducer();
    for (uint32_t i = 0; i < round % 100; ++i) {
      if (ender.Write("one", Deadline::Never()).ok()) ++written;
    }
    EXPECT_TRUE(Ok(ender.End()));
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(read, written) << "round " << round;
    EXPECT_EQ(read_too, written) << "round " << round;
    EXPECT_EQ(queue.Info().written_messages, written);
  }
};

TEST_F(EndRaceTest, LosesNothingThatWasWritten) {
  for (uint32_t round = 0; round < 400 && !HasFailure(); ++round) Run(round, false);
}

TEST_F(EndRaceTest, OfASingleProducer) {
  for (uint32_t round = 0; round < 200 && !HasFailure(); ++round) Run(round, true);
}

}  // namespace
}  // namespace fmmq
