#include "fmmq/wait/waiter.h"

#include "fmmq/base/cpu_pause.h"
#include "fmmq/os/clock.h"
#include "fmmq/ring/writer.h"

namespace fmmq::wait {
namespace {

// No sleep is longer, so that a death that rang nobody's bell is noticed.
constexpr uint64_t kSliceNs = 100'000'000;
// Nobody rings: after an attempt that met somebody in its way, and for who cannot make others
// notice that it sleeps (no right to write the word, or no membarrier). Each is twice as long as
// the last, and none so long that a claim to room would lapse.
constexpr uint64_t kFirstBlindSliceNs = 50'000;
constexpr uint64_t kMaxBlindSliceNs = kFirstBlindSliceNs << 7;
static_assert(kMaxBlindSliceNs < ring::kWantedNs);

// Reading the clock costs as much as a few looks.
constexpr uint32_t kLooksBetweenClocks = 16;
constexpr uint32_t kMaxGap = 64;  // pauses

bool IsCancelled(const Wait& wait) {
  return wait.state.cancelled.exchange(false, std::memory_order_acq_rel);
}

// kBusy: it is time to sleep.
Code Spin(const Wait& wait, AttemptRef attempt) {
  const uint64_t spin_ns = wait.state.policy.spin_ns;
  if (spin_ns == 0) return Code::kBusy;
  const uint64_t start = os::MonotonicNs();
  for (uint32_t gap = 1;;) {
    for (uint32_t look = 0; look < kLooksBetweenClocks; ++look) {
      if (attempt(false)) return Code::kOk;
      base::Pause(gap);
    }
    // Each look for room takes the cursors' lines away from the readers.
    if (wait.state.for_room && gap < kMaxGap) gap *= 2;
    if (IsCancelled(wait)) return Code::kCancelled;
    const uint64_t now = os::MonotonicNs();
    if (now >= wait.deadline.ns()) return Code::kTimeout;
    if (spin_ns != Deadline::kNever && now - start >= spin_ns) return Code::kBusy;
  }
}

uint32_t Announce(const Wait& wait) {
  if (wait.may_write) return ring::AnnounceWaiter(wait.word);
  return static_cast<uint32_t>(wait.word.load(std::memory_order_relaxed));
}

Code Sleep(const Wait& wait, AttemptRef attempt) {
  uint64_t blind_slice = kFirstBlindSliceNs;
  for (;;) {
    const uint32_t value = Announce(wait);
    const bool heard = wait.may_write && os::BarrierEverywhere();  // E7
    ring::OrderBeforeSleep<ring::HardwareAtomics>();
    if (IsCancelled(wait)) return Code::kCancelled;
    if (attempt(false)) return Code::kOk;
    const uint64_t now = os::MonotonicNs();
    if (now >= wait.deadline.ns()) return Code::kTimeout;
    const uint64_t slice = heard && !wait.state.was_busy ? kSliceNs : blind_slice;
    const uint64_t left = wait.deadline.ns() - now;
    const os::Woken woken = os::FutexWait(FutexOf(wait.word), value, left < slice ? left : slice);
    if (woken == os::Woken::kInterrupted && wait.state.policy.interruptible) {
      return Code::kInterrupted;
    }
    // The first free block wakes a writer. Beside the reader, on the same processor, it lets that
    // one go on first: else the two change places for every few messages.
    if (wait.state.for_room && woken == os::Woken::kChanged) os::Yield();
    // Before the next announcement, which is expensive: who was woken finds something.
    if (attempt(woken == os::Woken::kTimeout && slice >= kMaxBlindSliceNs)) return Code::kOk;
    if (blind_slice < kMaxBlindSliceNs) blind_slice *= 2;
  }
}

}  // namespace

void WakeWaiters(Word& word) {
  if (ring::TakeWaiters(word)) os::FutexWakeAll(FutexOf(word));
}

Code WaitUntil(const Wait& wait, AttemptRef attempt) {
  const Code code = Spin(wait, attempt);
  return code == Code::kBusy ? Sleep(wait, attempt) : code;
}

}  // namespace fmmq::wait
