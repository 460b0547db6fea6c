#include "fmmq/queue/membership.h"

#include "fmmq/queue/lock_session.h"
#include "fmmq/queue/rescue.h"
#include "fmmq/ring/groups.h"

namespace fmmq::internal {
namespace {

// Takes a seat, after bringing back the dead ones' when there is none.
Status TakeSeatOrRecover(const segment::Mapping& mapping, const os::ForkBarrier& barrier,
                         const os::UniqueFd& file, uint32_t* seat) {
  const Status status = TakeSeat(mapping, file, seat);
  if (status.ok()) return status;
  {
    LockSession session(mapping, barrier);
    if (!session.status().ok()) return session.status();
    MakeRoom(mapping, session);
  }
  return TakeSeat(mapping, file, seat);
}

// No seat is clean, but one of a dead member of this very group will do: with what it held, which
// this member delivers first. Otherwise nobody could come in to adopt.
Status TakeOverSeat(const RingView& view, const os::UniqueFd& file, uint32_t group,
                    uint32_t* seat) {
  view.ForEachOccupied([&](uint32_t other) {
    if (*seat != kNoSeatTaken || !ring::IsMemberOf(view, other, group)) return;
    if (!os::TryLockBytes(file.get(), format::SeatLock(other), format::kSeatLocks).ok()) return;
    if (ring::IsMemberOf(view, other, group)) {
      *seat = other;
    } else {
      os::UnlockBytes(file.get(), format::SeatLock(other), format::kSeatLocks);
    }
  });
  if (*seat == kNoSeatTaken) return Code::kNoSeat;
  auto& words = view.seats[*seat];
  ring::KeepCounts(view, words);
  // An end without a beginning is of a claim that the dead one never made: ours must not get it.
  if (words.intent.load(std::memory_order_relaxed) == 0) {
    words.end.store(0, std::memory_order_release);  // I6: after intent
  }
  return Code::kOk;
}

// Enters the group's member list, under the control lock.
Status EnterGroup(const RingView& view, int entry_fd, const os::UniqueFd& file, uint32_t index,
                  const GroupOptions& options, uint32_t* seat) {
  const format::GroupState state = ring::LoadState(view, index);
  const bool exclusive = options.kind == GroupKind::kExclusive;
  if (state.exclusive != exclusive || state.durable != options.durable) return Code::kGroupMismatch;
  const uint64_t entry = format::GroupLock(index);
  const Status status = os::TryLockByte(entry_fd, entry);
  if (status == Code::kBusy && exclusive && os::IsLockedByOther(entry_fd, entry)) {
    return Code::kTaken;
  }
  if (!status.ok()) return status;
  // Until then its last member may have gone, and the group with it.
  if (ring::LoadState(view, index).phase != format::Phase::kLive) return Code::kBusy;
  if (*seat == kNoSeatTaken) return TakeOverSeat(view, file, index, seat);
  view.seats[*seat].identity.store(
      Encode(format::SeatIdentity{format::Role::kMember, index, state.generation}),
      std::memory_order_release);
  return Code::kOk;
}

// A free entry, and its lock: a member that is just leaving may still have that, or somebody who
// ends the entry's last group share it.
Status TakeEntry(const RingView& view, int entry_fd, uint32_t* index) {
  Status status = Code::kNoGroup;
  for (uint32_t i = 0; i < view.group_count; ++i) {
    if (ring::LoadState(view, i).phase != format::Phase::kFree) continue;
    status = os::TryLockByte(entry_fd, format::GroupLock(i));
    *index = i;
    if (status != Code::kBusy) return status;
  }
  return status;
}

Status CreateGroup(const RingView& view, int entry_fd, const ring::GroupName& name,
                   const GroupOptions& options, uint32_t seat, uint32_t* index) {
  if (seat == kNoSeatTaken) return Code::kNoSeat;
  const Status status = TakeEntry(view, entry_fd, index);
  if (!status.ok()) return status;
  ring::CreateGroup(view, *index, name, options.kind == GroupKind::kExclusive, options.durable,
                    options.from == From::kOldest, seat);
  return Code::kOk;
}

Status JoinOrCreate(const segment::Mapping& mapping, const os::ForkBarrier& barrier,
                    const os::UniqueFd& file, const ring::GroupName& name,
                    const GroupOptions& options, Membership* membership) {
  const RingView& view = mapping.view();
  LockSession session(mapping, barrier);
  if (!session.status().ok()) return session.status();
  if (!session.TryLockByte(format::kControlLock)) return Code::kBusy;
  ring::ReapGroups(view, session);
  // The lock of the group's entry: an exclusive member keeps it with its seat's, another one until
  // it is in.
  const int entry_fd = options.kind == GroupKind::kExclusive ? file.get() : session.fd();
  membership->group = ring::FindGroup(view, name);
  if (membership->group != ring::kNoIndex)
    return EnterGroup(view, entry_fd, file, membership->group, options, &membership->seat);
  return CreateGroup(view, entry_fd, name, options, membership->seat, &membership->group);
}

Status TrySeatProducer(const segment::Mapping& mapping, HandleRegion& region, uint32_t* seat) {
  const os::ForkBarrier barrier(/*wait=*/true);
  const Result<os::UniqueFd> file = mapping.Reopen();
  if (!file.ok()) return file.status();
  if (mapping.view().single_producer) {
    const Status status = os::TryLockByte(file->get(), format::kProducerLock);
    if (!status.ok()) return status == Code::kBusy ? Status(Code::kTaken) : status;
  }
  Status status = TakeSeatOrRecover(mapping, barrier, *file, seat);
  if (!status.ok()) return status;
  status = region.KeepLocks(*file);
  if (!status.ok()) {
    ring::ClearSeat(mapping.view(), *seat);
    return status;
  }
  mapping.view().seats[*seat].identity.store(
      Encode(format::SeatIdentity{format::Role::kProducer, 0, 0}), std::memory_order_release);
  return Code::kOk;
}

Status TrySeatMember(const segment::Mapping& mapping, HandleRegion& region,
                     const ring::GroupName& name, const GroupOptions& options,
                     Membership* membership) {
  const os::ForkBarrier barrier(/*wait=*/true);
  const Result<os::UniqueFd> file = mapping.Reopen();
  if (!file.ok()) return file.status();
  membership->seat = kNoSeatTaken;
  Status status = TakeSeatOrRecover(mapping, barrier, *file, &membership->seat);
  // Without a clean seat a dead member's will do.
  const Code none = status.code();
  const bool clean = status.ok();
  status = region.KeepLocks(*file);
  if (status.ok()) {
    status = JoinOrCreate(mapping, barrier, *file, name, options, membership);
  }
  if (status == Code::kNoSeat) status = none;
  if (!status.ok()) {
    if (clean) ring::ClearSeat(mapping.view(), membership->seat);
    region.DropLocks();
  }
  WakeEverybody(mapping);  // dead groups may be gone
  return status;
}

Status TrySeatForDoorbell(HandleState& state) {
  const os::ForkBarrier barrier(/*wait=*/true);
  const Result<os::UniqueFd> file = state.mapping->Reopen();
  if (!file.ok()) return file.status();
  uint32_t seat = kNoSeatTaken;
  Status status = TakeSeatOrRecover(*state.mapping, barrier, *file, &seat);
  if (!status.ok()) return status;
  status = KeepLocksIn(&state, LockPage::kAdopted, *file);
  if (!status.ok()) {
    ring::ClearSeat(state.view, seat);
    return status;
  }
  state.view.seats[seat].identity.store(Encode(format::SeatIdentity{format::Role::kObserver, 0, 0}),
                                        std::memory_order_release);
  state.seat = seat;
  return Code::kOk;
}

// A seat that cannot be had because somebody else is just bringing seats back counts as none.
Status SeatStatus(Status status) { return status == Code::kBusy ? Status(Code::kNoSeat) : status; }

}  // namespace

Status SeatProducer(const segment::Mapping& mapping, HandleRegion& region, uint32_t* seat) {
  if (!region.status().ok()) return region.status();
  return SeatStatus(RetryWhileBusy([&] { return TrySeatProducer(mapping, region, seat); }));
}

Status SeatForDoorbell(HandleState& state) {
  return SeatStatus(RetryWhileBusy([&] { return TrySeatForDoorbell(state); }));
}

Status SeatMember(const segment::Mapping& mapping, HandleRegion& region, std::string_view group,
                  const GroupOptions& options, Membership* membership) {
  if (!region.status().ok()) return region.status();
  const ring::GroupName name(group);
  return RetryWhileBusy([&] { return TrySeatMember(mapping, region, name, options, membership); });
}

Status SeatObserver(const segment::Mapping& mapping, HandleRegion& region) {
  if (!region.status().ok()) return region.status();
  const os::ForkBarrier barrier(/*wait=*/true);
  const Result<os::UniqueFd> file = mapping.Reopen();
  if (!file.ok()) return file.status();
  for (uint32_t i = 0; i < format::kMaxObservers; ++i) {
    const uint64_t byte = format::ObserverLock(i);
    if (os::IsReadLockedByOther(file->get(), byte) || !os::TryReadLockByte(file->get(), byte).ok())
      continue;
    return region.KeepLocks(*file);
  }
  return Code::kOk;
}

}  // namespace fmmq::internal
