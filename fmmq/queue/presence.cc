// Who is there, and the removal of groups that nobody is in any more.
#include "fmmq/format/names.h"
#include "fmmq/queue/lock_session.h"
#include "fmmq/queue/queue.h"
#include "fmmq/queue/rescue.h"
#include "fmmq/ring/groups.h"

namespace fmmq {
namespace {

template <typename View>
Code Drop(const View& view, internal::LockSession& session, const ring::GroupName& name) {
  const uint32_t index = ring::FindGroup(view, name);
  if (index == ring::kNoIndex) return Code::kNotFound;
  if (!ring::ClearDeadMembers(view, session, index)) return Code::kTaken;
  ring::FreeGroup(view, index);
  return Code::kOk;
}

}  // namespace

Result<PresenceInfo> Queue::Presence() const {
  if (mapping_ == nullptr) return Code::kClosed;
  if (!mapping_->InOwnProcess()) return Code::kForked;
  const os::ForkBarrier barrier(/*wait=*/true);
  internal::LockSession session(*mapping_, barrier);
  if (!session.status().ok()) return session.status();
  PresenceInfo info;
  const auto& view = mapping_->view();
  view.ForEachOccupied([&](uint32_t seat) {
    const uint64_t identity = view.seats[seat].identity.load(std::memory_order_acquire);
    const format::Role role = format::DecodeSeat(identity).role;
    if (role != format::Role::kProducer && role != format::Role::kMember) return;
    if (!session.IsDead(seat)) ++(role == format::Role::kMember ? info.members : info.producers);
  });
  for (uint32_t i = 0; i < format::kMaxObservers; ++i)
    info.observers += session.HasObserver(i) ? 1 : 0;
  return info;
}

Status Queue::DropGroup(std::string_view group) {
  if (mapping_ == nullptr) return Code::kClosed;
  if (!mapping_->InOwnProcess()) return Code::kForked;
  if (!mapping_->writable()) return Code::kReadOnly;
  if (const Status status = format::CheckGroupName(group); !status.ok()) return status;
  const ring::GroupName name(group);
  const Status status = internal::RetryWhileBusy([&]() -> Status {
    const os::ForkBarrier barrier(/*wait=*/true);
    internal::LockSession session(*mapping_, barrier);
    if (!session.status().ok()) return session.status();
    if (!session.TryLockByte(format::kControlLock)) return Code::kBusy;
    return Drop(mapping_->view(), session, name);
  });
  internal::WakeEverybody(*mapping_);
  return status;
}

}  // namespace fmmq
