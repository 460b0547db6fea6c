#include "fmmq/queue/instances.h"

namespace fmmq::ring {

template struct View<HardwareAtomics>;
template bool ComputeGate(const internal::RingView&, uint32_t, uint64_t*);
template Stretch LoadStretch(const internal::RingView&, uint32_t);
template void KeepCounts(const internal::RingView&, format::Seat<format::SharedWord>&);
template void ClearClaim(const internal::RingView&, uint32_t);
template void ClearSeat(const internal::RingView&, uint32_t);
template bool NeedsAdoption(const internal::RingView&, uint32_t, const Stretch&);
template format::GroupState LoadState(const internal::RingView&, uint32_t);
template uint32_t FindGroup(const internal::RingView&, const GroupName&);
template Copied CopyRecord(const internal::RingView&, uint64_t, MutableBytes, Record*);
template bool IsMemberOf(const internal::RingView&, uint32_t, uint32_t);
template Hole FindHole(const internal::RingView&, internal::LockSession&, uint64_t, uint64_t*);
template bool ClearDeadMembers(const internal::RingView&, internal::LockSession&, uint32_t);
template bool ReapGroups(const internal::RingView&, internal::LockSession&);
template Hole RepairHole(const internal::RingView&, internal::LockSession&, uint64_t);
template bool DeadMemberHolds(const internal::RingView&, internal::LockSession&, uint32_t, uint32_t,
                              bool*);
template bool AwaitsAdoption(const internal::RingView&, uint32_t);
template bool HasLiveMember(const internal::RingView&, internal::LockSession&, uint32_t);
template bool ResolveSeat(const internal::RingView&, internal::LockSession&, uint32_t);

}  // namespace fmmq::ring
