// Relacy (Debian's relacy-dev), without the macros that it leaves behind: they rename new, delete,
// free, errno and every std::memory_order_*.
#ifndef TESTS_MODEL_RELACY_H_
#define TESTS_MODEL_RELACY_H_

// Before Relacy's macros, so that the standard library never sees them.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <new>
#include <relacy/relacy.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#undef memory_order_relaxed
#undef memory_order_consume
#undef memory_order_acquire
#undef memory_order_release
#undef memory_order_acq_rel
#undef memory_order_seq_cst
#undef new
#undef delete
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef assert
#undef errno
#undef $

#endif  // TESTS_MODEL_RELACY_H_
