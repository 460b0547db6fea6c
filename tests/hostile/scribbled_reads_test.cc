// Millions of reads of every kind while another thread stores nonsense to any word of the segment:
// each returns, and what it returns is bytes of the ring. For sanitizers:
//
//   bazel test --config=asan --config=ubsan --test_env=FMMQ_FULL_SIZE=1 --test_timeout=1200
//     --test_output=all //tests/hostile:scribbled_reads_test     (one line)
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "fmmq/fmmq.h"
#include "fuzz/support/exact.h"
#include "fuzz/support/scribbler.h"
#include "fuzz/support/window.h"
#include "gtest/gtest.h"
#include "tests/support/deadline.h"
#include "tests/support/full_size.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

// As long as a queue is used: what is spoiled delivers little.
constexpr int kReadsOfAQueue = 2000;
// What is spoiled when the reads of it begin.
constexpr uint64_t kFirstStores = 5;

struct Counts {
  uint64_t reads = 0;      // calls
  uint64_t delivered = 0;  // messages and values
  uint64_t stores = 0;     // of the scribbling thread
};

// A queue, a handle of each kind, and somebody who spoils it.
class SpoiledQueue {
 public:
  SpoiledQueue(Queue queue, uint64_t seed, Counts* counts)
      : queue_(std::move(queue)), window_(queue_.fd()), counts_(counts) {
    window_.MarkAll();
    producer_ = std::move(*queue_.NewProducer());
    shared_ = std::move(*queue_.Join());
    exclusive_ = std::move(*queue_.Join("exclusive", {GroupKind::kExclusive, false, From::kNow}));
    observer_ = std::move(*queue_.Observe());
    WriteSome();
    seed_ = seed;
  }

  void ReadALot() {
    const fuzz::ScribblingThread thread(window_, seed_);
    // On a busy machine all could be read before it has begun.
    ASSERT_TRUE(test::Eventually([&] { return thread.stores() >= kFirstStores; }));
    for (int i = 0; i < kReadsOfAQueue; i += 6) {
      if (i % 60 == 0) WriteSome();
      Check(shared_.TryRead(buffer_.space()));
      Check(exclusive_.TryRead(buffer_.space()));
      Check(observer_.TryRead(buffer_.space()));
      Peek(i % 12 == 0 ? shared_ : exclusive_);
      GetString();
    }
    counts_->stores += thread.stores();
  }

 private:
  void WriteSome() {
    for (size_t size : {0, 1, 40, 300}) producer_.TryWrite(Marked(size)).IgnoreError();
    queue_.SetString(Marked(90), Deadline::AtNs(0)).IgnoreError();
  }

  static std::vector<unsigned char> Marked(size_t size) {
    return std::vector<unsigned char>(size, fuzz::Window::kMark | 5);
  }

  void Count(bool delivered) {
    ++counts_->reads;
    counts_->delivered += delivered ? 1 : 0;
  }

  void Check(const Result<Received>& received) {
    Count(received.ok());
    if (!received.ok()) return;
    ASSERT_LE(received->size, buffer_.size());
    ASSERT_LE(received->size, queue_.max_message_size());
    ASSERT_TRUE(fuzz::Window::IsMarked({buffer_.data(), received->size}));
  }

  void Check(const Result<Message>& message) {
    Count(message.ok());
    if (!message.ok()) return;
    ASSERT_LE(message->bytes.size(), queue_.max_message_size());
    ASSERT_TRUE(fuzz::Window::IsMarked(message->bytes));
  }

  void Peek(Consumer& member) {
    Check(member.TryPeek());
    member.Release().IgnoreError();
    if (member.TryPeekBatch(3).ok()) Check(member.Next());
    member.Release().IgnoreError();
  }

  void GetString() {
    const Result<StringInfo> info = queue_.GetString(buffer_.space());
    Count(info.ok());
    if (!info.ok()) return;
    ASSERT_LE(info->size, 100u);
    ASSERT_TRUE(fuzz::Window::IsMarked({buffer_.data(), info->size}));
  }

  Queue queue_;
  fuzz::Window window_;
  Counts* counts_;
  uint64_t seed_ = 0;
  Producer producer_;
  Consumer shared_;
  Consumer exclusive_;
  Observer observer_;
  fuzz::Exact buffer_{5000};  // more than the ring
};

void ReadFrom(Policy policy, uint64_t reads) {
  Options options;
  options.capacity = 4096;
  options.seats = 4;
  options.groups = 2;
  options.string_size = 100;
  options.policy = policy;
  Counts counts;
  for (uint64_t seed = 1; counts.reads < reads; ++seed) {
    Result<Queue> queue = Queue::CreateAnonymous("scribbled", options);
    ASSERT_TRUE(test::Ok(queue));
    SpoiledQueue(std::move(*queue), seed * 0x9e3779b97f4a7c15u, &counts).ReadALot();
    if (testing::Test::HasFatalFailure()) return;
  }
  std::printf("%llu reads, %llu delivered, %llu stores against them\n",
              static_cast<unsigned long long>(counts.reads),
              static_cast<unsigned long long>(counts.delivered),
              static_cast<unsigned long long>(counts.stores));
  EXPECT_GT(counts.delivered, counts.reads / 1000);  // it is not all refused
  EXPECT_GT(counts.stores, counts.reads / 1000);
}

TEST(ScribbledReadsTest, Lossless) { ReadFrom(Policy::kLossless, test::Count(60'000, 6'000'000)); }

TEST(ScribbledReadsTest, Overwrite) {
  ReadFrom(Policy::kOverwrite, test::Count(30'000, 3'000'000));
}

TEST(ScribbledReadsTest, Compat) { ReadFrom(Policy::kCompat, test::Count(20'000, 2'000'000)); }

}  // namespace
}  // namespace fmmq
