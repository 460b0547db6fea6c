// Runs every scenario: small ones through every schedule, the others through every schedule with a
// bounded number of switches, and through random ones. Prints a table; fails when a scenario does.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/model/scenario_list.h"
#include "tests/support/full_size.h"

namespace fmmq::model {
namespace {

// Full searches are to come to their end.
constexpr uint64_t kFullLimit = 2'000'000;
// Where the others are cut: the table says so.
uint64_t SearchLimit() { return test::Count(100'000, 2'000'000); }
uint64_t RandomSchedules() { return test::Count(18'000, 1'000'000); }

struct Totals {
  uint64_t searched = 0;
  uint64_t random = 0;
  int failures = 0;
};

bool Report(const Entry& entry, Kind kind, unsigned bound, const Outcome& outcome) {
  char how[32];
  if (kind == Kind::kBound) {
    std::snprintf(how, sizeof(how), "%u switches", bound);
  } else {
    std::snprintf(how, sizeof(how), "%s", kind == Kind::kRandom ? "random" : "full search");
  }
  const char* end = kind == Kind::kRandom ? "" : outcome.complete ? "all" : "cut";
  std::printf("%-52s %7d  %-11s %9llu %-3s  %s\n", entry.name, entry.threads, how,
              static_cast<unsigned long long>(outcome.schedules), end,
              outcome.failure == nullptr ? "passes" : outcome.failure);
  std::fflush(stdout);
  return outcome.failure == nullptr;
}

void RunOne(const Entry& entry, Kind kind, unsigned bound, uint64_t limit, Totals* totals) {
  const Outcome outcome = Run(entry, kind, bound, limit);
  (kind == Kind::kRandom ? totals->random : totals->searched) += outcome.schedules;
  if (Report(entry, kind, bound, outcome)) return;
  ++totals->failures;
  Show(entry, kind, bound, limit);
}

void RunAll(const Entry& entry, Totals* totals) {
  if (entry.search == Search::kFull) {
    RunOne(entry, Kind::kFullSearch, 0, kFullLimit, totals);
    return;
  }
  const unsigned bound = entry.bound + (test::FullSize() ? 1 : 0);
  RunOne(entry, Kind::kBound, bound, SearchLimit(), totals);
  RunOne(entry, Kind::kRandom, 0, RandomSchedules(), totals);
}

int Main(const char* only) {
  std::printf("%-52s %7s  %-11s %9s %-3s  %s\n", "scenario", "threads", "search", "schedules", "",
              "result");
  Totals totals;
  for (const Entry& entry : AllScenarios()) {
    if (std::strstr(entry.name, only) != nullptr) RunAll(entry, &totals);
  }
  std::printf("%llu schedules searched, %llu random ones, %d failures\n",
              static_cast<unsigned long long>(totals.searched),
              static_cast<unsigned long long>(totals.random), totals.failures);
  return totals.failures == 0 && totals.searched != 0 ? 0 : 1;
}

}  // namespace
}  // namespace fmmq::model

// An argument: only scenarios with this in their name.
int main(int argc, char** argv) { return fmmq::model::Main(argc > 1 ? argv[1] : ""); }
