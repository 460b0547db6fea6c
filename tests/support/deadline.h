// Time limits that only say "this hangs": generous, and never part of what a test asserts.
#ifndef FMMQ_TESTS_SUPPORT_DEADLINE_H_
#define FMMQ_TESTS_SUPPORT_DEADLINE_H_

#include <chrono>
#include <thread>

namespace fmmq::test {

inline constexpr std::chrono::seconds kPatience{60};

class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds after = kPatience)
      : end_(std::chrono::steady_clock::now() + after) {}
  bool passed() const { return std::chrono::steady_clock::now() >= end_; }

 private:
  std::chrono::steady_clock::time_point end_;
};

inline void Nap(std::chrono::microseconds length = std::chrono::microseconds(50)) {
  std::this_thread::sleep_for(length);
}

// Naps until `done()`; false when it was not for so long.
template <typename Done>
bool Eventually(Done&& done, std::chrono::seconds patience = kPatience) {
  const Deadline deadline(patience);
  while (!done()) {
    if (deadline.passed()) return false;
    Nap();
  }
  return true;
}

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_SUPPORT_DEADLINE_H_
