#include "tools/backoff.h"

#include <algorithm>
#include <thread>

#include "tools/interrupt.h"

namespace fmmq::tools {
namespace {

constexpr int kSpins = 64;
constexpr int kDoublings = 10;  // 1 us to 1 ms
constexpr std::chrono::microseconds kFirstNap{1};
constexpr std::chrono::microseconds kLongestNap{1000};

}  // namespace

bool Backoff::idle() const { return tries_ > kSpins + kDoublings; }

bool Backoff::Expired() const {
  return limit_ != absl::InfiniteDuration() && absl::FromChrono(Clock::now() - since_) >= limit_;
}

bool Backoff::Wait() {
  if (Interrupted()) return false;
  if (tries_ == 0) since_ = Clock::now();
  if (Expired()) return false;
  if (tries_++ < kSpins) {
    std::this_thread::yield();
    return true;
  }
  const int doublings = std::min(tries_ - kSpins - 1, kDoublings);
  if (tries_ > kSpins + kDoublings) tries_ = kSpins + kDoublings + 1;
  std::this_thread::sleep_for(std::min(kFirstNap * (1 << doublings), kLongestNap));
  return true;
}

}  // namespace fmmq::tools
