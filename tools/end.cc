// fmmq end: marks the end of the stream.
#include <string>

#include "fmmq/fmmq.h"
#include "tools/command.h"
#include "tools/exit_code.h"
#include "tools/report.h"
#include "tools/text.h"

namespace fmmq::tools {
namespace {

int Run(const Arguments& arguments) {
  const std::string& name = arguments.operands[0];
  Result<Queue> queue = Queue::Open(name, Access::kReadWrite);
  if (!queue.ok()) return Fail(Printable(name), queue.status());
  Result<Producer> producer = queue->NewProducer();
  if (!producer.ok()) return Fail(Printable(name), producer.status());
  const Status ended = producer->End();
  return ended.ok() ? kExitDone : Fail(Printable(name), ended);
}

}  // namespace

Command EndCommand() {
  Command command;
  command.name = "end";
  command.operands = "NAME";
  command.summary = "end the stream: nothing more can be written";
  command.text =
      "Ends the stream for good and for all writers. What was written stays to be read; after the "
      "last message, recv and tail end with exit code 0.";
  command.examples = "fmmq end orders";
  command.min_operands = command.max_operands = 1;
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
