// Arbitrary bytes as text of /proc. What must hold: the same answers as plain code gives that has
// all of the text and may allocate; nothing is read outside it.
//
// Input: one byte, the size of the pieces that a command line comes in; two, the length of a
// program (little endian, cut to what there is); the program; the command line. The command line is
// also read as a link and as a number, and the program as an id.
#include <algorithm>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "fmmq/discovery/proc_text.h"

namespace {

using fmmq::discovery::kMaxProgramBytes;

void Require(bool condition) {
  if (!condition) std::abort();
}

// Bytes in memory of exactly their size, so that a sanitizer sees a step past either end.
class Exact {
 public:
  Exact(const char* data, size_t size) : size_(size), bytes_(new char[size]) {
    std::copy_n(data, size, bytes_.get());
  }
  explicit Exact(const std::string& text) : Exact(text.data(), text.size()) {}
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  size_t size_;
  std::unique_ptr<char[]> bytes_;
};

std::string Joined(std::string block) {
  if (!block.empty() && block.back() == '\0') block.pop_back();
  std::replace(block.begin(), block.end(), '\0', ' ');
  return block;
}

void CheckMatcher(const std::string& program, const std::string& block, size_t piece_bytes) {
  static fmmq::discovery::ProgramMatcher matcher;
  const Exact text(program);
  const bool set = matcher.SetProgram(text.view()).ok();
  Require(set == (program.size() <= kMaxProgramBytes));
  if (!set) return;
  for (size_t at = 0; at < block.size(); at += piece_bytes) {
    const Exact piece(block.data() + at, std::min(piece_bytes, block.size() - at));
    Require(matcher.Feed(piece.view()) == matcher.found());
  }
  Require(matcher.found() == (Joined(block).find(program) != std::string::npos));
  Require(matcher.SetProgram({}).ok());  // the program's bytes end here
}

// The label, or nothing that a label can be.
std::string PlainLabel(const std::string& link) {
  const std::string prefix = "/memfd:fmmq.";
  const std::string suffix = " (deleted)";
  const size_t ends = prefix.size() + suffix.size();
  if (link.size() < ends || link.size() > fmmq::discovery::kMaxLinkBytes) return "no";
  if (link.compare(0, prefix.size(), prefix) != 0) return "no";
  if (link.compare(link.size() - suffix.size(), suffix.size(), suffix) != 0) return "no";
  return "label " + link.substr(prefix.size(), link.size() - ends);
}

std::string PlainLabelOfId(std::string id) {
  id.erase(std::remove(id.begin(), id.end(), '\0'), id.end());
  return id.substr(0, 199 - sizeof("fmmq.") + 1);
}

void CheckLink(const std::string& link, const std::string& id) {
  const Exact text(link);
  const Exact id_text(id);
  std::string_view label;
  const bool ours = fmmq::discovery::ReadsAsSegment(text.view(), &label);
  Require((ours ? "label " + std::string(label) : "no") == PlainLabel(link));
  const std::string_view whole = text.view();
  Require(fmmq::discovery::LabelFits(whole, id_text.view()) == (link == PlainLabelOfId(id)));
  const Exact own(PlainLabelOfId(id));
  Require(fmmq::discovery::LabelFits(own.view(), id_text.view()));
}

int PlainNumber(const std::string& name) {
  if (name.empty() || name.size() > 10) return -1;
  if (name.find_first_not_of("0123456789") != std::string::npos) return -1;
  const long long value = std::atoll(name.c_str());
  return std::to_string(value) == name && value <= INT_MAX ? static_cast<int>(value) : -1;
}

void CheckNumber(const std::string& name) {
  const Exact text(name);
  int number = -1;
  const bool good = fmmq::discovery::ParseNumber(text.view(), &number);
  Require(good == (number >= 0));
  Require(number == PlainNumber(name));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const size_t piece_bytes = data[0] + size_t{1};
  const size_t wanted = data[1] | size_t{data[2]} << 8;
  const std::string rest(data + 3, data + size);
  const std::string program = rest.substr(0, wanted);
  const std::string block = rest.substr(program.size());
  CheckMatcher(program, block, piece_bytes);
  CheckLink(block, program);
  CheckNumber(block);
  return 0;
}
