// What the command's exit code says. `fmmq help` prints this list; scripts rely on it.
#ifndef FMMQ_TOOLS_EXIT_CODE_H_
#define FMMQ_TOOLS_EXIT_CODE_H_

#include "fmmq/fmmq.h"

namespace fmmq::tools {

enum ExitCode : int {
  kExitDone = 0,
  kExitUsage = 1,       // arguments, flags, names, a message that can never be taken
  kExitNotFound = 2,    // no such queue, no such file
  kExitPermission = 3,  // missing rights
  kExitTime = 4,        // no message came, or no room, in the given time
  kExitDamaged = 5,     // not an fmmq segment, or one with impossible contents
  kExitTaken = 6,       // the name exists, or no seat, group or place in one is left
  kExitSystem = 7,      // memory, space, input, output
  // 128 + the signal's number: an interrupt ended the work early.
};

// The one place where a library status becomes an exit code.
ExitCode ToExitCode(Code code);
// For a failed system call of the command itself.
ExitCode ErrnoToExitCode(int error);

// The list above for people, one code a line.
const char* ExitCodeHelp();

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_EXIT_CODE_H_
