// fmmq drop: ends a group.
#include <string>

#include "absl/strings/str_cat.h"
#include "fmmq/fmmq.h"
#include "tools/command.h"
#include "tools/exit_code.h"
#include "tools/report.h"
#include "tools/text.h"

namespace fmmq::tools {
namespace {

// The library's sentences are about queues: these are about groups.
int Explain(const std::string& name, const std::string& group, Status status) {
  const std::string subject = absl::StrCat(Printable(name), ": group ", Printable(group));
  if (status == Code::kTaken) {
    Note(absl::StrCat(subject, " has living members (kTaken)"));
  } else if (status == Code::kNotFound) {
    Note(absl::StrCat(subject, " does not exist (kNotFound)"));
  } else {
    return Fail(subject, status);
  }
  return ToExitCode(status.code());
}

int Run(const Arguments& arguments) {
  const std::string& name = arguments.operands[0];
  const std::string& group = arguments.operands[1];
  Result<Queue> queue = Queue::Open(name, Access::kReadWrite);
  if (!queue.ok()) return Fail(Printable(name), queue.status());
  const Status dropped = queue->DropGroup(group);
  return dropped.ok() ? kExitDone : Explain(name, group, dropped);
}

}  // namespace

Command DropCommand() {
  Command command;
  command.name = "drop";
  command.operands = "NAME GROUP";
  command.summary = "end a group that nobody is in";
  command.text =
      "Ends a group, durable or not, that has no living member: writers no longer wait for it, and "
      "what it had not read is not kept for it any more.";
  command.examples = "fmmq drop orders audit";
  command.min_operands = command.max_operands = 2;
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
