// Defects of the past in what calls do with unusual arguments.
#include <string_view>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

// An empty view has no address, and memcpy wants one even for no bytes. Only --config=ubsan sees
// that.
TEST(ArgumentRegressionTest, AnIdWithoutAnAddressIsEmpty) {
  const Result<Queue> queue = Queue::CreateAnonymous(std::string_view());
  ASSERT_TRUE(test::Ok(queue));
  EXPECT_STREQ(queue->Info().id, "");
}

}  // namespace
}  // namespace fmmq
