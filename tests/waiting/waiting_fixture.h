// Handles that sleep, in processes and threads of their own, and a look at whether they do.
#ifndef FMMQ_TESTS_WAITING_WAITING_FIXTURE_H_
#define FMMQ_TESTS_WAITING_WAITING_FIXTURE_H_

#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/raw_segment.h"
#include "tests/support/retry.h"
#include "tests/support/shared_page.h"
#include "tests/support/statuses.h"

namespace fmmq::test {

// A ring of 4 KiB: 128 blocks of 32 bytes.
inline Options SmallOptions(Policy policy = Policy::kLossless) {
  Options options;
  options.capacity = 4096;
  options.policy = policy;
  return options;
}
inline constexpr uint64_t kSmallBlocks = 128;

inline WaitPolicy SleepAtOnce() { return {0, false}; }

// The next message as text; what went wrong instead of it, such as "kTimeout".
template <typename Reader>
std::string WaitText(Reader&& reader, fmmq::Deadline deadline = fmmq::Deadline::Never()) {
  char buffer[4096];
  const Result<Received> received = reader.Read(buffer, deadline);
  if (!received.ok()) return received.status().name();
  return std::string(buffer, received->size);
}

// Writes messages of one block until the ring is full, and says how many that were.
inline uint64_t Fill(Producer& producer) {
  uint64_t written = 0;
  while (producer.TryWrite("filler").ok()) ++written;
  return written;
}

class WaitingTest : public ::testing::Test {
 protected:
  // A call that hangs ends the test, and the program; after children were waited for.
  void SetUp() override { alarm(static_cast<unsigned>((kChildPatience + kPatience).count())); }
  void TearDown() override { alarm(0); }

  void Make(const Options& options = SmallOptions()) {
    Result<Queue> queue = Queue::Create(name_.get(), options);
    ASSERT_TRUE(Ok(queue));
    queue_ = *std::move(queue);
    raw_ = std::make_unique<RawSegment>(name_.get());
  }

  Producer NewProducer() { return Opened(queue_.NewProducer()); }
  Consumer Join() { return Opened(queue_.Join()); }
  Consumer Join(std::string_view group, const GroupOptions& options = {}) {
    return Opened(queue_.Join(group, options));
  }
  Observer Observe(From from = From::kNow) { return Opened(queue_.Observe(from)); }

  // A process that opens the queue and does its `work`.
  Child Start(const std::function<void(Queue&)>& work, Access access = Access::kBest) {
    return Child([this, &work, access] {
      Result<Queue> queue = Queue::Open(name_.get(), access);
      ASSERT_TRUE(Ok(queue));
      work(*queue);
    });
  }

  // Whether somebody has said that it is about to sleep.
  bool AwaitReader() const { return AwaitWaiter(raw_->control().data_wait); }
  bool AwaitWriter() const { return AwaitWaiter(raw_->control().space_wait); }

  const ScopedName name_;
  Queue queue_;
  std::unique_ptr<RawSegment> raw_;

 private:
  static bool AwaitWaiter(const RawSegment::Word& word) {
    return Eventually([&word] { return (word.load() & 1) != 0; });
  }
  template <typename Handle>
  static Handle Opened(Result<Handle> handle) {
    EXPECT_TRUE(Ok(handle));
    return *std::move(handle);
  }
};

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_WAITING_WAITING_FIXTURE_H_
