#include "fmmq/format/names.h"

#include "fmmq/format/layout.h"

namespace fmmq {
namespace format {
namespace {

bool Contains(std::string_view text, char c) { return text.find(c) != std::string_view::npos; }

}  // namespace

Status CheckName(std::string_view name) {
  if (name.empty() || Contains(name, '/') || Contains(name, '\0')) return Code::kBadName;
  return name.size() > kMaxNameBytes ? Code::kNameTooLong : Code::kOk;
}

Status CheckGroupName(std::string_view name) {
  if (name.empty() || Contains(name, '\0')) return Code::kBadName;
  return name.size() > kMaxGroupNameBytes ? Code::kNameTooLong : Code::kOk;
}

Status CheckId(std::string_view id) {
  return id.size() > kMaxIdBytes ? Code::kNameTooLong : Code::kOk;
}

}  // namespace format

Result<uint32_t> ParsePermissions(std::string_view text) {
  constexpr std::string_view kLetters = "rwxrwxrwx";
  if (text.size() != kLetters.size()) return Code::kInvalidArgument;
  uint32_t mode = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != kLetters[i] && text[i] != '-') return Code::kInvalidArgument;
    mode = mode << 1 | (text[i] == kLetters[i] ? 1u : 0u);
  }
  return mode;
}

}  // namespace fmmq
