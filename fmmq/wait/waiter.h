// The one loop that waits: spin, then sleep on a word of the segment, in slices.
#ifndef FMMQ_WAIT_WAITER_H_
#define FMMQ_WAIT_WAITER_H_

#include <atomic>
#include <cstdint>

#include "fmmq/base/status.h"
#include "fmmq/os/clock.h"
#include "fmmq/os/futex.h"
#include "fmmq/ring/wait_word.h"
#include "fmmq/wait/deadline.h"
#include "fmmq/wait/pause.h"

namespace fmmq::wait {

using Word = format::SharedWord;

// No sleep is longer, so that a death that rang nobody's bell is noticed.
inline constexpr uint64_t kSliceNs = 100'000'000;
// For who cannot make writers notice that it sleeps: no right to write the word, or no membarrier.
inline constexpr uint64_t kBlindSliceNs = 1'000'000;
inline constexpr uint64_t kMaxBlindSliceNs = 8'000'000;

// The futex is the half of the word that has the low bits.
inline const void* FutexOf(const Word& word) {
  constexpr bool kBigEndian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
  return reinterpret_cast<const char*>(&word) + (kBigEndian ? 4 : 0);
}

// Wakes whoever sleeps on `word`. The caller's stores that they wait for come before, and a barrier
// (E7).
inline void WakeWaiters(Word& word) {
  if (ring::TakeWaiters(word)) os::FutexWakeAll(FutexOf(word));
}

// What a handle keeps for its waits.
struct WaitState {
  WaitPolicy policy;
  PollingGap gap;
  std::atomic<bool> cancelled{false};
};

// One wait. `Attempt` is `bool attempt(bool slice_over)`: tries the operation, true when the call
// is over; slice_over says that a whole slice passed without a bell, so that it is time to look
// after the dead.
class Waiter {
 public:
  Waiter(Word& word, bool may_write, WaitState& state, Deadline deadline)
      : word_(word), may_write_(may_write), state_(state), deadline_(deadline.ns()) {}

  // kOk when an attempt said that the call is over; else kTimeout, kCancelled, kInterrupted.
  template <typename Attempt>
  Code Wait(Attempt&& attempt) {
    const Code code = Spin(attempt);
    return code == Code::kBusy ? Sleep(attempt) : code;
  }

 private:
  static constexpr uint32_t kLooksBetweenClocks = 16;

  // kBusy: it is time to sleep.
  template <typename Attempt>
  Code Spin(Attempt& attempt) {
    if (state_.policy.spin_ns == 0) return Code::kBusy;
    const uint64_t start = os::MonotonicNs();
    for (uint32_t pauses = state_.gap.Miss(); pauses != 0; --pauses) CpuPause();
    for (;;) {
      for (uint32_t look = 0; look < kLooksBetweenClocks; ++look) {
        if (attempt(false)) return Code::kOk;
        CpuPause();
      }
      if (state_.cancelled.exchange(false, std::memory_order_acq_rel)) return Code::kCancelled;
      const uint64_t now = os::MonotonicNs();
      if (now >= deadline_) return Code::kTimeout;
      if (state_.policy.spin_ns != Deadline::kNever && now - start >= state_.policy.spin_ns)
        return Code::kBusy;
    }
  }

  template <typename Attempt>
  Code Sleep(Attempt& attempt) {
    uint64_t blind_slice = kBlindSliceNs;
    bool slice_over = false;
    for (;;) {
      const uint32_t value = may_write_ ? ring::AnnounceWaiter(word_) : LoadBlind();
      const bool heard = may_write_ && os::BarrierEverywhere();  // E7
      std::atomic_thread_fence(std::memory_order_seq_cst);
      if (state_.cancelled.exchange(false, std::memory_order_acq_rel)) return Code::kCancelled;
      if (attempt(slice_over)) return Code::kOk;
      const uint64_t now = os::MonotonicNs();
      if (now >= deadline_) return Code::kTimeout;
      const uint64_t slice = heard ? kSliceNs : blind_slice;
      const uint64_t left = deadline_ - now;
      const os::Woken woken = os::FutexWait(FutexOf(word_), value, left < slice ? left : slice);
      if (woken == os::Woken::kInterrupted && state_.policy.interruptible)
        return Code::kInterrupted;
      slice_over = woken == os::Woken::kTimeout;
      if (blind_slice < kMaxBlindSliceNs) blind_slice *= 2;
    }
  }

  uint32_t LoadBlind() const {
    return static_cast<uint32_t>(word_.load(std::memory_order_relaxed));
  }

  Word& word_;
  bool may_write_;
  WaitState& state_;
  uint64_t deadline_;
};

}  // namespace fmmq::wait

#endif  // FMMQ_WAIT_WAITER_H_
