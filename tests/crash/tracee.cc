#include "tests/crash/tracee.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstring>

// An instruction that makes a system call, for making a child execute one.
extern "C" const char fmmq_crash_system_call[];
#if defined(__x86_64__)
asm(".text\n.globl fmmq_crash_system_call\nfmmq_crash_system_call:\n  syscall\n  int3\n");
#else
asm(".text\n.globl fmmq_crash_system_call\nfmmq_crash_system_call:\n  int $0x80\n  int3\n");
#endif

namespace fmmq::crash {
namespace {

constexpr int kMaxStepsToStart = 10000;

#if defined(__x86_64__)
uintptr_t Pointer(const user_regs_struct& registers) { return registers.rip; }

void SetCall(user_regs_struct* registers, long number, uintptr_t a, uintptr_t b, uintptr_t c) {
  registers->rip = reinterpret_cast<uintptr_t>(fmmq_crash_system_call);
  registers->rax = static_cast<unsigned long>(number);
  registers->orig_rax = ~0ul;  // else the kernel may restart the call that was last
  registers->rdi = a, registers->rsi = b, registers->rdx = c;
}
#else
uintptr_t Pointer(const user_regs_struct& registers) {
  return static_cast<uintptr_t>(registers.eip);
}

void SetCall(user_regs_struct* registers, long number, uintptr_t a, uintptr_t b, uintptr_t c) {
  registers->eip = reinterpret_cast<long>(fmmq_crash_system_call);
  registers->eax = number;
  registers->orig_eax = -1;
  registers->ebx = static_cast<long>(a);
  registers->ecx = static_cast<long>(b), registers->edx = static_cast<long>(c);
}
#endif

// Signals for the whole program are the crew's business.
bool IsForTheCrew(int status) {
  if (!WIFSTOPPED(status)) return false;
  const int signal = WSTOPSIG(status);
  return signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGWINCH;
}

void RunChild(std::atomic<uint32_t>* stage, const std::function<void()>& prepare,
              const std::function<void()>& act) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  prepare();
  kill(getpid(), SIGSTOP);
  stage->store(kActing);
  act();
  stage->store(kDone);
  while (true) kill(getpid(), SIGSTOP);
}

}  // namespace

bool IsSystemCall(uintptr_t address) {
  unsigned char code[2];
  std::memcpy(code, reinterpret_cast<const void*>(address), sizeof(code));
  return (code[0] == 0x0f && (code[1] == 0x05 || code[1] == 0x34)) ||
         (code[0] == 0xcd && code[1] == 0x80);
}

Tracee::Tracee(std::atomic<uint32_t>* stage, const std::function<void()>& prepare,
               const std::function<void()>& act)
    : stage_(stage) {
  stage_->store(kPreparing);
  std::fflush(nullptr);
  pid_ = fork();
  if (pid_ == 0) RunChild(stage, prepare, act);
  int status = 0;
  if (pid_ < 0 || waitpid(pid_, &status, 0) != pid_) return;
  if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGSTOP) return;
  ptrace(PTRACE_SETOPTIONS, pid_, nullptr, reinterpret_cast<void*>(PTRACE_O_EXITKILL));
  for (int i = 0; i < kMaxStepsToStart && *stage_ != kActing; ++i) {
    if (Step() != Stop::kStepped) return;
  }
  ready_ = *stage_ == kActing;
}

Stop Tracee::Judge(int status) {
  if (!WIFSTOPPED(status)) {
    pid_ = 0;
    return Stop::kCrashed;
  }
  switch (WSTOPSIG(status)) {
    case SIGTRAP:
      return Stop::kStepped;
    case SIGSTOP:
      return done() ? Stop::kEnded : Stop::kCrashed;
    case SIGSEGV: {
      siginfo_t info;
      std::memset(&info, 0, sizeof(info));
      ptrace(PTRACE_GETSIGINFO, pid_, nullptr, &info);
      fault_address_ = reinterpret_cast<uintptr_t>(info.si_addr);
      return Stop::kFault;
    }
    default:
      return Stop::kCrashed;
  }
}

Stop Tracee::Resume(int how) {
  int status = 0;
  do {
    if (pid_ <= 0) return Stop::kCrashed;
    if (ptrace(static_cast<__ptrace_request>(how), pid_, nullptr, nullptr) != 0 ||
        waitpid(pid_, &status, 0) != pid_) {
      return Stop::kCrashed;
    }
  } while (IsForTheCrew(status));
  return Judge(status);
}

Stop Tracee::Step() { return Resume(PTRACE_SINGLESTEP); }
Stop Tracee::RunToEnd() { return Resume(PTRACE_CONT); }

// A breakpoint of the processor: no byte of the code is changed. Address 0 takes it away.
bool Tracee::SetBreakpoint(uintptr_t address) {
  const auto poke = [this](int index, uintptr_t value) {
    return ptrace(PTRACE_POKEUSER, pid_,
                  reinterpret_cast<void*>(offsetof(struct user, u_debugreg) +
                                          static_cast<size_t>(index) * sizeof(long)),
                  reinterpret_cast<void*>(value)) == 0;
  };
  if (address == 0) return poke(7, 0);
  return poke(0, address) && poke(7, 1);
}

Stop Tracee::RunTo(uintptr_t address, uint64_t count) {
  Stop stop = Stop::kStepped;
  // A breakpoint where it stands would stop it again at once: one step away from there first.
  while (count != 0 && stop == Stop::kStepped && InstructionPointer() == address) {
    if (--count != 0) stop = Step();
  }
  if (count == 0 || stop != Stop::kStepped) return stop;
  const bool quick = SetBreakpoint(address);
  while (count != 0 && stop == Stop::kStepped) {
    stop = Resume(quick ? PTRACE_CONT : PTRACE_SINGLESTEP);
    if (stop == Stop::kStepped && (quick || InstructionPointer() == address)) --count;
  }
  if (quick && pid_ > 0) SetBreakpoint(0);
  return stop;
}

uintptr_t Tracee::InstructionPointer() const {
  user_regs_struct registers;
  std::memset(&registers, 0, sizeof(registers));
  ptrace(PTRACE_GETREGS, pid_, nullptr, &registers);
  return Pointer(registers);
}

void Tracee::Protect(uintptr_t begin, size_t size, int protection) {
  user_regs_struct saved;
  if (ptrace(PTRACE_GETREGS, pid_, nullptr, &saved) != 0) return;
  user_regs_struct call = saved;
  SetCall(&call, SYS_mprotect, begin, size, static_cast<uintptr_t>(protection));
  ptrace(PTRACE_SETREGS, pid_, nullptr, &call);
  Resume(PTRACE_SINGLESTEP);
  ptrace(PTRACE_SETREGS, pid_, nullptr, &saved);
}

void Tracee::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) == pid_ && WIFSTOPPED(status)) continue;
  pid_ = 0;
}

}  // namespace fmmq::crash
