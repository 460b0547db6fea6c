// How numbers, sizes, names and tables look to people.
#ifndef FMMQ_TOOLS_TEXT_H_
#define FMMQ_TOOLS_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/string_view.h"
#include "fmmq/fmmq.h"

namespace fmmq::tools {

// Abseil's string_view is std::string_view in some builds and a type of its own in others.
inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view ToStd(absl::string_view text) { return {text.data(), text.size()}; }

// "1,234,567"
std::string Grouped(uint64_t number);
// "1 message", "1,234 messages"
std::string Counted(uint64_t number, const char* thing);
// "999 bytes", "64 KiB", "1.3 MiB"
std::string HumanBytes(uint64_t bytes);
// Exact, in the form that ByteSize flags take: "64KiB", "1000".
std::string ExactBytes(uint64_t bytes);
// Control characters as \xNN: names come from files that anybody may have made.
std::string Printable(std::string_view text);
// Whether it is well-formed UTF-8, which JSON texts have to be.
bool IsUtf8(std::string_view text);
// Local time, "2026-01-31 23:59:59"; with the offset from UTC where it must be exact.
std::string LocalTime(uint64_t unix_nanoseconds);
std::string ExactTime(uint64_t unix_nanoseconds);
// "5fe5…" in the groups that RFC 9562 has.
std::string UuidText(const uint8_t (&uuid)[16]);
// 0640 to "rw-r-----"
std::string PermissionsText(uint32_t mode);

const char* PolicyName(Policy policy);
const char* GroupKindName(GroupKind kind);

// Rows under titles, in columns as wide as they need to be.
class Table {
 public:
  struct Column {
    const char* title;
    bool right;  // aligned to the right, as numbers are
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void AddRow(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  std::string ToString() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_TEXT_H_
