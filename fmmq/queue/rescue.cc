#include "fmmq/queue/rescue.h"

#include "fmmq/ring/groups.h"
#include "fmmq/ring/recovery.h"

namespace fmmq::internal {

namespace {

int ResolveSeats(const segment::Mapping& mapping, LockSession& session) {
  const RingView& view = mapping.view();
  const uint32_t somewhere = static_cast<uint32_t>(os::MonotonicNs() / 1024) % view.seat_count;
  return ring::ResolveSeats(view, session, somewhere);
}

}  // namespace

void RepairFor(const segment::Mapping& mapping, LockSession& session, uint64_t position) {
  if (!session.TryLockByte(format::kRecoveryLock)) return;
  const bool repaired = ring::RepairHole(mapping.view(), session, position) == ring::Hole::kHole;
  const int resolved = ResolveSeats(mapping, session);
  if (repaired || resolved != 0) WakeEverybody(mapping);
}

bool MakeRoom(const segment::Mapping& mapping, LockSession& session) {
  if (!session.TryLockByte(format::kRecoveryLock)) return false;
  const int resolved = ResolveSeats(mapping, session);
  const bool reaped =
      session.TryLockByte(format::kControlLock) && ring::ReapGroups(mapping.view(), session);
  if (reaped || resolved != 0) WakeEverybody(mapping);
  return true;
}

void EndEmptyGroups(const segment::Mapping& mapping) {
  RetryWhileBusy([&mapping]() -> Status {
    const os::ForkBarrier barrier(/*wait=*/true);
    LockSession session(mapping, barrier);
    if (!session.status().ok()) return session.status();
    if (!session.TryLockByte(format::kControlLock)) return Code::kBusy;
    ring::ReapGroups(mapping.view(), session);
    return Code::kOk;
  }).IgnoreError();  // a writer without room does it, too
}

}  // namespace fmmq::internal
