// Kernel locks for the length of one operation: a fresh open file description, which the operation
// takes with it when it ends or dies. It is also what ring/recovery.h calls `Locks`.
#ifndef FMMQ_QUEUE_LOCK_SESSION_H_
#define FMMQ_QUEUE_LOCK_SESSION_H_

#include <cstdint>

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

  bool TryLockByte(uint64_t byte) { return os::TryLockByte(fd(), byte).ok(); }
  // kBusy when somebody, perhaps stopped, held it all the time: until `deadline` of
  // CLOCK_MONOTONIC, or for a second.
  Status LockByte(uint64_t byte, uint64_t deadline_ns);
  Status LockByte(uint64_t byte) { return LockByte(byte, os::MonotonicNs() + kPatienceNs); }

  bool HasObserver(uint32_t i) { return os::IsReadLockedByOther(fd(), format::ObserverLock(i)); }
  bool IsDead(uint32_t seat) { return !os::IsLockedByOther(fd(), format::SeatLock(seat)); }
  bool TryLock(uint32_t seat) { return TryLockByte(format::SeatLock(seat)); }
  void Unlock(uint32_t seat) { os::UnlockByte(fd(), format::SeatLock(seat)); }

 private:
  static constexpr uint64_t kPatienceNs = 1'000'000'000;
  int fd() const { return file_->get(); }

  Result<os::UniqueFd> file_;
};

}  // namespace fmmq::internal

#endif  // FMMQ_QUEUE_LOCK_SESSION_H_
