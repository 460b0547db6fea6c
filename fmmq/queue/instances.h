// The ring's slower functions over the hardware's atomics are compiled once, in instances.cc, and
// not in each file that calls them.
#ifndef FMMQ_QUEUE_INSTANCES_H_
#define FMMQ_QUEUE_INSTANCES_H_

#include "fmmq/queue/handle.h"
#include "fmmq/queue/lock_session.h"
#include "fmmq/ring/adoption.h"
#include "fmmq/ring/groups.h"
#include "fmmq/ring/recovery.h"

namespace fmmq::ring {

extern template struct View<HardwareAtomics>;
extern template bool ComputeGate(const internal::RingView&, uint32_t, uint64_t*);
extern template Stretch LoadStretch(const internal::RingView&, uint32_t);
extern template void KeepCounts(const internal::RingView&, format::Seat<format::SharedWord>&);
extern template void ClearClaim(const internal::RingView&, uint32_t);
extern template void ClearSeat(const internal::RingView&, uint32_t);
extern template bool NeedsAdoption(const internal::RingView&, uint32_t, const Stretch&);
extern template format::GroupState LoadState(const internal::RingView&, uint32_t);
extern template uint32_t FindGroup(const internal::RingView&, const GroupName&);
extern template Copied CopyRecord(const internal::RingView&, uint64_t, MutableBytes, Record*);
extern template bool IsMemberOf(const internal::RingView&, uint32_t, uint32_t);
extern template Hole FindHole(const internal::RingView&, internal::LockSession&, uint64_t,
                              uint64_t*);
extern template bool ClearDeadMembers(const internal::RingView&, internal::LockSession&, uint32_t);
extern template bool ReapGroups(const internal::RingView&, internal::LockSession&);
extern template Hole RepairHole(const internal::RingView&, internal::LockSession&, uint64_t);
extern template bool DeadMemberHolds(const internal::RingView&, internal::LockSession&, uint32_t,
                                     uint32_t, bool*);
extern template bool AwaitsAdoption(const internal::RingView&, uint32_t);
extern template bool HasLiveMember(const internal::RingView&, internal::LockSession&, uint32_t);
extern template bool ResolveSeat(const internal::RingView&, internal::LockSession&, uint32_t);

}  // namespace fmmq::ring

#endif  // FMMQ_QUEUE_INSTANCES_H_
