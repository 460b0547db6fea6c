// Defects of the past in what calls do with unusual arguments.
#include <string_view>

#include "fmmq/c/fmmq.h"
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

// The same, where a C program asks for nothing of a struct.
TEST(ArgumentRegressionTest, AStructOfNoBytesMayHaveNoAddress) {
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  ASSERT_EQ(fmmq_queue_create_anonymous(&queue, "", 0, nullptr), FMMQ_OK);
  EXPECT_EQ(fmmq_queue_get_info(&queue, nullptr, 0), FMMQ_OK);
  EXPECT_EQ(fmmq_queue_get_info(&queue, nullptr, 1), FMMQ_INVALID_ARGUMENT);
  EXPECT_EQ(fmmq_queue_close(&queue), FMMQ_OK);
}

}  // namespace
}  // namespace fmmq
