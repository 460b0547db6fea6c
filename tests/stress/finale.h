// The beginning and the end of a run, when no worker is there: what must hold of the queue itself.
#ifndef FMMQ_TESTS_STRESS_FINALE_H_
#define FMMQ_TESTS_STRESS_FINALE_H_

#include <vector>

#include "fmmq/fmmq.h"
#include "tests/stress/crew.h"
#include "tests/stress/ledger.h"
#include "tests/stress/oracle.h"
#include "tests/stress/settling.h"

namespace fmmq::stress {

// Makes the plan's queue. Or takes over the one that an earlier run left, whatever befell it: reads
// out what is in it, and changes the plan to what the queue is like.
Status OpenForStress(Plan* plan, Queue* queue);

class Finale {
 public:
  Finale(Ledger& ledger, Queue& queue, const Crew& crew, Settling& settling, const Snapshot& start);

  // Reads what is left, as a newcomer; then all must be there. Then the ring must take as much as
  // on its first day, every seat must be free, and the stream must end.
  void Run(bool nobody_died);

 private:
  void ReadRest();
  bool ReadSome(uint32_t group, Consumer& consumer, MemberLog& log);
  void CheckRing();
  void FillRing(uint64_t blocks);
  void ReadRing(uint32_t group, uint64_t blocks);
  void CheckSeats();
  void CheckEnd();
  Consumer JoinGroup(uint32_t group);
  void Check(bool good, Violation violation, const char* what, Status status);

  Ledger& ledger_;
  Queue& queue_;
  const Crew& crew_;
  Settling& settling_;
  const Snapshot start_;
  std::vector<char> buffer_;
};

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_FINALE_H_
