#include "tests/waiting/endless_sleep.h"

#include <dlfcn.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdarg>

namespace fmmq::test {
namespace {

using Syscall = long (*)(long, ...);

std::atomic<uint64_t> g_sleeps{0};
std::atomic<bool> g_endless{true};

Syscall RealSyscall() {
  static const auto real = reinterpret_cast<Syscall>(dlsym(RTLD_NEXT, "syscall"));
  return real;
}

bool IsSleep(long number, long operation) {
#ifdef SYS_futex
  return number == SYS_futex && operation == FUTEX_WAIT;
#else
  return number == SYS_futex_time64 && operation == FUTEX_WAIT;
#endif
}

}  // namespace

void SleepInSlices() { g_endless = false; }
uint64_t CountSleeps() { return g_sleeps; }

}  // namespace fmmq::test

// Takes the place of the C library's.
extern "C" long syscall(long number, ...) noexcept {
  constexpr int kTimeout = 3;
  long arguments[6];
  va_list list;
  va_start(list, number);
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  if (fmmq::test::IsSleep(number, arguments[1])) {
    ++fmmq::test::g_sleeps;
    if (fmmq::test::g_endless) arguments[kTimeout] = 0;
  }
  return fmmq::test::RealSyscall()(number, arguments[0], arguments[1], arguments[2], arguments[3],
                                   arguments[4], arguments[5]);
}
