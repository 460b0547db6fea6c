#include "tests/support/child.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "tests/support/deadline.h"

namespace fmmq::test {
namespace {

int FailuresSoFar() {
  const auto* const test = ::testing::UnitTest::GetInstance()->current_test_info();
  return test == nullptr ? 0 : test->result()->total_part_count();
}

[[noreturn]] void RunBody(const std::function<void()>& body, int output) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  close(output);
  const int before = FailuresSoFar();
  body();
  std::fflush(nullptr);
  _exit(FailuresSoFar() == before ? 0 : 1);
}

std::string ReadAll(int file) {
  std::string text;
  char buffer[4096];
  off_t at = 0;
  for (ssize_t n; (n = pread(file, buffer, sizeof(buffer), at)) > 0; at += n) {
    text.append(buffer, static_cast<size_t>(n));
  }
  return text;
}

}  // namespace

Child::Child(const std::function<void()>& body) {
  output_ = memfd_create("child-output", MFD_CLOEXEC);
  std::fflush(nullptr);
  pid_ = fork();
  if (pid_ == 0) RunBody(body, output_);
  running_ = pid_ > 0;
}

Child::Child(Child&& other) noexcept
    : pid_(other.pid_), output_(other.output_), running_(other.running_), status_(other.status_) {
  other.output_ = -1;
  other.running_ = false;
}

Child::~Child() {
  Kill();
  if (output_ >= 0) close(output_);
}

void Child::Send(int signal) const {
  if (running_) kill(pid_, signal);
}

void Child::Stop() const {
  Send(SIGSTOP);
  siginfo_t info;
  waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED | WEXITED | WNOWAIT);
}

void Child::Reap(int options, int* status) {
  if (running_ && waitpid(pid_, status, options) == pid_) running_ = false;
}

void Child::Kill() {
  Send(SIGKILL);
  Reap(0, &status_);
}

ChildResult Child::Wait() {
  ChildResult result;
  const auto ended = [this] {
    Reap(WNOHANG, &status_);
    return !running_;
  };
  result.timed_out = !Eventually(ended, kChildPatience);
  if (result.timed_out) Kill();
  if (WIFEXITED(status_)) result.exit_code = WEXITSTATUS(status_);
  if (WIFSIGNALED(status_)) result.signal = WTERMSIG(status_);
  result.output = ReadAll(output_);
  return result;
}

ChildResult RunInChild(const std::function<void()>& body) { return Child(body).Wait(); }

::testing::AssertionResult Succeeded(const ChildResult& result) {
  if (result.exit_code == 0) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << "child ended with code " << result.exit_code << ", signal " << result.signal
         << (result.timed_out ? ", after its time was up" : "") << "; it printed:\n"
         << result.output;
}

}  // namespace fmmq::test
