// Doing nothing for a moment.
#ifndef FMMQ_BASE_CPU_PAUSE_H_
#define FMMQ_BASE_CPU_PAUSE_H_

#include <cstdint>

namespace fmmq::base {

// The processor's hint that somebody polls: some 20 to 50 nanoseconds on x86-64, next to nothing on
// others.
inline void CpuPause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  asm volatile("yield" ::: "memory");
#else
  asm volatile("" ::: "memory");
#endif
}

inline void Pause(uint32_t count) {
  for (; count != 0; --count) CpuPause();
}

inline constexpr uint32_t kLongPause = 64;  // some microseconds where a pause takes any time

}  // namespace fmmq::base

#endif  // FMMQ_BASE_CPU_PAUSE_H_
