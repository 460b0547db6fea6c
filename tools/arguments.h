// Reads a subcommand's part of the command line into its absl flags.
//
// absl::ParseCommandLine would take every flag of the program for every subcommand, and end the
// process by itself; absl's types, defaults and help texts serve us all the same.
#ifndef FMMQ_TOOLS_ARGUMENTS_H_
#define FMMQ_TOOLS_ARGUMENTS_H_

#include <string>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "fmmq/fmmq.h"
#include "tools/command.h"

namespace fmmq::tools {

// Takes --flag=value, --flag value, --flag, --noflag, one dash or two, -h, -v, and -- before what
// only looks like a flag. Returns what is wrong, or an empty string.
std::string ParseArguments(const Command& command, const std::vector<std::string>& words,
                           Arguments* arguments);

// The flag's name on the command line: "count" for recv_count.
std::string FlagName(const std::string& absl_name);
// The handle of one of Command::flags, which exist all.
absl::CommandLineFlag& FlagHandle(const std::string& absl_name);

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_ARGUMENTS_H_
