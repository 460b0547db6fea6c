// Cache lines that a reader is done with.
//
// A writer that comes round to a line which the reader still has in its cache, too, has to take
// that copy away first; a line that nobody has it gets from memory, in a stream. On AMD's Zen 3 and
// 4 that is a third to a half of the throughput of rings that fit into the second-level caches
// (bench/README.md), so there readers write lines back and let go of them (CLWB). The lines of
// larger rings are gone by then anyhow. On Zen 5 and on Xeons it costs more than it gains;
// elsewhere it has not been measured. There nothing is done; nor where size counts more than speed.
//
// It changes no contents, orders nothing, and is no part of the protocol. A locked operation that
// follows waits for it.
#ifndef FMMQ_BASE_EVICT_H_
#define FMMQ_BASE_EVICT_H_

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__) && !defined(__OPTIMIZE_SIZE__)
#define FMMQ_EVICTS
#include <cpuid.h>
#endif

namespace fmmq::base {

inline constexpr size_t kCacheLineBytes = 64;
#if defined(FMMQ_EVICTS)
inline constexpr bool kMayEvict = true;
#else
inline constexpr bool kMayEvict = false;
#endif

// Whether it pays for a ring of this size. Asks the processor: some microseconds in a virtual
// machine. (AMD64 Architecture Programmer's Manual, volume 3, appendix E.)
inline bool EvictionPays([[maybe_unused]] uint64_t ring_bytes) {
#if defined(FMMQ_EVICTS)
  constexpr unsigned kFamily = 0x0ff00f00, kZen3And4 = 0x00a00f00;  // leaf 1, EAX
  constexpr unsigned kClwb = 1u << 24;                              // leaf 7, EBX
  unsigned eax, ebx, ecx, edx;
  if (__get_cpuid(0, &eax, &ebx, &ecx, &edx) == 0 || ecx != signature_AMD_ecx) return false;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (eax & kFamily) != kZen3And4) return false;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0 || (ebx & kClwb) == 0) return false;
  if (__get_cpuid(0x80000006, &eax, &ebx, &ecx, &edx) == 0) return false;
  const uint64_t cache_bytes = uint64_t{ecx >> 16} << 10;
  return ring_bytes <= 2 * cache_bytes;  // the reader's and the writer's
#else
  return false;
#endif
}

// `begin` is at a line's begin, `size` a multiple of a line's. Only where EvictionPays.
inline void Evict([[maybe_unused]] const void* begin, [[maybe_unused]] size_t size) {
#if defined(FMMQ_EVICTS)
  const char* const line = static_cast<const char*>(begin);
  for (size_t i = 0; i < size; i += kCacheLineBytes) {
    asm volatile("clwb %0" : : "m"(line[i]));
  }
#endif
}

}  // namespace fmmq::base

#endif  // FMMQ_BASE_EVICT_H_
