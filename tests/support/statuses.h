// Statuses in assertions: EXPECT_TRUE(Ok(status)), EXPECT_EQ(status.code(), Code::kFull).
#ifndef FMMQ_TESTS_SUPPORT_STATUSES_H_
#define FMMQ_TESTS_SUPPORT_STATUSES_H_

#include <cstring>
#include <ostream>

#include "fmmq/base/result.h"
#include "fmmq/base/status.h"
#include "gtest/gtest.h"

namespace fmmq {

// Found by GoogleTest.
inline void PrintTo(Code code, std::ostream* out) { *out << CodeName(code); }

namespace test {

inline ::testing::AssertionResult Ok(Status status) {
  if (status.ok()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << status.name() << ", " << std::strerror(status.error());
}

template <typename T>
::testing::AssertionResult Ok(const Result<T>& result) {
  return Ok(result.status());
}

}  // namespace test
}  // namespace fmmq

#endif  // FMMQ_TESTS_SUPPORT_STATUSES_H_
