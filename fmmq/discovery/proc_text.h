// What /proc says about processes, as text: no system call, no memory but what the caller hands in.
//
// THREAT MODEL. Any process chooses its own command line and the names of its memfds: every byte
// here is somebody else's. Nothing is read past the end of a view, and no text ends at a NUL.
#ifndef FMMQ_DISCOVERY_PROC_TEXT_H_
#define FMMQ_DISCOVERY_PROC_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fmmq/base/status.h"

namespace fmmq::discovery {

inline constexpr size_t kMaxProgramBytes = 4096;

// What /proc/PID/fd/N links to, when N is one of our memfds: "/memfd:fmmq.<label> (deleted)".
inline constexpr std::string_view kLinkPrefix = "/memfd:fmmq.";
inline constexpr std::string_view kLinkSuffix = " (deleted)";
// Of any memfd: the kernel takes 249 bytes as its name.
inline constexpr size_t kMaxLinkBytes = 7 + 249 + kLinkSuffix.size();

// Looks for a program's text in command lines, which come in pieces of any size: they may be far
// larger than the buffer that they are read into. The text of a command line is its arguments,
// joined by single spaces. Time is linear in its length, whatever the two texts are (Knuth, Morris,
// Pratt). 8 KiB: for the stack.
class ProgramMatcher {
 public:
  // kNameTooLong when it exceeds kMaxProgramBytes; then nothing changes. The bytes stay the
  // caller's and must outlive the matcher. An empty program is in every command line.
  Status SetProgram(std::string_view program);
  // A new command line begins.
  void Begin();
  // The next bytes of /proc/PID/cmdline, where a NUL ends each argument. Returns found().
  bool Feed(std::string_view piece);
  bool found() const { return matched_ == program_.size(); }

 private:
  void Step(char c);
  void ComputeBorders();

  std::string_view program_;
  size_t matched_ = 0;           // how much of the program the text so far ends with
  bool argument_ended_ = false;  // a space belongs here if another byte comes
  // borders_[i]: the longest part, but the whole, that program_[0..i] both begins and ends with.
  uint16_t borders_[kMaxProgramBytes];
};

// Whether a link's text reads as one of our memfds; then `label` is the part of it that came from
// the segment's id.
bool ReadsAsSegment(std::string_view link, std::string_view* label);

// Whether a segment with this id would have this label, as far as one can tell: a label holds fewer
// bytes than an id may have, and no NUL.
bool LabelFits(std::string_view label, std::string_view id);

// The name of a process or descriptor: decimal digits, no leading zero, at most INT_MAX.
bool ParseNumber(std::string_view name, int* number);

}  // namespace fmmq::discovery

#endif  // FMMQ_DISCOVERY_PROC_TEXT_H_
