// Which segments are found, and in which order.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "fmmq/fmmq.h"
#include "fmmq/format/geometry.h"
#include "fmmq/format/layout.h"
#include "gtest/gtest.h"
#include "tests/discovery/holder.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/process_state.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using std::string_literals::operator""s;
using test::ExpectCleanFailure;
using test::FindAll;
using test::Holder;
using test::IsSegment;
using test::Ok;
using test::SmallAnonymous;
using test::UniqueName;

std::string LongId(const std::string& start, size_t size) {
  return start + std::string(size - start.size(), 'i');
}

TEST(FindTest, SaysWhereItIs) {
  const std::string program = UniqueName();
  Queue queue = SmallAnonymous("id");
  const Holder holder(program, queue);
  const std::vector<MatchInfo> matches = FindAll(program, "id");
  ASSERT_EQ(matches.size(), 1u);
  EXPECT_EQ(matches[0].pid, holder.pid());
  EXPECT_EQ(matches[0].fd, queue.fd());
  EXPECT_TRUE(IsSegment(matches[0], queue));
}

TEST(FindTest, TheNewestFirst) {
  const std::string program = UniqueName();
  const Queue first = SmallAnonymous("id");
  const Queue second = SmallAnonymous("id");
  const Queue third = SmallAnonymous("id");
  const Queue fourth = SmallAnonymous("id");
  const Holder a({program}, {second.fd(), fourth.fd()});
  const Holder b(program, third);
  const Holder c(program, first);
  const std::vector<MatchInfo> matches = FindAll(program, "id");
  ASSERT_EQ(matches.size(), 4u);
  EXPECT_TRUE(IsSegment(matches[0], fourth));
  EXPECT_TRUE(IsSegment(matches[1], third));
  EXPECT_TRUE(IsSegment(matches[2], second));
  EXPECT_TRUE(IsSegment(matches[3], first));
}

// Two segments cannot well be made in one nanosecond, but one can say so.
TEST(FindTest, OfEqualAgeTheLowerPidFirst) {
  const std::string program = UniqueName();
  std::vector<int> files;
  for (const char uuid : {'a', 'b', 'c'}) {
    std::string bytes = test::SegmentBytes("id");
    auto* const header = reinterpret_cast<format::Header*>(bytes.data());
    std::memset(header->uuid, uuid, sizeof(header->uuid));
    SealHeader(header);
    files.push_back(test::Memfd("id", bytes));
    test::Seal(files.back());
  }
  const Holder holders[] = {
      {{program}, {files[1]}}, {{program}, {files[0]}}, {{program}, {files[2]}}};
  std::vector<int> pids;
  for (const MatchInfo& match : FindAll(program, "id")) pids.push_back(match.pid);
  EXPECT_EQ(pids.size(), 3u);
  EXPECT_TRUE(std::is_sorted(pids.begin(), pids.end()));
  for (const int fd : files) close(fd);
}

TEST(FindTest, EachSegmentOnce) {
  const std::string program = UniqueName();
  const Queue shared = SmallAnonymous("id");
  const Queue other = SmallAnonymous("id");
  const int again = dup(shared.fd());
  const Holder holders[] = {{{program}, {shared.fd(), again, other.fd()}},
                            {{program}, {shared.fd()}},
                            {{program}, {other.fd(), again}}};
  const std::vector<MatchInfo> matches = FindAll(program, "id");
  ASSERT_EQ(matches.size(), 2u);
  EXPECT_TRUE(IsSegment(matches[0], other));
  EXPECT_TRUE(IsSegment(matches[1], shared));
  EXPECT_EQ(matches[0].pid, std::min(holders[0].pid(), holders[2].pid()));
  EXPECT_EQ(matches[1].pid, std::min({holders[0].pid(), holders[1].pid(), holders[2].pid()}));
  close(again);
}

TEST(FindTest, FillsNoMoreThanThereIsRoomFor) {
  const std::string program = UniqueName();
  std::vector<Queue> queues;
  std::vector<int> descriptors;
  for (int i = 0; i < 5; ++i) {
    queues.push_back(SmallAnonymous("id"));
    descriptors.push_back(queues.back().fd());
  }
  const Holder forward({program}, descriptors);
  MatchInfo matches[3];
  Result<size_t> found = Queue::FindAnonymous(program, "id", matches, 2);
  EXPECT_EQ(*found, 2u);
  EXPECT_TRUE(IsSegment(matches[0], queues[4]));
  EXPECT_TRUE(IsSegment(matches[1], queues[3]));
  EXPECT_EQ(matches[2].pid, 0);
  found = Queue::FindAnonymous(program, "id", nullptr, 0);
  EXPECT_TRUE(Ok(found));
  EXPECT_EQ(*found, 0u);
  EXPECT_EQ(Queue::FindAnonymous(program, "other", nullptr, 0).code(), Code::kNotFound);
}

TEST(FindTest, TheOwnProcessCounts) {
  const std::string id = UniqueName();
  const Queue queue = SmallAnonymous(id);
  for (const char* program : {"discovery_test", ""}) {
    const std::vector<MatchInfo> matches = FindAll(program, id);
    ASSERT_EQ(matches.size(), 1u) << program;
    EXPECT_EQ(matches[0].pid, getpid());
    EXPECT_EQ(matches[0].fd, queue.fd());
  }
}

TEST(FindTest, NamedSegmentsAreNotFoundById) {
  const test::ScopedName name;
  const Queue queue = *Queue::Create(name.get());
  EXPECT_TRUE(FindAll("", name.get()).empty());
}

TEST(FindProgramTest, ArgumentsAreJoinedBySpaces) {
  const std::string program = UniqueName();
  const Queue queue = SmallAnonymous("id");
  const Holder holder({program, "-x", "", "two words", "last"}, {queue.fd()});
  for (const char* rest : {"", " -x", " -x  two words last", " -x  two"}) {
    EXPECT_EQ(FindAll(program + rest, "id").size(), 1u) << rest;
  }
  for (const char* rest : {"x", " -x two", " -x  two words last ", " two"}) {
    EXPECT_TRUE(FindAll(program + rest, "id").empty()) << rest;
  }
  EXPECT_EQ(FindAll(program.substr(3, 30), "id").size(), 1u);
}

// More than a megabyte, with the text at the end, and with it across every border of a piece.
TEST(FindProgramTest, LongCommandLines) {
  const std::string program = UniqueName();
  const Queue queue = SmallAnonymous("id");
  std::vector<std::string> arguments = {"start"};
  for (int i = 0; i < 15; ++i) arguments.emplace_back(100'000 + i * 273, 'x');
  arguments.push_back(program);
  const Holder holder(arguments, {queue.fd()});
  EXPECT_EQ(FindAll(program, "id").size(), 1u);
  EXPECT_EQ(FindAll(std::string(4095 - program.size(), 'x') + " " + program, "id").size(), 1u);
  EXPECT_TRUE(FindAll(std::string(4096, 'y'), "id").empty());
}

TEST(FindProgramTest, TooLong) {
  ExpectCleanFailure(Code::kNameTooLong, 0, [] {
    return Queue::FindAnonymous(std::string(4097, 'x'), "id", nullptr, 0).status();
  });
}

TEST(FindIdTest, AnyBytes) {
  const std::string program = UniqueName();
  const std::string ids[] = {"",
                             " ",
                             "two words",
                             "100%",
                             "%s%n",
                             "a/b",
                             "gr\xc3\xbc\xc3\x9f \xe2\x82\xac",
                             "\0n\0"s,
                             "\0n"s,
                             "n",
                             "\n\t",
                             "x (deleted)",
                             std::string(255, '\xff'),
                             std::string(255, '\0')};
  std::vector<Queue> queues;
  std::vector<int> descriptors;
  for (const std::string& id : ids) {
    queues.push_back(SmallAnonymous(id));
    descriptors.push_back(queues.back().fd());
  }
  const Holder holder({program}, descriptors);
  for (size_t i = 0; i < queues.size(); ++i) {
    const std::vector<MatchInfo> matches = FindAll(program, ids[i]);
    ASSERT_EQ(matches.size(), 1u) << ids[i];
    EXPECT_TRUE(IsSegment(matches[0], queues[i])) << ids[i];
  }
  for (const std::string& id :
       {"two"s, "two words "s, "Two words"s, "\0"s, std::string(254, '\xff')}) {
    EXPECT_TRUE(FindAll(program, id).empty()) << id;
  }
}

// A memfd's own name holds no more than 194 bytes of them.
TEST(FindIdTest, WhatTheNameCannotHold) {
  const std::string program = UniqueName();
  const std::string same(200, 's');
  const Queue a = SmallAnonymous(same + "a");
  const Queue b = SmallAnonymous(same + "b");
  const Holder holder({program}, {a.fd(), b.fd()});
  ASSERT_EQ(FindAll(program, same + "a").size(), 1u);
  EXPECT_TRUE(IsSegment(FindAll(program, same + "a")[0], a));
  ASSERT_EQ(FindAll(program, same + "b").size(), 1u);
  EXPECT_TRUE(IsSegment(FindAll(program, same + "b")[0], b));
  EXPECT_TRUE(FindAll(program, same).empty());
  EXPECT_TRUE(FindAll(program, same + "c").empty());
}

TEST(FindIdTest, TooLong) {
  ExpectCleanFailure(Code::kNameTooLong, 0, [] {
    return Queue::FindAnonymous("", std::string(256, 'i'), nullptr, 0).status();
  });
}

bool AllowDescriptors(rlim_t count) {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = count;
  limit.rlim_max = std::max(limit.rlim_max, count);
  return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

// 2000 segments in one process, and in another one 2000 files with ours as the last.
TEST(FindTest, ManyDescriptors) {
  const auto child = [] {
    if (!AllowDescriptors(5000)) GTEST_SKIP() << "no right to open 2000 files";
    const std::string program = UniqueName();
    std::vector<Queue> queues;
    std::vector<int> descriptors;
    for (int i = 0; i < 2000; ++i) {
      queues.push_back(SmallAnonymous(LongId(std::to_string(i) + " ", 255)));
      descriptors.push_back(queues.back().fd());
    }
    const Holder segments({program}, descriptors);
    for (const int i : {0, 1000, 1999}) {
      const std::vector<MatchInfo> matches = FindAll(program, LongId(std::to_string(i) + " ", 255));
      ASSERT_EQ(matches.size(), 1u);
      EXPECT_TRUE(IsSegment(matches[0], queues[i]));
    }
    std::vector<int> others;
    for (int i = 0; i < 2000; ++i) others.push_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
    const Queue last = SmallAnonymous("last");
    others.push_back(last.fd());
    const Holder files({program}, others);
    ASSERT_EQ(FindAll(program, "last").size(), 1u);
    EXPECT_EQ(FindAll(program, "last")[0].fd, last.fd());
  };
  EXPECT_TRUE(test::Succeeded(test::RunInChild(child)));
}

// What this process lacks is no answer about others.
TEST(FindTest, NoDescriptorLeft) {
  const Queue queue = SmallAnonymous("id");
  for (const int left : {0, 1, 2, 3}) {
    const auto find = [left] {
      const int next = dup(0);
      close(next);
      EXPECT_TRUE(AllowDescriptors(static_cast<rlim_t>(next + left)));
      const Status status = Queue::FindAnonymous("", "id", nullptr, 0).status();
      EXPECT_TRUE(AllowDescriptors(1000));
      return status;
    };
    ExpectCleanFailure(Code::kSystem, EMFILE, find);
  }
}

}  // namespace
}  // namespace fmmq
