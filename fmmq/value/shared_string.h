// The shared string: one value that every process of the segment sees, always whole. Pure.
//
// THREAT MODEL as in ring/view.h: a length is checked before it is used, and a reader gives up
// after a few tries.
//
// Edges:
//   S1 publish   buffer and length, version, release
//                -> load of version, acquire
//   S2 overtake  load of version, release fence, buffer stores
//                -> buffer loads, acquire fence, load of version: a torn copy is seen. The buffer
//                that is written is the one of the version before: who reads that is too late.
#ifndef FMMQ_VALUE_SHARED_STRING_H_
#define FMMQ_VALUE_SHARED_STRING_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "fmmq/base/bytes.h"
#include "fmmq/base/status.h"
#include "fmmq/format/layout.h"

namespace fmmq::value {

template <typename A>
struct StringView {
  format::StringControl<typename A::Word>* control = nullptr;
  std::byte* buffers[2] = {};
  uint32_t capacity = 0;  // 0: the segment has no string
};

// The caller holds the string lock. A predecessor that died in here left the version as it was: its
// buffer is written again.
template <typename A>
void StoreString(const StringView<A>& view, ConstBytes value) {
  const uint64_t next = view.control->version.load(std::memory_order_acquire) + 1;
  const size_t index = static_cast<size_t>(next & 1);
  A::Fence(std::memory_order_release);  // S2
  A::CopyIn(view.buffers[index], value.data(), value.size());
  view.control->bytes[index].store(value.size(), std::memory_order_relaxed);
  view.control->version.store(next, std::memory_order_release);  // S1
}

// Copies the value of *version. kBufferTooSmall: *bytes says what it needs. kBusy: writers were
// faster, each time.
template <typename A>
Code LoadString(const StringView<A>& view, MutableBytes buffer, uint64_t* version,
                uint64_t* bytes) {
  constexpr int kTries = 8;
  for (int tries = 0; tries < kTries; ++tries) {
    *version = view.control->version.load(std::memory_order_acquire);  // S1
    const size_t index = static_cast<size_t>(*version & 1);
    *bytes = *version == 0 ? 0 : view.control->bytes[index].load(std::memory_order_relaxed);
    const bool fits = *bytes <= buffer.size() && *bytes <= view.capacity;
    if (fits) A::CopyOut(buffer.data(), view.buffers[index], static_cast<size_t>(*bytes));
    A::Fence(std::memory_order_acquire);  // S2
    if (view.control->version.load(std::memory_order_relaxed) != *version) continue;
    if (fits) return Code::kOk;
    return *bytes > view.capacity ? Code::kCorrupt : Code::kBufferTooSmall;
  }
  return Code::kBusy;
}

}  // namespace fmmq::value

#endif  // FMMQ_VALUE_SHARED_STRING_H_
