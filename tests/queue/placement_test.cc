// One body, and its two halves in one thread, with one handle of the queue or two, in two threads,
// in two processes: nothing may depend on where the other half is.
#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "tests/queue/queue_fixture.h"
#include "tests/support/child.h"
#include "tests/support/payload.h"

namespace fmmq {
namespace {

using test::Ok;

constexpr uint64_t kMessages = 20000;
constexpr size_t kMaxSize = 700;

// Both halves go on step by step, so that one thread can do both. kOk: there is more to do.
class Sender {
 public:
  explicit Sender(Queue& queue) : producer_(*queue.NewProducer()) {}
  Code Step() {
    const test::PayloadId id = {1, sent_};
    const std::string payload = test::MakePayload(id, test::PayloadSize(id, kMaxSize));
    const Status status = producer_.TryWrite(payload);
    if (status.ok()) ++sent_;
    return status.code();
  }
  bool done() const { return sent_ == kMessages; }

 private:
  Producer producer_;
  uint64_t sent_ = 0;
};

class Receiver {
 public:
  explicit Receiver(Queue& queue) : consumer_(*queue.Join()) {}
  Code Step() {
    char buffer[kMaxSize];
    const Result<Received> received = consumer_.TryRead(buffer);
    if (!received.ok()) return received.code();
    const test::PayloadId id = {1, received_++};
    const bool right = test::IsPayload(id, {buffer, received->size}) &&
                       received->size == test::PayloadSize(id, kMaxSize);
    return right ? Code::kOk : Code::kCorrupt;
  }
  bool done() const { return received_ == kMessages; }

 private:
  Consumer consumer_;
  uint64_t received_ = 0;
};

template <typename Half>
void RunAlone(Queue& queue) {
  Half half(queue);
  const test::Deadline deadline;
  while (!half.done() && !deadline.passed()) {
    const Code code = half.Step();
    if (test::NotNow(code)) test::Nap();
    ASSERT_TRUE(code == Code::kOk || test::NotNow(code)) << CodeName(code);
  }
  EXPECT_TRUE(half.done());
}

// Where each half runs, given how to reach the queue.
using Run = void (*)(const std::string& name);

void InOneThread(Queue& sending, Queue& receiving) {
  Sender sender(sending);
  Receiver receiver(receiving);
  const test::Deadline deadline;
  while (!receiver.done() && !deadline.passed()) {
    for (int i = 0; i < 3 && !sender.done(); ++i) {
      const Code code = sender.Step();
      ASSERT_TRUE(code == Code::kOk || code == Code::kFull) << CodeName(code);
    }
    const Code code = receiver.Step();
    ASSERT_TRUE(code == Code::kOk || code == Code::kEmpty) << CodeName(code);
  }
  EXPECT_TRUE(receiver.done());
}

void WithOneQueue(const std::string& name) {
  Queue queue = *Queue::Open(name);
  InOneThread(queue, queue);
}

void WithTwoQueues(const std::string& name) {
  Queue sending = *Queue::Open(name);
  Queue receiving = *Queue::Open(name);
  InOneThread(sending, receiving);
}

void InTwoThreads(const std::string& name) {
  Queue queue = *Queue::Open(name);
  std::thread sender([&queue] { RunAlone<Sender>(queue); });
  RunAlone<Receiver>(queue);
  sender.join();
}

template <typename Half>
test::Child InChild(const std::string& name) {
  return test::Child([&name] {
    Result<Queue> queue = Queue::Open(name);
    ASSERT_TRUE(Ok(queue));
    RunAlone<Half>(*queue);
  });
}

void InTwoProcesses(const std::string& name) {
  test::Child sender = InChild<Sender>(name);
  test::Child receiver = InChild<Receiver>(name);
  EXPECT_TRUE(test::Succeeded(sender.Wait()));
  EXPECT_TRUE(test::Succeeded(receiver.Wait()));
}

struct Placement {
  const char* name;
  Run run;
};

class PlacementTest : public test::QueueTest, public ::testing::WithParamInterface<Placement> {
 protected:
  void RunWith(const Options& options) {
    Make(options);
    GetParam().run(name_);
    EXPECT_EQ(Group("default").lag, 0u);
    EXPECT_EQ(queue_.Info().producers + queue_.Info().members, 0u);
  }
};

TEST_P(PlacementTest, ManyProducers) { RunWith(test::SmallOptions(16)); }

TEST_P(PlacementTest, SingleProducer) {
  Options options = test::SmallOptions(64);
  options.single_producer = true;
  RunWith(options);
}

// Not switched, it is as lossless as the others, but reads by copy.
TEST_P(PlacementTest, Compat) { RunWith(test::SmallOptions(32, Policy::kCompat)); }

INSTANTIATE_TEST_SUITE_P(Everywhere, PlacementTest,
                         ::testing::Values(Placement{"OneQueue", &WithOneQueue},
                                           Placement{"TwoQueues", &WithTwoQueues},
                                           Placement{"Threads", &InTwoThreads},
                                           Placement{"Processes", &InTwoProcesses}),
                         [](const auto& placement) { return placement.param.name; });

using HandleThreadsTest = test::QueueTest;

// One Queue serves threads that open and close handles all at once.
TEST_F(HandleThreadsTest, HandlesComeAndGoInManyThreads) {
  Make();
  std::atomic<int> opened{0};
  const auto come_and_go = [&](int self) {
    for (int i = 0; i < 100; ++i) {
      Result<Producer> producer = queue_.NewProducer();
      Result<Consumer> consumer = queue_.Join("group " + std::to_string(self % 2), {});
      Result<Observer> observer = queue_.Observe(From::kOldest);
      opened += producer.ok() && consumer.ok() && observer.ok() ? 1 : 0;
    }
  };
  std::thread threads[4];
  for (int i = 0; i < 4; ++i) threads[i] = std::thread(come_and_go, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(opened, 400);
  EXPECT_EQ(queue_.Info().producers + queue_.Info().members, 0u);
  EXPECT_STREQ(Group("group 0").name, "");
}

}  // namespace
}  // namespace fmmq
