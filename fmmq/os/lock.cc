#include "fmmq/os/lock.h"

#include <fcntl.h>
#include <pthread.h>

#include <cerrno>

#include "fmmq/os/error.h"

namespace fmmq::os {
namespace {

static_assert(sizeof(off_t) == 8, "build with -D_FILE_OFFSET_BITS=64");

int Control(int fd, int command, short type, uint64_t byte, struct flock* lock, int bytes = 1) {
  *lock = {};
  lock->l_type = type;
  lock->l_whence = SEEK_SET;
  lock->l_start = static_cast<off_t>(byte);
  lock->l_len = bytes;  // 0: to the end
  return fcntl(fd, command, lock);
}

Status TryLock(int fd, short type, uint64_t byte, int bytes) {
  struct flock lock;
  if (Control(fd, F_OFD_SETLK, type, byte, &lock, bytes) == 0) return Code::kOk;
  return errno == EAGAIN || errno == EACCES ? Status(Code::kBusy, errno) : FromErrno(errno);
}

// Whether a lock of this type would have to wait for another description's.
bool WouldWait(int fd, short type, uint64_t byte) {
  struct flock lock;
  return Control(fd, F_OFD_GETLK, type, byte, &lock) != 0 || lock.l_type != F_UNLCK;
}

pthread_mutex_t fork_mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_once_t fork_handlers_once = PTHREAD_ONCE_INIT;

void LockForks() { pthread_mutex_lock(&fork_mutex); }
void UnlockForks() { pthread_mutex_unlock(&fork_mutex); }
void InstallForkHandlers() { pthread_atfork(LockForks, UnlockForks, UnlockForks); }

}  // namespace

Status TryLockBytes(int fd, uint64_t first, int count) {
  return TryLock(fd, F_WRLCK, first, count);
}
Status TryReadLockByte(int fd, uint64_t byte) { return TryLock(fd, F_RDLCK, byte, 1); }

void UnlockBytes(int fd, uint64_t first, int count) {
  struct flock lock;
  Control(fd, F_OFD_SETLK, F_UNLCK, first, &lock, count);
}

bool IsLockedByOther(int fd, uint64_t byte) { return WouldWait(fd, F_RDLCK, byte); }
bool IsReadLockedByOther(int fd, uint64_t byte) { return WouldWait(fd, F_WRLCK, byte); }

ForkBarrier::ForkBarrier(bool wait) {
  pthread_once(&fork_handlers_once, InstallForkHandlers);
  held_ = (wait ? pthread_mutex_lock(&fork_mutex) : pthread_mutex_trylock(&fork_mutex)) == 0;
}

ForkBarrier::~ForkBarrier() {
  if (held_) pthread_mutex_unlock(&fork_mutex);
}

}  // namespace fmmq::os
