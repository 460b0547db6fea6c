#include "tools/exit_code.h"

#include <cerrno>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"

namespace fmmq::tools {
namespace {

TEST(ExitCodeTest, OnlyOkIsDone) {
  EXPECT_EQ(ToExitCode(Code::kOk), kExitDone);
  for (int code = 1; code < 100; ++code) EXPECT_NE(ToExitCode(Code(code)), kExitDone) << code;
}

TEST(ExitCodeTest, SaysWhatKindOfFailureItWas) {
  EXPECT_EQ(ToExitCode(Code::kBadName), kExitUsage);
  EXPECT_EQ(ToExitCode(Code::kTooLarge), kExitUsage);
  EXPECT_EQ(ToExitCode(Code::kEndOfStream), kExitUsage);
  EXPECT_EQ(ToExitCode(Code::kNotFound), kExitNotFound);
  EXPECT_EQ(ToExitCode(Code::kPermissionDenied), kExitPermission);
  EXPECT_EQ(ToExitCode(Code::kFull), kExitTime);
  EXPECT_EQ(ToExitCode(Code::kTimeout), kExitTime);
  EXPECT_EQ(ToExitCode(Code::kEmpty), kExitTime);
  EXPECT_EQ(ToExitCode(Code::kBadChecksum), kExitDamaged);
  EXPECT_EQ(ToExitCode(Code::kCorrupt), kExitDamaged);
  EXPECT_EQ(ToExitCode(Code::kAlreadyExists), kExitTaken);
  EXPECT_EQ(ToExitCode(Code::kNoSeat), kExitTaken);
  EXPECT_EQ(ToExitCode(Code::kNoSpace), kExitSystem);
  EXPECT_EQ(ToExitCode(Code::kSystem), kExitSystem);
}

TEST(ExitCodeTest, ReadsErrno) {
  EXPECT_EQ(ErrnoToExitCode(ENOENT), kExitNotFound);
  EXPECT_EQ(ErrnoToExitCode(EACCES), kExitPermission);
  EXPECT_EQ(ErrnoToExitCode(EIO), kExitSystem);
}

}  // namespace
}  // namespace fmmq::tools
