#include "tests/crash/tracee.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

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
constexpr long kTrap = 0xcc;  // int3

#if defined(__x86_64__)
uintptr_t Pointer(const user_regs_struct& registers) { return registers.rip; }
void SetPointer(user_regs_struct* registers, uintptr_t address) { registers->rip = address; }

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
void SetPointer(user_regs_struct* registers, uintptr_t address) {
  registers->eip = static_cast<long>(address);
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

// A breakpoint is a trap in the child's own copy of the code, as long as it runs. Those of the
// processor are faster, but there are virtual machines where they are accepted and stop nobody.
Stop Tracee::RunTo(uintptr_t address, uint64_t count) {
  const long code = ptrace(PTRACE_PEEKTEXT, pid_, address, nullptr);
  const auto poke = [&](long word) { ptrace(PTRACE_POKETEXT, pid_, address, word); };
  Stop stop = Stop::kStepped;
  while (stop == Stop::kStepped) {
    if (InstructionPointer() == address) {
      if (--count == 0) break;
      stop = Step();
      continue;
    }
    poke((code & ~0xffl) | kTrap);
    stop = Resume(PTRACE_CONT);
    if (pid_ <= 0) break;
    poke(code);
    if (stop == Stop::kStepped) SetInstructionPointer(address);  // it stands behind the trap
  }
  return stop;
}

void Tracee::SetInstructionPointer(uintptr_t address) {
  user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, pid_, nullptr, &registers) != 0) return;
  SetPointer(&registers, address);
  ptrace(PTRACE_SETREGS, pid_, nullptr, &registers);
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
