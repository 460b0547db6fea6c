// Readers that see every message: lone members and observers.
#ifndef FMMQ_TESTS_STRESS_GAP_WATCH_H_
#define FMMQ_TESTS_STRESS_GAP_WATCH_H_

#include <cstdint>

#include "tests/stress/ledger.h"
#include "tests/stress/oracle.h"

namespace fmmq::stress {

// One who sees every message from some moment on, but for losses that it is told of.
class GapWatch {
 public:
  GapWatch(Ledger& ledger, uint32_t slot) : ledger_(ledger), slot_(slot) {}

  // From now on: what is started later must come.
  void StartNow();
  // `lost` positions in all so far; `lost_before` of them since the message before this one.
  void See(const Seen& seen, uint64_t position, uint64_t lost, uint64_t lost_before);

 private:
  struct Expected {
    uint32_t generation = 0;
    uint32_t number = 0;
    bool seen = false;
  };
  void CountSkipped(const Seen& seen);

  Ledger& ledger_;
  uint32_t slot_;
  bool from_now_ = false;
  uint64_t end_ = 0;  // of the last message
  uint64_t skipped_blocks_ = 0;
  Expected expected_[kLives];
};

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_GAP_WATCH_H_
