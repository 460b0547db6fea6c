// Cache lines that are read soon.
#ifndef FMMQ_BASE_PREFETCH_H_
#define FMMQ_BASE_PREFETCH_H_

namespace fmmq::base {

// Whatever the address: it never faults. Compilers leave out calls of functions that do nothing but
// prefetch, so this one seems to do something.
inline void Prefetch(const void* address) {
  __builtin_prefetch(address);
  asm volatile("");
}

}  // namespace fmmq::base

#endif  // FMMQ_BASE_PREFETCH_H_
