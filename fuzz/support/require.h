// Post-conditions of fuzz targets, kept in every build.
#ifndef FMMQ_FUZZ_SUPPORT_REQUIRE_H_
#define FMMQ_FUZZ_SUPPORT_REQUIRE_H_

#include <cstdio>
#include <cstdlib>

#include "fmmq/base/status.h"

namespace fmmq::fuzz {

[[noreturn]] inline void Fail(const char* file, int line, const char* what) {
  std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
  std::abort();
}

[[noreturn]] inline void FailCode(const char* file, int line, Code wanted, Code code) {
  std::fprintf(stderr, "%s:%d: %s instead of %s\n", file, line, CodeName(code), CodeName(wanted));
  std::abort();
}

}  // namespace fmmq::fuzz

#define FUZZ_REQUIRE(condition) \
  ((condition) ? (void)0 : ::fmmq::fuzz::Fail(__FILE__, __LINE__, #condition))

#define FUZZ_REQUIRE_CODE(wanted, code) \
  ((wanted) == (code) ? (void)0 : ::fmmq::fuzz::FailCode(__FILE__, __LINE__, (wanted), (code)))

#endif  // FMMQ_FUZZ_SUPPORT_REQUIRE_H_
