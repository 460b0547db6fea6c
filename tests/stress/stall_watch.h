// Nobody who has work may be without progress for longer than plan.stuck_ms.
#ifndef FMMQ_TESTS_STRESS_STALL_WATCH_H_
#define FMMQ_TESTS_STRESS_STALL_WATCH_H_

#include <chrono>
#include <cstdint>

#include "tests/stress/crew.h"
#include "tests/stress/ledger.h"
#include "tests/stress/settling.h"

namespace fmmq::stress {

// The time that counts: not while somebody is stopped alive, behind whom others may wait; and where
// the machine did not let the director run for long, it hardly let others.
class RunClock {
 public:
  void Tick(bool somebody_stopped);
  uint64_t us() const { return us_; }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point last_ = Clock::now();
  uint64_t us_ = 0;
};

class StallWatch {
 public:
  StallWatch(Ledger& ledger, const Snapshot& start) : ledger_(ledger), snapshot_(start) {}

  void Tick(const Snapshot& now, const Crew& crew);
  double longest_ms() const { return static_cast<double>(longest_us_) / 1000; }
  uint64_t us() const { return clock_.us(); }

 private:
  // One count that has to go up.
  struct Progress {
    uint64_t count = 0;
    uint64_t since_us = 0;
    uint32_t incarnation = 0;
    bool accused = false;
  };

  // Microseconds since the count last changed, or since there was work.
  uint64_t Age(Progress& progress, uint64_t count, uint32_t incarnation, bool has_work);
  void WatchSlot(uint32_t slot);
  void WatchGroup(uint32_t group, const Snapshot& now);
  void WatchWriters();
  void Judge(Progress& progress, uint64_t age_us, uint32_t slot, const char* who, const char* what);

  Ledger& ledger_;
  Snapshot snapshot_;
  RunClock clock_;
  uint64_t longest_us_ = 0;
  Progress beats_[kMaxSlots];
  Progress successes_[kMaxSlots];
  Progress groups_[kMaxGroups];
  Progress writers_;
};

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_STALL_WATCH_H_
