// An input that takes a second is a defect.
#ifndef FMMQ_FUZZ_SUPPORT_BOUNDED_H_
#define FMMQ_FUZZ_SUPPORT_BOUNDED_H_

#include <chrono>

#include "fuzz/support/require.h"

namespace fmmq::fuzz {

// Calls `run`, which takes one input to its end and says how many of its calls may have taken a
// second each because their description says so. What was slow is done again: a machine may stop
// everybody for a while, but not each time. What never ends is for libFuzzer's -timeout, and for
// the replay's alarm.
template <typename Run>
void Bounded(Run&& run) {
  constexpr int kTries = 4;
  for (int tries = 0; tries < kTries; ++tries) {
    const auto begin = std::chrono::steady_clock::now();
    const int patient_calls = run();
    const auto limit = std::chrono::milliseconds(1000 + 1100 * patient_calls);
    if (std::chrono::steady_clock::now() - begin < limit) return;
  }
  Fail(__FILE__, __LINE__, "an input is done with within a second");
}

}  // namespace fmmq::fuzz

#endif  // FMMQ_FUZZ_SUPPORT_BOUNDED_H_
