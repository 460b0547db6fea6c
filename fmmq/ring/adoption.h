// A member that died with messages in its hand: another member of its group delivers them again,
// marked.
//
// Adoption happens in place, under the dead seat's own lock: the intent stays where it is, and
// holds writers back, until the message is delivered. Moving it to another seat would hide it from
// a scan between two loads.
#ifndef FMMQ_RING_ADOPTION_H_
#define FMMQ_RING_ADOPTION_H_

#include <cstdint>

#include "fmmq/ring/recovery.h"

namespace fmmq::ring {

// Whether some other member's stretch covers `position` and that member lives: then it, not the
// dead one, may have won.
template <typename A, typename Locks>
bool LiveMemberHolds(const View<A>& view, Locks& locks, uint32_t dead_seat, uint32_t group,
                     uint64_t position) {
  bool live = false;
  view.ForEachOccupied([&](uint32_t seat) {
    if (live || seat == dead_seat || !IsMemberOf(view, seat, group)) return;
    live = Touches(LoadStretch(view, seat), position, position + 1) && !locks.IsDead(seat);
  });
  return live;
}

// Says that everything before `position` of the dead seat's stretch is done with: one store,
// because the end stands.
template <typename A>
void AdvanceStretch(const View<A>& view, uint32_t seat, const Stretch& held, uint64_t position) {
  if (Distance(position, held.end) <= 0) return ClearSeat(view, seat);
  view.seats[seat].intent.store(position + 1, std::memory_order_release);  // E4
}

// Delivers the first message of the dead seat's stretch into `buffer`. The caller holds that seat's
// lock.
//   kOk              delivered
//   kBufferTooSmall  delivery->bytes says what it needs; nothing changed
//   kEmpty           there was nothing to deliver; the seat is clear
//   kBusy            not now: a live member shows the same message
template <typename A, typename Locks>
Code AdoptFrom(const View<A>& view, Locks& locks, uint32_t seat, uint32_t group,
               MutableBytes buffer, Delivery* delivery) {
  const Stretch held = LoadStretch(view, seat);
  if (!NeedsAdoption(view, group, held)) {
    ClearSeat(view, seat);
    return Code::kEmpty;
  }
  uint64_t position = held.begin;
  for (uint64_t left = view.block_count; left != 0 && Distance(position, held.end) > 0; --left) {
    if (LiveMemberHolds(view, locks, seat, group, position)) return Code::kBusy;
    Record record;
    const Copied copied = CopyRecord(view, position, buffer, &record);
    if (copied == Copied::kTooLong) {
      delivery->bytes = record.bytes;
      return Code::kBufferTooSmall;
    }
    if (copied != Copied::kMessage && copied != Copied::kAborted)
      break;  // overtaken: it was never the dead one's
    delivery->position = position;
    delivery->bytes = record.bytes;
    position += record.blocks;
    if (copied == Copied::kAborted) continue;
    AdvanceStretch(view, seat, held, position);
    view.groups[group].redelivered.fetch_add(1, std::memory_order_relaxed);
    return Code::kOk;
  }
  ClearSeat(view, seat);
  return Code::kEmpty;
}

// Looks for a dead member of `group` with a message in its hand, and delivers that. kEmpty when
// there is none.
template <typename A, typename Locks>
Code Adopt(const View<A>& view, Locks& locks, uint32_t own_seat, uint32_t group,
           MutableBytes buffer, Delivery* delivery) {
  Code code = Code::kEmpty;
  view.ForEachOccupied([&](uint32_t seat) {
    if (code == Code::kOk || code == Code::kBufferTooSmall) return;
    if (seat == own_seat || !IsMemberOf(view, seat, group) || !LoadStretch(view, seat).any) return;
    if (!locks.TryLock(seat)) return;  // alive
    const Code adopted = IsMemberOf(view, seat, group)
                             ? AdoptFrom(view, locks, seat, group, buffer, delivery)
                             : Code::kEmpty;
    if (adopted != Code::kEmpty) code = adopted;
    locks.Unlock(seat);
  });
  return code;
}

// Whether Adopt would find something.
template <typename A, typename Locks>
bool DeadMemberHolds(const View<A>& view, Locks& locks, uint32_t own_seat, uint32_t group) {
  bool found = false;
  view.ForEachOccupied([&](uint32_t seat) {
    if (found || seat == own_seat || !IsMemberOf(view, seat, group)) return;
    found = LoadStretch(view, seat).any && locks.IsDead(seat);
  });
  return found;
}

}  // namespace fmmq::ring

#endif  // FMMQ_RING_ADOPTION_H_
