#include "tests/model/scenario_list.h"

#include <cstdlib>

#include "tests/model/ledger.h"

namespace fmmq::model {
namespace {

// Far more than any schedule has: a thread that turns round for ever is a failure.
constexpr unsigned kMaxSteps = 5000;

rl::test_params Params(Kind kind, unsigned bound, uint64_t limit) {
  rl::test_params params;
  params.search_type = kind == Kind::kRandom  ? rl::sched_random
                       : kind == Kind::kBound ? rl::sched_bound
                                              : rl::sched_full;
  params.context_bound = bound;
  params.iteration_count = limit;
  params.execution_depth_limit = kMaxSteps;
  return params;
}

const char* WordsFor(rl::test_result_e result) {
  switch (result) {
    case rl::test_result_user_assert_failed:
      return Ledger::failed_check;
    case rl::test_result_data_race:
      return "a data race on payload";
    case rl::test_result_deadlock:
      return "a lost wake-up";
    default:
      return rl::test_result_str(result);
  }
}

}  // namespace

Outcome Run(const Entry& entry, Kind kind, unsigned bound, uint64_t limit) {
  std::stringstream nowhere;
  rl::test_params params = Params(kind, bound, limit);
  params.output_stream = &nowhere;
  params.progress_stream = &nowhere;
  RunSearch(entry, params, /*show=*/false);
  const bool failed = params.test_result != rl::test_result_success;
  return {failed ? WordsFor(params.test_result) : nullptr, params.stop_iteration,
          kind != Kind::kRandom && params.stop_iteration < limit};
}

void Show(const Entry& entry, Kind kind, unsigned bound, uint64_t limit) {
  rl::test_params params = Params(kind, bound, limit);
  RunSearch(entry, params, /*show=*/true);
}

EntryList AllScenarios() {
  static Entry entries[kMaxScenarios];
  static size_t count = 0;
  if (count == 0) {
    for (const EntryList& list : {TrafficScenarios(), OverwriteScenarios(), HoleScenarios(),
                                  RecoveryScenarios(), GroupScenarios(), WaitingScenarios()}) {
      for (const Entry& entry : list) {
        if (count == kMaxScenarios) std::abort();
        entries[count++] = entry;
      }
    }
  }
  return {entries, count};
}

}  // namespace fmmq::model
