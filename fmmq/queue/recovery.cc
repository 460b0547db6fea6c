#include "fmmq/queue/recovery.h"

#include "fmmq/ring/groups.h"
#include "fmmq/ring/recovery.h"

namespace fmmq::internal {

void RepairFor(const segment::Mapping& mapping, LockSession& session, uint64_t position) {
  if (!session.TryLockByte(format::kRecoveryLock)) return;
  ring::RepairHole(mapping.view(), session, position);
  ring::ResolveSeats(mapping.view(), session);
  WakeEverybody(mapping);
}

bool MakeRoom(const segment::Mapping& mapping, LockSession& session) {
  if (!session.TryLockByte(format::kRecoveryLock)) return false;
  ring::ResolveSeats(mapping.view(), session);
  if (session.TryLockByte(format::kControlLock)) ring::ReapGroups(mapping.view(), session);
  WakeEverybody(mapping);
  return true;
}

}  // namespace fmmq::internal
