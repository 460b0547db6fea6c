// The evidence of a failure.
#ifndef FMMQ_TESTS_STRESS_DUMP_H_
#define FMMQ_TESTS_STRESS_DUMP_H_

#include "fmmq/fmmq.h"
#include "tests/stress/ledger.h"

namespace fmmq::stress {

struct DumpOptions {
  const char* directory = nullptr;  // where files go
  const char* name = "";            // of the queue
};

// Prints who does what, the groups and the seats to standard error, and copies the segment to a
// file.
void Dump(const Ledger& ledger, const Queue& queue, const DumpOptions& options);

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_DUMP_H_
