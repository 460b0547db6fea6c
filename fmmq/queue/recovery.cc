#include "fmmq/queue/recovery.h"

#include "fmmq/ring/groups.h"
#include "fmmq/ring/recovery.h"

namespace fmmq::internal {

void RepairFor(const segment::Mapping& mapping, LockSession& session, uint64_t position) {
  if (!session.TryLockByte(format::kRecoveryLock)) return;
  ring::RepairHole(mapping.view(), session, position);
  ring::ResolveSeats(mapping.view(), session);
}

void MakeRoom(const segment::Mapping& mapping, LockSession& session) {
  if (!session.TryLockByte(format::kRecoveryLock)) return;
  ring::ResolveSeats(mapping.view(), session);
  if (session.TryLockByte(format::kControlLock)) ring::ReapGroups(mapping.view(), session);
}

}  // namespace fmmq::internal
