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
  const bool repaired = ring::RepairHole(mapping.view(), session, position) == ring::Hole::kHole;
  const int resolved = ResolveSeats(mapping, session);
  if (repaired || resolved != 0) WakeEverybody(mapping);
}

void MakeRoom(const segment::Mapping& mapping, LockSession& session) {
  const int resolved = ResolveSeats(mapping, session);
  const bool reaped = ring::ReapGroups(mapping.view(), session);
  if (reaped || resolved != 0) WakeEverybody(mapping);
}

void EndEmptyGroups(const segment::Mapping& mapping) {
  const os::ForkBarrier barrier(/*wait=*/true);
  LockSession session(mapping, barrier);
  if (session.status().ok()) ring::ReapGroups(mapping.view(), session);
}

}  // namespace fmmq::internal
