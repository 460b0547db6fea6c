// Process namespaces, and /proc in other shapes. Skipped where this process may not make them.
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/discovery/holder.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/process_state.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::Child;
using test::Holder;
using test::IsSegment;
using test::Ok;
using test::SmallAnonymous;
using test::UniqueName;

constexpr char kSkipped[] = "not allowed here: ";

bool Mount(const char* type, const char* options) {
  return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount(type, "/proc", type, 0, options) == 0;
}

// Runs `body` as the first process of a new process namespace, with a /proc of its own.
void InNamespace(const char* options, const std::function<void()>& body) {
  const auto inside = [&] {
    if (!Mount("proc", options)) {
      std::printf("%smount, %s\n", kSkipped, std::strerror(errno));
      return;
    }
    body();
  };
  const auto outside = [&] {
    if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0) {
      std::printf("%sunshare, %s\n", kSkipped, std::strerror(errno));
      return;
    }
    const test::ChildResult result = test::RunInChild(inside);
    std::printf("%s", result.output.c_str());
    EXPECT_EQ(result.exit_code, 0);
  };
  const test::ChildResult result = test::RunInChild(outside);
  EXPECT_TRUE(test::Succeeded(result));
  if (result.output.find(kSkipped) != std::string::npos) GTEST_SKIP() << result.output;
}

TEST(NamespaceTest, SeesItsOwnProcessesOnly) {
  const std::string program = UniqueName();
  const Queue outer = SmallAnonymous("id");
  const Holder outer_holder(program, outer);
  InNamespace("", [&] {
    EXPECT_EQ(Queue::Connect(program, "id").code(), Code::kNotFound);
    const std::string own_id = UniqueName();
    const Queue own = SmallAnonymous(own_id);
    EXPECT_EQ(getpid(), 1);
    EXPECT_TRUE(IsSegment(*Queue::ConnectPid(1, own_id), own));
    EXPECT_TRUE(IsSegment(*Queue::Connect("discovery_test", own_id), own));
    const Queue inner = SmallAnonymous("id");
    const Holder inner_holder(program, inner);
    const std::vector<MatchInfo> matches = test::FindAll(program, "id");
    ASSERT_EQ(matches.size(), 1u);
    EXPECT_EQ(matches[0].pid, inner_holder.pid());
    EXPECT_TRUE(IsSegment(*Queue::Connect(program, "id"), inner));
  });
}

// From outside everything is seen, under other numbers.
TEST(NamespaceTest, IsSeenFromOutside) {
  const std::string program = UniqueName();
  const Queue made = SmallAnonymous("id");
  const auto outside = [&] {
    if (unshare(CLONE_NEWPID) != 0) {
      std::printf("%sunshare, %s\n", kSkipped, std::strerror(errno));
      return;
    }
    const Holder holder(program, made);  // pid 1 in there; fork says what it is out here
    const std::vector<MatchInfo> matches = test::FindAll(program, "id");
    ASSERT_EQ(matches.size(), 1u);
    EXPECT_EQ(matches[0].pid, holder.pid());
    EXPECT_TRUE(IsSegment(*Queue::ConnectPid(holder.pid(), "id"), made));
  };
  const test::ChildResult result = test::RunInChild(outside);
  EXPECT_TRUE(test::Succeeded(result));
  if (result.output.find(kSkipped) != std::string::npos) GTEST_SKIP() << result.output;
}

// Looks for what another user holds.
void LookAsUser(const std::string& program, int pid, bool visible) {
  const uid_t before = geteuid();
  ASSERT_TRUE(test::DropRights());
  if (geteuid() == before) {
    std::printf("%sanother user\n", kSkipped);
    return;
  }
  EXPECT_EQ(Queue::Connect(program, "id").code(), Code::kNotFound);
  EXPECT_EQ(Queue::ConnectPid(pid, "id").code(),
            visible ? Code::kPermissionDenied : Code::kNotFound);
  const Queue own = SmallAnonymous("own id");
  EXPECT_TRUE(IsSegment(*Queue::ConnectPid(getpid(), "own id"), own));
}

// hidepid=1: other users' processes are there, and closed; 2: they are not there.
TEST(HiddenTest, OtherUsersProcesses) {
  for (const bool visible : {true, false}) {
    InNamespace(visible ? "hidepid=1" : "hidepid=2", [visible] {
      const std::string program = UniqueName();
      const Queue made = SmallAnonymous("id", 0666);
      const Holder holder(program, made);
      const test::ChildResult result =
          test::RunInChild([&] { LookAsUser(program, holder.pid(), visible); });
      std::printf("%s", result.output.c_str());
      EXPECT_EQ(result.exit_code, 0);
    });
  }
}

TEST(NoProcTest, HasAStatusOfItsOwn) {
  const auto body = [] {
    if (unshare(CLONE_NEWNS) != 0 || !Mount("tmpfs", "size=1m")) {
      std::printf("%s%s\n", kSkipped, std::strerror(errno));
      return;
    }
    mkdir("/proc/1", 0755);
    EXPECT_EQ(Queue::Connect("", "id").code(), Code::kNotSupported);
    EXPECT_EQ(Queue::ConnectPid(1, "id").code(), Code::kNotSupported);
    EXPECT_EQ(Queue::FindAnonymous("", "id", nullptr, 0).code(), Code::kNotSupported);
  };
  const test::ChildResult result = test::RunInChild(body);
  EXPECT_TRUE(test::Succeeded(result));
  if (result.output.find(kSkipped) != std::string::npos) GTEST_SKIP() << result.output;
}

}  // namespace
}  // namespace fmmq
