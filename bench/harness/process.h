// The processes of a run: forked, pinned, started together.
#ifndef FMMQ_BENCH_HARNESS_PROCESS_H_
#define FMMQ_BENCH_HARNESS_PROCESS_H_

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bench {

// Nanoseconds of CLOCK_MONOTONIC, and of the CPU time of this process.
uint64_t NowNs();
uint64_t CpuNs();

// Memory that forked children share with their parent; all zero.
void* SharedMemory(size_t bytes);

inline void Pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  asm volatile("yield" ::: "memory");
#endif
}

// What one process of a run has to say.
struct alignas(128) Account {
  uint64_t messages;
  uint64_t total;  // with those before and after the time that counts
  uint64_t begin_ns;
  uint64_t end_ns;
  uint64_t cpu_ns;
  bool failed;
};

inline constexpr int kMaxProcesses = 80;

struct Stage {
  alignas(128) std::atomic<uint32_t> ready;
  alignas(128) std::atomic<uint32_t> go;
  Account accounts[kMaxProcesses];
};

// A part of a run: what it does, and where. It is made in its own process, calls `ready()` once it
// has its handles, and begins when that returns.
struct Part {
  int cpu;
  std::function<void(Account& account, const std::function<void()>& ready)> body;
};

// Runs all parts, each in a process of its own. False when one failed, or did not end within
// `patience_s` seconds: all are killed then.
bool RunParts(const std::vector<Part>& parts, int patience_s, std::vector<Account>* accounts);

// The time that one cache line takes from cpu `a` to cpu `b` and back, the median of some thousand
// round trips, in nanoseconds.
double ProbeNs(int a, int b);

}  // namespace bench

#endif  // FMMQ_BENCH_HARNESS_PROCESS_H_
