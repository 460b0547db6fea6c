// What the parts of fmmq::tools::Judge share.
#ifndef FMMQ_TOOLS_JUDGING_H_
#define FMMQ_TOOLS_JUDGING_H_

#include <cstdint>
#include <string>

#include "fmmq/ring/view.h"
#include "tools/verdict.h"

namespace fmmq::tools {

using RingView = ring::View<ring::HardwareAtomics>;

// A look in progress.
struct Judging {
  const RingView& view;
  int fd;  // the segment's: for questions about locks
  Verdict* verdict;

  void Damaged(std::string where, std::string what) const;
  // Whether a process that lives has the seat.
  bool IsAlive(uint32_t seat) const;
};

// Looks at the records from `from` on, or from the oldest that is still whole. `from` has to be a
// record's beginning, at most a ring behind head.
void JudgeRecords(const Judging& judging, bool any_from, uint64_t from);

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_JUDGING_H_
