// The mutation gate: each memory order and each fence of the ring is made one step weaker, one at a
// time, and a scenario has to fail. Prints a table. Fails when a mutant lives that is not on the
// list below, when one on the list dies, and when no scenario executes an order that the sources
// have.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "tests/model/scenario_list.h"
#include "tests/model/sites.h"
#include "tests/support/full_size.h"

namespace fmmq::model {
namespace {

constexpr size_t kMaxSites = 128;

// Orders that no scenario can miss, and why they stand there all the same. At most five.
struct Justified {
  const char* header;
  const char* code;  // of the line
  const char* why;
};
constexpr Justified kJustified[] = {
    {"writer.h", "end.store(head + blocks",
     "I6; shows in a start three stores old, Relacy keeps two"},
    {"member.h", "end.store(end",
     "I6; a member's stretch is read under its lock or behind its cursor"},
    {"member.h", "end.store(0", "the same"},
    {"writer.h", "store(format::AbortedWord(",
     "E1: commits release; an aborted record holds nothing"},
    {"recovery.h", "compare_exchange_strong(word, format::AbortedWord(",
     "the same, by the repairer"},
};
static_assert(std::size(kJustified) <= 5);

// The headers whose orders are counted: all of the ring but the policy that ships.
constexpr const char* kHeaders[] = {
    "adoption.h", "copying_reader.h", "end_of_stream.h", "gate.h",      "groups.h",
    "member.h",   "recovery.h",       "view.h",          "wait_word.h", "writer.h",
};

struct Round {
  Kind kind;
  unsigned bound;
  uint64_t schedules;
};
// Short runs of all scenarios first: most mutants die young.
constexpr Round kRounds[] = {
    {Kind::kRandom, 0, 500},    {Kind::kRandom, 0, 4'000}, {Kind::kBound, 2, 2'000},
    {Kind::kRandom, 0, 20'000}, {Kind::kBound, 2, 20'000}, {Kind::kBound, 1, 100'000},
    {Kind::kRandom, 0, 40'000},
};
// Of those that are not expected to die, but at full size.
constexpr size_t kJustifiedRounds = 2;

bool executes[kMaxScenarios][kMaxSites];

// Without template arguments.
std::string FunctionOf(const Site& site) {
  const std::string function = site.place.function;
  return function.substr(0, function.find('<'));
}

std::ifstream OpenHeader(const char* header) {
  return std::ifstream(std::string("fmmq/ring/") + header);
}

std::string LineAt(const Place& place) {
  std::ifstream file = OpenHeader(place.file);
  std::string line;
  for (int left = place.line; left != 0 && std::getline(file, line); --left) {
  }
  return line;
}

const Justified* JustificationOf(const Site& site) {
  for (const Justified& one : kJustified) {
    if (std::strcmp(one.header, site.place.file) != 0) continue;
    if (LineAt(site.place).find(one.code) != std::string::npos) return &one;
  }
  return nullptr;
}

bool IsRing(const Site& site) {
  for (const char* header : kHeaders) {
    if (std::strcmp(header, site.place.file) == 0) return true;
  }
  return std::strcmp(site.operation, "membarrier") == 0;  // the kernel's part of E7
}

// Runs each scenario a little, unchanged, to see which sites it has.
bool FindSites() {
  size_t scenario = 0;
  for (const Entry& entry : AllScenarios()) {
    ForgetExecutions();
    const Outcome outcome = Run(entry, Kind::kRandom, 0, 500);
    if (outcome.failure != nullptr) {
      std::printf("%s fails as it is: %s\n", entry.name, outcome.failure);
      return false;
    }
    size_t site = 0;
    for (const Site& one : AllSites()) executes[scenario][site++] = one.executions != 0;
    ++scenario;
  }
  return AllSites().count <= kMaxSites;
}

// How many orders other than relaxed a header names outside of its comments.
int OrdersIn(const char* header) {
  std::ifstream file = OpenHeader(header);
  int count = file.is_open() ? 0 : -1;
  for (std::string line; std::getline(file, line);) {
    const std::string code = line.substr(0, line.find("//"));
    for (size_t at = 0; (at = code.find("memory_order_", at)) != std::string::npos; ++at) {
      if (code.compare(at, 20, "memory_order_relaxed") != 0) ++count;
    }
  }
  return count;
}

// Orders that are in a header and that no scenario executes.
bool AllExecuted(const char* header) {
  int sites = 0;
  for (const Site& site : AllSites()) sites += std::strcmp(site.place.file, header) == 0 ? 1 : 0;
  const int orders = OrdersIn(header);
  if (orders == sites) return true;
  std::printf("%s names %d orders, scenarios execute %d\n", header, orders, sites);
  return false;
}

struct Death {
  const Entry* scenario = nullptr;
  Outcome outcome;
};

Death Hunt(size_t site, size_t rounds) {
  for (size_t i = 0; i < rounds; ++i) {
    const Round& round = kRounds[i];
    size_t scenario = 0;
    for (const Entry& entry : AllScenarios()) {
      if (!executes[scenario++][site]) continue;
      const Outcome outcome = Run(entry, round.kind, round.bound, round.schedules);
      if (outcome.failure != nullptr) return {&entry, outcome};
    }
  }
  return {};
}

struct Totals {
  int caught = 0;
  int justified = 0;
  int wrong = 0;
};

void Try(size_t index, const Site& site, std::memory_order weaker, Totals* totals) {
  const Justified* justified = JustificationOf(site);
  const bool briefly = justified != nullptr && !test::FullSize();
  Weaken({static_cast<int>(index), weaker});
  const Death death = Hunt(index, briefly ? kJustifiedRounds : std::size(kRounds));
  Weaken({});
  const bool caught = death.scenario != nullptr;
  const bool right = caught == (justified == nullptr);
  ++(!right ? totals->wrong : caught ? totals->caught : totals->justified);
  char place[80];
  std::snprintf(place, sizeof(place), "%s:%d %s", site.place.file, site.place.line,
                FunctionOf(site).c_str());
  const bool removed =
      std::strcmp(site.operation, "membarrier") == 0 ||
      (std::strcmp(site.operation, "fence") == 0 && weaker == std::memory_order_relaxed);
  std::printf("%-38s %-10s %s -> %-8s %s", place, site.operation, NameOf(site.order),
              removed ? "none" : NameOf(weaker), right ? "" : "WRONG: ");
  if (caught) {
    std::printf("%s: %s\n", death.scenario->name, death.outcome.failure);
  } else {
    std::printf("not caught: %s\n", justified == nullptr ? "why?" : justified->why);
  }
  std::fflush(stdout);
}

int Main(const char* only) {
  if (!FindSites()) return 1;
  Totals totals;
  for (const char* header : kHeaders) totals.wrong += AllExecuted(header) ? 0 : 1;
  for (size_t i = 0; i < AllSites().count; ++i) {
    const Site site = AllSites().first[i];
    if (!IsRing(site) || std::strstr(site.place.file, only) == nullptr) continue;
    for (const std::memory_order weaker : WeakerOrders(site)) Try(i, site, weaker, &totals);
  }
  std::printf("%d mutants caught, %d justified, %d wrong\n", totals.caught, totals.justified,
              totals.wrong);
  return totals.wrong == 0 && totals.caught != 0 ? 0 : 1;
}

}  // namespace
}  // namespace fmmq::model

// An argument: only places in files with this in their name.
int main(int argc, char** argv) { return fmmq::model::Main(argc > 1 ? argv[1] : ""); }
