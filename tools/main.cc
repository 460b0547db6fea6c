// fmmq: the command. Finds the subcommand, reads its flags, runs it.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tools/arguments.h"
#include "tools/command.h"
#include "tools/exit_code.h"
#include "tools/help.h"
#include "tools/interrupt.h"
#include "tools/output.h"
#include "tools/report.h"
#include "tools/text.h"

namespace fmmq::tools {

std::vector<Command> AllCommands() {
  return {CreateCommand(), LsCommand(),   StatCommand(), CheckCommand(), SendCommand(),
          RecvCommand(),   TailCommand(), DumpCommand(), GetCommand(),   SetCommand(),
          EndCommand(),    DropCommand(), RmCommand()};
}

const Command* FindCommand(const std::vector<Command>& commands, const std::string& name) {
  for (const Command& command : commands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

namespace {

int FailUnknown(const std::string& name) {
  Note(absl::StrCat("unknown command '", Printable(name), "'; see: fmmq help"));
  return kExitUsage;
}

int Help(const std::vector<Command>& commands, const std::vector<std::string>& words) {
  if (words.empty()) return Print(Overview(commands));
  if (words[0] == "help") return Print("usage: fmmq help [COMMAND]\n");
  const Command* command = FindCommand(commands, words[0]);
  return command != nullptr ? Print(CommandHelp(*command)) : FailUnknown(words[0]);
}

int RunCommand(const Command& command, const std::vector<std::string>& words) {
  Arguments arguments;
  const std::string error = ParseArguments(command, words, &arguments);
  if (!error.empty()) return FailUsage(command.name, error);
  if (arguments.wants_help) return Print(CommandHelp(command));
  return command.run(arguments);
}

int Main(const std::vector<std::string>& words) {
  IgnoreBrokenPipes();
  const std::vector<Command> commands = AllCommands();
  if (words.empty()) return Print(Overview(commands));
  const std::string& name = words[0];
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (name == "help" || name == "--help" || name == "-h") return Help(commands, rest);
  if (name == "--version") return Print("fmmq " FMMQ_VERSION "\n");
  const Command* command = FindCommand(commands, name);
  return command != nullptr ? RunCommand(*command, rest) : FailUnknown(name);
}

}  // namespace
}  // namespace fmmq::tools

int main(int argc, char** argv) {
  const int skipped = argc > 0 ? 1 : 0;  // execve may leave even the program's name out
  return fmmq::tools::Main(std::vector<std::string>(argv + skipped, argv + argc));
}
