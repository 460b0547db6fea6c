// Test code in a process of its own.
#ifndef FMMQ_TESTS_SUPPORT_CHILD_H_
#define FMMQ_TESTS_SUPPORT_CHILD_H_

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/deadline.h"

namespace fmmq::test {

// A child does many things, each of which may take its time on a busy machine.
inline constexpr std::chrono::seconds kChildPatience = 3 * kPatience;

struct ChildResult {
  int exit_code = -1;  // -1 when a signal ended it
  int signal = 0;
  bool timed_out = false;
  std::string output;  // standard output and standard error
};

// A forked child that runs `body`, with its output caught, and ends with 0, or with 1 when an
// EXPECT or ASSERT failed in it. Killed with its parent, and by the destructor.
class Child {
 public:
  explicit Child(const std::function<void()>& body);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  pid_t pid() const { return pid_; }
  void Send(int signal) const;
  // Waits until SIGSTOP has taken effect.
  void Stop() const;
  // kill -9, and gone when this returns.
  void Kill();
  // Waits for the end, or kills it when that takes longer than kChildPatience.
  ChildResult Wait();

 private:
  void Reap(int options, int* status);

  pid_t pid_ = 0;
  int output_ = -1;
  bool running_ = false;
  int status_ = 0;
};

ChildResult RunInChild(const std::function<void()>& body);

// Exit code 0; else a message that holds what the child printed.
::testing::AssertionResult Succeeded(const ChildResult& result);

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_SUPPORT_CHILD_H_
