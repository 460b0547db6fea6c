#include "tools/arguments.h"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "tools/text.h"

namespace fmmq::tools {
namespace {

// One word with a flag in it: --name, --name=value, -n.
struct FlagWord {
  std::string name;
  std::string value;
  bool has_value = false;
};

FlagWord SplitFlag(absl::string_view word) {
  absl::ConsumePrefix(&word, "-");
  absl::ConsumePrefix(&word, "-");
  const size_t equals = word.find('=');
  FlagWord flag;
  flag.name = std::string(word.substr(0, equals));
  flag.has_value = equals != absl::string_view::npos;
  if (flag.has_value) flag.value = std::string(word.substr(equals + 1));
  if (flag.name == "h") flag.name = "help";
  if (flag.name == "v") flag.name = "verbose";
  return flag;
}

absl::CommandLineFlag* FindFlag(const Command& command, absl::string_view name) {
  for (const auto* flags : {&command.flags, &command.create_flags}) {
    for (const std::string& absl_name : *flags) {
      if (FlagName(absl_name) == name) return &FlagHandle(absl_name);
    }
  }
  return nullptr;
}

bool IsSwitch(const absl::CommandLineFlag& flag) { return flag.IsOfType<bool>(); }

bool IsTime(const absl::CommandLineFlag& flag) {
  return flag.IsOfType<absl::Duration>() || flag.IsOfType<std::optional<absl::Duration>>();
}

// What absl adds after the name of the flag, which is not the one that the user typed; for types
// without a text of their own, what would be right.
std::string Expected(const absl::CommandLineFlag& flag, const std::string& absl_error) {
  const size_t reason = absl_error.rfind("; ");
  if (reason != std::string::npos) return absl_error.substr(reason + 2);
  if (IsSwitch(flag)) return "want true or false";
  if (IsTime(flag)) return "want a time such as 5s, 300ms, 1m30s or inf";
  return "want a whole number, 0 or more";
}

// The words one by one.
class Reader {
 public:
  Reader(const Command& command, const std::vector<std::string>& words, Arguments* arguments)
      : command_(command), words_(words), arguments_(arguments) {}

  std::string Read() {
    for (; next_ < words_.size() && error_.empty(); ++next_) ReadWord(words_[next_]);
    return error_;
  }

 private:
  void ReadWord(const std::string& word) {
    if (only_operands_ || word.size() < 2 || word[0] != '-') {
      arguments_->operands.push_back(word);
    } else if (word == "--") {
      only_operands_ = true;
    } else {
      ReadFlag(word, SplitFlag(word));
    }
  }

  void ReadFlag(const std::string& word, FlagWord parts) {
    if (parts.name == "help") {
      arguments_->wants_help = true;
      return;
    }
    absl::CommandLineFlag* flag = FindFlag(command_, parts.name);
    if (flag == nullptr) flag = FindNegated(&parts);
    if (flag == nullptr) {
      error_ = absl::StrCat("unknown flag ", Printable(word));
      if (command_.max_operands == kAnyNumber) absl::StrAppend(&error_, " (or put -- before it)");
    } else if (TakeValue(*flag, &parts)) {
      Set(flag, parts);
    }
  }

  absl::CommandLineFlag* FindNegated(FlagWord* parts) {
    if (parts->has_value || !absl::StartsWith(parts->name, "no")) return nullptr;
    absl::CommandLineFlag* flag = FindFlag(command_, parts->name.substr(2));
    if (flag == nullptr || !IsSwitch(*flag)) return nullptr;
    *parts = {parts->name.substr(2), "false", true};
    return flag;
  }

  bool TakeValue(const absl::CommandLineFlag& flag, FlagWord* parts) {
    if (parts->has_value) return true;
    if (IsSwitch(flag)) {
      parts->value = "true";
    } else if (next_ + 1 < words_.size()) {
      parts->value = words_[++next_];
    } else {
      error_ = absl::StrCat("--", parts->name, " needs a value");
    }
    return error_.empty();
  }

  void Set(absl::CommandLineFlag* flag, const FlagWord& parts) {
    std::string absl_error;
    if (flag->ParseFrom(parts.value, &absl_error)) {
      arguments_->given.insert(parts.name);
    } else {
      error_ = absl::StrCat("--", parts.name, "=", Printable(parts.value), ": ",
                            Expected(*flag, absl_error));
    }
  }

  const Command& command_;
  const std::vector<std::string>& words_;
  Arguments* arguments_;
  size_t next_ = 0;
  bool only_operands_ = false;
  std::string error_;
};

}  // namespace

std::string FlagName(const std::string& absl_name) {
  return absl_name.substr(absl_name.find('_') + 1);
}

absl::CommandLineFlag& FlagHandle(const std::string& absl_name) {
  absl::CommandLineFlag* flag = absl::FindCommandLineFlag(absl_name);
  if (flag == nullptr) std::abort();  // a subcommand lists a flag that does not exist
  return *flag;
}

std::string ParseArguments(const Command& command, const std::vector<std::string>& words,
                           Arguments* arguments) {
  const std::string error = Reader(command, words, arguments).Read();
  if (!error.empty() || arguments->wants_help) return error;
  const std::vector<std::string>& operands = arguments->operands;
  if (operands.size() < command.min_operands) return "NAME is missing";
  if (operands.size() > command.max_operands) {
    return absl::StrCat("unexpected argument '", Printable(operands[command.max_operands]), "'");
  }
  return "";
}

}  // namespace fmmq::tools
