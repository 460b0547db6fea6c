// Memory that a test shares with the children it forks: zeroed, private to them.
#ifndef FMMQ_TESTS_SUPPORT_SHARED_PAGE_H_
#define FMMQ_TESTS_SUPPORT_SHARED_PAGE_H_

#include <sys/mman.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <type_traits>

#include "tests/support/deadline.h"

namespace fmmq::test {

// T must be fine with all bytes zero: atomics and arrays of them.
template <typename T>
class SharedPage {
 public:
  SharedPage() {
    static_assert(std::is_trivially_destructible_v<T>);
    constexpr int kFlags = MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE;
    void* const memory = mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, kFlags, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    value_ = static_cast<T*>(memory);
  }
  SharedPage(const SharedPage&) = delete;
  SharedPage& operator=(const SharedPage&) = delete;
  ~SharedPage() { munmap(value_, sizeof(T)); }

  T* operator->() const { return value_; }
  T& operator*() const { return *value_; }

 private:
  T* value_;
};

// Lets `parties` processes go on together, again and again. False when one did not come.
struct Barrier {
  std::atomic<uint32_t> arrived;

  bool Wait(uint32_t parties) {
    const uint32_t ticket = arrived.fetch_add(1) + 1;
    const uint32_t goal = (ticket + parties - 1) / parties * parties;
    const Deadline deadline;
    while (static_cast<int32_t>(arrived.load() - goal) < 0) {
      if (deadline.passed()) return false;
      std::this_thread::yield();
    }
    return true;
  }
};

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_SUPPORT_SHARED_PAGE_H_
