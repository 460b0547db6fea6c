// A hash of memory, for telling states apart.
#ifndef FMMQ_TESTS_CRASH_HASH_H_
#define FMMQ_TESTS_CRASH_HASH_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "tests/support/payload.h"

namespace fmmq::crash {

inline uint64_t Combine(uint64_t hash, uint64_t word) {
  return test::Mix(hash * 0x9e3779b97f4a7c15u + word);
}

// Whole words only.
inline uint64_t Hash(const void* memory, size_t size, uint64_t hash = 1) {
  const auto* const bytes = static_cast<const char*>(memory);
  for (size_t i = 0; i + 8 <= size; i += 8) {
    uint64_t word;
    std::memcpy(&word, bytes + i, sizeof(word));
    hash = word == 0 ? hash * 31 + i : Combine(hash, word);
  }
  return hash;
}

}  // namespace fmmq::crash

#endif  // FMMQ_TESTS_CRASH_HASH_H_
