// fmmq rm: takes queues' names away.
#include <string>

#include "absl/flags/flag.h"
#include "fmmq/fmmq.h"
#include "tools/command.h"
#include "tools/exit_code.h"
#include "tools/report.h"
#include "tools/text.h"

ABSL_FLAG(bool, rm_missing_ok, false, "be content when there is no such queue");

namespace fmmq::tools {
namespace {

int RemoveOne(const std::string& name) {
  const Status removed = Queue::Remove(name);
  if (removed.ok()) return kExitDone;
  if (removed == Code::kNotFound && absl::GetFlag(FLAGS_rm_missing_ok)) return kExitDone;
  return Fail(Printable(name), removed);
}

int Run(const Arguments& arguments) {
  int first_failure = kExitDone;
  for (const std::string& name : arguments.operands) {
    const int code = RemoveOne(name);
    if (first_failure == kExitDone) first_failure = code;
  }
  return first_failure;
}

}  // namespace

Command RmCommand() {
  Command command;
  command.name = "rm";
  command.operands = "NAME...";
  command.summary = "remove queues";
  command.text =
      "Takes the names away, and with them the messages that nobody has read. Programs that have "
      "a queue open keep it; its memory is free when the last of them ends.\n"
      "Goes on after a failure; the exit code is that of the first one.";
  command.examples =
      "fmmq rm orders\n"
      "fmmq rm --missing_ok orders prices";
  command.flags = {"rm_missing_ok"};
  command.min_operands = 1;
  command.max_operands = kAnyNumber;
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
