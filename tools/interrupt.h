// SIGINT and SIGTERM as a flag, so that loops end between two messages.
#ifndef FMMQ_TOOLS_INTERRUPT_H_
#define FMMQ_TOOLS_INTERRUPT_H_

namespace fmmq::tools {

// From now on the first of these signals is remembered and ends system calls that wait; a second
// one ends the process. A signal that is ignored stays so: a shell ignores SIGINT for what it runs
// in the background.
void CatchInterrupts();
bool Interrupted();
// What a shell reports for a command that the signal ended.
int InterruptExitCode();

// A write to a pipe that nobody reads fails with EPIPE instead of ending the process.
void IgnoreBrokenPipes();

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_INTERRUPT_H_
