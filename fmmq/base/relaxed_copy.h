// Copies of bytes that a peer may be writing or reading at the same moment: relaxed atomic words,
// so that the race has a meaning in the language (Boehm, "Can seqlocks get along with programming
// language memory models?", MSPC 2012). Whether the bytes are any good is decided afterwards, by
// the caller.
//
// The shared side is aligned to its words and the last one is moved whole: a block is a multiple of
// 16 bytes.
#ifndef FMMQ_BASE_RELAXED_COPY_H_
#define FMMQ_BASE_RELAXED_COPY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fmmq::base {

using CopyWord [[gnu::may_alias]] = uintptr_t;

inline void CopyToShared(void* shared, const void* source, size_t size) {
  auto* to = static_cast<CopyWord*>(shared);
  const auto* from = static_cast<const char*>(source);
  for (; size >= sizeof(CopyWord); size -= sizeof(CopyWord), from += sizeof(CopyWord), ++to) {
    uintptr_t word;
    std::memcpy(&word, from, sizeof(word));
    __atomic_store_n(to, word, __ATOMIC_RELAXED);
  }
  if (size != 0) {
    uintptr_t word = 0;
    std::memcpy(&word, from, size);
    __atomic_store_n(to, word, __ATOMIC_RELAXED);
  }
}

inline void CopyFromShared(void* target, const void* shared, size_t size) {
  const auto* from = static_cast<const CopyWord*>(shared);
  auto* to = static_cast<char*>(target);
  for (; size >= sizeof(CopyWord); size -= sizeof(CopyWord), to += sizeof(CopyWord), ++from) {
    const uintptr_t word = __atomic_load_n(from, __ATOMIC_RELAXED);
    std::memcpy(to, &word, sizeof(word));
  }
  if (size != 0) {
    const uintptr_t word = __atomic_load_n(from, __ATOMIC_RELAXED);
    std::memcpy(to, &word, size);
  }
}

}  // namespace fmmq::base

#endif  // FMMQ_BASE_RELAXED_COPY_H_
