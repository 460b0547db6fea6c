#include "tests/model/scenarios.h"

namespace fmmq::model {
namespace {

// The scenario of the running search. One at a time: Relacy's context is global, too.
const Entry* current = nullptr;
alignas(128) std::byte place[kScenarioBytes];

// The one test that Relacy knows, for each number of threads.
template <int kThreads>
struct Suite : rl::test_suite<Suite<kThreads>, kThreads> {
  AnyScenario* scenario = current->make(place);
  ~Suite() { scenario->~AnyScenario(); }
  void before() { scenario->Prepare(); }
  void thread(unsigned index) { scenario->RunThread(index); }
  void after() { scenario->CheckAfter(); }
};

// Relacy's searches have no limit of their own.
template <typename Scheduler>
struct Limited : Scheduler {
  rl::iteration_t limit;
  template <typename SharedContext>
  Limited(rl::test_params& params, SharedContext& context, rl::thread_id_t dynamic_threads)
      : Scheduler(params, context, dynamic_threads), limit(params.iteration_count) {}
  bool iteration_end() { return Scheduler::iteration_end() || this->iter_ == limit; }
};

template <int kThreads>
void Run(rl::test_params& params, bool show) {
  using S = Suite<kThreads>;
  if (show) {
    rl::simulate<S>(params);
    return;
  }
  rl::ostringstream state;
  if (params.search_type == rl::sched_random) {
    rl::run_test<S, rl::random_scheduler<kThreads>>(params, state, false);
  } else if (params.search_type == rl::sched_full) {
    rl::run_test<S, Limited<rl::full_search_scheduler<kThreads>>>(params, state, false);
  } else {
    rl::run_test<S, Limited<rl::context_bound_scheduler<kThreads>>>(params, state, false);
  }
}

}  // namespace

void RunSearch(const Entry& entry, rl::test_params& params, bool show) {
  current = &entry;
  if (entry.threads == 2) {
    Run<2>(params, show);
  } else {
    Run<3>(params, show);
  }
}

}  // namespace fmmq::model
