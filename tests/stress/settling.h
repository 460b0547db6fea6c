// Lives that are over and all of whose messages have come everywhere make room for new ones.
#ifndef FMMQ_TESTS_STRESS_SETTLING_H_
#define FMMQ_TESTS_STRESS_SETTLING_H_

#include <cstdint>
#include <vector>

#include "fmmq/fmmq.h"
#include "tests/stress/burial.h"
#include "tests/stress/crew.h"
#include "tests/stress/ledger.h"

namespace fmmq::stress {

// The queue as it was at one moment.
struct Snapshot {
  uint64_t head = 0;
  uint64_t recoveries = 0;
  uint64_t cursor[kMaxGroups] = {};
  uint64_t lag[kMaxGroups] = {};
  uint64_t lost[kMaxGroups] = {};
  bool AllRead(uint64_t up_to, uint64_t groups) const;
};
Snapshot Look(const Queue& queue, const Plan& plan);

class Settling {
 public:
  explicit Settling(Ledger& ledger) : ledger_(ledger), endings_(kLives) {}

  void Step(const Snapshot& now, const Crew& crew);
  // Whether no life is left that is not settled.
  bool Done() const;
  // Accuses those that are not; forgets them.
  void GiveUp();

  uint64_t messages() const { return messages_; }  // reported, in settled lives
  uint64_t missing() const { return missing_; }    // overwrite: over all groups
  uint64_t excused() const { return excused_; }

 private:
  // What is known about the end of one life.
  struct Ending {
    bool noticed = false;
    bool read = false;
    uint64_t head = 0;  // when it was noticed
    uint64_t beats[kMaxSlots] = {};
    uint32_t incarnations[kMaxSlots] = {};
  };

  void StepOne(uint32_t index, const Snapshot& now, const Crew& crew);
  bool NobodyHoldsAny(const Ending& ending, const Crew& crew) const;
  void Settle(uint32_t index, const LifeTally& tally);

  Ledger& ledger_;
  std::vector<Ending> endings_;
  uint64_t messages_ = 0;
  uint64_t missing_ = 0;
  uint64_t excused_ = 0;
};

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_SETTLING_H_
