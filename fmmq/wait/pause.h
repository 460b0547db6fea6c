// Polling without hammering the line that the other side writes.
#ifndef FMMQ_WAIT_PAUSE_H_
#define FMMQ_WAIT_PAUSE_H_

#include <cstdint>

#include "fmmq/ring/view.h"

namespace fmmq::wait {

inline void CpuPause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  asm volatile("yield" ::: "memory");
#else
  asm volatile("" ::: "memory");
#endif
}

inline void Pause(uint32_t count) {
  for (; count != 0; --count) CpuPause();
}

// When a reader that keeps up leaves the ring alone for a moment.
//
// A reader right behind a writer that streams takes each cache line away from it while it is being
// written, and both crawl. If it lets the writer get ahead, it finds many messages, and both run.
// But where the writer waits for an answer, a pause is nothing but latency. Which of the two it is,
// the pause itself tells: a stream goes on meanwhile, by several messages. So a pause that
// brought them makes the next one longer, one that did not ends them; now and then a short one is
// tried. What one look at head showed is read without looking at it again.
class Drain {
 public:
  // Whether everything up to what the last look showed has been read.
  bool IsOver(uint64_t position) const { return ring::Distance(position, until_) <= 0; }

  // Looks how far writers are, and perhaps pauses. `head()` loads head; `message_blocks`: a
  // message's likely size.
  template <typename Head>
  void Begin(uint64_t position, uint64_t message_blocks, uint64_t block_count, Head&& head) {
    until_ = head();
    const uint64_t before = until_ - position;
    if (before >= block_count / 8) return;  // far enough
    if (pauses_ == 0) {
      if (before == 0 && ++singles_ % kTryEvery != 0) return;
      pauses_ = kFirstPauses;
    }
    Pause(pauses_);
    until_ = head();
    const bool streams = until_ - position - before >= kStream * message_blocks;
    pauses_ = !streams ? 0 : pauses_ < kMaxPauses ? pauses_ * 2 : pauses_;
  }

 private:
  static constexpr uint32_t kFirstPauses = 8;
  static constexpr uint32_t kMaxPauses = 128;  // some microseconds
  static constexpr uint32_t kTryEvery = 256;
  static constexpr uint64_t kStream = 3;  // messages

  uint64_t until_ = 0;
  uint32_t pauses_ = 0;
  uint32_t singles_ = 0;
};

}  // namespace fmmq::wait

#endif  // FMMQ_WAIT_PAUSE_H_
