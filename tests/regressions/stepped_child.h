// A child process that runs only as far as its parent lets it: for states that last an instruction.
#ifndef FMMQ_TESTS_REGRESSIONS_STEPPED_CHILD_H_
#define FMMQ_TESTS_REGRESSIONS_STEPPED_CHILD_H_

#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "gtest/gtest.h"

namespace fmmq::test {

class SteppedChild {
 public:
  // The child calls `body`, which stops itself by raise(SIGSTOP): then this returns. It ends with
  // the exit code that `body` returns.
  template <typename Body>
  explicit SteppedChild(Body&& body) {
    std::fflush(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
      _exit(body());
    }
    Wait();
  }
  SteppedChild(const SteppedChild&) = delete;
  SteppedChild& operator=(const SteppedChild&) = delete;
  ~SteppedChild() {
    if (!stopped()) return;
    kill(pid_, SIGKILL);
    Wait();
  }

  bool stopped() const { return WIFSTOPPED(status_); }
  // To the next entry to a system call, or exit from one.
  void RunToSystemCall() { Resume(PTRACE_SYSCALL); }
  // To its next stop, or its end.
  void Run() { Resume(PTRACE_CONT); }
  // Instruction by instruction until `reached()`; false when it came to its end instead.
  template <typename Reached>
  bool StepUntil(Reached&& reached) {
    while (stopped() && !reached()) Resume(PTRACE_SINGLESTEP);
    return stopped();
  }
  // Lets it go, and waits for its end. Returns the exit code, or minus the signal.
  int Finish() {
    if (stopped()) Resume(PTRACE_DETACH);
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
  }

 private:
  void Resume(__ptrace_request how) {
    EXPECT_EQ(ptrace(how, pid_, nullptr, nullptr), 0);
    Wait();
  }
  void Wait() { EXPECT_EQ(waitpid(pid_, &status_, 0), pid_); }

  pid_t pid_ = 0;
  int status_ = 0;
};

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_REGRESSIONS_STEPPED_CHILD_H_
