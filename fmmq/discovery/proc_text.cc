#include "fmmq/discovery/proc_text.h"

#include <climits>

#include "fmmq/format/names.h"
#include "fmmq/os/file.h"

namespace fmmq::discovery {
namespace {

// As segment::CreateAnonymous names a memfd: the prefix, then the id.
constexpr size_t kMaxIdPart = os::kMaxLabelBytes - kFilePrefix.size();
constexpr size_t kMemfdPart = kLinkPrefix.size() - kFilePrefix.size();
static_assert(std::string_view(kLinkPrefix.data() + kMemfdPart, kFilePrefix.size()) == kFilePrefix);
static_assert(kMaxProgramBytes <= UINT16_MAX);

}  // namespace

Status ProgramMatcher::SetProgram(std::string_view program) {
  if (program.size() > kMaxProgramBytes) return Code::kNameTooLong;
  program_ = program;
  ComputeBorders();
  Begin();
  return Code::kOk;
}

void ProgramMatcher::ComputeBorders() {
  if (program_.empty()) return;
  borders_[0] = 0;
  size_t border = 0;
  for (size_t i = 1; i < program_.size(); ++i) {
    while (border != 0 && program_[border] != program_[i]) border = borders_[border - 1];
    if (program_[border] == program_[i]) ++border;
    borders_[i] = static_cast<uint16_t>(border);
  }
}

void ProgramMatcher::Begin() {
  matched_ = 0;
  argument_ended_ = false;
}

bool ProgramMatcher::Feed(std::string_view piece) {
  for (const char c : piece) {
    if (found()) return true;
    if (argument_ended_) Step(' ');
    argument_ended_ = c == '\0';
    if (!argument_ended_) Step(c);
  }
  return found();
}

void ProgramMatcher::Step(char c) {
  if (found()) return;
  while (matched_ != 0 && program_[matched_] != c) matched_ = borders_[matched_ - 1];
  if (program_[matched_] == c) ++matched_;
}

bool ReadsAsSegment(std::string_view link, std::string_view* label) {
  if (link.size() > kMaxLinkBytes || link.size() < kLinkPrefix.size() + kLinkSuffix.size()) {
    return false;
  }
  std::string_view rest = link;
  rest.remove_prefix(link.size() - kLinkSuffix.size());
  if (rest != kLinkSuffix) return false;
  link.remove_suffix(kLinkSuffix.size());
  rest = link;
  rest.remove_suffix(link.size() - kLinkPrefix.size());
  if (rest != kLinkPrefix) return false;
  link.remove_prefix(kLinkPrefix.size());
  *label = link;
  return true;
}

bool LabelFits(std::string_view label, std::string_view id) {
  size_t at = 0;
  for (const char c : id) {
    if (c == '\0') continue;
    if (at == kMaxIdPart) break;
    if (at == label.size() || label[at] != c) return false;
    ++at;
  }
  return at == label.size();
}

bool ParseNumber(std::string_view name, int* number) {
  if (name.empty() || (name.size() > 1 && name[0] == '0')) return false;
  int value = 0;
  for (const char c : name) {
    if (c < '0' || c > '9') return false;
    const int digit = c - '0';
    if (value > (INT_MAX - digit) / 10) return false;
    value = value * 10 + digit;
  }
  *number = value;
  return true;
}

}  // namespace fmmq::discovery
