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

// The futex is the half of the word that has the low bits.
inline const void* FutexOf(const Word& word) {
  constexpr bool kBigEndian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
  return reinterpret_cast<const char*>(&word) + (kBigEndian ? 4 : 0);
}

// Wakes whoever sleeps on `word`. The caller's stores that they wait for come before, and a barrier
// (E7).
void WakeWaiters(Word& word);

// What a handle keeps for its waits.
struct WaitState {
  WaitPolicy policy;
  Drain drain;
  std::atomic<bool> cancelled{false};
  bool for_room = false;  // waits for room, not for data
  // The last attempt met somebody in its way: no bell will tell when that is over.
  bool was_busy = false;
};

// A reference to something that can be called as `bool attempt(bool slice_over)`: tries the
// operation, true when the call is over. slice_over says that a long sleep passed without a bell,
// so that it is time to look after the dead.
class AttemptRef {
 public:
  template <typename Attempt>
  explicit AttemptRef(Attempt& attempt)
      : context_(&attempt), call_([](const void* context, bool slice_over) {
          return (*static_cast<Attempt*>(const_cast<void*>(context)))(slice_over);
        }) {}
  bool operator()(bool slice_over) const { return call_(context_, slice_over); }

 private:
  const void* context_;
  bool (*call_)(const void* context, bool slice_over);
};

// What is waited for, and how long.
struct Wait {
  Word& word;
  bool may_write;
  WaitState& state;
  Deadline deadline;
};

// Attempts, spins, sleeps. kOk when an attempt said that the call is over; else kTimeout,
// kCancelled, kInterrupted.
Code WaitUntil(const Wait& wait, AttemptRef attempt);

}  // namespace fmmq::wait

#endif  // FMMQ_WAIT_WAITER_H_
