// Processes that are killed or stopped with something in their hands.
#ifndef FMMQ_TESTS_PROCESSES_KILL_FIXTURE_H_
#define FMMQ_TESTS_PROCESSES_KILL_FIXTURE_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/retry.h"
#include "tests/support/shared_page.h"
#include "tests/support/statuses.h"

namespace fmmq::test {

using Texts = std::vector<std::string>;

// Where a child is, and how far it may go.
struct Stage {
  std::atomic<int> reached;
  std::atomic<int> allowed;
  std::atomic<int> other_pid;

  void Reach(int stage) {
    reached = stage;
    while (allowed < stage) Nap();
  }
  bool Await(int stage) {
    return Eventually([&] { return reached >= stage; });
  }
};

class KillTest : public ::testing::Test {
 protected:
  void Make(const Options& options) {
    queue_ = *Queue::Create(name_.get(), options);
    ASSERT_TRUE(queue_.is_open());
  }
  void Make() {
    Options options;
    options.capacity = 4096;
    Make(options);
  }

  // A process that opens the queue, does its `work`, and then waits to be killed.
  Child Start(const std::function<void(Queue&)>& work) {
    stage_->reached = 0;
    Child child([&] {
      Result<Queue> queue = Queue::Open(name_.get());
      ASSERT_TRUE(Ok(queue));
      work(*queue);
    });
    EXPECT_TRUE(stage_->Await(1));
    return child;
  }
  void KillAfter(const std::function<void(Queue&)>& work) { Start(work).Kill(); }

  // Work for children. Each stops at stage 1 with something in its hand, and finishes at stage 2.
  void HoldReservation(Queue& queue) {
    Producer producer = *NewProducerSoon(queue);
    ASSERT_TRUE(Ok(producer.TryWrite("whole")));
    const Result<MutableBytes> place = producer.TryReserve(100);
    ASSERT_TRUE(Ok(place));
    std::string("late").copy(static_cast<char*>(place->data()), 4);
    stage_->Reach(1);
    ASSERT_TRUE(Ok(producer.Commit(4)));
    ASSERT_TRUE(Ok(producer.TryWrite("after late")));
    stage_->Reach(2);
  }
  void HoldMessage(Queue& queue, std::string_view group, const GroupOptions& options) {
    Consumer consumer = *queue.Join(group, options);
    ASSERT_TRUE(Ok(Retry([&] { return consumer.TryPeek(); })));
    stage_->Reach(1);
    ASSERT_TRUE(Ok(consumer.Release()));
    stage_->Reach(2);
  }
  void HoldDefaultMessage(Queue& queue) { HoldMessage(queue, "default", DefaultGroup()); }
  static GroupOptions DefaultGroup() { return {GroupKind::kShared, true, From::kNow}; }

  void Write(const std::string& text) {
    Result<Producer> producer = NewProducerSoon(queue_);
    ASSERT_TRUE(Ok(producer));
    ASSERT_TRUE(Ok(WriteSoon(*producer, text)));
  }

  // Reads until it gets `count` messages, in any order of arrival.
  template <typename Reader>
  static Texts ReadSorted(Reader& reader, size_t count) {
    Texts texts;
    for (size_t i = 0; i < count; ++i) texts.push_back(ReadTextSoon(reader));
    std::sort(texts.begin(), texts.end());
    return texts;
  }

  // Reads for a while, in which nothing may come; and often enough that the reader looks after the
  // dead, however long this process may be stopped meanwhile.
  template <typename Reader>
  static void ExpectNothingFor(Reader& reader, std::chrono::milliseconds time) {
    constexpr int kReads = 200;
    const Deadline end(time);
    for (int reads = 0; reads < kReads || !end.passed(); ++reads) {
      ASSERT_EQ(ReadText(reader), "kEmpty");
      Nap();
    }
  }

  const ScopedName name_;
  const SharedPage<Stage> stage_;
  Queue queue_;
};

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_PROCESSES_KILL_FIXTURE_H_
