#include "tools/text.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace fmmq::tools {
namespace {

constexpr const char* kUnits[] = {"", "KiB", "MiB", "GiB", "TiB"};
constexpr size_t kUnitCount = sizeof(kUnits) / sizeof(kUnits[0]);

// Characters, not bytes: UTF-8 continuation bytes take no column.
size_t Width(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
}

std::string Aligned(const std::string& cell, size_t width, bool right) {
  const std::string padding(width - std::min(width, Width(cell)), ' ');
  return right ? padding + cell : cell + padding;
}

void AppendRow(const std::vector<Table::Column>& columns, const std::vector<size_t>& widths,
               const std::vector<std::string>& cells, std::string* out) {
  std::string line;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) line += "  ";
    line += Aligned(cells[i], widths[i], columns[i].right);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  absl::StrAppend(out, line, "\n");
}

// The bytes of the UTF-8 character that `text` begins with; 0 when it is none.
size_t CharacterBytes(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  if (byte(0) < 0x80) return 1;
  const size_t bytes = byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  if (byte(0) < 0xc2 || byte(0) > 0xf4 || text.size() < bytes) return 0;
  uint32_t character = byte(0) & (0xffu >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    character = character << 6 | (byte(i) & 0x3fu);
  }
  const bool surrogate = character >= 0xd800 && character < 0xe000;
  const bool overlong = character < (bytes == 3 ? 0x800u : bytes == 4 ? 0x10000u : 0x80u);
  return surrogate || overlong || character > 0x10ffff ? 0 : bytes;
}

std::string Time(uint64_t unix_nanoseconds, const char* format) {
  const absl::Time time = absl::FromUnixNanos(static_cast<int64_t>(unix_nanoseconds));
  return absl::FormatTime(format, time, absl::LocalTimeZone());
}

}  // namespace

std::string Grouped(uint64_t number) {
  std::string digits = absl::StrCat(number);
  for (size_t i = digits.size(); i > 3;) digits.insert(i -= 3, ",");
  return digits;
}

std::string Counted(uint64_t number, const char* thing) {
  return absl::StrCat(Grouped(number), " ", thing, number == 1 ? "" : "s");
}

std::string HumanBytes(uint64_t bytes) {
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnitCount; ++unit) value /= 1024;
  if (unit == 0) return Counted(bytes, "byte");
  const bool whole = value == static_cast<double>(static_cast<uint64_t>(value));
  if (whole) return absl::StrFormat("%.0f %s", value, kUnits[unit]);
  return absl::StrFormat("%.1f %s", value, kUnits[unit]);
}

std::string ExactBytes(uint64_t bytes) {
  size_t unit = 0;
  for (; bytes != 0 && bytes % 1024 == 0 && unit + 1 < kUnitCount; ++unit) bytes /= 1024;
  return unit == 0 ? absl::StrCat(bytes) : absl::StrCat(bytes, kUnits[unit]);
}

std::string Printable(std::string_view text) {
  std::string printable;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20 || byte == 0x7f) {
      absl::StrAppend(&printable, "\\x", absl::Hex(byte, absl::kZeroPad2));
    } else {
      printable += c;
    }
  }
  return printable;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t bytes = CharacterBytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string LocalTime(uint64_t unix_nanoseconds) {
  return Time(unix_nanoseconds, "%Y-%m-%d %H:%M:%S");
}

std::string ExactTime(uint64_t unix_nanoseconds) {
  return Time(unix_nanoseconds, absl::RFC3339_full);
}

std::string UuidText(const uint8_t (&uuid)[16]) {
  std::string text =
      absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(uuid), sizeof(uuid)));
  for (const size_t dash : {20, 16, 12, 8}) text.insert(dash, "-");
  return text;
}

std::string PermissionsText(uint32_t mode) {
  std::string text = "rwxrwxrwx";
  for (size_t i = 0; i < text.size(); ++i) {
    if ((mode >> (text.size() - 1 - i) & 1) == 0) text[i] = '-';
  }
  return text;
}

const char* PolicyName(Policy policy) {
  switch (policy) {
    case Policy::kLossless:
      return "lossless";
    case Policy::kOverwrite:
      return "overwrite";
    case Policy::kCompat:
      return "compat";
  }
  return "unknown";
}

const char* GroupKindName(GroupKind kind) {
  return kind == GroupKind::kExclusive ? "exclusive" : "shared";
}

std::string Table::ToString() const {
  std::vector<std::string> titles;
  std::vector<size_t> widths;
  for (const Column& column : columns_) {
    titles.push_back(column.title);
    widths.push_back(Width(column.title));
  }
  for (const auto& row : rows_) {
    for (size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  std::string text;
  AppendRow(columns_, widths, titles, &text);
  for (const auto& row : rows_) AppendRow(columns_, widths, row, &text);
  return text;
}

}  // namespace fmmq::tools
