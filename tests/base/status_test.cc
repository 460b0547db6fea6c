#include "fmmq/base/status.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace fmmq {
namespace {

// The numbers are part of the C API.
struct Known {
  Code code;
  int number;
  const char* name;
};
constexpr Known kKnown[] = {
    {Code::kOk, 0, "kOk"},
    {Code::kEmpty, 1, "kEmpty"},
    {Code::kFull, 2, "kFull"},
    {Code::kBusy, 3, "kBusy"},
    {Code::kTimeout, 4, "kTimeout"},
    {Code::kCancelled, 5, "kCancelled"},
    {Code::kInterrupted, 6, "kInterrupted"},
    {Code::kRemoved, 7, "kRemoved"},
    {Code::kEndOfStream, 8, "kEndOfStream"},
    {Code::kInvalidArgument, 10, "kInvalidArgument"},
    {Code::kBadName, 11, "kBadName"},
    {Code::kNameTooLong, 12, "kNameTooLong"},
    {Code::kTooLarge, 13, "kTooLarge"},
    {Code::kBufferTooSmall, 14, "kBufferTooSmall"},
    {Code::kNotSupported, 15, "kNotSupported"},
    {Code::kClosed, 16, "kClosed"},
    {Code::kForked, 17, "kForked"},
    {Code::kReadOnly, 18, "kReadOnly"},
    {Code::kOutOfOrder, 19, "kOutOfOrder"},
    {Code::kRedelivery, 20, "kRedelivery"},
    {Code::kAlreadyExists, 30, "kAlreadyExists"},
    {Code::kNotFound, 31, "kNotFound"},
    {Code::kPermissionDenied, 32, "kPermissionDenied"},
    {Code::kNoSpace, 33, "kNoSpace"},
    {Code::kNoMemory, 34, "kNoMemory"},
    {Code::kSystem, 35, "kSystem"},
    {Code::kNoSeat, 40, "kNoSeat"},
    {Code::kNoGroup, 41, "kNoGroup"},
    {Code::kGroupMismatch, 42, "kGroupMismatch"},
    {Code::kTaken, 43, "kTaken"},
    {Code::kNotASegment, 50, "kNotASegment"},
    {Code::kVersionMismatch, 51, "kVersionMismatch"},
    {Code::kBadChecksum, 52, "kBadChecksum"},
    {Code::kBadGeometry, 53, "kBadGeometry"},
    {Code::kSizeMismatch, 54, "kSizeMismatch"},
    {Code::kCorrupt, 60, "kCorrupt"},
};

TEST(StatusTest, EveryCodeHasItsNumberAndName) {
  for (const Known& known : kKnown) {
    EXPECT_EQ(static_cast<int>(known.code), known.number) << known.name;
    EXPECT_STREQ(CodeName(known.code), known.name);
  }
}

// Looks at all numbers, so that a code which is missing above is noticed.
TEST(StatusTest, NoOtherNumberHasAName) {
  size_t named = 0;
  for (int number = -1; number < 1000; ++number) {
    if (CodeName(static_cast<Code>(number)) != std::string("unknown")) ++named;
  }
  EXPECT_EQ(named, std::size(kKnown));
  EXPECT_STREQ(CodeMessage(static_cast<Code>(999)), "unknown status code");
}

TEST(StatusTest, EveryCodeHasAMessageOfItsOwn) {
  std::set<std::string> messages;
  for (const Known& known : kKnown) {
    const std::string message = CodeMessage(known.code);
    EXPECT_FALSE(message.empty()) << known.name;
    EXPECT_NE(message, known.name);
    EXPECT_TRUE(messages.insert(message).second) << message;
  }
}

TEST(StatusTest, HoldsCodeAndErrno) {
  constexpr Status kNone;
  static_assert(kNone.ok() && kNone.code() == Code::kOk && kNone.error() == 0);
  constexpr Status kFull(Code::kNoSpace, 28);
  static_assert(!kFull.ok() && kFull.code() == Code::kNoSpace && kFull.error() == 28);
  EXPECT_STREQ(kFull.name(), "kNoSpace");
  EXPECT_STREQ(kFull.message(), CodeMessage(Code::kNoSpace));
}

// Two failures of one kind are the same status, whatever errno said.
TEST(StatusTest, ComparesByCode) {
  EXPECT_TRUE(Status(Code::kSystem, 1) == Status(Code::kSystem, 2));
  EXPECT_FALSE(Status(Code::kSystem, 1) != Status(Code::kSystem, 2));
  EXPECT_TRUE(Status(Code::kEmpty) != Status(Code::kFull));
  EXPECT_FALSE(Status(Code::kEmpty) == Status(Code::kFull));
}

}  // namespace
}  // namespace fmmq
