#include "fmmq/queue/adoption.h"

#include "fmmq/queue/lock_session.h"
#include "fmmq/ring/adoption.h"

namespace fmmq::internal {
namespace {

// Probes with one description, and locks the dead seat with another that can be kept.
struct AdoptionLocks {
  LockSession& session;
  const os::UniqueFd& file;
  bool IsDead(uint32_t seat) { return session.IsDead(seat); }
  bool TryLock(uint32_t seat) { return os::TryLockByte(file.get(), format::SeatLock(seat)).ok(); }
  void Unlock(uint32_t seat) { os::UnlockByte(file.get(), format::SeatLock(seat)); }
};

bool Inherits(const ConsumerState& s) { return ring::LoadStretch(s.view, s.seat).any; }

// What the own seat's last owner held. kEmpty: nothing (more); the seat is free for own claims.
Code FetchInherited(ConsumerState& s, AdoptionLocks& locks, MutableBytes buffer,
                    ring::Delivery* delivery) {
  s.adopted.seat = s.seat;
  const Code code =
      ring::FetchHeld(s.view, locks, s.seat, s.group, buffer, delivery, &s.adopted.next);
  if (code == Code::kEmpty) {
    ring::ClearClaim(s.view, s.seat);
    RingBells(s, /*data=*/false);
  }
  return code;
}

Status FetchFromTheDead(ConsumerState& s, AdoptionLocks& locks, MutableBytes buffer,
                        ring::Delivery* delivery) {
  bool cleared = false;
  Code code = Code::kEmpty;
  if (ring::DeadMemberHolds(s.view, locks.session, s.seat, s.group, &cleared)) {
    code = ring::FetchFromTheDead(s.view, locks, s.seat, s.group, buffer, delivery, &s.adopted.seat,
                                  &s.adopted.next, &cleared);
  }
  if (cleared) WakeEverybody(*s.mapping);
  return code == Code::kOk ? KeepLocksIn(&s, LockPage::kAdopted, locks.file) : Status(code);
}

}  // namespace

bool OthersHold(const ConsumerState& s) {
  bool hold = false;
  s.view.ForEachOccupied([&](uint32_t seat) {
    if (seat == s.seat || hold) return;
    hold = s.view.seats[seat].intent.load(std::memory_order_relaxed) != 0 &&
           ring::IsMemberOf(s.view, seat, s.group);
  });
  return hold;
}

Status LookForHeld(ConsumerState& s) {
  const os::ForkBarrier barrier(/*wait=*/false);
  LockSession session(*s.mapping, barrier);
  if (!session.status().ok()) return session.status();
  bool cleared = false;
  s.adopt = ring::DeadMemberHolds(s.view, session, s.seat, s.group, &cleared) || Inherits(s);
  if (cleared) WakeEverybody(*s.mapping);
  return Code::kOk;
}

Status Adopt(ConsumerState& s, MutableBytes buffer, Received* received) {
  const os::ForkBarrier barrier(/*wait=*/false);
  LockSession session(*s.mapping, barrier);
  if (!session.status().ok()) return session.status();
  const Result<os::UniqueFd> file = s.mapping->Reopen();
  if (!file.ok()) return file.status();
  AdoptionLocks locks{session, *file};
  ring::Delivery delivery;
  Status code = Inherits(s) ? FetchInherited(s, locks, buffer, &delivery) : Code::kEmpty;
  if (code == Code::kEmpty) code = FetchFromTheDead(s, locks, buffer, &delivery);
  *received = {static_cast<size_t>(delivery.bytes), delivery.position, 0, true};
  s.adopted.any = code == Code::kOk;
  if (s.adopted.any) {
    ++s.stats.redelivered;
    s.Count(1, delivery.bytes);
  }
  // Busy: somebody live shows the same message. We come back to it; but the own seat must be free
  // first.
  s.adopt = code != Code::kEmpty && (code != Code::kBusy || Inherits(s));
  return code;
}

bool Acknowledge(ConsumerState& s) {
  if (!s.adopted.any) return false;
  s.adopted.any = false;
  s.view.groups[s.group].redelivered.fetch_add(1, std::memory_order_relaxed);
  const bool rest = ring::Settle(s.view, s.adopted.seat, s.adopted.next);
  if (s.adopted.seat == s.seat) {
    if (!rest) ring::ClearClaim(s.view, s.seat);
  } else {
    if (!rest) ring::ClearSeat(s.view, s.adopted.seat);
    DropLocksIn(&s, LockPage::kAdopted);
  }
  RingBells(s, /*data=*/false);
  return true;
}

}  // namespace fmmq::internal
