// Waiting by polling: a brief spin, then naps that grow.
#ifndef FMMQ_TOOLS_BACKOFF_H_
#define FMMQ_TOOLS_BACKOFF_H_

#include <chrono>

#include "absl/time/time.h"

namespace fmmq::tools {

// For loops that call the library again and again. They must: inside these calls it repairs what
// dead processes left.
class Backoff {
 public:
  explicit Backoff(absl::Duration limit) : limit_(limit) {}

  // Waits a little. False once the limit has passed since the last Reset, or on an interrupt.
  bool Wait();
  // To be called when something happened.
  void Reset() { tries_ = 0; }

  // Whether the last wait was a long one, so that slow things may be done now.
  bool idle() const;

 private:
  using Clock = std::chrono::steady_clock;

  bool Expired() const;

  absl::Duration limit_;
  int tries_ = 0;
  Clock::time_point since_;
};

}  // namespace fmmq::tools

#endif  // FMMQ_TOOLS_BACKOFF_H_
