// Counts of handles, of the queue and of its groups.
#include <atomic>
#include <string>
#include <vector>

#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;

class StatisticsTest : public test::WaitingTest {
 protected:
  // A process that works and then waits to be killed, and is.
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

  void ExpectTotals(uint64_t written, uint64_t written_bytes, uint64_t read, uint64_t read_bytes) {
    const QueueInfo info = queue_.Info();
    EXPECT_EQ(info.written_messages, written);
    EXPECT_EQ(info.written_bytes, written_bytes);
    EXPECT_EQ(info.read_messages, read);
    EXPECT_EQ(info.read_bytes, read_bytes);
  }
  GroupInfo DefaultGroup() {
    GroupInfo info;
    EXPECT_EQ(queue_.Groups(&info, 1), 1u);
    return info;
  }

  const test::SharedPage<std::atomic<bool>> done_;
};

TEST_F(StatisticsTest, OfWriters) {
  Make();
  Producer producer = NewProducer();
  EXPECT_TRUE(Ok(producer.TryWrite("12345")));
  EXPECT_TRUE(Ok(producer.Write("", Deadline::Never())));
  const ConstBytes batch[] = {"123", "4567"};
  EXPECT_EQ(*producer.TryWriteBatch(batch, 2), 2u);
  EXPECT_TRUE(Ok(producer.TryReserve(100)));
  EXPECT_TRUE(Ok(producer.Commit(10)));
  EXPECT_TRUE(Ok(producer.TryReserve(100)));
  EXPECT_TRUE(Ok(producer.Abort()));
  EXPECT_EQ(producer.Stats().messages, 5u);
  EXPECT_EQ(producer.Stats().bytes, 22u);
  EXPECT_EQ(producer.Stats().misses, 0u);
  ExpectTotals(5, 22, 0, 0);
  test::Fill(producer);
  EXPECT_GE(producer.Stats().misses, 1u);
}

TEST_F(StatisticsTest, OfReaders) {
  Make();
  Producer producer = NewProducer();
  Consumer consumer = Join();
  Consumer other = Join("other");
  Observer observer = Observe();
  for (const char* text : {"1", "22", "333", "4444", "55555"}) {
    EXPECT_TRUE(Ok(producer.TryWrite(std::string(text))));
  }
  EXPECT_EQ(test::ReadText(consumer), "1");
  EXPECT_EQ(consumer.TryPeek()->bytes.text(), "22");
  EXPECT_TRUE(Ok(consumer.Release()));
  EXPECT_EQ(*consumer.TryPeekBatch(8), 3u);
  while (consumer.Next().ok()) {
  }
  EXPECT_TRUE(Ok(consumer.Release()));
  EXPECT_EQ(consumer.Stats().messages, 5u);
  EXPECT_EQ(consumer.Stats().bytes, 15u);
  EXPECT_EQ(test::ReadTexts(other).size(), 5u);
  EXPECT_EQ(other.Stats().bytes, 15u);
  EXPECT_EQ(other.Stats().misses, 1u);
  ExpectTotals(5, 15, 10, 30);
  EXPECT_EQ(test::ReadTexts(observer).size(), 5u);
  EXPECT_EQ(observer.Stats().messages, 5u);
  EXPECT_EQ(observer.Stats().bytes, 15u);
  ExpectTotals(5, 15, 10, 30);  // observers are nobody's business
}

TEST_F(StatisticsTest, OfLosses) {
  Make(test::SmallOptions(Policy::kOverwrite));
  Producer producer = NewProducer();
  Consumer consumer = Join();
  Observer observer = Observe();
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(Ok(producer.TryWrite("x")));
  const uint64_t read = test::ReadTexts(consumer).size();
  EXPECT_EQ(consumer.Stats().messages, read);
  EXPECT_EQ(consumer.Stats().lost, 1000 - read);
  EXPECT_EQ(DefaultGroup().lost, 1000 - read);
  const uint64_t observed = test::ReadTexts(observer).size();
  EXPECT_EQ(observer.Stats().lost, 1000 - observed);
}

TEST_F(StatisticsTest, OfClosedHandles) {
  EXPECT_EQ(Producer().Stats().messages + Consumer().Stats().messages, 0u);
  EXPECT_EQ(Observer().Stats().bytes, 0u);
}

TEST_F(StatisticsTest, StayWhenHandlesAreClosed) {
  Make();
  for (uint64_t i = 1; i <= 10; ++i) {
    Producer producer = NewProducer();
    EXPECT_TRUE(Ok(producer.TryWrite("12345")));
    Consumer consumer = Join();
    EXPECT_EQ(test::ReadText(consumer), "12345");
    ExpectTotals(i, 5 * i, i, 5 * i);
  }
  ExpectTotals(10, 50, 10, 50);
  EXPECT_EQ(DefaultGroup().redelivered, 0u);
}

TEST_F(StatisticsTest, StayWhenHandlesDie) {
  Options options = test::SmallOptions();
  options.seats = 2;
  Make(options);
  for (uint64_t i = 1; i <= 10; ++i) {
    KillAfter([](Queue& queue) {
      static Producer producer = *queue.NewProducer();
      static Consumer consumer = *queue.Join();
      EXPECT_TRUE(Ok(producer.TryWrite("12345")));
      EXPECT_EQ(test::ReadText(consumer), "12345");
    });
    ExpectTotals(i, 5 * i, i, 5 * i);
  }
  Producer producer = NewProducer();  // takes a dead one's seat
  Consumer consumer = Join();
  ExpectTotals(10, 50, 10, 50);
}

TEST_F(StatisticsTest, OfRedeliveries) {
  Make();
  Consumer consumer = Join();
  EXPECT_EQ(test::ReadText(consumer), "kEmpty");
  KillAfter([](Queue& queue) {
    static Consumer dead = *queue.Join();
    EXPECT_TRUE(Ok(queue.NewProducer()->TryWrite("held")));
    EXPECT_TRUE(Ok(dead.TryPeek()));
  });
  EXPECT_EQ(test::WaitText(consumer), "held");
  EXPECT_EQ(DefaultGroup().redelivered, 0u);  // not done with
  EXPECT_TRUE(Ok(consumer.Release()));
  EXPECT_EQ(DefaultGroup().redelivered, 1u);
  EXPECT_EQ(consumer.Stats().redelivered, 1u);
  EXPECT_GE(consumer.Stats().rescues, 1u);
  EXPECT_EQ(DefaultGroup().lag, 0u);
}

// Its counts go on where the dead one's ended.
TEST_F(StatisticsTest, StayWhenAMemberTakesADeadOnesSeat) {
  Options options = test::SmallOptions();
  options.seats = 2;
  Make(options);
  Producer producer = NewProducer();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(Ok(producer.TryWrite("12345")));
  KillAfter([](Queue& queue) {
    static Consumer dead = *queue.Join();
    for (int i = 0; i < 5; ++i) EXPECT_EQ(test::ReadText(dead), "12345");
    EXPECT_TRUE(Ok(dead.TryPeek()));
  });
  ExpectTotals(10, 50, 6, 30);
  Consumer consumer = Join();
  ExpectTotals(10, 50, 6, 30);
  EXPECT_EQ(test::ReadTexts(consumer).size(), 5u);
  ExpectTotals(10, 50, 11, 55);  // one of them twice
  EXPECT_TRUE(Ok(consumer.Close()));
  ExpectTotals(10, 50, 11, 55);
}

}  // namespace
}  // namespace fmmq
