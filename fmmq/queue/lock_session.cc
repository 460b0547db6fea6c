#include "fmmq/queue/lock_session.h"

namespace fmmq::internal {

LockSession::LockSession(const segment::Mapping& mapping, const os::ForkBarrier& barrier)
    : file_(barrier.ok() ? mapping.Reopen() : Result<os::UniqueFd>(Code::kBusy)) {}

LockSession::~LockSession() {
  // A child made by a bare clone() may share the description: closing would not drop its locks
  // then.
  if (file_.ok()) os::UnlockAllBytes(fd(), format::kLockBase);
}

}  // namespace fmmq::internal
