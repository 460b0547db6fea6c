// Sleepers that are killed, and sleepers who wait for what the dead held.
#include <signal.h>

#include <atomic>
#include <string>
#include <vector>

#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::Succeeded;
using test::WaitText;

class SleeperDeathTest : public test::WaitingTest {
 protected:
  void SetUp() override {
    WaitingTest::SetUp();
    Make();
  }
  // A process that does `work` and then waits to be killed, and is.
  void KillAfter(const std::function<void(Queue&)>& work) {
    *done_ = false;
    Child child = Start([&](Queue& queue) {
      work(queue);
      *done_ = true;
      while (true) test::Nap();
    });
    ASSERT_TRUE(test::Eventually([this] { return done_->load(); }));
    child.Kill();
  }

  const test::SharedPage<std::atomic<bool>> done_;
};

TEST_F(SleeperDeathTest, WritersGoOnAfterAReaderIsKilled) {
  Producer producer = NewProducer();
  std::vector<Child> readers;
  for (uint64_t i = 0; i < 4; ++i) {
    readers.push_back(Start([](Queue& queue) { WaitText(*test::JoinSoon(queue)); }));
    ASSERT_TRUE(test::Eventually([&] { return queue_.Info().members == i + 1; }));
    ASSERT_TRUE(AwaitReader());
  }
  for (Child& reader : readers) reader.Kill();
  EXPECT_EQ(test::Fill(producer), test::kSmallBlocks);
  Consumer consumer = Join();
  EXPECT_EQ(test::ReadTexts(consumer).size(), test::kSmallBlocks);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(Ok(producer.Write("next", Deadline::Never())));
    ASSERT_EQ(WaitText(consumer), "next");
  }
}

TEST_F(SleeperDeathTest, ReadersGoOnAfterAWriterIsKilled) {
  Producer producer = NewProducer();
  test::Fill(producer);
  Child writer = Start(
      [](Queue& queue) { queue.NewProducer()->Write("never", Deadline::Never()).IgnoreError(); });
  ASSERT_TRUE(AwaitWriter());
  writer.Kill();
  Consumer consumer = Join();
  for (uint64_t i = 0; i < test::kSmallBlocks; ++i) ASSERT_EQ(WaitText(consumer), "filler");
  EXPECT_TRUE(Ok(producer.Write("next", Deadline::Never())));
  EXPECT_EQ(WaitText(consumer), "next");
}

// Nobody rings a bell for these: the sleeper has to look for itself.
TEST_F(SleeperDeathTest, AReaderGetsPastADeadProducer) {
  Producer producer = NewProducer();
  // Who observes from now on must have come before the message.
  const test::SharedPage<std::atomic<int>> there;
  Child reader = Start([&](Queue& queue) {
    Consumer consumer = *queue.Join();
    ++*there;
    EXPECT_EQ(WaitText(consumer), "behind");
  });
  Child observer = Start([&](Queue& queue) {
    Observer any = *queue.Observe();
    ++*there;
    EXPECT_EQ(WaitText(any), "behind");
  });
  Child looker = Start(
      [&](Queue& queue) {
        Observer only = *queue.Observe();
        EXPECT_TRUE(Ok(only.SetWaitPolicy(test::SleepAtOnce())));
        ++*there;
        EXPECT_EQ(WaitText(only), "behind");
      },
      Access::kReadOnly);
  ASSERT_TRUE(test::Eventually([&] { return *there == 3; }));
  ASSERT_TRUE(AwaitReader());
  test::Nap(std::chrono::milliseconds(50));  // most sleep by then
  KillAfter([&](Queue& queue) {
    // Its seat goes with the process only.
    static Producer dead = *queue.NewProducer();
    ASSERT_TRUE(Ok(dead.TryReserve(100)));
  });
  EXPECT_TRUE(Ok(producer.TryWrite("behind")));
  EXPECT_TRUE(Succeeded(reader.Wait()));
  EXPECT_TRUE(Succeeded(observer.Wait()));
  EXPECT_TRUE(Succeeded(looker.Wait()));
}

TEST_F(SleeperDeathTest, AReaderGetsWhatADeadMemberHeld) {
  Producer producer = NewProducer();
  EXPECT_TRUE(Ok(producer.TryWrite("held")));
  Child holder = Start([this](Queue& queue) {
    Consumer consumer = *queue.Join();
    ASSERT_TRUE(Ok(consumer.TryPeek()));
    *done_ = true;
    while (true) test::Nap();
  });
  ASSERT_TRUE(test::Eventually([this] { return done_->load(); }));
  Child reader = Start([](Queue& queue) {
    Consumer consumer = *queue.Join();
    char buffer[64];
    const Result<Received> received = consumer.Read(buffer, Deadline::Never());
    ASSERT_TRUE(Ok(received));
    EXPECT_TRUE(received->redelivered);
  });
  ASSERT_TRUE(AwaitReader());
  holder.Kill();
  EXPECT_TRUE(Succeeded(reader.Wait()));
}

TEST_F(SleeperDeathTest, AWriterGetsTheRoomOfADeadMembersGroup) {
  Producer producer = NewProducer();
  Consumer reader = Join();
  Child member = Start([this](Queue& queue) {
    static Consumer consumer = *queue.Join("dies", {});
    *done_ = true;
    while (true) test::Nap();
  });
  ASSERT_TRUE(test::Eventually([this] { return done_->load(); }));
  test::Fill(producer);
  EXPECT_EQ(test::ReadTexts(reader).size(), test::kSmallBlocks);
  Child writer = Start([](Queue& queue) {
    EXPECT_TRUE(Ok(queue.NewProducer()->Write("written", Deadline::Never())));
  });
  ASSERT_TRUE(AwaitWriter());
  member.Kill();
  EXPECT_TRUE(Succeeded(writer.Wait()));
  EXPECT_EQ(WaitText(reader), "written");
}

// Processes that sleep, or are just about to, or just woke up, are killed all the time.
TEST_F(SleeperDeathTest, TrafficGoesOnWhileSleepersAreKilled) {
  constexpr int kRounds = 100;
  Producer producer = NewProducer();
  Consumer consumer = Join();
  for (int round = 0; round < kRounds; ++round) {
    Child reader = Start([](Queue& queue) {
      Consumer other = *test::JoinSoon(queue, "killed");
      while (true) WaitText(other);
    });
    Child writer = Start([](Queue& queue) {
      Producer other = *test::NewProducerSoon(queue);
      while (true) other.Write("by the dead", Deadline::Never()).IgnoreError();
    });
    for (int i = 0; i < round * 5; ++i) ASSERT_EQ(WaitText(consumer), "by the dead");
    reader.Kill();
    writer.Kill();
    // What the dead wrote, and what they have not finished, is in the way at first.
    ASSERT_TRUE(test::Eventually([&] {
      for (const std::string& text : test::ReadTexts(consumer)) EXPECT_EQ(text, "by the dead");
      return producer.TryWrite("by the living").ok();
    }));
    ASSERT_EQ(WaitText(consumer), "by the living");
  }
}

}  // namespace
}  // namespace fmmq
