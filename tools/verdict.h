// Judges a segment, living or dead, without changing a byte of it: the work of fmmq check.
//
// THREAT MODEL as in fmmq/ring/view.h: every word may hold anything, and may change while we look.
// What a living queue can show for a moment is no damage. Loops are bounded by private geometry.
#ifndef FMMQ_TOOLS_VERDICT_H_
#define FMMQ_TOOLS_VERDICT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "fmmq/fmmq.h"

namespace fmmq::tools {

// Who is about to finish a record.
struct Holder {
  uint32_t seat = 0;
  uint64_t process = 0;  // as the seat says: information only
  bool alive = false;    // by the kernel's word
};

// Blocks that were reserved and not published: [begin, end).
struct Unfinished {
  uint64_t begin = 0;
  uint64_t end = 0;
  std::vector<Holder> holders;
};

// A word that no protocol step can leave so.
struct Damage {
  std::string where;  // "group 0", "seat 3", "ring", "string"
  std::string what;
};

struct Verdict {
  Status status;  // of opening it, the header's check included; what follows is for kOk
  uint64_t head = 0;
  uint64_t begin = 0;  // where the look at the records began: the oldest that is needed, or whole
  uint64_t messages = 0;  // whole ones, from there to head
  uint64_t aborted = 0;
  uint32_t groups = 0;
  uint32_t seats = 0;  // that somebody has, or had
  uint32_t dead_seats = 0;
  bool overtaken = false;  // writers were faster than the look: it covers what was left
  std::vector<Unfinished> unfinished;
  std::vector<Damage> damage;  // at most kMaxDamage entries

  bool good() const { return status.ok() && damage.empty(); }
};

inline constexpr size_t kMaxDamage = 100;

// Opens the named segment for reading only, and looks at it.
Verdict Judge(const std::string& name);

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_VERDICT_H_
