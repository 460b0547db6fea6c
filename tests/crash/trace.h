// The instructions of one call, written down by stepping through it once: which of them make system
// calls, and which touch the segment, and where.
#ifndef FMMQ_TESTS_CRASH_TRACE_H_
#define FMMQ_TESTS_CRASH_TRACE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/crash/tracee.h"

namespace fmmq::crash {

inline constexpr int64_t kNoAccess = -1;

// What is executed next at a point.
struct Instruction {
  uintptr_t address = 0;
  uint64_t visit = 0;          // the how many-th time, from the start
  int64_t access = kNoAccess;  // offset in the segment
  bool call = false;
};

class Trace {
 public:
  // Steps the child from where it is to its end. Accesses are those to mappings of the file with
  // this path that the child has already. False when it crashed, or did not end.
  bool Record(Tracee& tracee, const std::string& path);

  // Points 0 to size(): so many instructions were executed.
  size_t size() const { return instructions_.size(); }
  const Instruction& at(size_t point) const { return instructions_[point]; }
  std::string failure() const { return failure_; }

  // Brings a child that does the same to a point. What it came across instead, if it did not come
  // there, is returned; *diverged when it ended before, or stands at a wrong instruction there.
  Stop Follow(Tracee& tracee, size_t point, bool* diverged) const;

  // Points right before and right after each access to the segment and each system call, the first
  // and the last; in order.
  std::vector<size_t> Boundaries() const;
  // Points right before each access to the segment, but for the later rounds of long loops, and the
  // last.
  std::vector<size_t> Accesses() const;

 private:
  std::vector<Instruction> instructions_;
  std::string failure_;
};

}  // namespace fmmq::crash

#endif  // FMMQ_TESTS_CRASH_TRACE_H_
