// Kernel locks for the length of one operation: a fresh open file description, which the operation
// takes with it when it ends or dies. It is also what ring/recovery.h calls `Locks`.
#ifndef FMMQ_QUEUE_LOCK_SESSION_H_
#define FMMQ_QUEUE_LOCK_SESSION_H_

#include <cstdint>
#include <type_traits>

#include "fmmq/base/result.h"
#include "fmmq/format/layout.h"
#include "fmmq/os/clock.h"
#include "fmmq/os/lock.h"
#include "fmmq/segment/mapping.h"

namespace fmmq::internal {

class LockSession {
 public:
  // The barrier outlives the session: a child forked meanwhile would keep the locks.
  LockSession(const segment::Mapping& mapping, const os::ForkBarrier& barrier);
  ~LockSession();
  LockSession(const LockSession&) = delete;
  LockSession& operator=(const LockSession&) = delete;

  Status status() const { return file_.status(); }
  int fd() const { return file_->get(); }

  bool TryLockByte(uint64_t byte) { return os::TryLockByte(fd(), byte).ok(); }
  bool HasObserver(uint32_t i) { return os::IsReadLockedByOther(fd(), format::ObserverLock(i)); }
  bool IsDead(uint32_t seat) { return !os::IsLockedByOther(fd(), format::SeatLock(seat)); }
  bool TryShare(uint32_t seat) { return TryShareByte(format::SeatShare(seat)); }
  void Unshare(uint32_t seat) { os::UnlockByte(fd(), format::SeatShare(seat)); }
  bool TryShareGroup(uint32_t group) { return TryShareByte(format::GroupLock(group)); }
  void UnshareGroup(uint32_t group) { os::UnlockByte(fd(), format::GroupLock(group)); }

 private:
  bool TryShareByte(uint64_t byte) { return os::TryReadLockByte(fd(), byte).ok(); }

  Result<os::UniqueFd> file_;
};

// How long an operation tries when somebody, perhaps stopped, holds a lock that it needs.
inline constexpr uint64_t kLockPatienceNs = 1'000'000'000;

// Calls `attempt` until it says something else than kBusy, or `deadline_ns` of CLOCK_MONOTONIC has
// passed. Each attempt brings its own barrier and session: nobody else is kept from forking while
// this one sleeps.
Status RetryWhileBusy(uint64_t deadline_ns, Status (*attempt)(void*), void* argument);

template <typename Attempt>
Status RetryWhileBusy(uint64_t deadline_ns, Attempt&& attempt) {
  const auto call = [](void* a) -> Status {
    return (*static_cast<std::remove_reference_t<Attempt>*>(a))();
  };
  return RetryWhileBusy(deadline_ns, call, &attempt);
}

template <typename Attempt>
Status RetryWhileBusy(Attempt&& attempt) {
  return RetryWhileBusy(os::MonotonicNs() + kLockPatienceNs, attempt);
}

}  // namespace fmmq::internal

#endif  // FMMQ_QUEUE_LOCK_SESSION_H_
