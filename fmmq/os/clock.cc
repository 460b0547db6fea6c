#include "fmmq/os/clock.h"

#include <sched.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

namespace fmmq::os {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

uint64_t Read(clockid_t clock) {
  struct timespec now {};
  clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * kSecond + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

uint64_t RealtimeNs() { return Read(CLOCK_REALTIME); }
uint64_t MonotonicNs() { return Read(CLOCK_MONOTONIC); }
uint64_t CoarseNs() { return Read(CLOCK_MONOTONIC_COARSE); }

void SleepNs(uint64_t nanoseconds) {
  struct timespec pause {};
  pause.tv_sec = static_cast<time_t>(nanoseconds / kSecond);
  pause.tv_nsec = static_cast<long>(nanoseconds % kSecond);
  nanosleep(&pause, nullptr);
}

void Yield() { sched_yield(); }

uint32_t ProcessId() { return static_cast<uint32_t>(getpid()); }

bool RandomBytes(void* buffer, uint32_t size) {
  return getrandom(buffer, size, 0) == static_cast<ssize_t>(size);
}

}  // namespace fmmq::os
