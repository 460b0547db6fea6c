// Kernel locks on single bytes far past a file's end (F_OFD_SETLK, fcntl(2)). They belong to an
// open file description: the kernel drops them when the last descriptor and the last mapping of it
// are gone, however the owner died.
#ifndef FMMQ_OS_LOCK_H_
#define FMMQ_OS_LOCK_H_

#include <cstdint>

#include "fmmq/base/status.h"
#include "fmmq/os/file.h"

namespace fmmq::os {

// All of them or none. kOk; kBusy when another description holds one; else the system's refusal.
Status TryLockBytes(int fd, uint64_t first, int count);
inline Status TryLockByte(int fd, uint64_t byte) { return TryLockBytes(fd, byte, 1); }
// Shared: kBusy only when somebody holds a write lock.
Status TryReadLockByte(int fd, uint64_t byte);
void UnlockBytes(int fd, uint64_t first, int count);  // count 0: to the end
inline void UnlockByte(int fd, uint64_t byte) { UnlockBytes(fd, byte, 1); }
// Whether another description holds a write lock. Probed with a read lock, so that a read-only
// peer's read lock does not pass for a living owner. Unknown counts as locked: nobody is taken for
// dead without the kernel's word.
bool IsLockedByOther(int fd, uint64_t byte);
// The same for read locks, too.
bool IsReadLockedByOther(int fd, uint64_t byte);

// While one exists, no thread of this process can fork: a child would inherit a description whose
// locks it must not keep. `ok()` is false when another call is in such a window already, and `wait`
// is false.
class ForkBarrier {
 public:
  explicit ForkBarrier(bool wait);
  ~ForkBarrier();
  ForkBarrier(const ForkBarrier&) = delete;
  ForkBarrier& operator=(const ForkBarrier&) = delete;
  bool ok() const { return held_; }

 private:
  bool held_;
};

}  // namespace fmmq::os

#endif  // FMMQ_OS_LOCK_H_
