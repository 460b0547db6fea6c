// What the command says to people: on standard error, each line after "fmmq: ".
#ifndef FMMQ_TOOLS_REPORT_H_
#define FMMQ_TOOLS_REPORT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "fmmq/fmmq.h"

namespace fmmq::tools {

// One line. Wipes a progress line that stands there first.
void Note(absl::string_view text);

// "the name is taken (kAlreadyExists)", with the system's reason where there is one.
std::string Describe(Status status);

// Notes "<subject>: <what the status says>" and returns the exit code for it.
int Fail(absl::string_view subject, Status status);
// The same for a failed system call.
int FailErrno(absl::string_view subject, int error);
// Notes a mistake in how `command` was called, and where its help is.
int FailUsage(absl::string_view command, absl::string_view text);

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_REPORT_H_
