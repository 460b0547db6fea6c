// Somebody who stops senders for a moment now and then, wherever they are: as a scheduler does.
#ifndef FMMQ_BENCH_HARNESS_PREEMPTION_H_
#define FMMQ_BENCH_HARNESS_PREEMPTION_H_

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <random>

#include "bench/harness/process.h"

namespace bench {

class Preemption {
 public:
  Preemption() : shared_(static_cast<Shared*>(SharedMemory(sizeof(Shared)))) {}
  ~Preemption() { munmap(shared_, sizeof(Shared)); }
  Preemption(const Preemption&) = delete;
  Preemption& operator=(const Preemption&) = delete;

  // In a sender's process, before it says that it is ready.
  void Enlist() { shared_->senders[shared_->count++] = getpid(); }

  // Once all are ready. The senders must be there for so long.
  void StopSomebodyFor(uint64_t duration_ns) {
    std::minstd_rand random(1);
    const auto senders = static_cast<unsigned>(shared_->count.load());
    for (const uint64_t end = NowNs() + duration_ns; NowNs() < end;) {
      const pid_t pid = shared_->senders[random() % senders];
      kill(pid, SIGSTOP);
      usleep(100 + random() % 400);
      kill(pid, SIGCONT);
      usleep(500 + random() % 1000);
    }
  }

 private:
  struct Shared {
    std::atomic<int> count;
    pid_t senders[kMaxProcesses];
  };
  Shared* shared_;
};

}  // namespace bench

#endif  // FMMQ_BENCH_HARNESS_PREEMPTION_H_
