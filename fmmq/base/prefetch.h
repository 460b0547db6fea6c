// Cache lines that are read or written soon.
#ifndef FMMQ_BASE_PREFETCH_H_
#define FMMQ_BASE_PREFETCH_H_

namespace fmmq::base {

// Whatever the address: it never faults. Compilers leave out calls of functions that do nothing but
// prefetch, so this one seems to do something.
inline void Prefetch(const void* address) {
  __builtin_prefetch(address);
  asm volatile("");
}

// The same for a line that is written soon: takes it away from all others. Compilers that build for
// every x86-64 would only fetch it for reading; processors that do not know the instruction do
// nothing. Not where size counts more than speed.
#if defined(__OPTIMIZE_SIZE__)
inline constexpr bool kPrefetchForWriting = false;
#else
inline constexpr bool kPrefetchForWriting = true;
#endif
inline void PrefetchForWriting(const void* address) {
#if defined(__x86_64__)
  asm volatile("prefetchw %0" : : "m"(*static_cast<const char*>(address)));
#else
  __builtin_prefetch(address, 1);
  asm volatile("");
#endif
}

}  // namespace fmmq::base

#endif  // FMMQ_BASE_PREFETCH_H_
