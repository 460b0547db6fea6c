// The places of the ring where a memory order or a fence stands, and the one of them that is
// weakened in this run. The ring needs no marks: the policy's operations see their caller's file
// and line.
#ifndef TESTS_MODEL_SITES_H_
#define TESTS_MODEL_SITES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace fmmq::model {

// Where an operation is called from, as the default argument of each operation.
struct Place {
  const char* file = "";
  int line = 0;
  const char* function = "";
  static constexpr Place Here(const char* file = __builtin_FILE(), int line = __builtin_LINE(),
                              const char* function = __builtin_FUNCTION()) {
    return {file, line, function};
  }
};

struct Site {
  Place place;  // its file without folders
  const char* operation = "";
  std::memory_order order = std::memory_order_relaxed;
  uint64_t executions = 0;  // by threads of a scenario, since ForgetExecutions
};

// One order made weaker by one step.
struct Mutant {
  int site = -1;
  std::memory_order order = std::memory_order_relaxed;
};

// In the order in which they were first executed. (No vector: Relacy watches the heap.)
struct SiteList {
  const Site* first;
  size_t count;
  const Site* begin() const { return first; }
  const Site* end() const { return first + count; }
};
SiteList AllSites();
void ForgetExecutions();

// What an order may be weakened to, one step each. Relaxed stands for "removed" where a fence is
// meant.
std::vector<std::memory_order> WeakerOrders(const Site& site);
const char* NameOf(std::memory_order order);

// Weakens one place from now on; no place by default.
void Weaken(Mutant mutant);

// Called by each operation: registers the place, and says which order to use. `counts`: a thread of
// the scenario does it, not its preparation or its check.
std::memory_order OrderAt(const Place& place, const char* operation, std::memory_order order,
                          bool counts);

}  // namespace fmmq::model

#endif  // TESTS_MODEL_SITES_H_
