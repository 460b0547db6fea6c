// Two producers and two consumers through a queue that is empty and full all the time, so that
// everybody sleeps and is woken again and again. Sleeps are endless here: a wake-up that is lost
// stops the traffic for good.
#include <atomic>
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "tests/support/full_size.h"
#include "tests/support/payload.h"
#include "tests/waiting/endless_sleep.h"
#include "tests/waiting/syscall_filter.h"
#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::Succeeded;

constexpr uint32_t kProducers = 2;
constexpr uint64_t kMessages = 200'000;        // of each producer, in each of the queues
constexpr uint64_t kFullMessages = 5'000'000;  // the most
constexpr size_t kMaxSize = 200;               // bytes: a handful of messages fills the ring

struct Account {
  test::Barrier start;
  std::atomic<uint32_t> producers_done;
  std::atomic<uint64_t> sleeps;
  std::atomic<uint64_t> read;
  std::atomic<uint64_t> timeouts;
  std::atomic<int64_t> latest_ns;                        // that a call returned after its deadline
  std::atomic<uint8_t> seen[kProducers][kFullMessages];  // by "default"
};

// What a process does before it opens the queue.
using Prepare = void (*)(bool reader);

void PrepareNothing(bool) {}
void RefuseToAll(bool) { ASSERT_TRUE(test::RefuseMembarrier()); }

// Such a sleeper cannot make writers look at its word after their stores: it needs its slices.
void RefuseToReaders(bool reader) {
  test::SleepInSlices();
  if (reader) RefuseToAll(reader);
}
void RefuseToWriters(bool reader) {
  test::SleepInSlices();
  if (!reader) RefuseToAll(reader);
}

bool HasFilters() {
  return test::RunInChild([] { ASSERT_TRUE(test::RefuseMembarrier()); }).exit_code == 0;
}

class SleepyTrafficTest : public test::WaitingTest {
 protected:
  void Run(const Options& options, Prepare prepare,
           uint64_t messages = test::Count(kMessages, kFullMessages)) {
    alarm(static_cast<unsigned>(test::Count(2, 10) * test::kPatience.count()));
    messages_ = messages;
    Make(options);
    std::vector<Child> children;
    for (uint32_t i = 0; i < kProducers; ++i) {
      children.push_back(Part(prepare, false, [this, i](Queue& queue) { Produce(queue, i); }));
    }
    children.push_back(Part(prepare, true, [this](Queue& queue) { Consume(queue); }));
    children.push_back(Part(prepare, true, [this](Queue& queue) { ConsumeBatches(queue); }));
    for (Child& child : children) EXPECT_TRUE(Succeeded(child.Wait()));
    EXPECT_EQ(account_->read, kProducers * messages);
    // Otherwise this was a test of something else.
    EXPECT_GT(account_->sleeps, messages / 1000);
  }

 private:
  Child Part(Prepare prepare, bool reader, const std::function<void(Queue&)>& part) {
    return Child([&, this] {
      prepare(reader);
      Result<Queue> queue = Queue::Open(name_.get());
      ASSERT_TRUE(Ok(queue));
      part(*queue);
      account_->sleeps.fetch_add(test::CountSleeps());
    });
  }

  // Calls `wait(deadline)` until it does not time out; notes how late it was when it did.
  template <typename Wait>
  auto Insist(Wait&& wait) {
    using std::chrono::steady_clock;
    if (!punctual_) return wait(Deadline::Never());
    while (true) {
      constexpr std::chrono::microseconds kStep(50);
      const auto end = steady_clock::now() + kStep;
      auto result = wait(Deadline::In(kStep));
      if (result.code() != Code::kTimeout) return result;
      const int64_t late_ns = (steady_clock::now() - end) / std::chrono::nanoseconds(1);
      int64_t latest_ns = account_->latest_ns;
      while (late_ns > latest_ns &&
             !account_->latest_ns.compare_exchange_weak(latest_ns, late_ns)) {
      }
      account_->timeouts.fetch_add(1);
    }
  }

  void Produce(Queue& queue, uint32_t index) {
    Producer producer = *queue.NewProducer();
    EXPECT_TRUE(Ok(producer.SetWaitPolicy(test::SleepAtOnce())));
    ASSERT_TRUE(account_->start.Wait(kProducers + 2));
    for (uint64_t i = 0; i < messages_; ++i) {
      const test::PayloadId id = {index, i};
      const std::string payload = test::MakePayload(id, test::PayloadSize(id, kMaxSize));
      ASSERT_TRUE(Ok(Insist([&](Deadline until) { return producer.Write(payload, until); })));
    }
    const bool last = account_->producers_done.fetch_add(1) + 1 == kProducers;
    EXPECT_TRUE(!last || producer.End().ok());
  }

  void Check(ConstBytes bytes) {
    test::PayloadId id;
    ASSERT_TRUE(test::ParsePayload(bytes, &id));
    ASSERT_TRUE(id.writer < kProducers && id.sequence < messages_);
    EXPECT_EQ(account_->seen[id.writer][id.sequence].fetch_add(1), 0);
    account_->read.fetch_add(1);
  }

  Consumer StartConsumer(Queue& queue) {
    Consumer consumer = *queue.Join();
    EXPECT_TRUE(Ok(consumer.SetWaitPolicy(test::SleepAtOnce())));
    EXPECT_TRUE(account_->start.Wait(kProducers + 2));
    return consumer;
  }

  void Consume(Queue& queue) {
    Consumer consumer = StartConsumer(queue);
    char buffer[kMaxSize];
    while (true) {
      const auto received = Insist([&](Deadline until) { return consumer.Read(buffer, until); });
      if (received.code() == Code::kEndOfStream) return;
      ASSERT_TRUE(Ok(received));
      Check({buffer, received->size});
    }
  }

  void ConsumeBatches(Queue& queue) {
    if (queue.Info().policy != Policy::kLossless) return Consume(queue);
    Consumer consumer = StartConsumer(queue);
    while (true) {
      const auto count = Insist([&](Deadline until) { return consumer.PeekBatch(3, until); });
      if (count.code() == Code::kEndOfStream) return;
      ASSERT_TRUE(Ok(count));
      for (size_t i = 0; i < *count; ++i) Check(consumer.Next()->bytes);
      ASSERT_TRUE(Ok(consumer.Release()));
    }
  }

  uint64_t messages_ = 0;

 protected:
  // Deadlines can only be kept where a sleep has an end.
  void RunPunctually(Prepare prepare) {
    punctual_ = true;
    Run(test::SmallOptions(), prepare);
    EXPECT_GT(account_->timeouts, 0u);
    const double latest_ms = static_cast<double>(account_->latest_ns) / 1e6;
    std::cout << account_->timeouts << " timeouts, the latest " << latest_ms
              << " ms after its deadline\n";
    if (test::FullSize()) {
      EXPECT_LE(latest_ms, 100.0);
    }
  }

 private:
  bool punctual_ = false;
  const test::SharedPage<Account> account_;
};

TEST_F(SleepyTrafficTest, LosesNoWakeUp) { Run(test::SmallOptions(), PrepareNothing); }

TEST_F(SleepyTrafficTest, LosesNoWakeUpWhereReadersCopy) {
  Run(test::SmallOptions(Policy::kCompat), PrepareNothing);
}

TEST_F(SleepyTrafficTest, LosesNoWakeUpWithoutMembarrier) {
  if (!HasFilters()) GTEST_SKIP() << "no filters for system calls here";
  Run(test::SmallOptions(), RefuseToAll);
}

TEST_F(SleepyTrafficTest, KeepsItsDeadlines) {
  RunPunctually([](bool) { test::SleepInSlices(); });
}

TEST_F(SleepyTrafficTest, KeepsItsDeadlinesWithoutMembarrier) {
  if (!HasFilters()) GTEST_SKIP() << "no filters for system calls here";
  RunPunctually([](bool) {
    test::SleepInSlices();
    RefuseToAll(true);
  });
}

TEST_F(SleepyTrafficTest, GoesOnWhereReadersHaveNoMembarrier) {
  if (!HasFilters()) GTEST_SKIP() << "no filters for system calls here";
  Run(test::SmallOptions(), RefuseToReaders, kMessages / 10);
}

TEST_F(SleepyTrafficTest, GoesOnWhereWritersHaveNoMembarrier) {
  if (!HasFilters()) GTEST_SKIP() << "no filters for system calls here";
  Run(test::SmallOptions(), RefuseToWriters, kMessages / 10);
}

}  // namespace
}  // namespace fmmq
