// Calls that end for another reason than what they wait for: deadlines, Cancel, signals, removal.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test::Child;
using test::Ok;
using test::Succeeded;
using test::WaitText;

// A call may be late by what a busy machine takes to run a process again.
constexpr std::chrono::seconds kLateness{20};

constexpr WaitPolicy kPolicies[] = {{}, {0, false}, {Deadline::kNever, false}, {1'000'000, true}};

// One handle of each kind on a queue where reading and writing both have to wait.
class DeadlineTest : public test::WaitingTest {
 protected:
  using Call = std::function<Code(Deadline)>;

  void SetUp() override {
    WaitingTest::SetUp();
    Make();
    GroupOptions now;
    empty_ = Join("empty", now);
    producer_ = NewProducer();
    filled_ = test::Fill(producer_);
    while (empty_.TryRead(buffer_).ok()) {
    }
    observer_ = Observe();
  }

  std::vector<Call> Calls() {
    return {
        [this](Deadline d) { return producer_.Write("message", d).code(); },
        [this](Deadline d) { return producer_.Reserve(100, d).code(); },
        [this](Deadline d) { return empty_.Read(buffer_, d).code(); },
        [this](Deadline d) { return empty_.Peek(d).code(); },
        [this](Deadline d) { return empty_.PeekBatch(5, d).code(); },
        [this](Deadline d) { return observer_.Read(buffer_, d).code(); },
    };
  }

  void SetPolicy(const WaitPolicy& policy) {
    EXPECT_TRUE(Ok(producer_.SetWaitPolicy(policy)));
    EXPECT_TRUE(Ok(empty_.SetWaitPolicy(policy)));
    EXPECT_TRUE(Ok(observer_.SetWaitPolicy(policy)));
  }
  void CancelAll() {
    producer_.Cancel();
    empty_.Cancel();
    observer_.Cancel();
  }

  // Runs each call with a time limit, and expects it to use that up, but not much more.
  void ExpectTimeouts(milliseconds limit) {
    for (const Call& call : Calls()) {
      const auto start = steady_clock::now();
      EXPECT_EQ(call(Deadline::At(start + limit)), Code::kTimeout);
      const auto late = steady_clock::now() - start - std::max(limit, milliseconds(0));
      EXPECT_GE(late.count(), 0);
      EXPECT_LT(late / milliseconds(1), kLateness / milliseconds(1));
    }
  }

  Consumer empty_;
  Producer producer_;
  Observer observer_;
  uint64_t filled_ = 0;
  char buffer_[4096] = {};
};

TEST_F(DeadlineTest, ThatHasPassed) {
  for (const WaitPolicy& policy : kPolicies) {
    SetPolicy(policy);
    ExpectTimeouts(milliseconds(-1));
    ExpectTimeouts(milliseconds(-1'000'000'000));
    ExpectTimeouts(milliseconds(0));
  }
  EXPECT_EQ(empty_.Read(buffer_, Deadline::At(steady_clock::time_point::min())).code(),
            Code::kTimeout);
}

TEST_F(DeadlineTest, ThatIsNear) {
  for (const WaitPolicy& policy : kPolicies) {
    SetPolicy(policy);
    ExpectTimeouts(milliseconds(1));
    ExpectTimeouts(milliseconds(30));
  }
}

TEST_F(DeadlineTest, BeyondASlice) { ExpectTimeouts(milliseconds(150)); }

// Who has to wait for nothing gets it however late it is.
TEST_F(DeadlineTest, MattersToWhoWaitsOnly) {
  Consumer behind = Join();
  const Deadline past = Deadline::In(milliseconds(-1));
  EXPECT_EQ(WaitText(behind, past), "filler");
  EXPECT_TRUE(Ok(producer_.Write("written", past)));
  EXPECT_EQ(WaitText(empty_, past), "written");
  EXPECT_EQ(WaitText(observer_, past), "written");
}

TEST_F(DeadlineTest, LongerThanClocksCanSay) {
  const Deadline far = Deadline::In(std::chrono::nanoseconds::max());
  EXPECT_GT(far.ns(), Deadline::In(std::chrono::hours(24)).ns());
}

TEST_F(DeadlineTest, CancelEndsTheNextWait) {
  for (const WaitPolicy& policy : kPolicies) {
    SetPolicy(policy);
    for (const Call& call : Calls()) {
      CancelAll();
      EXPECT_EQ(call(Deadline::Never()), Code::kCancelled);
    }
    CancelAll();
    for (size_t first : {0, 2, 5}) Calls()[first](Deadline::Never());
    ExpectTimeouts(milliseconds(1));  // a Cancel ends one wait only
  }
}

TEST_F(DeadlineTest, CancelDoesNotTouchCallsThatNeedNotWait) {
  CancelAll();
  EXPECT_EQ(empty_.TryRead(buffer_).code(), Code::kEmpty);
  EXPECT_EQ(producer_.TryWrite("x").code(), Code::kFull);
  Consumer behind = Join();
  EXPECT_EQ(WaitText(behind), "filler");
  EXPECT_TRUE(Ok(producer_.Write("written", Deadline::Never())));
  EXPECT_EQ(WaitText(empty_), "written");
  EXPECT_EQ(WaitText(empty_), "kCancelled");
}

TEST_F(DeadlineTest, CancelFromAnotherThread) {
  const std::function<void()> cancels[] = {
      [this] { producer_.Cancel(); }, [this] { empty_.Cancel(); }, [this] { observer_.Cancel(); }};
  const size_t handle_of_call[] = {0, 0, 1, 1, 1, 2};
  for (const WaitPolicy& policy : kPolicies) {
    SetPolicy(policy);
    for (size_t i = 0; i < 6; ++i) {
      std::thread canceller([&] {
        test::Nap(milliseconds(3));
        cancels[handle_of_call[i]]();
      });
      EXPECT_EQ(Calls()[i](Deadline::Never()), Code::kCancelled);
      canceller.join();
    }
  }
}

TEST_F(DeadlineTest, CancelOfOneHandleLeavesOthersAsleep) {
  std::atomic<bool> woken{false};
  Consumer other = Join("other");
  std::thread sleeper([&] {
    EXPECT_EQ(WaitText(other), "kCancelled");
    woken = true;
  });
  ASSERT_TRUE(AwaitReader());
  empty_.Cancel();  // takes the sleeper's mark away
  ASSERT_TRUE(AwaitReader());
  EXPECT_FALSE(woken);
  other.Cancel();
  sleeper.join();
}

TEST_F(DeadlineTest, AHandleThatWaitsIsBusy) {
  std::thread sleeper([&] { EXPECT_EQ(WaitText(empty_), "kCancelled"); });
  ASSERT_TRUE(AwaitReader());
  EXPECT_EQ(empty_.TryRead(buffer_).code(), Code::kBusy);
  EXPECT_EQ(empty_.SetWaitPolicy({}).code(), Code::kBusy);
  EXPECT_EQ(empty_.Close().code(), Code::kBusy);
  empty_.Cancel();
  sleeper.join();
}

TEST_F(DeadlineTest, ClosedHandlesDoNotWait) {
  Producer producer;
  Consumer consumer;
  Observer observer;
  producer.Cancel();
  consumer.Cancel();
  observer.Cancel();
  EXPECT_EQ(producer.Write("x", Deadline::Never()).code(), Code::kClosed);
  EXPECT_EQ(WaitText(consumer), "kClosed");
  EXPECT_EQ(WaitText(observer), "kClosed");
  EXPECT_EQ(consumer.SetWaitPolicy({}).code(), Code::kClosed);
}

TEST_F(DeadlineTest, AForkedChildDoesNotWait) {
  EXPECT_TRUE(Succeeded(test::RunInChild([this] {
    CancelAll();
    for (const Call& call : Calls()) EXPECT_EQ(call(Deadline::Never()), Code::kForked);
  })));
  EXPECT_EQ(empty_.Read(buffer_, Deadline::In(milliseconds(1))).code(), Code::kTimeout);
}

TEST_F(DeadlineTest, WhatCannotEverSucceedDoesNotWait) {
  const std::string large(queue_.max_message_size() + 1, 'L');
  EXPECT_EQ(producer_.Write(large, Deadline::Never()).code(), Code::kTooLarge);
  EXPECT_EQ(empty_.PeekBatch(0, Deadline::Never()).code(), Code::kInvalidArgument);
  Consumer behind = Join();
  char small[1];
  EXPECT_EQ(behind.Read(small, Deadline::Never()).code(), Code::kBufferTooSmall);
  ASSERT_TRUE(Ok(behind.Peek(Deadline::Never())));
  EXPECT_EQ(behind.Peek(Deadline::Never()).code(), Code::kOutOfOrder);
  EXPECT_EQ(behind.Read(buffer_, Deadline::Never()).code(), Code::kOutOfOrder);
}

// Whose name is gone would wait for writers who cannot come.
TEST_F(DeadlineTest, ARemovedNameEndsSleeps) {
  SetPolicy(test::SleepAtOnce());
  EXPECT_TRUE(Ok(Queue::Remove(name_.get())));
  for (const Call& call : Calls()) EXPECT_EQ(call(Deadline::Never()), Code::kRemoved);
}

TEST_F(DeadlineTest, ARemovedNameEndsSleepsThatHaveBegun) {
  Child reader = Start([](Queue& queue) {
    Consumer consumer = *queue.Join("other", {});
    EXPECT_EQ(WaitText(consumer), "kRemoved");
  });
  ASSERT_TRUE(AwaitReader());
  EXPECT_TRUE(Ok(Queue::Remove(name_.get())));
  Result<Queue> another = Queue::Create(name_.get());  // with the same name: not the same queue
  EXPECT_TRUE(Succeeded(reader.Wait()));
}

TEST_F(DeadlineTest, ARemovedNameDoesNotKeepMessagesBack) {
  SetPolicy(test::SleepAtOnce());
  EXPECT_TRUE(Ok(Queue::Remove(name_.get())));
  Consumer behind = Join();
  for (uint64_t i = 0; i < filled_; ++i) ASSERT_EQ(WaitText(behind), "filler");
  EXPECT_EQ(WaitText(behind), "kRemoved");
  EXPECT_TRUE(Ok(producer_.Write("written", Deadline::Never())));
  EXPECT_EQ(WaitText(behind), "written");
}

}  // namespace
}  // namespace fmmq
