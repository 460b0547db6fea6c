// Runs one run: starts workers, kills and stops and replaces them, and judges what they wrote down.
#ifndef FMMQ_TESTS_STRESS_DIRECTOR_H_
#define FMMQ_TESTS_STRESS_DIRECTOR_H_

#include <chrono>
#include <cstdint>
#include <memory>

#include "fmmq/fmmq.h"
#include "tests/stress/crew.h"
#include "tests/stress/ledger.h"
#include "tests/stress/plan.h"
#include "tests/stress/report.h"
#include "tests/stress/settling.h"
#include "tests/stress/stall_watch.h"
#include "tests/stress/worker.h"

namespace fmmq::stress {

// What is not the workers' business.
struct DirectorOptions {
  const char* worker32 = nullptr;
  const char* dump_directory = nullptr;
  bool json = false;
  bool keep_segment = false;
};

class Director {
 public:
  Director(const Plan& plan, const DirectorOptions& options);

  // The exit code: 0 when every invariant held, 1 when not, 2 when there was nothing to judge, 3
  // when a signal ended it early.
  int Run();

 private:
  using Clock = std::chrono::steady_clock;
  using Ms = std::chrono::milliseconds;

  bool Prepare();
  bool Over() const;
  void Loop();
  void Tick();
  void FillPlaces();
  void KillSomebody();
  void StopSomebody();
  void ChangePace();
  Clock::time_point After(uint64_t average_ms);
  uint32_t PickRunning();
  uint64_t CountWritten() const;
  void CountUp();

  void Finish();
  bool LeaveInPhase(Phase phase, Role role);
  void AwaitChildren();
  void Freeze();
  int Report();

  Plan plan_;
  DirectorOptions options_;
  Queue queue_;
  Ledger* ledger_ = nullptr;
  int ledger_fd_ = -1;
  std::unique_ptr<Crew> crew_;
  std::unique_ptr<Settling> settling_;
  std::unique_ptr<StallWatch> stalls_;
  Random random_;
  Snapshot now_;
  Snapshot start_;
  Summary summary_;
  Progress progress_;
  Clock::time_point begin_;
  Clock::time_point next_kill_;
  Clock::time_point next_stop_;
  Clock::time_point next_pace_;
  Clock::time_point next_look_;
  Clock::time_point continue_at_;
  uint32_t stopped_ = kMaxSlots;  // the slot of who is stopped now
};

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_DIRECTOR_H_
