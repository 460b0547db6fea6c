// fmmq create: makes a queue.
#include <string>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "fmmq/fmmq.h"
#include "tools/command.h"
#include "tools/exit_code.h"
#include "tools/queue_flags.h"
#include "tools/report.h"
#include "tools/text.h"

ABSL_FLAG(bool, create_exist_ok, false,
          "be content with a queue that exists already, which keeps its own options");
ABSL_FLAG(bool, create_verbose, false, "say on standard error what was made");

namespace fmmq::tools {
namespace {

int Run(const Arguments& arguments) {
  const std::string& name = arguments.operands[0];
  Options options;
  const std::string error = ReadOptions(&options);
  if (!error.empty()) return FailUsage("create", error);
  const Result<Queue> made = absl::GetFlag(FLAGS_create_exist_ok)
                                 ? Queue::OpenOrCreate(name, options)
                                 : Queue::Create(name, options);
  if (!made.ok()) return Fail(Printable(name), made.status());
  if (absl::GetFlag(FLAGS_create_verbose)) {
    Note(absl::StrCat("/dev/shm/", ToAbsl(kFilePrefix), Printable(name), ": ",
                      HumanBytes(made->Info().segment_bytes)));
  }
  return kExitDone;
}

}  // namespace

Command CreateCommand() {
  Command command;
  command.name = "create";
  command.operands = "NAME";
  command.summary = "make a queue";
  command.text =
      "Makes the file /dev/shm/fmmq.NAME, whole or not at all, and reserves its memory. It stays "
      "until fmmq rm NAME, or until the machine restarts.\n"
      "SIZE is in bytes and takes KiB, MiB and GiB.";
  command.examples =
      "fmmq create orders --capacity=4MiB\n"
      "fmmq create prices --policy=overwrite --single_producer --mode=rw-r--r--";
  command.flags = QueueFlags();
  command.flags.insert(command.flags.end(), {"create_exist_ok", "create_verbose"});
  command.min_operands = command.max_operands = 1;
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
