// The atomics policy that ships. tests/model has another one.
#ifndef FMMQ_RING_HARDWARE_ATOMICS_H_
#define FMMQ_RING_HARDWARE_ATOMICS_H_

#include <atomic>
#include <cstddef>

#include "fmmq/base/evict.h"
#include "fmmq/base/relaxed_copy.h"
#include "fmmq/format/layout.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FMMQ_TELL_THREAD_SANITIZER
#endif
#endif

namespace fmmq::ring {

struct HardwareAtomics {
  using Word = format::SharedWord;
  static void Fence(std::memory_order order) { std::atomic_thread_fence(order); }
  // Of loads that a fence behind them makes an acquire. ThreadSanitizer does not know fences.
#ifdef FMMQ_TELL_THREAD_SANITIZER
  static constexpr std::memory_order kFenced = std::memory_order_acquire;
#else
  static constexpr std::memory_order kFenced = std::memory_order_relaxed;
#endif
  static void CompilerFence() { std::atomic_signal_fence(std::memory_order_seq_cst); }
  static void CopyIn(void* shared, const void* source, size_t size) {
    base::CopyToShared(shared, source, size);
  }
  static void CopyOut(void* target, const void* shared, size_t size) {
    base::CopyFromShared(target, shared, size);
  }
  static void Evict(const void* begin, size_t size) { base::Evict(begin, size); }
};

}  // namespace fmmq::ring

#endif  // FMMQ_RING_HARDWARE_ATOMICS_H_
