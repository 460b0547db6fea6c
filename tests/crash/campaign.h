// Goes through the points of a row: at each somebody dies, or, in a pair, stops for a while.
#ifndef FMMQ_TESTS_CRASH_CAMPAIGN_H_
#define FMMQ_TESTS_CRASH_CAMPAIGN_H_

#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <unordered_set>
#include <vector>

#include "tests/crash/attempt.h"

namespace fmmq::crash {

struct Settings {
  bool all = false;             // every point, not a sample
  uint64_t seed = 1;            // of the sample
  uint32_t budget = 60;         // of the sample: points a row
  uint64_t max_violations = 3;  // a row that is broken is broken: the rest costs only patience
  bool judge_every = false;     // also where the same state was judged before
  // To repeat what was found: -1 is all of them.
  int64_t start = -1;
  int64_t step = -1;
  int64_t other_step = -1;
};

// What came out, in memory that the workers share. All zero at first.
struct Outcome {
  std::atomic<uint64_t> looks;   // at what a first death left
  std::atomic<uint64_t> starts;  // different states among that
  std::atomic<uint64_t> points;  // kills; of pairs, two points each
  std::atomic<uint64_t> worlds;  // different states among them: each is judged once
  std::atomic<uint64_t> violations;
  std::atomic<uint64_t> diverged;  // came to another instruction than the first time
  std::atomic<uint64_t> finished;
  std::atomic<uint64_t> milliseconds;
  char first_violation[600];
};

class Campaign {
 public:
  Campaign(const Row& row, const Settings& settings, Outcome* outcome);
  void Run();

 private:
  // Where a kill or a stop was, for people and for repeating it.
  struct Place {
    int64_t start = -1;
    size_t step = 0;
    int64_t other_step = -1;
  };

  bool Record(const Start& start, Trace* trace);
  std::vector<size_t> FindStarts(const Trace& trace);
  void RunKills(const Start& start, int64_t start_number);
  void KillAt(const Start& start, const Trace& trace, const Place& place);
  void RunRecovery();
  void RunPairs();
  void RunPairsFrom(const Trace& first, size_t step, uint32_t budget);
  // Without a trace the second one goes to its end.
  void Meet(const Trace& first, const Trace* second, const Place& place);
  void JudgeOnce(Attempt& attempt, const Place& place, const std::string& where);

  // Some of `points`, or all of them.
  std::vector<size_t> Choose(std::vector<size_t> points, size_t count);
  std::vector<size_t> ChoosePoints(const Trace& trace, uint32_t budget);
  bool enough() const;
  void Violate(const Place& place, const std::string& where, const std::string& complaint);

  const Row& row_;
  const Settings& settings_;
  Outcome& outcome_;
  std::mt19937_64 random_;
  std::unordered_set<uint64_t> seen_;
};

}  // namespace fmmq::crash

#endif  // FMMQ_TESTS_CRASH_CAMPAIGN_H_
