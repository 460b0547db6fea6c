// Who is there, by the kernel's word; and groups that are dropped because nobody is.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::Succeeded;
using test::WaitText;

constexpr GroupOptions kDurable = {GroupKind::kShared, /*durable=*/true, From::kNow};

class PresenceTest : public test::WaitingTest {
 protected:
  void SetUp() override {
    WaitingTest::SetUp();
    Make();
  }

  // A process that makes its handles and then waits to be killed.
  Child StartHolder(const std::function<void(Queue&)>& hold) {
    *holds_ = false;
    Child child = Start([&](Queue& queue) {
      hold(queue);
      *holds_ = true;
      while (true) test::Nap();
    });
    EXPECT_TRUE(test::Eventually([this] { return holds_->load(); }));
    return child;
  }

  // "producers members observers".
  static std::string PresenceIn(const Queue& queue) {
    const Result<PresenceInfo> info = queue.Presence();
    if (!info.ok()) return info.status().name();
    return std::to_string(info->producers) + " " + std::to_string(info->members) + " " +
           std::to_string(info->observers);
  }
  std::string Presence() const { return PresenceIn(queue_); }

  const test::SharedPage<std::atomic<bool>> holds_;
};

TEST_F(PresenceTest, CountsHandles) {
  EXPECT_EQ(Presence(), "0 0 0");
  Producer producer = NewProducer();
  EXPECT_EQ(Presence(), "1 0 0");
  Consumer consumer = Join();
  Consumer other = Join("other");
  EXPECT_EQ(Presence(), "1 2 0");
  Observer first = Observe();
  Observer second = Observe();
  EXPECT_EQ(Presence(), "1 2 2");
  EXPECT_TRUE(Ok(first.Close()));
  EXPECT_TRUE(Ok(producer.Close()));
  EXPECT_TRUE(Ok(other.Close()));
  EXPECT_EQ(Presence(), "0 1 1");
}

// Its seat is an observer's, whatever it does.
TEST_F(PresenceTest, CountsAnArmedObserverOnce) {
  Observer observer = Observe();
  ASSERT_TRUE(Ok(observer.Arm()));
  EXPECT_EQ(Presence(), "0 0 1");
  EXPECT_TRUE(Ok(observer.Close()));
  EXPECT_EQ(Presence(), "0 0 0");
}

TEST_F(PresenceTest, CountsTheLivingOnly) {
  Producer producer = NewProducer();
  Child holder = StartHolder([](Queue& queue) {
    static Producer other = *queue.NewProducer();
    static Consumer consumer = *queue.Join();
    static Observer observer = *queue.Observe();
  });
  EXPECT_EQ(Presence(), "2 1 1");
  EXPECT_EQ(queue_.Info().producers, 2u);
  holder.Stop();
  EXPECT_EQ(Presence(), "2 1 1");  // stopped is not dead
  holder.Kill();
  EXPECT_EQ(Presence(), "1 0 0");
  EXPECT_EQ(queue_.Info().producers, 2u);  // what the seats say
}

TEST_F(PresenceTest, ForWhoMayReadOnly) {
  Producer producer = NewProducer();
  Consumer consumer = Join();
  Queue looker = *Queue::Open(name_.get(), Access::kReadOnly);
  Observer observer = *looker.Observe();
  EXPECT_EQ(PresenceIn(looker), "1 1 1");
  EXPECT_EQ(Presence(), "1 1 1");
}

TEST_F(PresenceTest, OfAClosedOrForkedQueue) {
  EXPECT_EQ(PresenceIn(Queue()), "kClosed");
  Producer producer = NewProducer();
  EXPECT_TRUE(Succeeded(test::RunInChild([this] { EXPECT_EQ(Presence(), "kForked"); })));
  EXPECT_EQ(Presence(), "1 0 0");
}

TEST_F(PresenceTest, CountsAsManyObserversAsItCan) {
  std::vector<Observer> observers;
  for (int i = 0; i < 256; ++i) observers.push_back(Observe());
  EXPECT_EQ(Presence(), "0 0 256");
  observers.push_back(Observe());
  EXPECT_EQ(Presence(), "0 0 256");
  EXPECT_EQ(test::ReadText(observers.back()), "kEmpty");
  observers.clear();
  EXPECT_EQ(Presence(), "0 0 0");
}

// Each takes a place of its own, also when they come at the same moment.
TEST_F(PresenceTest, CountsObserversThatComeTogether) {
  constexpr int kThreads = 4;
  constexpr int kEach = 4;
  for (int round = 0; round < 20; ++round) {
    std::vector<Observer> observers(kThreads * kEach);
    const test::SharedPage<test::Barrier> barrier;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        ASSERT_TRUE(barrier->Wait(kThreads));
        for (int i = 0; i < kEach; ++i) observers[t * kEach + i] = Observe();
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(Presence(), "0 0 16") << "round " << round;
  }
}

using DropGroupTest = PresenceTest;

TEST_F(DropGroupTest, LetsWritersGoOn) {
  Producer producer = NewProducer();
  Consumer consumer = Join();
  { Consumer gone = Join("gone", kDurable); }
  EXPECT_EQ(test::Fill(producer), test::kSmallBlocks);
  EXPECT_EQ(test::ReadTexts(consumer).size(), test::kSmallBlocks);
  EXPECT_EQ(producer.TryWrite("x").code(), Code::kFull);
  EXPECT_TRUE(Ok(queue_.DropGroup("gone")));
  EXPECT_EQ(test::Fill(producer), test::kSmallBlocks);
  EXPECT_EQ(queue_.DropGroup("gone").code(), Code::kNotFound);
  GroupInfo groups[4];
  EXPECT_EQ(queue_.Groups(groups, 4), 1u);
}

TEST_F(DropGroupTest, NotWhileItHasLiveMembers) {
  Consumer member = Join("taken", kDurable);
  EXPECT_EQ(queue_.DropGroup("taken").code(), Code::kTaken);
  Child holder =
      StartHolder([](Queue& queue) { static Consumer other = *queue.Join("taken", kDurable); });
  EXPECT_TRUE(Ok(member.Close()));
  EXPECT_EQ(queue_.DropGroup("taken").code(), Code::kTaken);
  Producer producer = NewProducer();
  holder.Kill();
  EXPECT_TRUE(Ok(queue_.DropGroup("taken")));
}

TEST_F(DropGroupTest, WithWhatADeadMemberHeld) {
  Producer producer = NewProducer();
  Child holder = StartHolder([](Queue& queue) {
    static Consumer member = *queue.Join("held", {});
    EXPECT_TRUE(Ok(queue.NewProducer()->TryWrite("held")));
    EXPECT_TRUE(Ok(member.TryPeek()));
  });
  holder.Kill();
  EXPECT_TRUE(Ok(queue_.DropGroup("held")));
  EXPECT_TRUE(Ok(queue_.DropGroup("default")));
  for (uint64_t i = 0; i < 3 * test::kSmallBlocks; ++i) {
    ASSERT_TRUE(Ok(producer.TryWrite("nobody reads this")));
  }
}

TEST_F(DropGroupTest, CanBeMadeAgain) {
  Producer producer = NewProducer();
  EXPECT_TRUE(Ok(producer.TryWrite("dropped")));
  EXPECT_TRUE(Ok(queue_.DropGroup("default")));
  Consumer consumer = Join();
  EXPECT_EQ(test::ReadText(consumer), "kEmpty");
  EXPECT_TRUE(Ok(producer.TryWrite("message")));
  EXPECT_EQ(WaitText(consumer), "message");
}

TEST_F(DropGroupTest, WrongCalls) {
  EXPECT_EQ(queue_.DropGroup("none").code(), Code::kNotFound);
  EXPECT_EQ(queue_.DropGroup("").code(), Code::kBadName);
  EXPECT_EQ(queue_.DropGroup(std::string(65, 'n')).code(), Code::kNameTooLong);
  EXPECT_EQ(Queue().DropGroup("default").code(), Code::kClosed);
  Queue looker = *Queue::Open(name_.get(), Access::kReadOnly);
  EXPECT_EQ(looker.DropGroup("default").code(), Code::kReadOnly);
  const auto child = [this] { EXPECT_EQ(queue_.DropGroup("default").code(), Code::kForked); };
  EXPECT_TRUE(Succeeded(test::RunInChild(child)));
}

}  // namespace
}  // namespace fmmq
