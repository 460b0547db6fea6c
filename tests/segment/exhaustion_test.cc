// When something is used up, or asked for in vain: each case has its own status and leaves nothing.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>
#include <vector>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/process_state.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::ExpectCleanFailure;
using test::Ok;
using test::RunInChild;
using test::ScopedName;
using test::Succeeded;

Options Capacity(uint64_t bytes) {
  Options options;
  options.capacity = bytes;
  return options;
}

// Expects this failure in a /dev/shm of 1 MiB, and that it is empty afterwards.
void InFullShm(const std::string& mount_options, const std::function<Status()>& call) {
  const auto child = [&] {
    ASSERT_TRUE(test::MountPrivateShm(mount_options));
    ExpectCleanFailure(Code::kNoSpace, ENOSPC, call);
    int entries = 0;
    EXPECT_TRUE(Ok(Queue::List([&entries](std::string_view) { return ++entries > 0; })));
    EXPECT_EQ(entries, 0);
    if (mount_options != "size=1m") return;
    // What was reserved is given back: a smaller one fits.
    EXPECT_TRUE(Ok(Queue::Create("small", Capacity(256 << 10))));
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
}

TEST(NoSpaceTest, FullShm) {
  InFullShm("size=1m", [] { return Queue::Create("big", Capacity(1 << 20)).status(); });
  InFullShm("size=1m", [] { return Queue::OpenOrCreate("big", Capacity(1 << 20)).status(); });
  InFullShm("size=1m", [] { return Queue::Create("huge", Capacity(1 << 30)).status(); });
}

TEST(NoSpaceTest, NoInodeLeft) {
  InFullShm("nr_inodes=1", [] { return Queue::Create("any").status(); });
}

// The second of two that fit only one at a time.
TEST(NoSpaceTest, FilledByAnotherQueue) {
  const auto child = [] {
    ASSERT_TRUE(test::MountPrivateShm("size=1m"));
    Result<Queue> first = Queue::Create("first", Capacity(512 << 10));
    ASSERT_TRUE(Ok(first));
    ExpectCleanFailure(Code::kNoSpace, ENOSPC,
                       [] { return Queue::Create("second", Capacity(512 << 10)).status(); });
    EXPECT_FALSE(test::FileExists("/dev/shm/fmmq.second"));
    EXPECT_TRUE(Ok(first->Observe()));
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
}

// The stack cannot grow when there is no address space left: have its next pages now.
void GrowStack() {
  volatile char room[64 << 10];
  for (size_t i = 0; i < sizeof(room); i += 1024) room[i] = 1;
}

// Makes `call` with the soft limit of `resource` at `limit`.
Status WithLimit(decltype(RLIMIT_AS) resource, rlim_t limit, const std::function<Status()>& call) {
  rlimit before;
  if (getrlimit(resource, &before) != 0) return {Code::kOk, errno};
  GrowStack();
  const rlimit low = {limit, before.rlim_max};
  if (setrlimit(resource, &low) != 0) return {Code::kOk, errno};
  const Status status = call();
  setrlimit(resource, &before);
  return status;
}

Status WithoutAddressSpace(const std::function<Status()>& call) {
  return WithLimit(RLIMIT_AS, 0, call);
}

// The next descriptor would be one too many.
Status WithoutDescriptors(const std::function<Status()>& call) {
  return WithLimit(RLIMIT_NOFILE, 0, call);
}

TEST(NoMemoryTest, NoAddressSpaceLeft) {
  const ScopedName name;
  const ScopedName fresh;
  Result<Queue> queue = Queue::Create(name.get());
  ASSERT_TRUE(Ok(queue));
  const std::function<Status()> calls[] = {
      [&] { return Queue::Open(name.get()).status(); },
      [&] { return Queue::Create(fresh.get()).status(); },
      [&] { return Queue::OpenOrCreate(fresh.get()).status(); },
      [&] { return Queue::CreateAnonymous("id").status(); },
  };
  for (const auto& call : calls) {
    ExpectCleanFailure(Code::kNoMemory, ENOMEM, [&] { return WithoutAddressSpace(call); });
  }
  EXPECT_FALSE(test::FileExists(fresh.path()));
}

TEST(NoMemoryTest, NoAddressSpaceForAHandle) {
  const ScopedName name;
  const auto child = [&] {
    Result<Queue> queue = Queue::Create(name.get());
    const auto expect = [](const std::function<Status()>& call) {
      EXPECT_EQ(WithoutAddressSpace(call).code(), Code::kNoMemory);
    };
    const test::Holdings before = test::CurrentHoldings();
    expect([&] { return queue->NewProducer().status(); });
    expect([&] { return queue->Join().status(); });
    expect([&] { return queue->Observe().status(); });
    EXPECT_EQ(test::CurrentHoldings(), before);
    EXPECT_EQ(queue->Info().producers + queue->Info().members, 0u);
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
}

TEST(NoDescriptorTest, NoneLeft) {
  const ScopedName name;
  const ScopedName fresh;
  Result<Queue> queue = Queue::Create(name.get());
  ASSERT_TRUE(Ok(queue));
  const std::function<Status()> calls[] = {
      [&] { return Queue::Open(name.get()).status(); },
      [&] { return Queue::Create(fresh.get()).status(); },
      [&] { return Queue::OpenOrCreate(fresh.get()).status(); },
      [&] { return Queue::CreateAnonymous("id").status(); },
      [&] { return Queue::OpenFd(queue->fd()).status(); },
      [&] { return Queue::List([](std::string_view) { return true; }); },
  };
  for (const auto& call : calls) {
    ExpectCleanFailure(Code::kSystem, EMFILE, [&] { return WithoutDescriptors(call); });
  }
  EXPECT_FALSE(test::FileExists(fresh.path()));
}

TEST(NoDescriptorTest, NoneLeftForAHandle) {
  const ScopedName name;
  const auto child = [&] {
    Result<Queue> queue = Queue::Create(name.get());
    const auto expect = [](const std::function<Status()>& call) {
      const Status status = WithoutDescriptors(call);
      EXPECT_EQ(status.code(), Code::kSystem);
      EXPECT_EQ(status.error(), EMFILE);
    };
    const test::Holdings before = test::CurrentHoldings();
    expect([&] { return queue->NewProducer().status(); });
    expect([&] { return queue->Join().status(); });
    EXPECT_EQ(test::CurrentHoldings(), before);
    EXPECT_EQ(queue->Info().producers + queue->Info().members, 0u);
  };
  EXPECT_TRUE(Succeeded(RunInChild(child)));
}

// Makes `call` in this process, which must fail, and expects that it leaves nothing here.
void ExpectRefused(Code code, const std::function<Status()>& call) {
  const test::Holdings before = test::CurrentHoldings();
  EXPECT_EQ(call().code(), code);
  EXPECT_EQ(test::CurrentHoldings(), before);
}

TEST(NoSeatTest, EverySeatTaken) {
  const ScopedName name;
  Options options = Capacity(4096);
  options.seats = 3;
  Result<Queue> queue = Queue::Create(name.get(), options);
  Producer producer = *queue->NewProducer();
  Consumer consumer = *queue->Join();
  Producer last = *queue->NewProducer();
  ASSERT_TRUE(last.is_open());
  ExpectRefused(Code::kNoSeat, [&] { return queue->NewProducer().status(); });
  ExpectRefused(Code::kNoSeat, [&] { return queue->Join().status(); });
  ExpectRefused(Code::kNoSeat, [&] { return queue->Join("other", {}).status(); });
  EXPECT_TRUE(Ok(queue->Observe()));  // takes none
  // Neither did the vain attempts leave a group.
  GroupInfo groups[4];
  EXPECT_EQ(queue->Groups(groups, 4), 1u);
  ASSERT_TRUE(Ok(last.Close()));
  EXPECT_TRUE(Ok(queue->Join()));
}

TEST(NoSeatTest, AllThatWereAskedFor) {
  const ScopedName name;
  Options options = Capacity(4096);
  options.seats = 100;
  Result<Queue> queue = Queue::Create(name.get(), options);
  std::vector<Producer> producers;
  for (int i = 0; i < 100; ++i) {
    producers.push_back(*queue->NewProducer());
    ASSERT_TRUE(producers.back().is_open()) << i;
  }
  ExpectRefused(Code::kNoSeat, [&] { return queue->NewProducer().status(); });
  EXPECT_EQ(queue->Info().producers, 100u);
  for (Producer& producer : producers) EXPECT_TRUE(Ok(producer.TryWrite("1")));
}

TEST(NoGroupTest, EveryGroupTaken) {
  const ScopedName name;
  Options options = Capacity(4096);
  options.groups = 2;
  Result<Queue> queue = Queue::Create(name.get(), options);
  Consumer other = *queue->Join("other", {});
  ASSERT_TRUE(other.is_open());
  ExpectRefused(Code::kNoGroup, [&] { return queue->Join("one too many", {}).status(); });
  EXPECT_EQ(queue->Info().members, 1u);
  EXPECT_TRUE(Ok(queue->Join()));
  // An ephemeral group ends with its last member: its entry is free again.
  ASSERT_TRUE(Ok(other.Close()));
  EXPECT_TRUE(Ok(queue->Join("one after another", {})));
}

TEST(NoGroupTest, AQueueWithoutGroups) {
  const ScopedName name;
  Options options = Capacity(4096);
  options.groups = 0;
  options.default_group = false;
  Result<Queue> queue = Queue::Create(name.get(), options);
  ASSERT_TRUE(Ok(queue));
  ExpectRefused(Code::kNoGroup, [&] { return queue->Join().status(); });
}

TEST(ArgumentTest, OptionsOutOfTheirLimits) {
  const ScopedName name;
  const auto expect = [&](const Options& options) {
    const auto create = [&] { return Queue::Create(name.get(), options).status(); };
    const auto open = [&] { return Queue::OpenOrCreate(name.get(), options).status(); };
    ExpectCleanFailure(Code::kInvalidArgument, 0, create);
    ExpectCleanFailure(Code::kInvalidArgument, 0, open);
    ExpectCleanFailure(Code::kInvalidArgument, 0,
                       [&] { return Queue::CreateAnonymous("id", options).status(); });
  };
  expect(Capacity(0));
  Options options;
  options.block_size = 33;
  expect(options);
  options = {};
  options.seats = 1025;
  expect(options);
  options = {};
  options.mode = 04700;
  expect(options);
}

TEST(ArgumentTest, NamesThatAreNone) {
  const auto expect = [](Code code, const std::string& name) {
    ExpectCleanFailure(code, 0, [&] { return Queue::Create(name).status(); });
    ExpectCleanFailure(code, 0, [&] { return Queue::Open(name).status(); });
    ExpectCleanFailure(code, 0, [&] { return Queue::OpenOrCreate(name).status(); });
    ExpectCleanFailure(code, 0, [&] { return Queue::Remove(name); });
  };
  expect(Code::kBadName, "");
  expect(Code::kBadName, "a/b");
  expect(Code::kBadName, "/dev/shm/x");
  expect(Code::kBadName, std::string("a\0b", 3));
  expect(Code::kNameTooLong, std::string(251, 'n'));
  expect(Code::kNameTooLong, std::string(100000, 'n'));
}

TEST(ArgumentTest, GroupNamesThatAreNone) {
  const ScopedName name;
  Result<Queue> queue = Queue::Create(name.get());
  const auto join = [&](const std::string& group) {
    return [&queue, group] { return queue->Join(group, {}).status(); };
  };
  ExpectRefused(Code::kBadName, join(""));
  ExpectRefused(Code::kBadName, join(std::string("a\0b", 3)));
  ExpectRefused(Code::kNameTooLong, join(std::string(65, 'g')));
  EXPECT_TRUE(Ok(queue->Join(std::string(64, 'g'), {})));
  EXPECT_EQ(queue->Info().members, 0u);
}

TEST(ArgumentTest, ANameThatIsTaken) {
  const ScopedName name;
  ASSERT_TRUE(Ok(Queue::Create(name.get())));
  ExpectCleanFailure(Code::kAlreadyExists, EEXIST,
                     [&] { return Queue::Create(name.get()).status(); });
}

TEST(ArgumentTest, ANameThatIsNotThere) {
  const ScopedName name;
  ExpectCleanFailure(Code::kNotFound, ENOENT, [&] { return Queue::Open(name.get()).status(); });
  ExpectCleanFailure(Code::kNotFound, ENOENT, [&] { return Queue::Remove(name.get()); });
}

}  // namespace
}  // namespace fmmq
