// What wakes a sleeping reader. Sleeps are endless here: a bell that nobody rings is a hang.
#include <functional>
#include <string>
#include <vector>

#include "tests/waiting/endless_sleep.h"
#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::Succeeded;
using test::WaitText;

// The ways to wait for a message. Each says what came.
std::string ReadOne(Queue& queue) {
  Consumer consumer = *queue.Join();
  EXPECT_TRUE(Ok(consumer.SetWaitPolicy(test::SleepAtOnce())));
  return WaitText(consumer);
}

std::string PeekOne(Queue& queue) {
  Consumer consumer = *queue.Join();
  const Result<Message> message = consumer.Peek(Deadline::Never());
  return message.ok() ? std::string(message->bytes.text()) : message.status().name();
}

std::string PeekSome(Queue& queue) {
  Consumer consumer = *queue.Join();
  const Result<size_t> count = consumer.PeekBatch(8, Deadline::Never());
  return count.ok() ? std::string(consumer.Next()->bytes.text()) : count.status().name();
}

std::string ReadAlone(Queue& queue) {
  Consumer consumer = *queue.Join("alone", {GroupKind::kExclusive});
  return WaitText(consumer);
}

std::string ReadAsObserver(Queue& queue) {
  Observer observer = *queue.Observe();
  return WaitText(observer);
}

using Way = std::string (*)(Queue&);

class WakingReaderTest : public test::WaitingTest, public ::testing::WithParamInterface<Way> {
 protected:
  // Somebody reads in this test's way, and must get `text` after `wake`.
  void ExpectText(const std::string& text, const std::function<void()>& wake) {
    Child reader = Start([&](Queue& queue) { EXPECT_EQ(GetParam()(queue), text); });
    ASSERT_TRUE(AwaitReader());
    wake();
    EXPECT_TRUE(Succeeded(reader.Wait()));
  }
};

TEST_P(WakingReaderTest, AMessage) {
  Make();
  Producer producer = NewProducer();
  ExpectText("a message", [&] { EXPECT_TRUE(Ok(producer.TryWrite("a message"))); });
}

TEST_P(WakingReaderTest, AMessageThatMayWait) {
  Make();
  Producer producer = NewProducer();
  ExpectText("this", [&] { EXPECT_TRUE(Ok(producer.Write("this", Deadline::Never()))); });
}

TEST_P(WakingReaderTest, ABatch) {
  Make();
  Producer producer = NewProducer();
  const std::vector<ConstBytes> batch = {"first", "second"};
  ExpectText("first", [&] { EXPECT_EQ(*producer.TryWriteBatch(batch.data(), 2), 2u); });
}

TEST_P(WakingReaderTest, ACommit) {
  Make();
  Producer producer = NewProducer();
  ExpectText("late", [&] {
    MutableBytes place = *producer.TryReserve(100);
    ASSERT_EQ(place.size(), 100u);
    std::string("late").copy(static_cast<char*>(place.data()), 4);
    EXPECT_TRUE(Ok(producer.Commit(4)));
  });
}

// The next message stands behind the reservation that is given up.
TEST_P(WakingReaderTest, AnAbort) {
  Make();
  Producer producer = NewProducer();
  Producer other = NewProducer();
  ExpectText("behind", [&] {
    ASSERT_TRUE(Ok(producer.TryReserve(100)));
    EXPECT_TRUE(Ok(other.TryWrite("behind")));
    ASSERT_TRUE(AwaitReader());
    EXPECT_TRUE(Ok(producer.Abort()));
  });
}

TEST_P(WakingReaderTest, AProducerThatClosesWithAReservation) {
  Make();
  Producer producer = NewProducer();
  Producer other = NewProducer();
  ExpectText("behind", [&] {
    ASSERT_TRUE(Ok(producer.TryReserve(100)));
    EXPECT_TRUE(Ok(other.TryWrite("behind")));
    ASSERT_TRUE(AwaitReader());
    EXPECT_TRUE(Ok(producer.Close()));
  });
}

TEST_P(WakingReaderTest, TheEndOfTheStream) {
  Make();
  Producer producer = NewProducer();
  ExpectText("kEndOfStream", [&] { EXPECT_TRUE(Ok(producer.End())); });
}

TEST_P(WakingReaderTest, ASingleProducer) {
  Options options = test::SmallOptions();
  options.single_producer = true;
  Make(options);
  Producer producer = NewProducer();
  ExpectText("alone", [&] { EXPECT_TRUE(Ok(producer.TryWrite("alone"))); });
}

constexpr const char* kWayNames[] = {"Read", "Peek", "PeekBatch", "Exclusive", "Observer"};

INSTANTIATE_TEST_SUITE_P(By, WakingReaderTest,
                         ::testing::Values(ReadOne, PeekOne, PeekSome, ReadAlone, ReadAsObserver),
                         [](const auto& way) { return kWayNames[way.index]; });

class WakingReadersTest : public test::WaitingTest {};

TEST_F(WakingReadersTest, EachPolicyWakes) {
  for (const Policy policy : {Policy::kLossless, Policy::kOverwrite, Policy::kCompat}) {
    queue_ = {};
    Queue::Remove(name_.get()).IgnoreError();
    Make(test::SmallOptions(policy));
    Producer producer = NewProducer();
    Child reader = Start([](Queue& queue) { EXPECT_EQ(ReadOne(queue), "woken"); });
    ASSERT_TRUE(AwaitReader());
    EXPECT_TRUE(Ok(producer.TryWrite("woken")));
    EXPECT_TRUE(Succeeded(reader.Wait()));
  }
}

TEST_F(WakingReadersTest, OneMessageForEachOfManySleepers) {
  Make();
  constexpr int kReaders = 8;
  Producer producer = NewProducer();
  std::vector<Child> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.push_back(Start([](Queue& queue) { EXPECT_EQ(ReadOne(queue), "one each"); }));
  }
  for (int i = 0; i < kReaders; ++i) {
    ASSERT_TRUE(AwaitReader());
    EXPECT_TRUE(Ok(producer.TryWrite("one each")));
  }
  for (Child& reader : readers) EXPECT_TRUE(Succeeded(reader.Wait()));
}

// The last message is in somebody's hand, and may yet come back: no end before it is released.
TEST_F(WakingReadersTest, TheReleaseOfTheLastMessageAfterTheEnd) {
  Make();
  Producer producer = NewProducer();
  Consumer holder = Join();
  EXPECT_TRUE(Ok(producer.TryWrite("last")));
  ASSERT_TRUE(Ok(holder.TryPeek()));
  EXPECT_TRUE(Ok(producer.End()));
  Child reader = Start([](Queue& queue) { EXPECT_EQ(ReadOne(queue), "kEndOfStream"); });
  ASSERT_TRUE(AwaitReader());
  EXPECT_TRUE(Ok(holder.Release()));
  EXPECT_TRUE(Succeeded(reader.Wait()));
}

}  // namespace
}  // namespace fmmq
