// The flags that say what a new queue is like, and opening a queue with them.
#ifndef FMMQ_TOOLS_QUEUE_FLAGS_H_
#define FMMQ_TOOLS_QUEUE_FLAGS_H_

#include <string>
#include <vector>

#include "fmmq/fmmq.h"
#include "tools/command.h"

namespace fmmq::tools {

// The flags that say what a new queue is like, for Command::flags or Command::create_flags. Of the
// latter kind of commands `flags` must have queue_create too.
std::vector<std::string> QueueFlags();

// Options from the flags. Returns what is wrong with them, or an empty string.
std::string ReadOptions(Options* options);

// Opens the queue that the first operand names, for reading and writing; makes it first where
// --create says so. Returns an exit code, which is not kExitDone when there is no queue, and notes
// why.
int OpenQueue(const char* command, const Arguments& arguments, Queue* queue);

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_QUEUE_FLAGS_H_
