// Modes, and those who may read only or not at all.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <functional>
#include <string>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/process_state.h"
#include "tests/support/retry.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::Ok;
using test::RunInChild;
using test::ScopedName;
using test::Succeeded;

uint32_t ModeOf(const std::string& path) {
  struct stat file = {};
  stat(path.c_str(), &file);
  return file.st_mode & 07777;
}

Options WithMode(uint32_t mode, Policy policy = Policy::kLossless) {
  Options options;
  options.mode = mode;
  options.policy = policy;
  return options;
}

TEST(ModeTest, OwnerOnlyByDefault) {
  const ScopedName name;
  ASSERT_TRUE(Ok(Queue::Create(name.get())));
  EXPECT_EQ(ModeOf(name.path()), 0600u);
}

TEST(ModeTest, IsWhatWasAskedForWhateverTheUmask) {
  for (const mode_t mask : {0, 022, 077, 0777}) {
    for (const uint32_t mode : {0u, 0400u, 0600u, 0640u, 0644u, 0666u, 0700u, 0777u}) {
      const ScopedName name;
      const auto create = [&] {
        umask(mask);
        EXPECT_TRUE(Ok(Queue::Create(name.get(), WithMode(mode))));
      };
      EXPECT_TRUE(Succeeded(RunInChild(create)));
      EXPECT_EQ(ModeOf(name.path()), mode) << "umask " << mask;
    }
  }
}

// Nothing of it stays open here.
void CreateWithMessage(const std::string& name) {
  Result<Queue> queue = Queue::Create(name, WithMode(0600, Policy::kCompat));
  ASSERT_TRUE(Ok(queue));
  Result<Producer> producer = queue->NewProducer();
  ASSERT_TRUE(Ok(producer->TryWrite("for all to see")));
}

// Runs `body` as somebody who may read the queue and not write to it.
void AsReader(const std::string& name, const std::function<void(Queue&)>& body) {
  const auto child = [&] {
    ASSERT_TRUE(test::DropRights());
    Result<Queue> queue = Queue::Open(name);
    ASSERT_TRUE(Ok(queue));
    body(*queue);
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
}

void ExpectLooksOnOnly(Queue& queue) {
  EXPECT_FALSE(queue.Info().writable);
  EXPECT_EQ(queue.NewProducer().code(), Code::kReadOnly);
  EXPECT_EQ(queue.Join().code(), Code::kReadOnly);
  EXPECT_EQ(queue.Join("other", {}).code(), Code::kReadOnly);
  EXPECT_EQ(queue.LetWritersOverwrite().code(), Code::kReadOnly);
  for (const std::string& line : test::SegmentMappings()) {
    EXPECT_EQ(line.substr(line.find(' ') + 1, 2), "r-") << line;
  }
  Result<Observer> observer = queue.Observe(From::kOldest);
  ASSERT_TRUE(Ok(observer));
  EXPECT_EQ(test::ReadText(*observer), "for all to see");
  EXPECT_EQ(test::ReadText(*observer), "kEmpty");
}

TEST(ReadOnlyTest, WhoMayReadOnlyLooksOn) {
  const ScopedName name;
  CreateWithMessage(name);
  ASSERT_EQ(chmod(name.path().c_str(), 0444), 0);
  AsReader(name, ExpectLooksOnOnly);
}

TEST(ReadOnlyTest, WhoAsksForItLooksOn) {
  const ScopedName name;
  CreateWithMessage(name);
  Result<Queue> queue = Queue::Open(name.get(), Access::kReadOnly);
  ASSERT_TRUE(Ok(queue));
  ExpectLooksOnOnly(*queue);
}

TEST(ReadOnlyTest, ObserversSeeWhatComesWhileTheyLook) {
  const ScopedName name;
  Result<Queue> queue = Queue::Create(name.get());
  Result<Producer> producer = queue->NewProducer();
  ASSERT_EQ(chmod(name.path().c_str(), 0444), 0);
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  test::Child reader([&] {
    ASSERT_TRUE(test::DropRights());
    Result<Queue> seen = Queue::Open(name.get());
    Result<Observer> observer = seen->Observe();
    EXPECT_EQ(write(ready[1], "r", 1), 1);
    EXPECT_EQ(test::ReadTextSoon(*observer), "first");
    EXPECT_EQ(test::ReadTextSoon(*observer), "second");
  });
  char byte;
  EXPECT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_TRUE(Ok(producer->TryWrite("first")));
  EXPECT_TRUE(Ok(producer->TryWrite("second")));
  EXPECT_TRUE(Succeeded(reader.Wait()));
  close(ready[0]);
  close(ready[1]);
}

// Makes `call` without rights, and expects a clean kPermissionDenied.
void ExpectDenied(const std::function<Status()>& call) {
  const auto child = [&] {
    ASSERT_TRUE(test::DropRights());
    test::ExpectCleanFailure(Code::kPermissionDenied, EACCES, call);
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
}

TEST(PermissionTest, NoRightToWrite) {
  const ScopedName name;
  ASSERT_TRUE(Ok(Queue::Create(name.get(), WithMode(0444))));
  ExpectDenied([&] { return Queue::Open(name.get(), Access::kReadWrite).status(); });
}

TEST(PermissionTest, NoRightAtAll) {
  const ScopedName name;
  ASSERT_TRUE(Ok(Queue::Create(name.get(), WithMode(0))));
  ExpectDenied([&] { return Queue::Open(name.get()).status(); });
  ExpectDenied([&] { return Queue::Open(name.get(), Access::kReadOnly).status(); });
  ExpectDenied([&] { return Queue::Open(name.get(), Access::kReadWrite).status(); });
  ExpectDenied([&] { return Queue::OpenOrCreate(name.get()).status(); });
}

// A handle opens the segment anew, for its lock: who has it mapped may still not be allowed to.
TEST(PermissionTest, ACreatorThatMayNotOpenItsOwnQueue) {
  const ScopedName name;
  const auto child = [&] {
    ASSERT_TRUE(test::DropRights());
    Result<Queue> queue = Queue::Create(name.get(), WithMode(0));
    ASSERT_TRUE(Ok(queue));
    const test::Holdings before = test::CurrentHoldings();
    const Status produced = queue->NewProducer().status();
    const Status joined = queue->Join().status();
    EXPECT_EQ(test::CurrentHoldings(), before);
    for (const Status status : {produced, joined}) {
      EXPECT_EQ(status.code(), Code::kPermissionDenied);
      EXPECT_EQ(status.error(), EACCES);
    }
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
}

// Without rights in a /dev/shm that nobody but its owner may write to.
void InClosedShm(const std::function<Status()>& call) {
  const auto child = [&] {
    ASSERT_TRUE(test::MountPrivateShm("size=1m,mode=0555"));
    ASSERT_TRUE(test::DropRights());
    test::ExpectCleanFailure(Code::kPermissionDenied, EACCES, call);
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
}

TEST(PermissionTest, NoRightToCreate) {
  InClosedShm([] { return Queue::Create("denied").status(); });
  InClosedShm([] { return Queue::OpenOrCreate("denied").status(); });
}

TEST(PermissionTest, NoRightToRemove) {
  const auto child = [] {
    ASSERT_TRUE(test::MountPrivateShm("size=2m,mode=0777"));
    ASSERT_TRUE(Ok(Queue::Create("kept")));
    ASSERT_EQ(chmod("/dev/shm", 0555), 0);
    ASSERT_TRUE(test::DropRights());
    test::ExpectCleanFailure(Code::kPermissionDenied, EACCES, [] { return Queue::Remove("kept"); });
    EXPECT_TRUE(test::FileExists("/dev/shm/fmmq.kept"));
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
}

TEST(PermissionTest, NoRightToList) {
  const auto child = [] {
    ASSERT_TRUE(test::MountPrivateShm("size=1m,mode=0"));
    ASSERT_TRUE(test::DropRights());
    test::ExpectCleanFailure(Code::kPermissionDenied, EACCES,
                             [] { return Queue::List([](std::string_view) { return true; }); });
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
}

}  // namespace
}  // namespace fmmq
