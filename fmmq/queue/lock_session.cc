#include "fmmq/queue/lock_session.h"

#include "fmmq/os/clock.h"

namespace fmmq::internal {

LockSession::LockSession(const segment::Mapping& mapping, const os::ForkBarrier& barrier)
    : file_(barrier.ok() ? mapping.Reopen() : Result<os::UniqueFd>(Code::kBusy)) {}

LockSession::~LockSession() {
  // A child made by a bare clone() may share the description: closing would not drop its locks then.
  if (file_.ok()) os::UnlockAllBytes(fd(), format::kLockBase);
}

Status LockSession::LockByte(uint64_t byte) {
  constexpr int kTries = 1000;
  constexpr uint64_t kPauseNs = 1'000'000;
  Status status = os::TryLockByte(fd(), byte);
  for (int tries = 0; status == Code::kBusy && tries < kTries; ++tries) {
    os::SleepNs(kPauseNs);
    status = os::TryLockByte(fd(), byte);
  }
  return status;
}

}  // namespace fmmq::internal
