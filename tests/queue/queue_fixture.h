// One small queue for each test.
#ifndef FMMQ_TESTS_QUEUE_QUEUE_FIXTURE_H_
#define FMMQ_TESTS_QUEUE_QUEUE_FIXTURE_H_

#include <string>
#include <string_view>
#include <vector>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/names.h"
#include "tests/support/retry.h"
#include "tests/support/statuses.h"

namespace fmmq::test {

using Texts = std::vector<std::string>;

// A ring of 4 KiB: 128 blocks of 32 bytes, unless they are changed.
inline Options SmallOptions(uint32_t block_size = 32, Policy policy = Policy::kLossless) {
  Options options;
  options.capacity = 4096;
  options.block_size = block_size;
  options.policy = policy;
  return options;
}
inline constexpr uint64_t kSmallBlocks = 128;

class QueueTest : public ::testing::Test {
 protected:
  void Make(const Options& options = SmallOptions()) {
    queue_ = {};
    Queue::Remove(name_.get()).IgnoreError();
    Result<Queue> queue = Queue::Create(name_.get(), options);
    ASSERT_TRUE(Ok(queue));
    queue_ = *std::move(queue);
  }

  Producer NewProducer() { return Opened(queue_.NewProducer()); }
  Consumer Join() { return Opened(queue_.Join()); }
  Consumer Join(std::string_view group, const GroupOptions& options = {}) {
    return Opened(queue_.Join(group, options));
  }
  Observer Observe(From from = From::kNow) { return Opened(queue_.Observe(from)); }

  GroupInfo Group(std::string_view name) {
    GroupInfo groups[16];
    const size_t count = queue_.Groups(groups, 16);
    for (size_t i = 0; i < count; ++i) {
      if (groups[i].name == name) return groups[i];
    }
    return {};
  }

  // Writes messages of one block until the ring is full, and says how many that were.
  static uint64_t Fill(Producer& producer) {
    uint64_t written = 0;
    while (producer.TryWrite("filler").ok()) ++written;
    return written;
  }
  // Reads what there is and says how many messages that were.
  template <typename Reader>
  static uint64_t Drain(Reader& reader) {
    return ReadTexts(reader).size();
  }

  const ScopedName name_;
  Queue queue_;

 private:
  template <typename Handle>
  static Handle Opened(Result<Handle> handle) {
    EXPECT_TRUE(Ok(handle));
    return *std::move(handle);
  }
};

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_QUEUE_QUEUE_FIXTURE_H_
