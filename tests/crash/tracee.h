// A child process that goes only as far as it is told, instruction by instruction (ptrace(2)).
#ifndef FMMQ_TESTS_CRASH_TRACEE_H_
#define FMMQ_TESTS_CRASH_TRACEE_H_

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>

namespace fmmq::crash {

enum class Stop {
  kStepped,  // at an instruction
  kEnded,    // it came to its end, where it waits to be killed
  kFault,    // it touched memory that it may not: see fault_address
  kCrashed,  // another signal, or it is gone
};

// Where a child is.
enum Stage : uint32_t { kPreparing = 0, kActing = 1, kDone = 2 };

class Tracee {
 public:
  // `*stage` lies in shared memory. The child calls prepare; stage is kActing; act; kDone. It is
  // stopped in front of the first instruction after stage became kActing when this returns.
  Tracee(std::atomic<uint32_t>* stage, const std::function<void()>& prepare,
         const std::function<void()>& act);
  Tracee(const Tracee&) = delete;
  Tracee& operator=(const Tracee&) = delete;
  ~Tracee() { Kill(); }

  pid_t pid() const { return pid_; }
  bool ready() const { return ready_; }
  bool done() const { return *stage_ == kDone; }

  Stop Step();
  // Runs until it is about to execute the instruction at `address` for the count-th time; it may
  // stand there now, which counts.
  Stop RunTo(uintptr_t address, uint64_t count);
  Stop RunToEnd();
  uintptr_t InstructionPointer() const;
  uintptr_t fault_address() const { return fault_address_; }

  // Makes the child call mprotect, wherever it is.
  void Protect(uintptr_t begin, size_t size, int protection);

  // kill -9, and gone when this returns.
  void Kill();

 private:
  Stop Resume(int how);
  Stop Judge(int status);
  void SetInstructionPointer(uintptr_t address);

  std::atomic<uint32_t>* stage_;
  pid_t pid_ = 0;
  bool ready_ = false;
  uintptr_t fault_address_ = 0;
};

// Whether the instruction at this address is a system call. A forked child has the same code at the
// same addresses as this process.
bool IsSystemCall(uintptr_t address);

}  // namespace fmmq::crash

#endif  // FMMQ_TESTS_CRASH_TRACEE_H_
