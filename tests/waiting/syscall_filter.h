// What the kernel refuses to this process from now on, and to its children.
#ifndef FMMQ_TESTS_WAITING_SYSCALL_FILTER_H_
#define FMMQ_TESTS_WAITING_SYSCALL_FILTER_H_

namespace fmmq::test {

// False where the system has no such filters.
bool RefuseMembarrier();

// Any system call kills the process with SIGSYS, but for the one with which it exits: _exit. Call
// nothing else.
bool RefuseEverything();

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_WAITING_SYSCALL_FILTER_H_
