// What workers do besides messages.
#ifndef FMMQ_TESTS_STRESS_SIDELINES_H_
#define FMMQ_TESTS_STRESS_SIDELINES_H_

#include <sys/types.h>

#include "tests/stress/worker.h"

namespace fmmq::stress {

class Sidelines {
 public:
  explicit Sidelines(Worker& worker) : worker_(worker) {}

  // Now and then: the shared string, questions about the queue.
  void Step();

  // Between two handles, in a process of its own: opens the queue anew, sometimes.
  void Reopen();

  // Sometimes forks a child that goes on for a while, whatever becomes of this process, and must
  // not keep its seats alive. `use` is called there and touches a handle, which has to say kForked.
  template <typename Use>
  void Fork(Use&& use) {
    if (!MayFork()) return;
    const pid_t child = ForkNow();
    if (child == 0) LiveAsChild(use());
  }

 private:
  bool MayFork();
  static pid_t ForkNow();
  [[noreturn]] void LiveAsChild(Code handle_says);
  void TryOpenInChild();

  void SetString();
  void GetString();
  void WaitString();
  void Ask();
  void AskGroups();

  Worker& worker_;
  bool may_write_ = true;
  uint64_t head_ = 0;     // as Info said last
  uint64_t version_ = 0;  // of the string
  uint64_t strings_ = 0;
};

// Waits at an armed doorbell, with an eye on the time: deaths ring no bell.
void AwaitBell(Worker& worker, const Result<int>& armed);

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_SIDELINES_H_
