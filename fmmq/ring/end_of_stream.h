// The end of the stream: a position from which on nothing is ever published.
//
// Whoever ends says so first and then passes head (E8): a writer that reserves later sees it, and
// gives its reservation up; one that reserved before is in front of the end. Who finds the first
// step done and not the second does the second. What the author did before the first step comes
// before what a reader does that sees the end.
#ifndef FMMQ_RING_END_OF_STREAM_H_
#define FMMQ_RING_END_OF_STREAM_H_

#include <atomic>
#include <cstdint>

#include "fmmq/ring/view.h"

namespace fmmq::ring {

inline constexpr uint64_t kEnding = 1;
inline constexpr uint64_t kFirstEnd = 2;  // the end at position p is p + kFirstEnd

// Any number may call it, at any time; the first one's end holds.
template <typename A>
void EndStream(const View<A>& view) {
  uint64_t expected = 0;
  view.control->ended.compare_exchange_strong(expected, kEnding, std::memory_order_release,
                                              std::memory_order_relaxed);
  if (expected >= kFirstEnd) return;
  // A read-modify-write: whoever moves head after this sees what was stored before.
  const uint64_t head = view.control->head.fetch_add(0, std::memory_order_release);  // E8
  expected = kEnding;
  view.control->ended.compare_exchange_strong(expected, head + kFirstEnd, std::memory_order_relaxed,
                                              std::memory_order_relaxed);
}

// Whether a writer may not publish what it just reserved.
template <typename A>
bool HasEnded(const View<A>& view) {
  return view.control->ended.load(std::memory_order_relaxed) != 0;  // E8
}

// Whether a reader at `position` has read all there will ever be. `may_help` is the right to write.
template <typename A>
bool IsAtEnd(const View<A>& view, uint64_t position, bool may_help) {
  uint64_t ended = view.control->ended.load(std::memory_order_acquire);
  if (ended == kEnding && may_help) {
    EndStream(view);  // its author died half-way, or is slow
    ended = view.control->ended.load(std::memory_order_relaxed);
  }
  return ended >= kFirstEnd && Distance(ended - kFirstEnd, position) >= 0;
}

}  // namespace fmmq::ring

#endif  // FMMQ_RING_END_OF_STREAM_H_
