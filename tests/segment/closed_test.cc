// Handles that were closed, moved from, or never opened.
#include <functional>
#include <string>
#include <utility>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/names.h"
#include "tests/support/retry.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::Ok;
using test::ScopedName;

void ExpectClosed(Queue& queue) {
  EXPECT_FALSE(queue.is_open());
  EXPECT_EQ(queue.NewProducer().code(), Code::kClosed);
  EXPECT_EQ(queue.Join().code(), Code::kClosed);
  EXPECT_EQ(queue.Join("group", {}).code(), Code::kClosed);
  EXPECT_EQ(queue.Observe().code(), Code::kClosed);
  EXPECT_EQ(queue.LetWritersOverwrite().code(), Code::kClosed);
  EXPECT_EQ(queue.Info().segment_bytes, 0u);
  GroupInfo group;
  EXPECT_EQ(queue.Groups(&group, 1), 0u);
  EXPECT_EQ(queue.max_message_size(), 0u);
  EXPECT_EQ(queue.fd(), -1);
  EXPECT_EQ(queue.Close().code(), Code::kClosed);
}

void ExpectClosed(Producer& producer) {
  const ConstBytes batch[1] = {"x"};
  EXPECT_FALSE(producer.is_open());
  EXPECT_EQ(producer.TryWrite("x").code(), Code::kClosed);
  EXPECT_EQ(producer.TryWriteBatch(batch, 1).code(), Code::kClosed);
  EXPECT_EQ(producer.TryReserve(1).code(), Code::kClosed);
  EXPECT_EQ(producer.Commit(0).code(), Code::kClosed);
  EXPECT_EQ(producer.Abort().code(), Code::kClosed);
  EXPECT_EQ(producer.Close().code(), Code::kClosed);
}

void ExpectClosed(Consumer& consumer) {
  char buffer[8];
  EXPECT_FALSE(consumer.is_open());
  EXPECT_EQ(consumer.TryRead(buffer).code(), Code::kClosed);
  EXPECT_EQ(consumer.TryPeek().code(), Code::kClosed);
  EXPECT_EQ(consumer.TryPeekBatch(1).code(), Code::kClosed);
  EXPECT_EQ(consumer.Next().code(), Code::kClosed);
  EXPECT_EQ(consumer.Release().code(), Code::kClosed);
  EXPECT_EQ(consumer.lost(), 0u);
  EXPECT_EQ(consumer.Close().code(), Code::kClosed);
}

void ExpectClosed(Observer& observer) {
  char buffer[8];
  EXPECT_FALSE(observer.is_open());
  EXPECT_EQ(observer.TryRead(buffer).code(), Code::kClosed);
  EXPECT_EQ(observer.position(), 0u);
  EXPECT_EQ(observer.lost(), 0u);
  EXPECT_EQ(observer.Close().code(), Code::kClosed);
}

// Never opened, closed, moved from (twice over), and what a failed call returns.
template <typename Handle>
void ExpectClosedInEveryWay(const std::function<Result<Handle>()>& make) {
  Handle never;
  ExpectClosed(never);
  Result<Handle> made = make();
  ASSERT_TRUE(Ok(made));
  Handle first = *std::move(made);
  ExpectClosed(*made);
  Handle second;
  second = std::move(first);
  ExpectClosed(first);
  EXPECT_TRUE(second.is_open());
  EXPECT_TRUE(Ok(second.Close()));
  ExpectClosed(second);
  second = std::move(first);
  ExpectClosed(second);
}

class ClosedTest : public ::testing::Test {
 protected:
  ClosedTest() : queue_(*Queue::Create(name_.get())) {}

  const ScopedName name_;
  Queue queue_;
};

TEST_F(ClosedTest, Queue) {
  ExpectClosedInEveryWay<Queue>([this] { return Queue::Open(name_.get()); });
  Result<Queue> failed = Queue::Open("");
  ExpectClosed(*failed);
}

TEST_F(ClosedTest, Producer) {
  ExpectClosedInEveryWay<Producer>([this] { return queue_.NewProducer(); });
}

TEST_F(ClosedTest, Consumer) {
  ExpectClosedInEveryWay<Consumer>([this] { return queue_.Join(); });
}

TEST_F(ClosedTest, Observer) {
  ExpectClosedInEveryWay<Observer>([this] { return queue_.Observe(); });
}

TEST_F(ClosedTest, ClosingGivesTheSeatBack) {
  Producer producer = *queue_.NewProducer();
  Consumer consumer = *queue_.Join();
  EXPECT_EQ(queue_.Info().producers, 1u);
  EXPECT_EQ(queue_.Info().members, 1u);
  EXPECT_TRUE(Ok(producer.Close()));
  EXPECT_TRUE(Ok(consumer.Close()));
  EXPECT_EQ(queue_.Info().producers, 0u);
  EXPECT_EQ(queue_.Info().members, 0u);
}

// Assigning over an open handle closes that one.
TEST_F(ClosedTest, AssigningClosesWhatWasThere) {
  Producer first = *queue_.NewProducer();
  first = *queue_.NewProducer();
  EXPECT_EQ(queue_.Info().producers, 1u);
  Producer& same = first;
  first = std::move(same);
  EXPECT_TRUE(Ok(first.TryWrite("still open")));
  Consumer consumer = *queue_.Join();
  consumer = *queue_.Join();
  EXPECT_EQ(queue_.Info().members, 1u);
  EXPECT_EQ(test::ReadText(consumer), "still open");
}

}  // namespace
}  // namespace fmmq
