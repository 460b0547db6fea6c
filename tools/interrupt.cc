#include "tools/interrupt.h"

#include <signal.h>

#include <atomic>

namespace fmmq::tools {
namespace {

std::atomic<int> caught{0};
static_assert(std::atomic<int>::is_always_lock_free, "used in a signal handler");

void Remember(int signal) { caught.store(signal, std::memory_order_relaxed); }

void Catch(int signal) {
  struct sigaction action = {};
  if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) return;
  action = {};
  action.sa_handler = Remember;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // no SA_RESTART: waits end with EINTR
  sigaction(signal, &action, nullptr);
}

}  // namespace

void CatchInterrupts() {
  Catch(SIGINT);
  Catch(SIGTERM);
}

bool Interrupted() { return caught.load(std::memory_order_relaxed) != 0; }

int InterruptExitCode() { return 128 + caught.load(std::memory_order_relaxed); }

void IgnoreBrokenPipes() { signal(SIGPIPE, SIG_IGN); }

}  // namespace fmmq::tools
