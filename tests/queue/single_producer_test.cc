// Queues with one producer at a time.
#include <string>

#include "tests/queue/queue_fixture.h"
#include "tests/support/payload.h"

namespace fmmq {
namespace {

using test::kSmallBlocks;
using test::Ok;
using test::ReadText;
using test::Texts;

class SingleProducerTest : public test::QueueTest {
 protected:
  void SetUp() override {
    Options options = test::SmallOptions();
    options.single_producer = true;
    Make(options);
    producer_ = NewProducer();
    consumer_ = Join();
  }

  Producer producer_;
  Consumer consumer_;
};

TEST_F(SingleProducerTest, ASecondOneIsRefused) {
  EXPECT_EQ(queue_.NewProducer().code(), Code::kTaken);
  Result<Queue> other = Queue::Open(name_.get());
  EXPECT_EQ(other->NewProducer().code(), Code::kTaken);
  EXPECT_EQ(queue_.Info().producers, 1u);
}

TEST_F(SingleProducerTest, AClosedOneMakesRoomForTheNext) {
  ASSERT_TRUE(Ok(producer_.TryWrite("first")));
  ASSERT_TRUE(Ok(producer_.Close()));
  Producer next = NewProducer();
  ASSERT_TRUE(Ok(next.TryWrite("second")));
  EXPECT_EQ(queue_.NewProducer().code(), Code::kTaken);
  EXPECT_EQ(test::ReadTexts(consumer_), (Texts{"first", "second"}));
}

TEST_F(SingleProducerTest, FullAndEmptyAsEver) {
  for (int lap = 0; lap < 5; ++lap) {
    uint64_t written = 0;
    ASSERT_TRUE(Ok(test::WriteSoon(producer_, "filler")));
    written = 1 + Fill(producer_);
    EXPECT_EQ(written, kSmallBlocks);
    EXPECT_EQ(producer_.TryWrite("x").code(), Code::kFull);
    EXPECT_EQ(Drain(consumer_), kSmallBlocks);
    EXPECT_EQ(ReadText(consumer_), "kEmpty");
  }
}

TEST_F(SingleProducerTest, ReservesCommitsAndAborts) {
  ASSERT_TRUE(Ok(producer_.TryReserve(1000)));
  EXPECT_EQ(ReadText(consumer_), "kEmpty");
  ASSERT_TRUE(Ok(producer_.Commit(0)));
  ASSERT_TRUE(Ok(producer_.TryReserve(1000)));
  ASSERT_TRUE(Ok(producer_.Abort()));
  const ConstBytes batch[] = {"a", "b", "c"};
  EXPECT_EQ(*producer_.TryWriteBatch(batch, 3), 3u);
  EXPECT_EQ(test::ReadTexts(consumer_), (Texts{"", "a", "b", "c"}));
}

TEST_F(SingleProducerTest, ClosingAbortsAnOpenReservation) {
  ASSERT_TRUE(Ok(producer_.TryReserve(1000)));
  ASSERT_TRUE(Ok(producer_.Close()));
  Producer next = NewProducer();
  ASSERT_TRUE(Ok(next.TryWrite("next")));
  EXPECT_EQ(ReadText(consumer_), "next");
}

TEST_F(SingleProducerTest, PassesEverySize) {
  std::string buffer(4096, '\0');
  for (uint64_t i = 0; i < 5000; ++i) {
    const test::PayloadId id = {1, i};
    const size_t size = test::PayloadSize(id, 4096);
    ASSERT_TRUE(Ok(test::WriteSoon(producer_, test::MakePayload(id, size))));
    const Result<Received> read = consumer_.TryRead(buffer);
    ASSERT_TRUE(Ok(read));
    ASSERT_TRUE(read->size == size && test::IsPayload(id, {buffer.data(), size})) << i;
  }
}

// The group and observers are nothing special.
TEST_F(SingleProducerTest, OverwritesWhereThePolicySaysSo) {
  producer_ = {};
  consumer_ = {};
  Options options = test::SmallOptions(32, Policy::kOverwrite);
  options.single_producer = true;
  Make(options);
  Producer producer = NewProducer();
  Consumer consumer = Join();
  Observer observer = Observe();
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(Ok(producer.TryWrite("x")));
  EXPECT_EQ(Drain(consumer) + consumer.lost(), 1000u);
  EXPECT_EQ(Drain(observer) + observer.lost(), 1000u);
}

}  // namespace
}  // namespace fmmq
