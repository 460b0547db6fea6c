#include "tools/arguments.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tools/command.h"
#include "tools/flag_types.h"

ABSL_FLAG(uint64_t, try_count, 0, "take `N`");
ABSL_FLAG(bool, try_follow, true, "follow");
ABSL_FLAG(bool, try_verbose, false, "say more");
ABSL_FLAG(std::optional<absl::Duration>, try_timeout, std::nullopt, "wait `TIME`");
ABSL_FLAG(fmmq::tools::ByteSize, other_size, fmmq::tools::ByteSize{}, "`SIZE` in bytes");

namespace fmmq::tools {
namespace {

class ArgumentsTest : public testing::Test {
 protected:
  ArgumentsTest() {
    command_.name = "try";
    command_.flags = {"try_count", "try_follow", "try_verbose", "try_timeout"};
    command_.create_flags = {"other_size"};
    command_.min_operands = 1;
    command_.max_operands = 2;
  }

  std::string Parse(const std::vector<std::string>& words) {
    arguments_ = Arguments();
    return ParseArguments(command_, words, &arguments_);
  }

  absl::FlagSaver saver_;
  Command command_;
  Arguments arguments_;
};

TEST_F(ArgumentsTest, TakesValuesInAllForms) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--count=7", "a"}, {"-count=7", "a"}, {"--count", "7", "a"}, {"a", "--count=7"}}) {
    absl::SetFlag(&FLAGS_try_count, 0);
    EXPECT_EQ(Parse(words), "");
    EXPECT_EQ(absl::GetFlag(FLAGS_try_count), 7u);
    EXPECT_EQ(arguments_.operands, std::vector<std::string>{"a"});
    EXPECT_TRUE(arguments_.Given("count"));
    EXPECT_FALSE(arguments_.Given("follow"));
  }
}

TEST_F(ArgumentsTest, TakesSwitches) {
  EXPECT_EQ(Parse({"a", "--nofollow", "-v"}), "");
  EXPECT_FALSE(absl::GetFlag(FLAGS_try_follow));
  EXPECT_TRUE(absl::GetFlag(FLAGS_try_verbose));
  EXPECT_EQ(Parse({"--follow", "a", "--verbose=false"}), "");
  EXPECT_TRUE(absl::GetFlag(FLAGS_try_follow));
  EXPECT_FALSE(absl::GetFlag(FLAGS_try_verbose));
}

TEST_F(ArgumentsTest, TakesFlagsOfCreate) {
  EXPECT_EQ(Parse({"a", "--size=4KiB"}), "");
  EXPECT_EQ(absl::GetFlag(FLAGS_other_size).bytes, 4096u);
}

TEST_F(ArgumentsTest, LeavesOperandsAlone) {
  EXPECT_EQ(Parse({"-", "--", "--count=7"}), "");
  EXPECT_EQ(arguments_.operands, (std::vector<std::string>{"-", "--count=7"}));
  EXPECT_FALSE(arguments_.Given("count"));
  EXPECT_EQ(Parse({""}), "");
  EXPECT_EQ(arguments_.operands, std::vector<std::string>{""});
}

TEST_F(ArgumentsTest, CountsOperands) {
  EXPECT_EQ(Parse({}), "NAME is missing");
  EXPECT_EQ(Parse({"a", "b", "c\n"}), "unexpected argument 'c\\x0a'");
}

TEST_F(ArgumentsTest, HelpNeedsNothingElse) {
  EXPECT_EQ(Parse({"--help"}), "");
  EXPECT_TRUE(arguments_.wants_help);
  EXPECT_EQ(Parse({"-h"}), "");
  EXPECT_TRUE(arguments_.wants_help);
}

TEST_F(ArgumentsTest, SaysWhatIsWrong) {
  EXPECT_EQ(Parse({"a", "--colour=red"}), "unknown flag --colour=red");
  EXPECT_EQ(Parse({"a", "--nocount"}), "unknown flag --nocount");
  EXPECT_EQ(Parse({"a", "--try_count=1"}), "unknown flag --try_count=1");
  EXPECT_EQ(Parse({"a", "--flagfile=x"}), "unknown flag --flagfile=x");
  EXPECT_EQ(Parse({"a", "--count"}), "--count needs a value");
  EXPECT_EQ(Parse({"a", "--count=-1"}), "--count=-1: want a whole number, 0 or more");
  EXPECT_EQ(Parse({"a", "--follow=maybe"}), "--follow=maybe: want true or false");
  EXPECT_EQ(Parse({"a", "--timeout=5"}),
            "--timeout=5: want a time such as 5s, 300ms, 1m30s or inf");
  EXPECT_EQ(Parse({"a", "--size=big"}),
            "--size=big: want a number of bytes such as 4096, 64KiB, 4MiB or 1GiB");
}

}  // namespace
}  // namespace fmmq::tools
