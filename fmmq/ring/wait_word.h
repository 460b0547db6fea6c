// The two words at which readers wait for data and writers wait for room. Pure: the sleeping is
// done elsewhere.
//
//    31                    1  0
//   +------------------------+---+
//   |        sequence        | w |   w: somebody waits. The upper half of the 64-bit word is zero.
//   +------------------------+---+
//
//   waiter   set w; barrier everywhere; look again; sleep while the word has the value that it set
//   waker    publish; barrier (E7); w set? then sequence + 1, w = 0, and wake all
//
// No counter of waiters: one that was killed would count for ever. A waiter killed in its sleep
// costs one needless wake.
#ifndef FMMQ_RING_WAIT_WORD_H_
#define FMMQ_RING_WAIT_WORD_H_

#include <atomic>
#include <cstdint>

#include "fmmq/ring/view.h"

namespace fmmq::ring {

// What a waker does between what it publishes and its look at the words (E7). Without `must_fence`
// the waiters' barriers reach its process, and do the rest.
template <typename A>
void OrderBeforeBell(bool must_fence) {
  if (must_fence) {
    A::Fence(std::memory_order_seq_cst);  // E7
  } else {
    A::CompilerFence();
  }
}

// What a waiter does between announcing itself and its last look, after it made every other process
// pass a barrier, or could not (E7).
template <typename A>
void OrderBeforeSleep() {
  A::Fence(std::memory_order_seq_cst);  // E7
}

// Announces a waiter. Returns what the word holds now: what to sleep on. The
// barriers order it, and what was armed before.
template <typename Word>
uint32_t AnnounceWaiter(Word& word) {
  return static_cast<uint32_t>(word.fetch_or(1, std::memory_order_relaxed)) | 1;
}

// Whether somebody waits for data or for room.
template <typename Word>
bool SomebodyWaits(const format::Control<Word>& control) {
  const uint64_t words = control.data_wait.load(std::memory_order_relaxed) |
                         control.space_wait.load(std::memory_order_relaxed);
  return (words & 1) != 0;
}

// Takes all waiters off the word: true when they have to be woken. Who fails because another waker
// came first may leave it to that one: a waiter looks again, after a barrier, each time before it
// sleeps.
template <typename Word>
bool TakeWaiters(Word& word) {
  uint64_t value = word.load(std::memory_order_relaxed);
  for (int tries = 0; tries < kMaxTries && (value & 1) != 0; ++tries) {
    const uint64_t next =
        static_cast<uint32_t>(value) + uint64_t{1};  // the carry clears w and counts
    if (word.compare_exchange_strong(value, next & 0xffffffffu, std::memory_order_relaxed,
                                     std::memory_order_relaxed)) {
      return true;
    }
  }
  return (value & 1) != 0;
}

}  // namespace fmmq::ring

#endif  // FMMQ_RING_WAIT_WORD_H_
