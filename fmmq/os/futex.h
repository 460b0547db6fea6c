// Sleeping on a word of shared memory, and waking who sleeps (futex(2)).
#ifndef FMMQ_OS_FUTEX_H_
#define FMMQ_OS_FUTEX_H_

#include <cstdint>

namespace fmmq::os {

enum class Woken {
  kChanged,  // somebody woke us, or the word had another value already
  kTimeout,
  kInterrupted,  // by a signal
};

// Sleeps while the 32-bit word is `expected`, at most `timeout_ns`. Works on a mapping without
// write rights.
Woken FutexWait(const void* word, uint32_t expected, uint64_t timeout_ns);
void FutexWakeAll(const void* word);

// membarrier(2), GLOBAL_EXPEDITED: a barrier on every running thread of every registered process,
// at the caller's expense. Both say whether the system did it.
bool RegisterForBarriers();
bool BarrierEverywhere();

}  // namespace fmmq::os

#endif  // FMMQ_OS_FUTEX_H_
