// A forked child inherits its parent's memory, but not its handles.
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "fmmq/fmmq.h"
#include "fmmq/format/layout.h"
#include "gtest/gtest.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/raw_segment.h"
#include "tests/support/retry.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::Ok;
using test::RunInChild;
using test::Succeeded;

class ForkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    queue_ = *Queue::Create(name_.get());
    producer_ = *queue_.NewProducer();
    consumer_ = *queue_.Join();
    observer_ = *queue_.Observe();
    ASSERT_TRUE(producer_.is_open() && consumer_.is_open() && observer_.is_open());
  }

  // The parent's handles work, and the kernel still says that their seats are taken.
  void ExpectUnharmed() {
    const test::RawSegment raw(name_);
    EXPECT_TRUE(raw.IsLocked(format::SeatLock(0)));
    EXPECT_TRUE(raw.IsLocked(format::SeatLock(1)));
    EXPECT_EQ(queue_.Info().producers, 1u);
    EXPECT_EQ(queue_.Info().members, 1u);
    EXPECT_TRUE(Ok(producer_.TryWrite("unharmed")));
    EXPECT_EQ(test::ReadText(consumer_), "unharmed");
    EXPECT_EQ(test::ReadText(observer_), "unharmed");
  }

  const test::ScopedName name_;
  Queue queue_;
  Producer producer_;
  Consumer consumer_;
  Observer observer_;
};

TEST_F(ForkTest, EveryHandleSaysSo) {
  const auto child = [this] {
    char buffer[8];
    const ConstBytes batch[1] = {"x"};
    EXPECT_EQ(queue_.NewProducer().code(), Code::kForked);
    EXPECT_EQ(queue_.Join().code(), Code::kForked);
    EXPECT_EQ(queue_.Join("other", {}).code(), Code::kForked);
    EXPECT_EQ(queue_.Observe().code(), Code::kForked);
    EXPECT_EQ(queue_.LetWritersOverwrite().code(), Code::kForked);
    EXPECT_EQ(producer_.TryWrite("x").code(), Code::kForked);
    EXPECT_EQ(producer_.TryWriteBatch(batch, 1).code(), Code::kForked);
    EXPECT_EQ(producer_.TryReserve(1).code(), Code::kForked);
    EXPECT_EQ(producer_.Commit(0).code(), Code::kForked);
    EXPECT_EQ(producer_.Abort().code(), Code::kForked);
    EXPECT_EQ(consumer_.TryRead(buffer).code(), Code::kForked);
    EXPECT_EQ(consumer_.TryPeek().code(), Code::kForked);
    EXPECT_EQ(consumer_.TryPeekBatch(1).code(), Code::kForked);
    EXPECT_EQ(consumer_.Next().code(), Code::kForked);
    EXPECT_EQ(consumer_.Release().code(), Code::kForked);
    EXPECT_EQ(observer_.TryRead(buffer).code(), Code::kForked);
  };
  const test::ChildResult result = RunInChild(child);
  EXPECT_TRUE(Succeeded(result));
  EXPECT_EQ(result.output, "");
  ExpectUnharmed();
}

// Nor do questions that have no status crash there.
TEST_F(ForkTest, HarmlessQuestionsStayHarmless) {
  const auto child = [this] {
    GroupInfo group;
    EXPECT_LE(queue_.Groups(&group, 1), 1u);
    EXPECT_LE(queue_.Info().producers, 1u);
    EXPECT_LE(queue_.max_message_size(), size_t{1} << 20);
    EXPECT_LT(queue_.fd(), 1 << 20);
    EXPECT_EQ(consumer_.lost() + observer_.lost() + observer_.position(), 0u);
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
  ExpectUnharmed();
}

TEST_F(ForkTest, ClosingThereHarmsNothingHere) {
  const auto child = [this] {
    producer_.Close().IgnoreError();
    consumer_.Close().IgnoreError();
    observer_.Close().IgnoreError();
    queue_.Close().IgnoreError();
    EXPECT_FALSE(producer_.is_open() || consumer_.is_open() || observer_.is_open());
    EXPECT_EQ(producer_.TryWrite("x").code(), Code::kClosed);
    // As a child that is forked from here.
    const test::ScopedName fresh;
    EXPECT_TRUE(Ok(Queue::Create(fresh.get())));
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
  ExpectUnharmed();
}

TEST_F(ForkTest, DestroyingThereHarmsNothingHere) {
  const auto child = [this] {
    { const Producer moved = std::move(producer_); }
    { const Consumer moved = std::move(consumer_); }
    { const Observer moved = std::move(observer_); }
    { const Queue moved = std::move(queue_); }
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
  ExpectUnharmed();
}

Producer& StaticProducer() {
  static Producer producer;
  return producer;
}

// exit() runs the destructors of what is static.
TEST_F(ForkTest, ExitingThereHarmsNothingHere) {
  StaticProducer() = std::move(producer_);
  const test::ChildResult result = RunInChild([] { std::exit(0); });
  EXPECT_TRUE(Succeeded(result));
  EXPECT_EQ(result.output, "");
  producer_ = std::move(StaticProducer());
  ExpectUnharmed();
}

// A message half written and another half read when the fork happens.
TEST_F(ForkTest, OpenReservationsAndPeeksStayTheParents) {
  ASSERT_TRUE(Ok(producer_.TryWrite("to be held")));
  ASSERT_TRUE(Ok(consumer_.TryPeek()));
  const Result<MutableBytes> place = producer_.TryReserve(4);
  ASSERT_TRUE(Ok(place));
  const auto child = [this] {
    EXPECT_EQ(producer_.Abort().code(), Code::kForked);
    producer_.Close().IgnoreError();
    consumer_.Close().IgnoreError();
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
  std::string("late").copy(static_cast<char*>(place->data()), 4);
  EXPECT_TRUE(Ok(producer_.Commit(4)));
  EXPECT_TRUE(Ok(consumer_.Release()));
  EXPECT_EQ(test::ReadText(consumer_), "late");
  EXPECT_EQ(test::ReadTexts(observer_), (std::vector<std::string>{"to be held", "late"}));
}

TEST_F(ForkTest, TheChildCanOpenAnew) {
  const auto child = [this] {
    Result<Queue> queue = Queue::Open(name_.get());
    ASSERT_TRUE(Ok(queue));
    Result<Producer> producer = queue->NewProducer();
    ASSERT_TRUE(Ok(producer));
    EXPECT_TRUE(Ok(producer->TryWrite("from the child")));
    Result<Consumer> consumer = queue->Join("child", {});
    EXPECT_TRUE(Ok(consumer));
    EXPECT_EQ(queue->Info().producers, 2u);
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
  EXPECT_EQ(test::ReadText(consumer_), "from the child");
  EXPECT_EQ(test::ReadText(observer_), "from the child");
  ExpectUnharmed();
}

// Into a variable that held the parent's handle.
TEST_F(ForkTest, TheChildCanReuseTheVariables) {
  const auto child = [this] {
    queue_ = *Queue::Open(name_.get());
    producer_ = *queue_.NewProducer();
    EXPECT_TRUE(Ok(producer_.TryWrite("from the child")));
    EXPECT_TRUE(Ok(producer_.Close()));
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
  EXPECT_EQ(test::ReadText(consumer_), "from the child");
  EXPECT_EQ(test::ReadText(observer_), "from the child");
  ExpectUnharmed();
}

// The anonymous segment's descriptor is what a child gets.
TEST_F(ForkTest, TheChildCanAttachToAnAnonymousSegment) {
  Queue anonymous = *Queue::CreateAnonymous("id");
  const auto child = [&] {
    Result<Queue> queue = Queue::OpenFd(anonymous.fd());
    ASSERT_TRUE(Ok(queue));
    EXPECT_TRUE(Ok(queue->NewProducer()->TryWrite("through the descriptor")));
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
  Consumer consumer = *anonymous.Join();
  EXPECT_EQ(test::ReadText(consumer), "through the descriptor");
}

}  // namespace
}  // namespace fmmq
