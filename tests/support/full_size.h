// Tests whose counts can be raised to those that a release is checked with:
//
//   bazel test --test_env=FMMQ_FULL_SIZE=1 --test_timeout=600 //tests/waiting/... //tests/value/...
//
// Timings are judged then, too: on an idle machine.
#ifndef FMMQ_TESTS_SUPPORT_FULL_SIZE_H_
#define FMMQ_TESTS_SUPPORT_FULL_SIZE_H_

#include <cstdint>
#include <cstdlib>

namespace fmmq::test {

inline bool FullSize() { return std::getenv("FMMQ_FULL_SIZE") != nullptr; }

inline uint64_t Count(uint64_t ordinary, uint64_t full) { return FullSize() ? full : ordinary; }

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_SUPPORT_FULL_SIZE_H_
