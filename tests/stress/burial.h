// The director's side of the rules in oracle.h: what the dead leave, and what must have come when
// all is read.
#ifndef FMMQ_TESTS_STRESS_BURIAL_H_
#define FMMQ_TESTS_STRESS_BURIAL_H_

#include <cstdint>

#include "tests/stress/ledger.h"

namespace fmmq::stress {

// The slot's worker is gone, and this is what it leaves: lives end, a hand may excuse a message.
void BuryWorker(Ledger& ledger, uint32_t slot, bool killed);

// What a life's messages below `reported` have come to.
struct LifeTally {
  uint64_t reported = 0;
  uint64_t missing[kMaxGroups] = {};
  uint64_t excused = 0;  // and not come
  uint64_t AllMissing() const;
};
LifeTally TallyLife(const Ledger& ledger, uint32_t index);
// The first message that is missing from `group`; kLifeMessages when none is.
uint32_t FirstMissing(const Ledger& ledger, uint32_t index, uint32_t group);
// Messages reported in lives that are not settled.
uint64_t CountUnsettled(const Ledger& ledger);
// Makes the entry free for another life.
void FreeLife(Ledger& ledger, uint32_t index);

// At the very end.
void AccuseOfLosses(Ledger& ledger, uint32_t index);
void CheckMarks(Ledger& ledger);
// Where nobody died: each position that was reserved is accounted for. `head` positions since the
// start; `lost` of them by the group's own count.
void CheckPositions(Ledger& ledger, uint32_t group, uint64_t head, uint64_t lost);

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_BURIAL_H_
