#include "tools/help.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "tools/arguments.h"
#include "tools/exit_code.h"

namespace fmmq::tools {
namespace {

constexpr size_t kColumns = 80;
constexpr size_t kFlagColumns = 24;

// A flag's help text has the name for its value in back quotes, as in "take `N` messages".
struct FlagText {
  std::string value_name;
  std::string text;
};

FlagText SplitText(const std::string& help) {
  const std::vector<std::string> parts = absl::StrSplit(help, '`');
  if (parts.size() < 3) return {"", help};
  return {parts[1], absl::StrCat(parts[0], parts[1], parts[2])};
}

// Breaks a text into lines that start in column `indent`, the first one after what is there.
void AppendWrapped(const std::string& text, size_t indent, std::string* out) {
  size_t column = indent;
  bool first = true;
  for (const absl::string_view word : absl::StrSplit(text, ' ')) {
    if (!first && column + 1 + word.size() > kColumns) {
      absl::StrAppend(out, "\n", std::string(indent, ' '));
      column = indent;
      first = true;
    }
    absl::StrAppend(out, first ? "" : " ", word);
    column += word.size() + (first ? 0 : 1);
    first = false;
  }
  absl::StrAppend(out, "\n");
}

std::string DefaultText(const absl::CommandLineFlag& flag) {
  const std::string value = flag.DefaultValue();
  const bool off = value.empty() || (flag.IsOfType<bool>() && value == "false");
  return off ? "" : absl::StrCat(" (default: ", value, ")");
}

void AppendFlag(const std::string& absl_name, std::string* out) {
  const absl::CommandLineFlag& flag = FlagHandle(absl_name);
  const FlagText text = SplitText(flag.Help());
  // What is on unless told otherwise is only ever given to turn it off.
  const char* negation = flag.DefaultValue() == "true" ? "[no]" : "";
  std::string head = absl::StrCat("  --", negation, FlagName(absl_name));
  if (!text.value_name.empty()) absl::StrAppend(&head, "=", text.value_name);
  if (FlagName(absl_name) == "verbose") absl::StrAppend(&head, ", -v");
  absl::StrAppendFormat(out, "%-*s", static_cast<int>(kFlagColumns), head);
  if (head.size() + 2 > kFlagColumns) absl::StrAppend(out, "\n", std::string(kFlagColumns, ' '));
  AppendWrapped(absl::StrCat(text.text, DefaultText(flag)), kFlagColumns, out);
}

void AppendCreateFlags(const Command& command, std::string* out) {
  std::string names;
  for (const std::string& flag : command.create_flags) {
    absl::StrAppend(&names, names.empty() ? "--" : ", --", FlagName(flag));
  }
  absl::StrAppend(out, "\n");
  AppendWrapped(absl::StrCat("With --create also those of fmmq help create: ", names, "."), 0, out);
}

std::string Indented(const std::string& lines) {
  std::string text;
  for (const absl::string_view line : absl::StrSplit(lines, '\n')) {
    absl::StrAppend(&text, "  ", line, "\n");
  }
  return text;
}

}  // namespace

std::string Overview(const std::vector<Command>& commands) {
  std::string text =
      "fmmq: message queues in shared memory, /dev/shm/fmmq.NAME\n"
      "\n"
      "usage: fmmq COMMAND [FLAGS] [ARGUMENTS]\n"
      "       fmmq help COMMAND\n"
      "       fmmq --version\n"
      "\n"
      "commands:\n";
  for (const Command& command : commands) {
    absl::StrAppendFormat(&text, "  %-8s%s\n", command.name, command.summary);
  }
  absl::StrAppend(
      &text,
      "\n"
      "Data goes to standard output, everything else to standard error. A reader of\n"
      "standard output that has enough, such as head, ends a command with exit code 0.\n"
      "\n"
      "exit codes:\n",
      ExitCodeHelp());
  absl::StrAppend(&text, "\nexample:\n",
                  Indented("fmmq create orders --capacity=4MiB\n"
                           "fmmq send orders first second\n"
                           "fmmq recv orders"));
  return text;
}

std::string CommandHelp(const Command& command) {
  std::string text = absl::StrCat("usage: fmmq ", command.name, " [FLAGS]");
  if (!command.operands.empty()) absl::StrAppend(&text, " ", command.operands);
  absl::StrAppend(&text, "\n\n");
  for (const absl::string_view paragraph : absl::StrSplit(command.text, '\n')) {
    AppendWrapped(std::string(paragraph), 0, &text);
  }
  absl::StrAppend(&text, "\nflags:\n");
  for (const std::string& flag : command.flags) AppendFlag(flag, &text);
  absl::StrAppendFormat(&text, "%-*s%s\n", static_cast<int>(kFlagColumns), "  --help, -h",
                        "print this");
  if (!command.create_flags.empty()) AppendCreateFlags(command, &text);
  absl::StrAppend(&text, "\nexamples:\n", Indented(command.examples));
  absl::StrAppend(&text, "\nexit codes:\n", ExitCodeHelp());
  return text;
}

}  // namespace fmmq::tools
