// The list of scenarios. Each runs the ring's own templates in two to four threads.
#ifndef TESTS_MODEL_SCENARIOS_H_
#define TESTS_MODEL_SCENARIOS_H_

#include "tests/model/relacy.h"

namespace fmmq::model {

enum class Search {
  kFull,    // every interleaving, and every value that a load may see
  kBounded  // at most `bound` switches away from a thread that could go on; and random schedules
};

// What Relacy runs: one object for each schedule.
class AnyScenario {
 public:
  virtual ~AnyScenario() = default;
  virtual void Prepare() = 0;                  // alone, before the threads
  virtual void RunThread(unsigned index) = 0;  // each thread
  virtual void CheckAfter() = 0;               // alone, when all threads are done or dead
};

struct Entry {
  const char* name;
  Search search;
  unsigned bound;  // of kBounded
  int threads;
  AnyScenario* (*make)(void* where);  // in kScenarioBytes bytes
};

inline constexpr size_t kScenarioBytes = 1 << 16;

template <typename S>
AnyScenario* MakeScenario(void* where) {
  static_assert(sizeof(S) <= kScenarioBytes);
  return new (where) S();
}
template <typename S>
constexpr Entry Full(const char* name) {
  return {name, Search::kFull, 0, S::kThreadCount, MakeScenario<S>};
}
template <typename S>
constexpr Entry Bounded(const char* name, unsigned bound) {
  return {name, Search::kBounded, bound, S::kThreadCount, MakeScenario<S>};
}

// Runs one search as `params` say; params.test_result is the outcome. With `show`, the history of a
// failure is printed.
void RunSearch(const Entry& entry, rl::test_params& params, bool show);

struct EntryList {
  const Entry* first;
  size_t count;
  const Entry* begin() const { return first; }
  const Entry* end() const { return first + count; }
};

EntryList TrafficScenarios();
EntryList OverwriteScenarios();
EntryList HoleScenarios();
EntryList RecoveryScenarios();
EntryList GroupScenarios();
EntryList WaitingScenarios();

}  // namespace fmmq::model

#endif  // TESTS_MODEL_SCENARIOS_H_
