#include "fmmq/queue/lock_session.h"

namespace fmmq::internal {

LockSession::LockSession(const segment::Mapping& mapping, const os::ForkBarrier& barrier)
    : file_(barrier.ok() ? mapping.Reopen() : Result<os::UniqueFd>(Code::kBusy)) {}

LockSession::~LockSession() {
  // A child made by a bare clone() may share the description: closing would not drop its locks
  // then.
  if (file_.ok()) os::UnlockBytes(fd(), format::kLockBase, 0);
}

Status RetryWhileBusy(uint64_t deadline_ns, Status (*attempt)(void*), void* argument) {
  constexpr uint64_t kMaxPauseNs = 1'000'000;
  uint64_t pause_ns = 10'000;  // most operations are shorter than that
  for (;;) {
    const Status status = attempt(argument);
    if (status != Code::kBusy || os::MonotonicNs() >= deadline_ns) return status;
    os::SleepNs(pause_ns);
    if (pause_ns < kMaxPauseNs) pause_ns *= 2;
  }
}

}  // namespace fmmq::internal
