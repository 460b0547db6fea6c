// fmmq get: prints the shared string.
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "fmmq/fmmq.h"
#include "tools/command.h"
#include "tools/output.h"
#include "tools/report.h"
#include "tools/text.h"

ABSL_FLAG(bool, get_raw, false, "print the string's bytes without a newline after them");

namespace fmmq::tools {
namespace {

int Run(const Arguments& arguments) {
  const std::string& name = arguments.operands[0];
  const Result<Queue> queue = Queue::Open(name, Access::kReadOnly);
  if (!queue.ok()) return Fail(Printable(name), queue.status());
  std::vector<char> buffer(queue->Info().string_size);
  const Result<StringInfo> string = queue->GetString({buffer.data(), buffer.size()});
  if (!string.ok()) return Fail(Printable(name), string.status());
  Output output;
  output.Write({buffer.data(), string->size});
  if (!absl::GetFlag(FLAGS_get_raw)) output.Write("\n");
  return output.Finish();
}

}  // namespace

Command GetCommand() {
  Command command;
  command.name = "get";
  command.operands = "NAME";
  command.summary = "print the shared string";
  command.text =
      "Prints the queue's shared string with a newline after it; an empty one when it was never "
      "set. A queue has one when it was made with --string_size.";
  command.examples = "fmmq get orders";
  command.flags = {"get_raw"};
  command.min_operands = command.max_operands = 1;
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
