#include "bench/harness/process.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace bench {
namespace {

uint64_t Clock(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

void PinTo(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof(set), &set) != 0) std::perror("sched_setaffinity");
}

pid_t Start(Stage* stage, const Part& part, Account& account, uint32_t parties) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  PinTo(part.cpu);
  part.body(account, [stage, parties] {
    stage->ready.fetch_add(1);
    while (stage->ready.load() < parties) sched_yield();
  });
  std::fflush(nullptr);
  _exit(account.failed ? 1 : 0);
}

// Waits for all; whoever fails takes the others with it.
bool Await(std::vector<pid_t> children, int patience_s) {
  const uint64_t end = NowNs() + static_cast<uint64_t>(patience_s) * 1'000'000'000;
  bool good = true;
  while (!children.empty()) {
    int status = 0;
    const pid_t ended = waitpid(-1, &status, WNOHANG);
    if (ended > 0) {
      children.erase(std::remove(children.begin(), children.end(), ended), children.end());
      good = good && status == 0;
    } else {
      usleep(1000);
    }
    if (good && NowNs() < end) continue;
    good = false;
    for (const pid_t child : children) kill(child, SIGKILL);
    for (const pid_t child : children) waitpid(child, nullptr, 0);
    return false;
  }
  return good;
}

}  // namespace

uint64_t NowNs() { return Clock(CLOCK_MONOTONIC); }
uint64_t CpuNs() { return Clock(CLOCK_PROCESS_CPUTIME_ID); }

void* SharedMemory(size_t bytes) {
  constexpr int kFlags = MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE;
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, kFlags, -1, 0);
  if (memory != MAP_FAILED) return memory;
  std::perror("mmap");
  std::exit(1);
}

bool RunParts(const std::vector<Part>& parts, int patience_s, std::vector<Account>* accounts) {
  auto* const stage = new (SharedMemory(sizeof(Stage))) Stage();
  std::vector<pid_t> children;
  for (size_t i = 0; i < parts.size(); ++i) {
    children.push_back(
        Start(stage, parts[i], stage->accounts[i], static_cast<uint32_t>(parts.size())));
  }
  const bool good = Await(std::move(children), patience_s);
  accounts->assign(stage->accounts, stage->accounts + parts.size());
  munmap(stage, sizeof(Stage));
  return good;
}

double ProbeNs(int a, int b) {
  constexpr int kBlocks = 41;
  constexpr int kRounds = 200;
  struct Line {
    alignas(128) std::atomic<uint32_t> ball;
  };
  auto* const line = new (SharedMemory(sizeof(Line))) Line();
  std::vector<Account> accounts;
  const Part there{a, [line](Account& account, const std::function<void()>& ready) {
                     ready();
                     std::vector<uint64_t> times;
                     uint32_t ball = 0;
                     for (int block = 0; block < kBlocks; ++block) {
                       const uint64_t begin = NowNs();
                       for (int i = 0; i < kRounds; ++i) {
                         line->ball.store(++ball, std::memory_order_release);
                         ++ball;
                         while (line->ball.load(std::memory_order_acquire) != ball) Pause();
                       }
                       times.push_back(NowNs() - begin);
                     }
                     std::sort(times.begin(), times.end());
                     account.end_ns = times[kBlocks / 2];
                   }};
  const Part back{b, [line](Account&, const std::function<void()>& ready) {
                    ready();
                    for (uint32_t ball = 1; ball < 2 * kBlocks * kRounds; ball += 2) {
                      while (line->ball.load(std::memory_order_acquire) != ball) Pause();
                      line->ball.store(ball + 1, std::memory_order_release);
                    }
                  }};
  const bool good = RunParts({there, back}, 5, &accounts);
  munmap(line, sizeof(Line));
  return good ? static_cast<double>(accounts[0].end_ns) / kRounds : 1e9;
}

}  // namespace bench
