// What a handle does that gets nowhere: see whether the dead are in the way. Each of these makes
// system calls.
#ifndef FMMQ_QUEUE_RESCUE_H_
#define FMMQ_QUEUE_RESCUE_H_

#include <cstdint>

#include "fmmq/queue/instances.h"

namespace fmmq::internal {

// Repairs the hole at `position`, if that is what a reader waits at, and resolves the seats of the
// dead.
void RepairFor(const segment::Mapping& mapping, LockSession& session, uint64_t position);

// For a writer that finds no room, or a newcomer that finds no seat: resolves the seats of the dead
// and ends the ephemeral groups that have only dead members.
void MakeRoom(const segment::Mapping& mapping, LockSession& session);

// For a member that left, and gave its locks back: ends the ephemeral groups that have no member
// any more. Where that fails, a writer without room does it.
void EndEmptyGroups(const segment::Mapping& mapping);

}  // namespace fmmq::internal

#endif  // FMMQ_QUEUE_RESCUE_H_
