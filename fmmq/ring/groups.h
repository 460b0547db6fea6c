// The group table. Who enters a group or makes one holds the control lock and the lock of the
// group's entry; who drops one, the control lock; who ends those that are dead shares the entry's
// lock. That orders what they do; writers, who take neither, are told by the epoch (E6).
#ifndef FMMQ_RING_GROUPS_H_
#define FMMQ_RING_GROUPS_H_

#include <cstdint>
#include <cstring>
#include <string_view>

#include "fmmq/base/status.h"
#include "fmmq/ring/gate.h"
#include "fmmq/ring/recovery.h"

namespace fmmq::ring {

inline constexpr uint32_t kNoIndex = ~uint32_t{0};

// A group's name as it is stored: zero filled words.
struct GroupName {
  uint64_t words[format::kMaxGroupNameBytes / 8] = {};
  uint32_t bytes = 0;
  explicit GroupName(std::string_view name) : bytes(static_cast<uint32_t>(name.size())) {
    std::memcpy(words, name.data(), name.size());
  }
};

template <typename A>
bool HasName(const format::Group<typename A::Word>& group, const GroupName& name) {
  for (size_t i = 0; i < format::kMaxGroupNameBytes / 8; ++i) {
    if (group.name[i].load(std::memory_order_relaxed) != name.words[i]) return false;
  }
  return true;
}

template <typename A>
format::GroupState LoadState(const View<A>& view, uint32_t group) {
  return format::DecodeGroup(view.groups[group].state.load(std::memory_order_relaxed));
}

// The live group with this name, or kNoIndex.
template <typename A>
uint32_t FindGroup(const View<A>& view, const GroupName& name) {
  for (uint32_t i = 0; i < view.group_count; ++i) {
    const auto state = LoadState(view, i);
    if (state.phase == format::Phase::kLive && state.name_bytes == name.bytes &&
        HasName<A>(view.groups[i], name)) {
      return i;
    }
  }
  return kNoIndex;
}

// Where a new group begins: at head, or where the slowest of the other groups is. The latter are
// what protects older messages: nothing before them can be promised.
template <typename A>
uint64_t FirstPosition(const View<A>& view, uint32_t own_group, bool oldest) {
  const uint64_t head = view.Head();
  int64_t lag = 0;
  for (uint32_t i = 0; oldest && i < view.group_count; ++i) {
    if (i == own_group || LoadState(view, i).phase != format::Phase::kLive) continue;
    const int64_t behind = Distance(view.groups[i].cursor.load(std::memory_order_relaxed), head);
    if (behind > lag && behind <= static_cast<int64_t>(view.block_count)) lag = behind;
  }
  return head - static_cast<uint64_t>(lag);
}

// Makes a group in the free entry `index`, whose lock the caller holds until it is done. From
// kJoining on it holds writers back; but a writer may have computed its gate just before, so the
// first position is only good when it is loaded after the epoch said so (E6). The caller's seat
// takes the group's identity in between: from kLive on, the group has a member.
template <typename A>
void CreateGroup(const View<A>& view, uint32_t index, const GroupName& name, bool exclusive,
                 bool durable, bool oldest, uint32_t seat) {
  auto& group = view.groups[index];
  format::GroupState state{format::Phase::kJoining, exclusive, durable, name.bytes,
                           LoadState(view, index).generation + 1};
  for (size_t i = 0; i < format::kMaxGroupNameBytes / 8; ++i) {
    group.name[i].store(name.words[i], std::memory_order_relaxed);
  }
  group.lost.store(0, std::memory_order_relaxed);
  group.redelivered.store(0, std::memory_order_relaxed);
  group.cursor.store(FirstPosition(view, index, oldest), std::memory_order_relaxed);
  group.state.store(Encode(state), std::memory_order_relaxed);
  BumpHolderEpoch(view);
  group.cursor.store(FirstPosition(view, index, oldest), std::memory_order_relaxed);
  view.seats[seat].identity.store(
      Encode(format::SeatIdentity{format::Role::kMember, index, state.generation}),
      std::memory_order_relaxed);
  state.phase = format::Phase::kLive;
  group.state.store(Encode(state), std::memory_order_relaxed);
}

// Ends a group: writers no longer wait for it. The generation stays, so that no seat is taken for a
// later group's.
template <typename A>
void FreeGroup(const View<A>& view, uint32_t index) {
  const format::GroupState free{format::Phase::kFree, false, false, 0,
                                LoadState(view, index).generation};
  view.groups[index].state.store(Encode(free), std::memory_order_release);  // E4
}

template <typename A, typename Locks>
bool HasLiveMember(const View<A>& view, Locks& locks, uint32_t group) {
  bool live = false;
  view.ForEachOccupied([&](uint32_t seat) {
    if (!live && IsMemberOf(view, seat, group)) live = !locks.IsDead(seat);
  });
  return live;
}

// Clears the seats of a group's dead members, with what they held. False when a member lives.
template <typename A, typename Locks>
bool ClearDeadMembers(const View<A>& view, Locks& locks, uint32_t group) {
  if (HasLiveMember(view, locks, group)) return false;
  bool cleared = true;
  view.ForEachOccupied([&](uint32_t seat) {
    if (!IsMemberOf(view, seat, group)) return;
    const bool shared = locks.TryShare(seat);
    // Looked at again: until we shared it, its owner may have left, and another may have come.
    if (IsMemberOf(view, seat, group)) {
      if (shared) ClearSeat(view, seat);
      cleared = cleared && shared;
    }
    if (shared) locks.Unshare(seat);
  });
  return cleared;
}

// Whether a group ends with its last member: an ephemeral one, or one that is just being made.
template <typename A>
bool IsMortal(const View<A>& view, uint32_t group) {
  const auto state = LoadState(view, group);
  return state.phase != format::Phase::kFree &&
         (state.phase != format::Phase::kLive || !state.durable);
}

// Frees the ephemeral groups whose members are all gone, and what a creator that died in
// CreateGroup left. What dead members of such a group held goes first: a seat must never outlive
// its group with an intent. As repairs of the ring, several may do this at once.
template <typename A, typename Locks>
bool ReapGroups(const View<A>& view, Locks& locks) {
  bool reaped = false;
  for (uint32_t i = 0; i < view.group_count; ++i) {
    if (!IsMortal(view, i) || HasLiveMember(view, locks, i)) continue;
    if (!locks.TryShareGroup(i)) continue;
    if (IsMortal(view, i) && ClearDeadMembers(view, locks, i)) {
      FreeGroup(view, i);
      reaped = true;
    }
    locks.UnshareGroup(i);
  }
  return reaped;
}

}  // namespace fmmq::ring

#endif  // FMMQ_RING_GROUPS_H_
