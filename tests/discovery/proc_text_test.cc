// Text of /proc, taken apart.
#include "fmmq/discovery/proc_text.h"

#include <climits>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/statuses.h"

namespace fmmq::discovery {
namespace {

using std::string_literals::operator""s;

// A copy of exactly its size, so that a sanitizer sees a step past either end.
class Exact {
 public:
  explicit Exact(std::string_view text) : size_(text.size()), bytes_(new char[text.size()]) {
    text.copy(bytes_.get(), size_);
  }
  operator std::string_view() const { return {bytes_.get(), size_}; }  // NOLINT: it is one

 private:
  size_t size_;
  std::unique_ptr<char[]> bytes_;
};

bool FoundInPieces(std::string_view program, std::string_view block, size_t piece_bytes) {
  const Exact text(program);
  const auto matcher = std::make_unique<ProgramMatcher>();
  EXPECT_TRUE(test::Ok(matcher->SetProgram(text)));
  matcher->Begin();
  bool found = matcher->found();
  for (size_t at = 0; at < block.size(); at += piece_bytes) {
    const Exact piece(block.substr(at, piece_bytes));
    found = matcher->Feed(piece);
  }
  EXPECT_EQ(found, matcher->found());
  return found;
}

// However the block is cut.
bool Found(std::string_view program, std::string_view block) {
  const bool found = FoundInPieces(program, block, block.size() + 1);
  for (size_t piece = 1; piece <= block.size(); ++piece) {
    EXPECT_EQ(FoundInPieces(program, block, piece), found) << "in pieces of " << piece;
  }
  return found;
}

TEST(ProgramMatcherTest, FindsTextAnywhere) {
  const std::string block = "/usr/bin/python3\0-u\0server.py\0"s;
  for (const char* text :
       {"/usr/bin/python3 -u server.py", "python", "/", "-u", "server.py", "y", "3 -u s"}) {
    EXPECT_TRUE(Found(text, block)) << text;
  }
  for (const char* text : {"python2", "-u  server.py", "server.py ", " /usr", "Python",
                           "/usr/bin/python3 -u server.py "}) {
    EXPECT_FALSE(Found(text, block)) << text;
  }
}

TEST(ProgramMatcherTest, ArgumentsAreJoinedByOneSpace) {
  EXPECT_TRUE(Found("a b", "a\0b\0"s));
  EXPECT_TRUE(Found("a b", "a b\0"s));
  EXPECT_TRUE(Found("a  b", "a\0\0b\0"s)) << "an empty argument between two";
  EXPECT_FALSE(Found("a b", "a\0\0b\0"s));
  EXPECT_FALSE(Found("ab", "a\0b\0"s));
}

TEST(ProgramMatcherTest, WhatEndsAnArgumentIsNoSpaceAtTheEnd) {
  EXPECT_FALSE(Found("a ", "a\0"s));
  EXPECT_TRUE(Found("a ", "a \0"s));
  EXPECT_TRUE(Found("a ", "a\0\0"s)) << "an empty last argument";
  EXPECT_FALSE(Found(" ", "\0"s)) << "one empty argument";
  EXPECT_TRUE(Found(" ", "\0\0"s));
}

// A process may have written over its arguments.
TEST(ProgramMatcherTest, TheLastArgumentMayLackItsEnd) {
  EXPECT_TRUE(Found("nginx: worker", "nginx: worker"));
  EXPECT_TRUE(Found("r", "nginx: worker"));
  EXPECT_FALSE(Found("worker ", "nginx: worker"));
}

TEST(ProgramMatcherTest, AnEmptyProgramIsEverywhere) {
  EXPECT_TRUE(Found("", ""));
  EXPECT_TRUE(Found("", "\0"s));
  EXPECT_TRUE(Found("", "a\0b\0"s));
  EXPECT_FALSE(Found("a", ""));
}

TEST(ProgramMatcherTest, NulIsInNoCommandLine) {
  EXPECT_FALSE(Found("a\0b"s, "a\0b\0"s));
  EXPECT_FALSE(Found("\0"s, "a\0b\0"s));
}

TEST(ProgramMatcherTest, AnyOtherByteWillDo) {
  EXPECT_TRUE(Found("gr\xc3\xbc\xc3\x9f", "sag gr\xc3\xbc\xc3\x9f gott\0"s));
  EXPECT_TRUE(Found("\xff\x80%", "\xff\xff\x80%\0"s));
  EXPECT_FALSE(Found("\xff\x7f", "\xff\xff\0"s));
}

TEST(ProgramMatcherTest, FallsBackToWhatStillFits) {
  EXPECT_TRUE(Found("aab", "aaab"));
  EXPECT_TRUE(Found("abab ac", "ababab\0ac"s));
  EXPECT_TRUE(Found("aa a", "aaaaa\0a"s));
  EXPECT_TRUE(Found("abcabd", "abcabcabd"));
  EXPECT_FALSE(Found("abcabd", "abcabcabcab"));
}

TEST(ProgramMatcherTest, BeginForgets) {
  ProgramMatcher matcher;
  EXPECT_TRUE(matcher.found()) << "empty at first";
  ASSERT_TRUE(test::Ok(matcher.SetProgram("a b")));
  EXPECT_FALSE(matcher.Feed("a\0"s));
  matcher.Begin();
  EXPECT_FALSE(matcher.Feed("b\0"s));
  EXPECT_TRUE(matcher.Feed("a b"));
  EXPECT_TRUE(matcher.Feed("more")) << "found stays found";
  matcher.Begin();
  EXPECT_FALSE(matcher.found());
}

TEST(ProgramMatcherTest, LongestProgram) {
  const std::string longest(kMaxProgramBytes, 'a');
  EXPECT_TRUE(FoundInPieces(longest, longest, 100));
  EXPECT_FALSE(FoundInPieces(longest, longest.substr(1), 100));
  ProgramMatcher matcher;
  ASSERT_TRUE(test::Ok(matcher.SetProgram("kept")));
  EXPECT_EQ(matcher.SetProgram(longest + "a").code(), Code::kNameTooLong);
  EXPECT_TRUE(matcher.Feed("kept"));
}

// Time linear in the text: this is 2 MiB of almost matching.
TEST(ProgramMatcherTest, NothingMakesItSlow) {
  const std::string block(size_t{2} << 20, 'a');
  EXPECT_FALSE(FoundInPieces(std::string(kMaxProgramBytes - 1, 'a') + "b", block, 4096));
}

bool IsOurs(const std::string& link) {
  std::string_view label;
  return ReadsAsSegment(Exact(link), &label);
}

TEST(LinkTest, ReadsOurs) {
  for (const std::string& middle :
       {"a"s, ""s, "a b"s, "100%"s, "/"s, "gr\xc3\xbc\xc3\x9f"s, "x (deleted)"s, "\n"s, "fmmq."s,
        std::string(kMaxLinkBytes - kLinkPrefix.size() - kLinkSuffix.size(), 'x')}) {
    const Exact link("/memfd:fmmq." + middle + " (deleted)");
    std::string_view label;
    EXPECT_TRUE(ReadsAsSegment(link, &label)) << middle;
    EXPECT_EQ(label, middle);
  }
}

TEST(LinkTest, RefusesOthers) {
  for (const char* link :
       {"", "/", "/memfd:fmmq.", " (deleted)", "/memfd:fmmq (deleted)", "/memfd:fmmqx (deleted)",
        "/memfd:fmmq.x", "/memfd:fmmq.x (deleted) ", "/memfd:fmmq.x(deleted)",
        "memfd:fmmq.x (deleted)", "/memfd:other (deleted)", "/dev/shm/fmmq.x (deleted)",
        "/dev/shm/fmmq.x", "socket:[123]", "x/memfd:fmmq.x (deleted)", "/memfd:fmmq. (deleted",
        "anon_inode:[eventfd]", "/MEMFD:fmmq.x (deleted)", "/memfd:fmmq.(deleted)"}) {
    EXPECT_FALSE(IsOurs(link)) << link;
  }
  const std::string too_long(kMaxLinkBytes - kLinkPrefix.size() - kLinkSuffix.size() + 1, 'x');
  EXPECT_FALSE(IsOurs("/memfd:fmmq." + too_long + " (deleted)"));
}

TEST(LabelTest, IsTheIdAsFarAsItHolds) {
  EXPECT_TRUE(LabelFits("", ""));
  EXPECT_TRUE(LabelFits("a b", "a b"));
  EXPECT_FALSE(LabelFits("a", "ab"));
  EXPECT_FALSE(LabelFits("ab", "a"));
  EXPECT_FALSE(LabelFits("ab", "ac"));
  EXPECT_TRUE(LabelFits("ab", "\0a\0b\0"s)) << "a label has no NUL";
  EXPECT_TRUE(LabelFits("", "\0"s));
  const std::string id(255, 'i');
  EXPECT_TRUE(LabelFits(id.substr(0, 194), id));
  EXPECT_FALSE(LabelFits(id.substr(0, 193), id));
  EXPECT_FALSE(LabelFits(id.substr(0, 195), id));
  EXPECT_TRUE(LabelFits(id.substr(0, 194), id.substr(0, 194)));
  EXPECT_FALSE(LabelFits(id.substr(0, 193) + "j", id));
}

int Number(std::string_view text) {
  int number = -1;
  const bool good = ParseNumber(Exact(text), &number);
  EXPECT_EQ(good, number != -1);
  return number;
}

TEST(NumberTest, TakesDigitsOnly) {
  EXPECT_EQ(Number("0"), 0);
  EXPECT_EQ(Number("7"), 7);
  EXPECT_EQ(Number("4194304"), 4194304);
  EXPECT_EQ(Number("2147483647"), INT_MAX);
  for (const std::string& text : {""s, "."s, ".."s, "self"s, "-1"s, "+1"s, " 1"s, "1 "s, "1a"s,
                                  "0x1"s, "1\0"s, "\0"s, "00"s, "01"s, "2147483648"s, "4294967297"s,
                                  "18446744073709551617"s, std::string(300, '9'), "\xd9\xa1"s}) {
    EXPECT_EQ(Number(text), -1) << text;
  }
}

}  // namespace
}  // namespace fmmq::discovery
