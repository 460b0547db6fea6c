// A member that died with messages in its hand: another member of its group delivers them again,
// marked.
//
// Adoption happens in place, under the dead seat's own lock: the intent stays where it is, and
// holds writers back, until the message is acknowledged. Moving it to another seat would hide it
// from a scan between two loads. A second death drops the lock, and the next member starts over.
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

// Copies the first message of a dead member's stretch into `buffer`; the caller holds that seat's
// lock. Nothing shared changes: Settle says that it is done with.
//   kOk              *next is the position behind the message
//   kBufferTooSmall  delivery->bytes says what it needs
//   kEmpty           there is nothing to deliver
//   kBusy            not now: a live member shows the same message
template <typename A, typename Locks>
Code FetchHeld(const View<A>& view, Locks& locks, uint32_t seat, uint32_t group,
               MutableBytes buffer, Delivery* delivery, uint64_t* next) {
  const Stretch held = LoadStretch(view, seat);
  if (!NeedsAdoption(view, group, held)) return Code::kEmpty;
  uint64_t position = held.begin;
  for (uint64_t left = view.block_count; left != 0 && Distance(position, held.end) > 0; --left) {
    Record record;
    const Copied copied = CopyRecord(view, position, buffer, &record);
    *delivery = {position, record.bytes, 0};
    *next = position += record.blocks;
    if (copied == Copied::kAborted) continue;
    if (copied != Copied::kMessage && copied != Copied::kTooLong)
      break;  // it was never the dead one's
    // E3: whoever moved the cursor shows it; the fence of the copy comes in between.
    if (LiveMemberHolds(view, locks, seat, group, delivery->position)) return Code::kBusy;
    return copied == Copied::kMessage ? Code::kOk : Code::kBufferTooSmall;
  }
  return Code::kEmpty;
}

// Says that everything before `next` of a dead member's stretch is done with: one CAS while
// something is left, because the end stands. False when nothing is left.
template <typename A>
bool Settle(const View<A>& view, uint32_t seat, uint64_t next) {
  const Stretch held = LoadStretch(view, seat);
  if (!held.any || Distance(next, held.end) <= 0) return false;
  uint64_t intent = held.begin + 1;  // or somebody who shares the seat has cleared it
  return view.seats[seat].intent.compare_exchange_strong(intent, next + 1,
                                                         std::memory_order_release,  // E4
                                                         std::memory_order_relaxed);
}

// Looks for a dead member of `group` with a message in its hand, and fetches that. With kOk the
// lock of *seat stays held. *cleared: a seat was, which may have made room. After a few kBusy, each
// of which may mean a walk through the ring, it is over for now.
template <typename A, typename Locks>
Code FetchFromTheDead(const View<A>& view, Locks& locks, uint32_t own_seat, uint32_t group,
                      MutableBytes buffer, Delivery* delivery, uint32_t* seat, uint64_t* next,
                      bool* cleared) {
  Code code = Code::kEmpty;
  int busy_left = 4;
  view.ForEachOccupied([&](uint32_t other) {
    if (code == Code::kOk || code == Code::kBufferTooSmall || busy_left == 0) return;
    if (other == own_seat || !IsMemberOf(view, other, group)) return;
    if (!NeedsAdoption(view, group, LoadStretch(view, other))) return;
    if (!locks.TryLock(other)) return;  // alive, or somebody else's to adopt
    Code fetched = Code::kEmpty;
    if (IsMemberOf(view, other, group)) {
      fetched = FetchHeld(view, locks, other, group, buffer, delivery, next);
      if (fetched == Code::kEmpty) ClearSeat(view, other), *cleared = true;
    }
    if (fetched != Code::kEmpty) code = fetched;
    if (fetched == Code::kBusy) --busy_left;
    if (fetched == Code::kOk) *seat = other;
    if (fetched != Code::kOk) locks.Unlock(other);
  });
  return code;
}

// Whether FetchFromTheDead would find something. Brings back the seats of those who died before
// they won what they show, while that can be told: *cleared.
template <typename A, typename Locks>
bool DeadMemberHolds(const View<A>& view, Locks& locks, uint32_t own_seat, uint32_t group,
                     bool* cleared) {
  bool found = false;
  view.ForEachOccupied([&](uint32_t seat) {
    if (seat == own_seat || !IsMemberOf(view, seat, group)) return;
    if (!LoadStretch(view, seat).any || !locks.IsDead(seat)) return;
    if (ResolveSeat(view, locks, seat)) {
      *cleared = true;
    } else {
      found = true;
    }
  });
  return found;
}

}  // namespace fmmq::ring

#endif  // FMMQ_RING_ADOPTION_H_
