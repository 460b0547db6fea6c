#include "fmmq/queue/rescue.h"

#include "fmmq/ring/groups.h"
#include "fmmq/ring/recovery.h"

namespace fmmq::internal {

void RepairFor(const segment::Mapping& mapping, LockSession& session, uint64_t position) {
  if (!session.TryLockByte(format::kRecoveryLock)) return;
  const bool repaired = ring::RepairHole(mapping.view(), session, position) == ring::Hole::kHole;
  const int resolved = ring::ResolveSeats(mapping.view(), session);
  if (repaired || resolved != 0) WakeEverybody(mapping);
}

bool MakeRoom(const segment::Mapping& mapping, LockSession& session) {
  if (!session.TryLockByte(format::kRecoveryLock)) return false;
  const int resolved = ring::ResolveSeats(mapping.view(), session);
  const bool reaped =
      session.TryLockByte(format::kControlLock) && ring::ReapGroups(mapping.view(), session);
  if (reaped || resolved != 0) WakeEverybody(mapping);
  return true;
}

}  // namespace fmmq::internal
