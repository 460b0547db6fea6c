// The gate: the oldest position that somebody still needs. Writers may reserve up to gate +
// block_count.
#ifndef FMMQ_RING_GATE_H_
#define FMMQ_RING_GATE_H_

#include <cstdint>

#include "fmmq/ring/view.h"

namespace fmmq::ring {

// How far the slowest live group lies behind `head`. A cursor ahead of that snapshot has moved on
// since.
template <typename A>
uint64_t CursorLag(const View<A>& view, uint64_t head) {
  int64_t lag = 0;
  for (uint32_t i = 0; i < view.group_count; ++i) {
    const auto& group = view.groups[i];
    if (!format::HoldsWriters(group.state.load(A::kFenced))) continue;
    const int64_t behind = Distance(group.cursor.load(std::memory_order_acquire), head);  // E3, E4
    if (behind > lag) lag = behind;
  }
  return static_cast<uint64_t>(lag);
}

// The same for what seats hold or are about to take, of the living and the dead. An intent counts
// until its owner, or whoever holds the dead owner's lock, clears it; one further back than a ring
// is a leftover that nobody can still mean.
template <typename A>
uint64_t IntentLag(const View<A>& view, uint32_t own_seat, uint64_t head) {
  uint64_t lag = 0;
  view.ForEachOccupied([&](uint32_t seat) {
    if (seat == own_seat) return;
    const uint64_t intent = view.seats[seat].intent.load(A::kFenced);  // E4
    if (intent == 0) return;
    const int64_t behind = Distance(intent - 1, head);
    if (behind > 0 && static_cast<uint64_t>(behind) <= view.block_count &&
        static_cast<uint64_t>(behind) > lag) {
      lag = static_cast<uint64_t>(behind);
    }
  });
  return lag;
}

// Computes the gate; every word is loaded once a scan, in an order that matters: epoch, head,
// groups, seats. The fence at its end makes an acquire of each load; those that say so themselves
// have to be in front of later ones. Returns false when the set of holders kept changing: the
// caller treats the ring as full for now.
template <typename A>
bool ComputeGate(const View<A>& view, uint32_t own_seat, uint64_t* gate) {
  for (int scan = 0; scan < 2; ++scan) {
    const uint64_t epoch = view.control->holder_epoch.load(std::memory_order_acquire);
    const uint64_t head = view.Head();
    const uint64_t cursor_lag = view.Overwriting() ? 0 : CursorLag(view, head);
    const uint64_t intent_lag = IntentLag(view, own_seat, head);
    A::Fence(std::memory_order_seq_cst);  // E4, E6
    if (view.control->holder_epoch.load(std::memory_order_relaxed) == epoch) {
      *gate = head - (cursor_lag > intent_lag ? cursor_lag : intent_lag);
      return true;
    }
  }
  return false;
}

// Announces that the set of holders changed, and orders that before whatever the caller loads next.
template <typename A>
void BumpHolderEpoch(const View<A>& view) {
  view.control->holder_epoch.fetch_add(1, std::memory_order_release);
  A::Fence(std::memory_order_seq_cst);  // E6
}

}  // namespace fmmq::ring

#endif  // FMMQ_RING_GATE_H_
