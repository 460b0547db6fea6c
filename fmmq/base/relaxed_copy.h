// Copies of bytes that a peer may be writing or reading at the same moment: relaxed atomic words,
// so that the race has a meaning in the language (Boehm, "Can seqlocks get along with programming
// language memory models?", MSPC 2012). Whether the bytes are any good is decided afterwards, by
// the caller.
//
// Where the machine has wider moves they are assembly: opaque to the compiler, plain loads and
// stores to the machine.
//
// The shared side is aligned to its words and the last one is moved whole: a block is a multiple of
// 16 bytes.
#ifndef FMMQ_BASE_RELAXED_COPY_H_
#define FMMQ_BASE_RELAXED_COPY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer) || \
    __has_feature(memory_sanitizer)
#define FMMQ_COPY_IS_WATCHED  // sanitizers do not see what assembly does
#endif
#endif
#if defined(__x86_64__) && !defined(FMMQ_COPY_IS_WATCHED)
#define FMMQ_COPY_X86_64
#endif

namespace fmmq::base {

using CopyWord [[gnu::may_alias]] = uintptr_t;

// From this size on the machine's own block move is faster than moves of 32 bytes.
inline constexpr size_t kLongCopy = 2048;

// Moves one word. `kIn`: the target is the shared side; the other may lie anywhere.
template <bool kIn>
void MoveWord(char* to, const char* from) {
  uintptr_t word;
  if (kIn) {
    std::memcpy(&word, from, sizeof(word));
    __atomic_store_n(reinterpret_cast<CopyWord*>(to), word, __ATOMIC_RELAXED);
  } else {
    word = __atomic_load_n(reinterpret_cast<const CopyWord*>(from), __ATOMIC_RELAXED);
    std::memcpy(to, &word, sizeof(word));
  }
}

// A message often begins with fields that its sender has just stored one by one. A load of 16 bytes
// that two stores made waits until both have left the core, and all stores before them; loads of 8
// get them at once. Not where size counts more than speed.
#if defined(__OPTIMIZE_SIZE__)
inline constexpr size_t kFields = 0;
#else
inline constexpr size_t kFields = 64;
#endif

// Moves all but less than 16 bytes (x86-64) or all but less than a word, and returns how much that
// was.
#if defined(FMMQ_COPY_X86_64)
template <bool kIn>
size_t MoveMost(char* to, const char* from, size_t size) {
  if (size >= kLongCopy) {
    size_t count = size / 16 * 16;
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
    return size / 16 * 16;
  }
  size_t moved = 0;
  for (; kIn && moved < kFields && size - moved >= 32; moved += 32) {
    asm volatile(
        "movq (%1, %2), %%xmm0\n\t"
        "movq 16(%1, %2), %%xmm1\n\t"
        "movhps 8(%1, %2), %%xmm0\n\t"
        "movhps 24(%1, %2), %%xmm1\n\t"
        "movups %%xmm0, (%0, %2)\n\t"
        "movups %%xmm1, 16(%0, %2)"
        :
        : "r"(to), "r"(from), "r"(moved)
        : "xmm0", "xmm1", "memory");
  }
  for (; size - moved >= 32; moved += 32) {
    asm volatile(
        "movups (%1, %2), %%xmm0\n\t"
        "movups 16(%1, %2), %%xmm1\n\t"
        "movups %%xmm0, (%0, %2)\n\t"
        "movups %%xmm1, 16(%0, %2)"
        :
        : "r"(to), "r"(from), "r"(moved)
        : "xmm0", "xmm1", "memory");
  }
  if ((size & 16) != 0) {
    asm volatile(
        "movups (%1, %2), %%xmm0\n\t"
        "movups %%xmm0, (%0, %2)"
        :
        : "r"(to), "r"(from), "r"(moved)
        : "xmm0", "memory");
    moved += 16;
  }
  return moved;
}
#else
template <bool kIn>
size_t MoveMost(char* to, const char* from, size_t size) {
  size_t moved = 0;
  for (; size - moved >= sizeof(CopyWord); moved += sizeof(CopyWord)) {
    MoveWord<kIn>(to + moved, from + moved);
  }
  return moved;
}
#endif

// A value of less than a word that lies anywhere.
template <typename Part>
uintptr_t LoadPart(const char* from) {
  Part part;
  std::memcpy(&part, from, sizeof(part));
  return part;
}

// `size` bytes, 1 to less than a word, as the beginning of a word in memory. Not put together in
// memory: a load of what smaller stores have just written waits until they are done.
inline uintptr_t LoadRest(const char* from, size_t size) {
  constexpr bool kBigEndian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
  uintptr_t first, last;  // may overlap
  size_t part;
  if (sizeof(CopyWord) > 4 && size >= 4) {
    part = 4, first = LoadPart<uint32_t>(from), last = LoadPart<uint32_t>(from + size - 4);
  } else if (size >= 2) {
    part = 2, first = LoadPart<uint16_t>(from), last = LoadPart<uint16_t>(from + size - 2);
  } else {
    part = 1, first = last = LoadPart<uint8_t>(from);
  }
  const size_t spare = sizeof(CopyWord) - part;
  if (kBigEndian) return first << spare * 8 | last << (sizeof(CopyWord) - size) * 8;
  return first | last << (size - part) * 8;
}

// Less than a word, `size` bytes.
template <bool kIn>
void MoveRest(char* to, const char* from, size_t size) {
  if (kIn) {
    __atomic_store_n(reinterpret_cast<CopyWord*>(to), LoadRest(from, size), __ATOMIC_RELAXED);
    return;
  }
  const uintptr_t word = __atomic_load_n(reinterpret_cast<const CopyWord*>(from), __ATOMIC_RELAXED);
  const auto* const bytes = reinterpret_cast<const char*>(&word);
  size_t done = 0;
  if (sizeof(word) > 4 && (size & 4) != 0) std::memcpy(to, bytes, 4), done = 4;
  if ((size & 2) != 0) std::memcpy(to + done, bytes + done, 2), done += 2;
  if ((size & 1) != 0) to[done] = bytes[done];
}

template <bool kIn>
void Copy(char* to, const char* from, size_t size) {
  size_t done = size < 2 * sizeof(CopyWord) ? 0 : MoveMost<kIn>(to, from, size);
  if (size - done >= sizeof(CopyWord)) {
    MoveWord<kIn>(to + done, from + done);
    done += sizeof(CopyWord);
  }
  if (done != size) MoveRest<kIn>(to + done, from + done, size - done);
}

inline void CopyToShared(void* shared, const void* source, size_t size) {
  Copy<true>(static_cast<char*>(shared), static_cast<const char*>(source), size);
}

inline void CopyFromShared(void* target, const void* shared, size_t size) {
  Copy<false>(static_cast<char*>(target), static_cast<const char*>(shared), size);
}

}  // namespace fmmq::base

#endif  // FMMQ_BASE_RELAXED_COPY_H_
