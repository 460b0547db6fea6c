// Who may not see, or not open, is told so.
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>

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

using test::Holder;
using test::IsSegment;
using test::Ok;
using test::SmallAnonymous;
using test::UniqueName;

// Runs `body` as a user whom permissions bind.
void AsUser(const std::function<void()>& body) {
  const auto child = [&] {
    // Where there is no other user than root: one that execve does not make mighty again.
    prctl(PR_SET_SECUREBITS, SECBIT_NOROOT);
    ASSERT_TRUE(test::DropRights());
    // A process that changed its user hides what it has from its like, until it says otherwise.
    ASSERT_EQ(prctl(PR_SET_DUMPABLE, 1), 0);
    body();
  };
  EXPECT_TRUE(test::Succeeded(test::RunInChild(child)));
}

void ExpectStatus(Status status, Code code, int error) {
  EXPECT_EQ(status.code(), code);
  EXPECT_EQ(status.error(), error);
}

TEST(ModeTest, MayReadOnly) {
  AsUser([] {
    const std::string id = UniqueName();
    const Queue made = SmallAnonymous(id, *ParsePermissions("r--------"));
    EXPECT_EQ(test::FindAll("discovery_test", id).size(), 1u);
    for (const Access access : {Access::kBest, Access::kReadOnly}) {
      Result<Queue> queue = Queue::Connect("discovery_test", id, access);
      ASSERT_TRUE(Ok(queue));
      EXPECT_TRUE(IsSegment(*queue, made));
      EXPECT_FALSE(queue->Info().writable);
      EXPECT_TRUE(Ok(queue->Observe()));
      EXPECT_EQ(queue->NewProducer().code(), Code::kReadOnly);
    }
    const auto status = Queue::Connect("discovery_test", id, Access::kReadWrite).status();
    ExpectStatus(status, Code::kPermissionDenied, EACCES);
  });
}

TEST(ModeTest, MayDoNothing) {
  AsUser([] {
    const std::string id = UniqueName();
    const Queue made = SmallAnonymous(id, *ParsePermissions("---------"));
    const std::string program = UniqueName();
    const Holder holder(program, made);
    MatchInfo match;
    const auto found = Queue::FindAnonymous(program, id, &match, 1);
    ExpectStatus(found.status(), Code::kPermissionDenied, EACCES);
    for (const Access access : {Access::kBest, Access::kReadOnly, Access::kReadWrite}) {
      const auto other = Queue::Connect(program, id, access).status();
      ExpectStatus(other, Code::kPermissionDenied, EACCES);
      const auto own = Queue::ConnectPid(getpid(), id, access).status();
      ExpectStatus(own, Code::kPermissionDenied, EACCES);
    }
    // It is not in the way of who looks for something else.
    ExpectStatus(Queue::Connect(program, id + "x").status(), Code::kNotFound, 0);
    ExpectStatus(Queue::ConnectPid(getpid(), "").status(), Code::kNotFound, 0);
  });
}

// Longer than what the memfd's name holds.
TEST(ModeTest, MayDoNothingWithALongId) {
  AsUser([] {
    std::string id = UniqueName();
    id += std::string(255 - id.size(), 'i');
    const Queue made = SmallAnonymous(id, 0);
    ExpectStatus(Queue::ConnectPid(getpid(), id).status(), Code::kPermissionDenied, EACCES);
    id[100] = 'x';
    ExpectStatus(Queue::ConnectPid(getpid(), id).status(), Code::kNotFound, 0);
  });
}

TEST(ModeTest, TheNextWhenThePermissionsRefuse) {
  AsUser([] {
    const std::string id = UniqueName();
    const Queue oldest = SmallAnonymous(id, 0600);
    const Queue newer = SmallAnonymous(id, 0400);
    const Queue newest = SmallAnonymous(id, 0);
    EXPECT_TRUE(IsSegment(*Queue::Connect("discovery_test", id), newer));
    EXPECT_TRUE(IsSegment(*Queue::Connect("discovery_test", id, Access::kReadWrite), oldest));
  });
}

// Between two processes of one user.
TEST(ModeTest, AnotherProcessOfTheSameUser) {
  AsUser([] {
    const std::string program = UniqueName();
    const Queue made = SmallAnonymous("id", 0400);
    const Holder holder(program, made);
    const Result<Queue> queue = Queue::Connect(program, "id");
    ASSERT_TRUE(Ok(queue));
    EXPECT_TRUE(IsSegment(*queue, made));
    EXPECT_FALSE(queue->Info().writable);
  });
}

// A process that keeps what it has to itself.
class HiddenHolder {
 public:
  HiddenHolder(const std::string& program, const Queue& queue)
      : holder_({program, "hidden"}, {queue.fd()}) {
    EXPECT_TRUE(test::Eventually([this] { return !Queue::ConnectPid(pid(), "id").ok(); }));
  }
  int pid() const { return holder_.pid(); }

 private:
  const Holder holder_;
};

TEST(DeniedTest, IsToldFromNotFound) {
  AsUser([] {
    const std::string program = UniqueName();
    const Queue made = SmallAnonymous("id", 0666);
    const HiddenHolder holder(program, made);
    MatchInfo match;
    const auto found = Queue::FindAnonymous(program, "id", &match, 1);
    ExpectStatus(found.status(), Code::kPermissionDenied, EACCES);
    ExpectStatus(Queue::Connect(program, "id").status(), Code::kPermissionDenied, EACCES);
    ExpectStatus(Queue::Connect(program, "any").status(), Code::kPermissionDenied, EACCES);
    const auto by_pid = Queue::ConnectPid(holder.pid(), "id");
    ExpectStatus(by_pid.status(), Code::kPermissionDenied, EACCES);
    ExpectStatus(Queue::Connect(program + "x", "id").status(), Code::kNotFound, 0);
  });
}

TEST(DeniedTest, WhatIsFoundElsewhereComesFirst) {
  AsUser([] {
    const std::string program = UniqueName();
    const Queue hidden = SmallAnonymous("id", 0666);
    const HiddenHolder hidden_holder(program, hidden);
    const Queue made = SmallAnonymous("id");
    const Holder holder(program, made);
    EXPECT_EQ(test::FindAll(program, "id").size(), 1u);
    EXPECT_TRUE(IsSegment(*Queue::Connect(program, "id"), made));
  });
}

// Another user's process, whatever the segment's mode.
TEST(DeniedTest, AnotherUsersProcess) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can make processes of two users";
  const std::string program = UniqueName();
  const Queue made = SmallAnonymous("id", 0666);
  const Holder holder(program, made);
  AsUser([&] {
    ExpectStatus(Queue::Connect(program, "id").status(), Code::kPermissionDenied, EACCES);
    const auto by_pid = Queue::ConnectPid(holder.pid(), "id");
    ExpectStatus(by_pid.status(), Code::kPermissionDenied, EACCES);
    ExpectStatus(Queue::Connect(program + "x", "id").status(), Code::kNotFound, 0);
  });
}

// The kernel denies us what a zombie had open, but nothing is behind that.
TEST(DeniedTest, AZombieIsNotFound) {
  AsUser([] {
    const std::string program = UniqueName();
    const Queue made = SmallAnonymous("id");
    Holder holder(program, made);
    EXPECT_TRUE(Ok(Queue::ConnectPid(holder.pid(), "id")));
    holder.KillUnreaped();
    ExpectStatus(Queue::ConnectPid(holder.pid(), "id").status(), Code::kNotFound, 0);
    ExpectStatus(Queue::Connect(program, "id").status(), Code::kNotFound, 0);
  });
}

}  // namespace
}  // namespace fmmq
