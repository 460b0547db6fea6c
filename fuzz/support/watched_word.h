// A shared word that says so before each access: what the core of fuzz/double_fetch is compiled
// with, instead of std::atomic<uint64_t>. No other build has it.
#ifndef FMMQ_FUZZ_SUPPORT_WATCHED_WORD_H_
#define FMMQ_FUZZ_SUPPORT_WATCHED_WORD_H_

#include <atomic>
#include <cstdint>

// The fuzz target's: may change the word.
extern "C" void fmmq_before_access(std::atomic<uint64_t>* word);

namespace fmmq::fuzz {

class WatchedWord {
 public:
  using Order = std::memory_order;
  static constexpr bool is_always_lock_free = std::atomic<uint64_t>::is_always_lock_free;

  uint64_t load(Order order = std::memory_order_seq_cst) const { return Now().load(order); }
  void store(uint64_t value, Order order = std::memory_order_seq_cst) { Now().store(value, order); }
  uint64_t exchange(uint64_t value, Order order) { return Now().exchange(value, order); }
  uint64_t fetch_add(uint64_t more, Order order) { return Now().fetch_add(more, order); }
  uint64_t fetch_or(uint64_t bits, Order order) { return Now().fetch_or(bits, order); }
  uint64_t fetch_and(uint64_t bits, Order order) { return Now().fetch_and(bits, order); }
  bool compare_exchange_strong(uint64_t& old, uint64_t value, Order order) {
    return Now().compare_exchange_strong(old, value, order);
  }
  bool compare_exchange_strong(uint64_t& old, uint64_t value, Order order, Order failure) {
    return Now().compare_exchange_strong(old, value, order, failure);
  }

 private:
  std::atomic<uint64_t>& Now() const {
    fmmq_before_access(&word_);
    return word_;
  }

  mutable std::atomic<uint64_t> word_;
};

}  // namespace fmmq::fuzz

#endif  // FMMQ_FUZZ_SUPPORT_WATCHED_WORD_H_
