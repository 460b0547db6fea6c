// What survivors do about the dead. Pure: who is alive is asked of `Locks`, whose answers are the
// kernel's:
//
// - IsDead(seat): nobody owns the seat, nor adopts what its dead owner held;
// - TryShare(seat), Unshare: true when nobody owns it, and until Unshare nobody will;
// - TryLock(seat), Unlock: for adoption; true when IsDead, and until Unlock nobody else can own or
//   adopt. Others may share it meanwhile.
//
// Who repairs shares, so any number of survivors may do the same repair at once, and none of them
// waits for another one that was stopped in it. So every store here may come twice, or late: a
// descriptor is filled by CAS, once; a shared seat's words only ever become 0.
//
// A death at any step here leaves a state from which the next caller starts over.
#ifndef FMMQ_RING_RECOVERY_H_
#define FMMQ_RING_RECOVERY_H_

#include <cstdint>

#include "fmmq/base/bytes.h"
#include "fmmq/base/status.h"
#include "fmmq/ring/copying_reader.h"
#include "fmmq/ring/view.h"

namespace fmmq::ring {

// How often a live producer's intent is looked at again before the repair is put off. (Model tests
// have fewer.)
template <typename A>
inline constexpr int kLivePolls = 1000;

// What a seat is about to take or holds, read without a torn mix of two claims.
struct Stretch {
  bool any = false;
  uint64_t begin = 0;
  uint64_t end = 0;  // of one record of unknown length: begin + 1
};

template <typename A>
Stretch LoadStretch(const View<A>& view, uint32_t seat) {
  const auto& words = view.seats[seat];
  for (int tries = 0; tries < kMaxTries; ++tries) {
    const uint64_t intent = words.intent.load(std::memory_order_acquire);  // E2, E3
    if (intent == 0) return {};
    const uint64_t end = words.end.load(std::memory_order_acquire);
    if (words.intent.load(std::memory_order_relaxed) != intent) continue;
    const uint64_t begin = intent - 1;
    const bool batch = end != 0 && Distance(begin, end) > 0 && end - begin <= view.block_count;
    return {true, begin, batch ? end : begin + 1};
  }
  const uint64_t head = view.Head();
  return {true, head,
          head + 1};  // it keeps changing: alive, and ahead of any snapshot taken before
}

// Whether a stretch may cover part of [from, to).
inline bool Touches(const Stretch& s, uint64_t from, uint64_t to) {
  return s.any && Distance(s.begin, to) > 0 && Distance(from, s.end) > 0;
}

enum class Hole {
  kNone,   // the position is in order, or not reserved
  kAlive,  // a live producer is at work there
  kHole,   // [position, end) belongs to the dead
};

template <typename A>
bool IsProducer(const View<A>& view, uint32_t seat) {
  // E4: who sees a member that came after a producer sees what that published.
  const uint64_t identity = view.seats[seat].identity.load(std::memory_order_acquire);
  return format::DecodeSeat(identity).role != format::Role::kMember;
}

// Whether no live producer has to do with [from, to). A live one that moves on is waited for, for a
// moment.
template <typename A, typename Locks>
bool OnlyDeadProducersIn(const View<A>& view, Locks& locks, uint64_t from, uint64_t to) {
  bool only_dead = true;
  view.ForEachOccupied([&](uint32_t seat) {
    if (!only_dead || !IsProducer(view, seat)) return;
    for (int polls = 0; polls <= kLivePolls<A>; ++polls) {
      if (!Touches(LoadStretch(view, seat), from, to)) return;
      if (polls == 0 && locks.IsDead(seat)) return;
    }
    only_dead = false;
  });
  return only_dead;
}

// Is `position` in a hole, and how far does it reach? The order of the steps is the point (models
// of other orders overwrite messages that were reported written): head once; then the producers;
// only then the descriptors.
template <typename A, typename Locks>
Hole FindHole(const View<A>& view, Locks& locks, uint64_t position, uint64_t* end) {
  const uint64_t head = view.Head();  // (1)
  const int64_t ahead = Distance(position, head);
  if (ahead <= 0 || ahead > static_cast<int64_t>(view.block_count)) return Hole::kNone;
  if (!OnlyDeadProducersIn(view, locks, position, head)) return Hole::kAlive;  // (2)
  if (view.LookAt(position).found != Found::kNothing) return Hole::kNone;      // (3)
  *end = FindRecord(view, position + 1, head);
  return Hole::kHole;
}

// Makes a block of a hole the start of an aborted record. Only once in a lap: somebody who was
// stopped in front of this comes too late, and changes nothing.
template <typename A>
bool FillBlock(const View<A>& view, uint64_t position, uint64_t blocks) {
  const uint32_t lap = view.Lap(position);
  auto& descriptor = view.Descriptor(position);
  uint64_t word = descriptor.load(std::memory_order_relaxed);
  // Not of an earlier lap, nor an interior of this one: it is filled, or even in a later one. Laps
  // of words wrap, so who was stopped for long asks head, too.
  if (Distance(format::InteriorWord(lap), word) > 0 || Overtaken(view, position)) return false;
  return descriptor.compare_exchange_strong(word, format::AbortedWord(lap, blocks),
                                            std::memory_order_release,  // E1
                                            std::memory_order_relaxed);
}

// Makes [position, end) an aborted record, which readers step over. Each block of it is made the
// start of one that reaches to the end, back to front: several reservations may be in the hole, and
// somebody may have begun to read between them. Another repairer's end may be another one, where a
// later producer died, too; a block leads to either, and on from there.
template <typename A>
void FillHole(const View<A>& view, uint64_t position, uint64_t end) {
  bool filled = false;
  for (uint64_t p = end; p != position; --p) filled = FillBlock(view, p - 1, end - (p - 1));
  if (filled) view.control->recoveries.fetch_add(1, std::memory_order_relaxed);
}

// Repairs the hole at `position`, if there is one. Returns kAlive when a live producer has to be
// waited for.
template <typename A, typename Locks>
Hole RepairHole(const View<A>& view, Locks& locks, uint64_t position) {
  uint64_t end = 0;
  const Hole hole = FindHole(view, locks, position, &end);
  if (hole == Hole::kHole) FillHole(view, position, end);
  return hole;
}

// Says that a seat is about to take nothing and holds nothing. The end goes last (I6), with
// release: who sees it gone sees the start gone, too.
template <typename A>
void ClearClaim(const View<A>& view, uint32_t seat) {
  view.seats[seat].intent.store(0, std::memory_order_release);  // E4
  view.seats[seat].end.store(0, std::memory_order_release);
}

// Moves what a seat's owner wrote or read to the queue's totals, once. For people: a death in here
// loses it.
template <typename A>
void KeepCounts(const View<A>& view, format::Seat<typename A::Word>& seat) {
  auto& control = *view.control;
  const auto role = format::DecodeSeat(seat.identity.load(std::memory_order_relaxed)).role;
  const bool member = role != format::Role::kProducer;
  if (role != format::Role::kProducer && role != format::Role::kMember) return;
  (member ? control.read_messages : control.written_messages)
      .fetch_add(seat.messages.exchange(0, std::memory_order_relaxed), std::memory_order_relaxed);
  (member ? control.read_bytes : control.written_bytes)
      .fetch_add(seat.bytes.exchange(0, std::memory_order_relaxed), std::memory_order_relaxed);
}

// Makes a seat as good as new. The caller holds or shares its lock, and nothing of it is needed any
// more. The identity goes last but for the bit: a seat that is neither clean nor somebody's is
// found again.
template <typename A>
void ClearSeat(const View<A>& view, uint32_t seat) {
  auto& words = view.seats[seat];
  ClearClaim(view, seat);
  KeepCounts(view, words);
  words.owner.store(0, std::memory_order_relaxed);
  words.messages.store(0, std::memory_order_relaxed);
  words.bytes.store(0, std::memory_order_relaxed);
  words.armed.store(format::kNoBell, std::memory_order_relaxed);
  for (auto& word : words.reserved) word.store(0, std::memory_order_relaxed);
  words.identity.store(0, std::memory_order_release);  // E4
  view.control->occupied[seat / 64].fetch_and(~(uint64_t{1} << (seat % 64)),
                                              std::memory_order_release);  // E4
}

// Whether a seat says that it is a member of the group in entry `group` as it is now.
template <typename A>
bool IsMemberOf(const View<A>& view, uint32_t seat, uint32_t group) {
  // E4: who sees that a member left its group may free the group, and nothing else says that the
  // member's last copy is done.
  const auto id = format::DecodeSeat(view.seats[seat].identity.load(std::memory_order_acquire));
  if (id.role != format::Role::kMember || id.group != group || group >= view.group_count)
    return false;
  const auto state = format::DecodeGroup(view.groups[group].state.load(std::memory_order_relaxed));
  return state.phase != format::Phase::kFree && state.generation == id.generation;
}

// Whether a dead member of `group` may have died with messages that nobody else will deliver.
template <typename A>
bool NeedsAdoption(const View<A>& view, uint32_t group, const Stretch& held) {
  if (!held.any) return false;
  // Winning would have moved the cursor past all of it; cursors never go back.
  const uint64_t cursor = view.groups[group].cursor.load(std::memory_order_relaxed);
  if (Distance(held.end, cursor) < 0) return false;
  return Distance(held.begin, view.Head()) <= static_cast<int64_t>(view.block_count);
}

// Repairs what a dead producer left in its stretch: at most one hole, for it published front to
// back. False when a live producer is in the way.
template <typename A, typename Locks>
bool RepairStretch(const View<A>& view, Locks& locks, const Stretch& held) {
  uint64_t position = held.begin;
  for (uint64_t left = view.block_count; left != 0 && Distance(position, held.end) > 0; --left) {
    const Record record = view.LookAt(position);
    if (!record.present()) return RepairHole(view, locks, position) != Hole::kAlive;
    position += record.blocks;
  }
  return true;
}

// Whether another member has to adopt what a seat holds, if its owner is dead.
template <typename A>
bool AwaitsAdoption(const View<A>& view, uint32_t seat) {
  const auto id = format::DecodeSeat(view.seats[seat].identity.load(std::memory_order_relaxed));
  return IsMemberOf(view, seat, id.group) && NeedsAdoption(view, id.group, LoadStretch(view, seat));
}

// Brings a dead owner's seat back, unless another member has to adopt what it holds: then its lock
// is left alone, too, for that one to take. Returns false when the seat could not be cleared now.
template <typename A, typename Locks>
bool ResolveSeat(const View<A>& view, Locks& locks, uint32_t seat) {
  if (AwaitsAdoption(view, seat) || !locks.TryShare(seat)) return false;
  // Nobody owns it from here on; until here, somebody else may have.
  const Stretch held = LoadStretch(view, seat);
  const bool resolved = IsProducer(view, seat) ? !held.any || RepairStretch(view, locks, held)
                                               : !AwaitsAdoption(view, seat);
  if (resolved) ClearSeat(view, seat);
  locks.Unshare(seat);
  return resolved;
}

// Resolves the seats of the dead. Returns how many.
//
// Each may mean a walk through the ring and a question about every other seat, so one call tries
// only a few that hold something, from seat `first` on: the caller chooses another one each time.
template <typename A, typename Locks>
int ResolveSeats(const View<A>& view, Locks& locks, uint32_t first) {
  int left = 16;
  int resolved = 0;
  for (const bool before_first : {false, true}) {
    view.ForEachOccupied([&](uint32_t seat) {
      if ((seat < first) != before_first) return;
      const bool holds = LoadStretch(view, seat).any;
      if ((holds && left == 0) || !locks.IsDead(seat)) return;
      if (holds) --left;
      if (ResolveSeat(view, locks, seat)) ++resolved;
    });
  }
  return resolved;
}

}  // namespace fmmq::ring

#endif  // FMMQ_RING_RECOVERY_H_
