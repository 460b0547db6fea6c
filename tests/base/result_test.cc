#include "fmmq/base/result.h"

#include <memory>
#include <utility>

#include "gtest/gtest.h"

namespace fmmq {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) return Code::kInvalidArgument;
  return number / 2;
}

TEST(ResultTest, HoldsAValueWhenOk) {
  const Result<int> result = Half(8);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.code(), Code::kOk);
  EXPECT_EQ(result.value(), 4);
  EXPECT_EQ(*result, 4);
}

TEST(ResultTest, HoldsADefaultValueOnFailure) {
  const Result<int> result = Half(7);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.code(), Code::kInvalidArgument);
  EXPECT_EQ(*result, 0);
}

TEST(ResultTest, KeepsTheErrno) {
  const Result<int> result = Status(Code::kNoSpace, 28);
  EXPECT_EQ(result.code(), Code::kNoSpace);
  EXPECT_EQ(result.status().error(), 28);
}

// As with kBufferTooSmall, which says what size it takes.
TEST(ResultTest, CanHoldAValueBesideAFailure) {
  const Result<int> result(Status(Code::kBufferTooSmall), 77);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(*result, 77);
}

TEST(ResultTest, CarriesValuesThatOnlyMove) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(**result, 5);
  const std::unique_ptr<int> owned = *std::move(result);
  EXPECT_EQ(*owned, 5);
  EXPECT_EQ(*result, nullptr);
}

TEST(ResultTest, ReachesMembers) {
  Result<std::pair<int, int>> result(std::pair<int, int>(1, 2));
  result->second = 3;
  EXPECT_EQ(result.value().second, 3);
}

}  // namespace
}  // namespace fmmq
