// What people see: a line while it runs, the violations, the summary.
#ifndef FMMQ_TESTS_STRESS_REPORT_H_
#define FMMQ_TESTS_STRESS_REPORT_H_

#include <chrono>
#include <cstdint>
#include <cstdio>

#include "tests/stress/ledger.h"

namespace fmmq::stress {

struct Summary {
  double seconds = 0;
  uint64_t written = 0;   // as the workers count while it runs
  uint64_t messages = 0;  // reported as written, by the ledger
  uint64_t kills = 0;
  uint64_t stops = 0;
  uint64_t recoveries = 0;  // holes of dead producers repaired
  uint64_t deliveries = 0;  // over all durable groups
  uint64_t redeliveries = 0;
  uint64_t excused = 0;         // messages that died with a member inside TryRead or Read
  uint64_t missing = 0;         // messages overwritten before they were read, over all groups
  uint64_t lost_positions = 0;  // as the groups count
  double longest_stall_ms = 0;
  bool interrupted = false;
};

// A line on a terminal, rewritten now and then.
class Progress {
 public:
  Progress();
  void Show(const Summary& summary);
  void Wipe();

 private:
  using Clock = std::chrono::steady_clock;
  bool shown_;
  bool stands_ = false;
  Clock::time_point due_;
};

// Violations, how to repeat the run, and the summary as the last line. Returns the exit code.
int PrintReport(const Ledger& ledger, const Summary& summary, bool json);

// The command line that makes the same run.
void PrintCommand(const Plan& plan, FILE* out);

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_REPORT_H_
