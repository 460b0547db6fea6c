#include "tools/flag_types.h"

#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "tools/text.h"

namespace fmmq {

bool AbslParseFlag(absl::string_view text, Policy* policy, std::string* error) {
  for (const Policy known : {Policy::kLossless, Policy::kOverwrite, Policy::kCompat}) {
    if (text != tools::PolicyName(known)) continue;
    *policy = known;
    return true;
  }
  *error = "want lossless, overwrite or compat";
  return false;
}

std::string AbslUnparseFlag(Policy policy) { return tools::PolicyName(policy); }

namespace tools {
namespace {

// The shift that a unit stands for, -1 for none that we know.
int UnitShift(absl::string_view unit) {
  struct Unit {
    absl::string_view name;
    int shift;
  };
  constexpr Unit kUnits[] = {{"", 0},     {"b", 0},  {"k", 10},   {"kib", 10}, {"m", 20},
                             {"mib", 20}, {"g", 30}, {"gib", 30}, {"t", 40},   {"tib", 40}};
  const std::string lower = absl::AsciiStrToLower(unit);
  for (const Unit& known : kUnits) {
    if (lower == known.name) return known.shift;
  }
  return -1;
}

bool ParseOctal(absl::string_view digits, uint32_t* mode) {
  if (digits.empty()) return false;
  *mode = 0;
  for (const char c : digits) {
    if (c < '0' || c > '7') return false;
    *mode = *mode << 3 | static_cast<uint32_t>(c - '0');
    if (*mode > 0777) return false;
  }
  return true;
}

}  // namespace

bool AbslParseFlag(absl::string_view text, ByteSize* size, std::string* error) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(text);
  const size_t digits = std::min(trimmed.find_first_not_of("0123456789"), trimmed.size());
  const int shift = UnitShift(absl::StripAsciiWhitespace(trimmed.substr(digits)));
  uint64_t number = 0;
  if (shift < 0 || !absl::SimpleAtoi(trimmed.substr(0, digits), &number)) {
    *error = "want a number of bytes such as 4096, 64KiB, 4MiB or 1GiB";
    return false;
  }
  if (number > std::numeric_limits<uint64_t>::max() >> shift) {
    *error = "the number of bytes does not fit 64 bits";
    return false;
  }
  size->bytes = number << shift;
  return true;
}

std::string AbslUnparseFlag(ByteSize size) { return ExactBytes(size.bytes); }

bool AbslParseFlag(absl::string_view text, Permissions* permissions, std::string* error) {
  if (ParseOctal(text, &permissions->mode)) return true;
  const Result<uint32_t> letters = ParsePermissions(ToStd(text));
  if (!letters.ok()) *error = "want nine letters such as rw-r----- or an octal mode such as 0640";
  permissions->mode = *letters;
  return letters.ok();
}

std::string AbslUnparseFlag(Permissions permissions) { return PermissionsText(permissions.mode); }

}  // namespace tools
}  // namespace fmmq
