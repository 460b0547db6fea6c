#include "tests/crash/trace.h"

#include <sys/mman.h>

#include <cstdio>
#include <fstream>
#include <unordered_map>

namespace fmmq::crash {
namespace {

constexpr size_t kMaxInstructions = 400'000;
// How many single steps are worth a breakpoint less.
constexpr size_t kLookBack = 48;
// Of a loop that polls a word a thousand times, so many rounds are enough for meetings.
constexpr uint64_t kMaxVisits = 8;
// And from so many on, what it touches is not written down: each time costs several stops.
constexpr uint64_t kWatchedVisits = 64;

struct Range {
  uintptr_t begin;
  uintptr_t end;
  uint64_t offset;  // in the file
};

// A child's mappings of the segment that it may write.
class Fence {
 public:
  Fence(Tracee& tracee, const std::string& path) : tracee_(tracee) {
    std::ifstream maps("/proc/" + std::to_string(tracee.pid()) + "/maps");
    for (std::string line; std::getline(maps, line);) {
      if (line.find(path) == std::string::npos || line.find(" rw-s ") == std::string::npos)
        continue;
      unsigned long begin = 0, end = 0;
      unsigned long long offset = 0;
      if (std::sscanf(line.c_str(), "%lx-%lx rw-s %llx", &begin, &end, &offset) == 3) {
        ranges_.push_back({begin, end, offset});
      }
    }
  }
  void Close() {
    if (!closed_) Set(PROT_NONE);
    closed_ = true;
  }
  void Open() {
    if (closed_) Set(PROT_READ | PROT_WRITE);
    closed_ = false;
  }
  int64_t OffsetOf(uintptr_t address) const {
    for (const Range& range : ranges_) {
      if (address >= range.begin && address < range.end) {
        return static_cast<int64_t>(address - range.begin + range.offset);
      }
    }
    return kNoAccess;
  }

 private:
  void Set(int protection) {
    for (const Range& range : ranges_) {
      tracee_.Protect(range.begin, range.end - range.begin, protection);
    }
  }
  Tracee& tracee_;
  std::vector<Range> ranges_;
  bool closed_ = false;
};

}  // namespace

bool Trace::Record(Tracee& tracee, const std::string& path) {
  Fence fence(tracee, path);
  std::unordered_map<uintptr_t, uint64_t> visits;
  while (!tracee.done() && instructions_.size() < kMaxInstructions) {
    Instruction next;
    next.address = tracee.InstructionPointer();
    next.visit = ++visits[next.address];
    if (next.visit > kWatchedVisits) {
      fence.Open();
    } else {
      fence.Close();
    }
    next.call = IsSystemCall(next.address);
    Stop stop = tracee.Step();
    if (stop == Stop::kFault) {
      next.access = fence.OffsetOf(tracee.fault_address());
      if (next.access == kNoAccess) {
        failure_ = "touches memory that it may not";
        return false;
      }
      fence.Open();
      stop = tracee.Step();
    }
    instructions_.push_back(next);
    if (stop != Stop::kStepped) {
      failure_ = "crashes";
      return false;
    }
  }
  fence.Open();
  if (!tracee.done()) failure_ = "does not end";
  return tracee.done();
}

Stop Trace::Follow(Tracee& tracee, size_t point, bool* diverged) const {
  *diverged = false;
  if (point == 0) return Stop::kStepped;
  if (point >= size()) return tracee.RunToEnd();
  size_t best = point;
  for (size_t a = point; a > 0 && point - a < kLookBack; --a) {
    const size_t cost = instructions_[a].visit + (point - a);
    if (cost < instructions_[best].visit + (point - best)) best = a;
  }
  Stop stop = tracee.RunTo(instructions_[best].address, instructions_[best].visit);
  for (size_t i = best; i < point && stop == Stop::kStepped; ++i) stop = tracee.Step();
  *diverged = stop == Stop::kEnded || (stop == Stop::kStepped &&
                                       tracee.InstructionPointer() != instructions_[point].address);
  return stop;
}

std::vector<size_t> Trace::Boundaries() const {
  std::vector<size_t> points{0};
  const auto add = [&points](size_t point) {
    if (points.back() < point) points.push_back(point);
  };
  for (size_t i = 0; i < size(); ++i) {
    if (!instructions_[i].call && instructions_[i].access == kNoAccess) continue;
    add(i);
    add(i + 1);
  }
  add(size());
  return points;
}

std::vector<size_t> Trace::Accesses() const {
  std::vector<size_t> points;
  for (size_t i = 0; i < size(); ++i) {
    if (instructions_[i].access == kNoAccess || instructions_[i].visit > kMaxVisits) continue;
    points.push_back(i);
  }
  points.push_back(size());
  return points;
}

}  // namespace fmmq::crash
