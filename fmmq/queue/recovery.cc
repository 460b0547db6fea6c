#include "fmmq/queue/recovery.h"

#include "fmmq/ring/groups.h"
#include "fmmq/ring/recovery.h"
#include "fmmq/wait/waiter.h"

namespace fmmq::internal {
void WakeEverybody(const segment::Mapping& mapping) {
  std::atomic_thread_fence(std::memory_order_seq_cst);  // E7
  wait::WakeWaiters(mapping.view().control->data_wait);
  wait::WakeWaiters(mapping.view().control->space_wait);
}

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
