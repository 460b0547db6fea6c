// Attaching to what is found, while it may be going away.
#include "fmmq/queue/connect.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "fmmq/discovery/discovery.h"
#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/discovery/holder.h"
#include "tests/support/child.h"
#include "tests/support/deadline.h"
#include "tests/support/names.h"
#include "tests/support/process_state.h"
#include "tests/support/retry.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::ExpectCleanFailure;
using test::FindAll;
using test::Holder;
using test::IsSegment;
using test::Ok;
using test::SmallAnonymous;
using test::UniqueName;

TEST(ConnectTest, ToAnotherProcess) {
  const std::string program = UniqueName();
  Queue made = SmallAnonymous("id");
  const Holder holder(program, made);
  for (const bool by_pid : {false, true}) {
    Result<Queue> queue =
        by_pid ? Queue::ConnectPid(holder.pid(), "id") : Queue::Connect(program, "id");
    ASSERT_TRUE(Ok(queue));
    EXPECT_TRUE(IsSegment(*queue, made));
    EXPECT_TRUE(queue->Info().writable);
    EXPECT_TRUE(Ok(queue->NewProducer()->TryWrite("hello")));
    Consumer consumer = *made.Join();
    EXPECT_EQ(test::ReadText(consumer), "hello");
  }
}

TEST(ConnectTest, ToTheOwnProcess) {
  const std::string id = UniqueName();
  const Queue made = SmallAnonymous(id);
  for (const char* program : {"discovery_test", ""}) {
    const Result<Queue> queue = Queue::Connect(program, id);
    ASSERT_TRUE(Ok(queue));
    EXPECT_TRUE(IsSegment(*queue, made));
    EXPECT_NE(queue->fd(), made.fd());
  }
  EXPECT_TRUE(IsSegment(*Queue::ConnectPid(getpid(), id), made));
}

// The segment lives as long as anybody has it.
TEST(ConnectTest, OutlivesItsMaker) {
  const std::string program = UniqueName();
  Queue made = SmallAnonymous("id");
  Holder holder(program, made);
  made.Close().IgnoreError();
  Queue queue = *Queue::Connect(program, "id");
  holder.Kill();
  EXPECT_TRUE(Ok(queue.NewProducer()->TryWrite("alive")));
  Consumer consumer = *queue.Join();
  EXPECT_EQ(test::ReadText(consumer), "alive");
}

TEST(ConnectTest, ReadOnlyWhereAskedFor) {
  const std::string program = UniqueName();
  const Queue made = SmallAnonymous("id");
  const Holder holder(program, made);
  Result<Queue> queue = Queue::Connect(program, "id", Access::kReadOnly);
  ASSERT_TRUE(Ok(queue));
  EXPECT_FALSE(queue->Info().writable);
  EXPECT_EQ(queue->NewProducer().code(), Code::kReadOnly);
}

TEST(ConnectTest, ToTheNewest) {
  const std::string program = UniqueName();
  const Queue older = SmallAnonymous("id");
  const Queue newer = SmallAnonymous("id");
  const Holder a(program, newer);
  const Holder b(program, older);
  EXPECT_TRUE(IsSegment(*Queue::Connect(program, "id"), newer));
  EXPECT_TRUE(IsSegment(*Queue::ConnectPid(b.pid(), "id"), older));
}

TEST(ConnectTest, CleanFailures) {
  const std::string program = UniqueName();
  const Queue queue = SmallAnonymous("id");
  const Holder holder(program, queue);
  ExpectCleanFailure(Code::kNotFound, 0, [&] { return Queue::Connect(program, "di").status(); });
  ExpectCleanFailure(Code::kNotFound, 0,
                     [&] { return Queue::Connect(program + "x", "id").status(); });
  ExpectCleanFailure(Code::kNotFound, 0, [] { return Queue::ConnectPid(1 << 30, "id").status(); });
  for (const int pid : {0, -1}) {
    ExpectCleanFailure(Code::kInvalidArgument, 0,
                       [pid] { return Queue::ConnectPid(pid, "id").status(); });
  }
  ExpectCleanFailure(Code::kNameTooLong, 0,
                     [] { return Queue::Connect("", std::string(256, 'i')).status(); });
  ExpectCleanFailure(Code::kNameTooLong, 0,
                     [] { return Queue::Connect(std::string(4097, 'p'), "id").status(); });
}

// Found, then killed, then opened.
class GoneTest : public ::testing::Test {
 protected:
  GoneTest()
      : older_(SmallAnonymous("id")),
        newer_(SmallAnonymous("id")),
        older_holder_(program_, older_),
        newer_holder_(program_, newer_),
        matches_(FindAll(program_, "id")) {}

  void SetUp() override {
    ASSERT_EQ(matches_.size(), 2u);
    ASSERT_TRUE(IsSegment(matches_[0], newer_));
  }

  Result<Queue> ConnectNow() const {
    return internal::ConnectToFirst(matches_.data(), matches_.size(), Access::kBest);
  }

  const std::string program_ = UniqueName();
  const Queue older_;
  const Queue newer_;
  Holder older_holder_;
  Holder newer_holder_;
  const std::vector<MatchInfo> matches_;
};

TEST_F(GoneTest, NobodyDied) { EXPECT_TRUE(IsSegment(*ConnectNow(), newer_)); }

TEST_F(GoneTest, TheNextIsTaken) {
  newer_holder_.Kill();
  const Result<Queue> queue = ConnectNow();
  ASSERT_TRUE(Ok(queue));
  EXPECT_TRUE(IsSegment(*queue, older_));
}

TEST_F(GoneTest, AZombieIsGoneToo) {
  newer_holder_.KillUnreaped();
  EXPECT_TRUE(IsSegment(*ConnectNow(), older_));
}

TEST_F(GoneTest, AllAreGone) {
  newer_holder_.Kill();
  older_holder_.KillUnreaped();
  ExpectCleanFailure(Code::kNotFound, 0, [this] { return ConnectNow().status(); });
  EXPECT_EQ(Queue::Connect(program_, "id").code(), Code::kNotFound);
}

// In the same process, under the same number.
TEST(OpenMatchTest, WhatTookItsPlaceIsNotOpened) {
  const std::string id = UniqueName();
  Queue first = SmallAnonymous(id);
  const MatchInfo match = FindAll("", id).at(0);
  ASSERT_EQ(match.fd, first.fd());
  EXPECT_TRUE(Ok(discovery::Open(match)));
  const Queue second = SmallAnonymous(id);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  for (const int other : {second.fd(), null, ends[0], ends[1]}) {
    ASSERT_EQ(dup3(other, match.fd, O_CLOEXEC), match.fd);
    ExpectCleanFailure(Code::kNotFound, 0, [&] { return discovery::Open(match).status(); });
  }
  for (const int fd : {null, ends[0], ends[1]}) close(fd);
}

TEST(OpenMatchTest, AClosedDescriptor) {
  const std::string id = UniqueName();
  Queue queue = SmallAnonymous(id);
  const MatchInfo match = FindAll("", id).at(0);
  ASSERT_TRUE(Ok(queue.Close()));
  EXPECT_EQ(discovery::Open(match).code(), Code::kNotFound);
}

TEST(OpenMatchTest, NoMatchAtAll) {
  ExpectCleanFailure(Code::kNotFound, ENOENT, [] { return discovery::Open({}).status(); });
}

// Starts and kills holders of a queue's segment, for ever.
void ChurnHolders(const std::string& program, const Queue& queue) {
  std::vector<std::unique_ptr<Holder>> holders;
  for (;;) {
    holders.push_back(std::make_unique<Holder>(program, queue));
    if (holders.size() > 4) holders.erase(holders.begin());
  }
}

// The newest comes and goes all the time; an older one stays.
TEST(ConnectTest, WhileProcessesComeAndGo) {
  const std::string program = UniqueName();
  const Queue older = SmallAnonymous("id");
  const Queue newer = SmallAnonymous("id");
  const Holder stays(program, older);
  const test::Child churn([&] { ChurnHolders(program, newer); });
  int to_newer = 0;
  const test::Deadline long_enough;
  for (int i = 0; (i < 500 || to_newer == 0) && !long_enough.passed(); ++i) {
    const Result<Queue> queue = Queue::Connect(program, "id");
    ASSERT_TRUE(Ok(queue));
    EXPECT_TRUE(IsSegment(*queue, newer) || IsSegment(*queue, older));
    to_newer += IsSegment(*queue, newer) ? 1 : 0;
  }
  EXPECT_GT(to_newer, 0);
}

// All that there is comes and goes: found or not, and nothing else.
TEST(ConnectTest, WhileAllComeAndGo) {
  const std::string program = UniqueName();
  const Queue queue = SmallAnonymous("id");
  const test::Child churn([&] { ChurnHolders(program, queue); });
  const test::Deadline enough(std::chrono::seconds(2));
  const test::Deadline long_enough;
  int found = 0;
  while ((!enough.passed() || found < 10) && !long_enough.passed()) {
    const Code code = Queue::Connect(program, "id").code();
    EXPECT_TRUE(code == Code::kOk || code == Code::kNotFound) << CodeName(code);
    found += code == Code::kOk ? 1 : 0;
  }
  EXPECT_GE(found, 10);
}

}  // namespace
}  // namespace fmmq
