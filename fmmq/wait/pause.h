// Polling without hammering the line that the other side writes.
#ifndef FMMQ_WAIT_PAUSE_H_
#define FMMQ_WAIT_PAUSE_H_

#include <cstdint>

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

// How long to leave the ring alone after a miss. A reader that drains one message at a time either
// answers each one (then a gap is latency) or chases a busy writer line by line (then a gap lets a
// batch form, and everybody is faster). What a drain brings tells which: while a gap makes drains
// longer it grows, when they bring one message it goes; now and then a small one is tried.
class PollingGap {
 public:
  // A call succeeded.
  void Hit() { ++drained_; }

  // A call found nothing: the drain before it is over. Returns how many pauses to wait before the
  // next look.
  uint32_t Miss() {
    if (drained_ >= kLongDrain) {
      pauses_ = pauses_ < kMaxPauses ? pauses_ * 2 + kFirstPauses : kMaxPauses;
    } else if (drained_ != 0) {
      pauses_ = ++short_drains_ % kProbeEvery == 0 ? kFirstPauses : pauses_ / 2;
    }
    drained_ = 0;
    return pauses_;
  }

 private:
  static constexpr uint32_t kLongDrain = 3;
  static constexpr uint32_t kFirstPauses = 8;
  static constexpr uint32_t kMaxPauses = 128;
  static constexpr uint32_t kProbeEvery = 64;

  uint32_t drained_ = 0;
  uint32_t pauses_ = 0;
  uint32_t short_drains_ = 0;
};

}  // namespace fmmq::wait

#endif  // FMMQ_WAIT_PAUSE_H_
