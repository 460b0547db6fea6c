#include "fmmq/format/names.h"

#include <string>

#include "fmmq/format/layout.h"
#include "gtest/gtest.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

TEST(NamesTest, SegmentNames) {
  EXPECT_EQ(format::CheckName("a").code(), Code::kOk);
  EXPECT_EQ(format::CheckName("..").code(), Code::kOk);
  EXPECT_EQ(format::CheckName("\xc3\xa4 \n").code(), Code::kOk);
  EXPECT_EQ(format::CheckName("").code(), Code::kBadName);
  EXPECT_EQ(format::CheckName("/").code(), Code::kBadName);
  EXPECT_EQ(format::CheckName("a/b").code(), Code::kBadName);
  EXPECT_EQ(format::CheckName(std::string_view("a\0b", 3)).code(), Code::kBadName);
}

// With the prefix the longest name is the longest that a directory takes.
TEST(NamesTest, SegmentNameLengths) {
  EXPECT_EQ(kMaxNameBytes, 250u);
  EXPECT_EQ(format::CheckName(std::string(250, 'n')).code(), Code::kOk);
  EXPECT_EQ(format::CheckName(std::string(251, 'n')).code(), Code::kNameTooLong);
  EXPECT_EQ(format::CheckName(std::string(100000, 'n')).code(), Code::kNameTooLong);
}

TEST(NamesTest, GroupNames) {
  EXPECT_EQ(format::CheckGroupName("a/b").code(), Code::kOk);
  EXPECT_EQ(format::CheckGroupName("").code(), Code::kBadName);
  EXPECT_EQ(format::CheckGroupName(std::string_view("\0", 1)).code(), Code::kBadName);
  EXPECT_EQ(format::CheckGroupName(std::string(64, 'g')).code(), Code::kOk);
  EXPECT_EQ(format::CheckGroupName(std::string(65, 'g')).code(), Code::kNameTooLong);
}

TEST(NamesTest, Ids) {
  EXPECT_EQ(format::CheckId("").code(), Code::kOk);
  EXPECT_EQ(format::CheckId(std::string(255, '\0')).code(), Code::kOk);
  EXPECT_EQ(format::CheckId(std::string(256, 'i')).code(), Code::kNameTooLong);
}

TEST(PermissionsTest, EachLetterIsOneBit) {
  for (int bit = 0; bit < 9; ++bit) {
    std::string text = "---------";
    text[8 - bit] = "rwxrwxrwx"[8 - bit];
    const Result<uint32_t> mode = ParsePermissions(text);
    EXPECT_TRUE(test::Ok(mode));
    EXPECT_EQ(*mode, 1u << bit) << text;
  }
  EXPECT_EQ(*ParsePermissions("rwx------"), 0700u);
  EXPECT_EQ(*ParsePermissions("rwxrwxrwx"), 0777u);
  EXPECT_EQ(*ParsePermissions("---------"), 0u);
}

TEST(PermissionsTest, RefusesEverythingElse) {
  for (const char* text : {"", "rwx", "rwx-----", "rwx-------", "wrx------", "RWX------", "0600",
                           "rws------", "rwxrwxrw "}) {
    EXPECT_EQ(ParsePermissions(text).code(), Code::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace fmmq
