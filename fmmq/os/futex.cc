#include "fmmq/os/futex.h"

#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

#include "fmmq/os/clock.h"

namespace fmmq::os {
namespace {

// 32-bit systems have two of these: the one with 64-bit time is not everywhere, the other ends in
// 2038, but a timeout is short.
#ifdef SYS_futex
constexpr long kFutex = SYS_futex;
#else
constexpr long kFutex = SYS_futex_time64;
#endif

struct KernelTimespec {
#ifdef SYS_futex
  long seconds;
#else
  int64_t seconds;
#endif
  long nanoseconds;
};

bool Membarrier(int command) {
  const int saved = errno;
  const bool done = syscall(SYS_membarrier, command, 0, 0) == 0;
  errno = saved;
  return done;
}

}  // namespace

Woken FutexWait(const void* word, uint32_t expected, uint64_t timeout_ns) {
  constexpr uint64_t kSecond = 1'000'000'000;
  const KernelTimespec timeout{static_cast<decltype(KernelTimespec::seconds)>(timeout_ns / kSecond),
                               static_cast<long>(timeout_ns % kSecond)};
  if (syscall(kFutex, word, FUTEX_WAIT, expected, &timeout, nullptr, 0) == 0)
    return Woken::kChanged;
  if (errno == EAGAIN) return Woken::kChanged;
  if (errno == EINTR) return Woken::kInterrupted;
  // Timed out; or the call is forbidden here, and then a nap must do.
  constexpr uint64_t kNapNs = 1'000'000;
  if (errno != ETIMEDOUT) SleepNs(timeout_ns < kNapNs ? timeout_ns : kNapNs);
  return Woken::kTimeout;
}

void FutexWakeAll(const void* word) {
  syscall(kFutex, word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

bool RegisterForBarriers() { return Membarrier(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED); }
bool BarrierEverywhere() { return Membarrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED); }

}  // namespace fmmq::os
