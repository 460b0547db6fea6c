#include "tools/report.h"

#include <cstdio>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "tools/exit_code.h"
#include "tools/progress.h"

namespace fmmq::tools {

void Note(absl::string_view text) {
  WipeProgressLine();
  const std::string line = absl::StrCat("fmmq: ", text, "\n");
  std::fwrite(line.data(), 1, line.size(), stderr);
}

std::string Describe(Status status) {
  std::string text = absl::StrCat(status.message(), " (", status.name());
  if (status.error() != 0) absl::StrAppend(&text, ": ", std::strerror(status.error()));
  return absl::StrCat(text, ")");
}

int Fail(absl::string_view subject, Status status) {
  Note(absl::StrCat(subject.empty() ? "''" : subject, ": ", Describe(status)));
  return ToExitCode(status.code());
}

int FailErrno(absl::string_view subject, int error) {
  Note(absl::StrCat(subject, ": ", std::strerror(error)));
  return ErrnoToExitCode(error);
}

int FailUsage(absl::string_view command, absl::string_view text) {
  Note(absl::StrCat(command, ": ", text, "; see: fmmq help ", command));
  return kExitUsage;
}

}  // namespace fmmq::tools
