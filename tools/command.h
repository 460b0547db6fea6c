// What a subcommand is made of. Each has a file of its own: what it is for, its flags, its work.
#ifndef FMMQ_TOOLS_COMMAND_H_
#define FMMQ_TOOLS_COMMAND_H_

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace fmmq::tools {

// What stands on the command line after the subcommand. The flags' values are in their absl flags.
struct Arguments {
  std::vector<std::string> operands;
  std::set<std::string> given;  // names of the flags that stand there
  bool wants_help = false;

  bool Given(const char* flag) const { return given.count(flag) != 0; }
};

struct Command {
  std::string name;
  std::string operands;  // "NAME [MESSAGE...]"
  std::string summary;   // one line for the overview
  std::string text;      // what there is to know; a newline starts a paragraph
  std::string examples;  // one a line
  // Names of absl flags, in the order for the help. What follows the first '_' is the flag's name
  // on the command line: recv_count is --count of recv, queue_seats is --seats of whoever lists it.
  // (absl flags are global, so that two subcommands could not both have a --count of their own.)
  std::vector<std::string> flags;
  // Flags of fmmq create that this takes too; they are explained there.
  std::vector<std::string> create_flags;
  size_t min_operands = 0;
  size_t max_operands = 0;
  int (*run)(const Arguments& arguments) = nullptr;
};

inline constexpr size_t kAnyNumber = static_cast<size_t>(-1);

Command CreateCommand();
Command LsCommand();
Command StatCommand();
Command CheckCommand();
Command DumpCommand();
Command SendCommand();
Command RecvCommand();
Command TailCommand();
Command GetCommand();
Command SetCommand();
Command EndCommand();
Command DropCommand();
Command RmCommand();

std::vector<Command> AllCommands();
// nullptr when there is none of that name.
const Command* FindCommand(const std::vector<Command>& commands, const std::string& name);

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_COMMAND_H_
