// How long a call may wait.
#ifndef FMMQ_WAIT_DEADLINE_H_
#define FMMQ_WAIT_DEADLINE_H_

#include <chrono>
#include <cstdint>

namespace fmmq {

// A point of CLOCK_MONOTONIC (std::chrono::steady_clock), or never. A call that gets kTimeout may
// have outlived it by the time that the system takes to wake a process.
class Deadline {
 public:
  // Waits for ever: until the call succeeds, is cancelled, or cannot succeed any more.
  static constexpr Deadline Never() { return Deadline(kNever); }
  static Deadline In(std::chrono::nanoseconds from_now) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point now = Clock::now();
    return from_now < Clock::time_point::max() - now ? At(now + from_now) : Never();
  }
  static Deadline At(std::chrono::steady_clock::time_point when) {
    const int64_t ns = std::chrono::nanoseconds(when.time_since_epoch()).count();
    return Deadline(ns < 0 ? 0 : static_cast<uint64_t>(ns));
  }

  static constexpr Deadline AtNs(uint64_t ns) { return Deadline(ns); }

  // Nanoseconds of CLOCK_MONOTONIC; kNever.
  constexpr uint64_t ns() const { return ns_; }
  static constexpr uint64_t kNever = ~uint64_t{0};

 private:
  constexpr explicit Deadline(uint64_t ns) : ns_(ns) {}
  uint64_t ns_;
};

// How a handle waits. The default suits nearly everybody.
struct WaitPolicy {
  // Nanoseconds that a call polls before it sleeps: 0 sleeps at once, Deadline::kNever never does.
  // Waking a sleeper costs 10 to 40 microseconds. Into a full ring, writers poll longer while
  // readers stream: see Producer::Write.
  uint64_t spin_ns = 20'000;
  // Whether a signal ends a wait with kInterrupted. A signal that comes just before the sleep does
  // not: a signal handler that wants to be sure calls Cancel.
  bool interruptible = false;
};

}  // namespace fmmq

#endif  // FMMQ_WAIT_DEADLINE_H_
