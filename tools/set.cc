// fmmq set: sets the shared string.
#include <string>
#include <string_view>

#include "absl/flags/flag.h"
#include "absl/time/time.h"
#include "fmmq/fmmq.h"
#include "tools/command.h"
#include "tools/exit_code.h"
#include "tools/report.h"
#include "tools/text.h"

ABSL_FLAG(absl::Duration, set_timeout, absl::Seconds(1),
          "give up when others set it for `TIME`: 5s, 300ms");

namespace fmmq::tools {
namespace {

int Run(const Arguments& arguments) {
  const std::string& name = arguments.operands[0];
  const std::string& value = arguments.operands[1];
  const absl::Duration timeout = absl::GetFlag(FLAGS_set_timeout);
  if (timeout < absl::ZeroDuration()) return FailUsage("set", "--timeout must not be negative");
  Result<Queue> queue = Queue::Open(name, Access::kReadWrite);
  if (!queue.ok()) return Fail(Printable(name), queue.status());
  const Deadline deadline = timeout == absl::InfiniteDuration()
                                ? Deadline::Never()
                                : Deadline::In(absl::ToChronoNanoseconds(timeout));
  const Status set = queue->SetString(std::string_view(value), deadline);
  return set.ok() ? kExitDone : Fail(Printable(name), set);
}

}  // namespace

Command SetCommand() {
  Command command;
  command.name = "set";
  command.operands = "NAME VALUE";
  command.summary = "set the shared string";
  command.text =
      "Gives the queue's shared string a new value, which everybody sees whole or not at all. A "
      "queue has one when it was made with --string_size.";
  command.examples =
      "fmmq create orders --string_size=1KiB\n"
      "fmmq set orders 'price list of Monday'";
  command.flags = {"set_timeout"};
  command.min_operands = command.max_operands = 2;
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
