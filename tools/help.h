// Texts that teach the command.
#ifndef FMMQ_TOOLS_HELP_H_
#define FMMQ_TOOLS_HELP_H_

#include <string>
#include <vector>

#include "tools/command.h"

namespace fmmq::tools {

// The subcommands, the exit codes, where to go on.
std::string Overview(const std::vector<Command>& commands);
// One subcommand: usage, text, flags with units and defaults, examples.
std::string CommandHelp(const Command& command);

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_HELP_H_
