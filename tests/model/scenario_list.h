// All scenarios, and how the programs run them.
#ifndef TESTS_MODEL_SCENARIO_LIST_H_
#define TESTS_MODEL_SCENARIO_LIST_H_

#include "tests/model/scenarios.h"

namespace fmmq::model {

struct Outcome {
  const char* failure = nullptr;  // in Relacy's words; null: none
  uint64_t schedules = 0;
  bool complete = false;  // a search that came to its end by itself
};

// At most `limit` schedules. `bound` is for kBound.
enum class Kind { kRandom, kFullSearch, kBound };
Outcome Run(const Entry& entry, Kind kind, unsigned bound, uint64_t limit);

// Runs it again, to where it fails, and prints the history.
void Show(const Entry& entry, Kind kind, unsigned bound, uint64_t limit);

inline constexpr size_t kMaxScenarios = 96;
EntryList AllScenarios();

}  // namespace fmmq::model

#endif  // TESTS_MODEL_SCENARIO_LIST_H_
