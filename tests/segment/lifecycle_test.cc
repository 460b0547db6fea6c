// Named segments: create, open, open or create, remove, list.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/names.h"
#include "tests/support/raw_segment.h"
#include "tests/support/retry.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::Ok;
using test::ScopedName;

std::string Uuid(const Queue& queue) {
  const QueueInfo info = queue.Info();
  return std::string(reinterpret_cast<const char*>(info.uuid), sizeof(info.uuid));
}

uint64_t RealtimeNanoseconds() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec);
}

Options OddOptions() {
  Options options;
  options.capacity = 10000;
  options.block_size = 64;
  options.seats = 7;
  options.groups = 3;
  options.string_size = 500;
  options.policy = Policy::kCompat;
  options.single_producer = true;
  return options;
}

void ExpectOddOptions(const QueueInfo& info) {
  EXPECT_EQ(info.capacity, 16384u);
  EXPECT_EQ(info.block_size, 64u);
  EXPECT_EQ(info.seats, 7u);
  EXPECT_EQ(info.groups, 3u);
  EXPECT_EQ(info.string_size, 500u);
  EXPECT_EQ(info.policy, Policy::kCompat);
  EXPECT_TRUE(info.single_producer);
  EXPECT_EQ(info.segment_bytes, RequiredSize(OddOptions()));
}

TEST(CreateTest, MakesAFileOfTheRequiredSize) {
  const ScopedName name;
  const Result<Queue> queue = Queue::Create(name.get());
  ASSERT_TRUE(Ok(queue));
  struct stat file;
  ASSERT_EQ(stat(name.path().c_str(), &file), 0);
  EXPECT_EQ(static_cast<uint64_t>(file.st_size), RequiredSize(Options()));
  EXPECT_TRUE(S_ISREG(file.st_mode));
  // All its memory is there already: no write can run out of it later.
  EXPECT_GE(static_cast<uint64_t>(file.st_blocks) * 512, RequiredSize(Options()));
}

TEST(CreateTest, InfoSaysWhatWasAskedFor) {
  const ScopedName name;
  const uint64_t before = RealtimeNanoseconds();
  const Result<Queue> queue = Queue::Create(name.get(), OddOptions());
  ASSERT_TRUE(Ok(queue));
  const QueueInfo info = queue->Info();
  ExpectOddOptions(info);
  EXPECT_EQ(info.id, name.get());
  EXPECT_FALSE(info.anonymous);
  EXPECT_TRUE(info.writable);
  EXPECT_GE(info.created_ns, before);
  EXPECT_LE(info.created_ns, RealtimeNanoseconds());
  EXPECT_EQ(info.head, 0u);
  EXPECT_EQ(info.producers + info.members, 0u);
}

TEST(CreateTest, InfoOfDefaults) {
  const ScopedName name;
  const Result<Queue> queue = Queue::Create(name.get());
  const QueueInfo info = queue->Info();
  EXPECT_EQ(info.capacity, 1u << 20);
  EXPECT_EQ(info.block_size, 32u);
  EXPECT_EQ(info.policy, Policy::kLossless);
  EXPECT_FALSE(info.single_producer);
  EXPECT_EQ(queue->max_message_size(), size_t{1} << 20);
}

TEST(CreateTest, NoTwoSegmentsShareAUuid) {
  const ScopedName first;
  const ScopedName second;
  const Result<Queue> a = Queue::Create(first.get());
  const Result<Queue> b = Queue::Create(second.get());
  EXPECT_NE(Uuid(*a), Uuid(*b));
  EXPECT_NE(Uuid(*a), std::string(16, '\0'));
}

TEST(CreateTest, RefusesANameThatIsTaken) {
  const ScopedName name;
  const Result<Queue> queue = Queue::Create(name.get());
  ASSERT_TRUE(Ok(queue));
  EXPECT_EQ(Queue::Create(name.get()).code(), Code::kAlreadyExists);
  EXPECT_EQ(Uuid(*Queue::Open(name.get())), Uuid(*queue));
}

TEST(CreateTest, ADefaultGroupOnlyWhereAskedFor) {
  const ScopedName with;
  const ScopedName without;
  Options options;
  GroupInfo groups[4];
  EXPECT_EQ(Queue::Create(with.get(), options)->Groups(groups, 4), 1u);
  EXPECT_STREQ(groups[0].name, "default");
  EXPECT_TRUE(groups[0].durable);
  EXPECT_EQ(groups[0].kind, GroupKind::kShared);
  options.default_group = false;
  EXPECT_EQ(Queue::Create(without.get(), options)->Groups(groups, 4), 0u);
}

TEST(OpenTest, SeesTheSegmentThatWasMade) {
  const ScopedName name;
  const Result<Queue> made = Queue::Create(name.get(), OddOptions());
  const Result<Queue> opened = Queue::Open(name.get());
  ASSERT_TRUE(Ok(opened));
  ExpectOddOptions(opened->Info());
  EXPECT_EQ(Uuid(*opened), Uuid(*made));
  EXPECT_EQ(opened->Info().created_ns, made->Info().created_ns);
  EXPECT_TRUE(opened->Info().writable);
}

TEST(OpenTest, SaysWhenThereIsNone) {
  const ScopedName name;
  const Result<Queue> queue = Queue::Open(name.get());
  EXPECT_EQ(queue.code(), Code::kNotFound);
  EXPECT_EQ(queue.status().error(), ENOENT);
  EXPECT_FALSE(queue->is_open());
}

TEST(OpenOrCreateTest, CreatesThenOpens) {
  const ScopedName name;
  const Result<Queue> made = Queue::OpenOrCreate(name.get(), OddOptions());
  ASSERT_TRUE(Ok(made));
  ExpectOddOptions(made->Info());
  const Result<Queue> opened = Queue::OpenOrCreate(name.get());
  ASSERT_TRUE(Ok(opened));
  ExpectOddOptions(opened->Info());
  EXPECT_EQ(Uuid(*opened), Uuid(*made));
}

TEST(RemoveTest, TakesTheNameAndNothingElse) {
  const ScopedName name;
  Result<Queue> old = Queue::Create(name.get());
  Result<Producer> producer = old->NewProducer();
  ASSERT_TRUE(Ok(Queue::Remove(name.get())));
  EXPECT_FALSE(test::FileExists(name.path()));
  EXPECT_EQ(Queue::Open(name.get()).code(), Code::kNotFound);
  Result<Queue> renewed = Queue::Create(name.get());
  ASSERT_TRUE(Ok(renewed));
  EXPECT_NE(Uuid(*renewed), Uuid(*old));
  // The old queue goes on among those who have it; its messages are not the new one's.
  EXPECT_TRUE(Ok(producer->TryWrite("to the old one")));
  Result<Consumer> consumer = old->Join();
  ASSERT_TRUE(Ok(consumer));
  EXPECT_EQ(test::ReadText(*consumer), "to the old one");
  Result<Consumer> other = renewed->Join();
  ASSERT_TRUE(Ok(other));
  EXPECT_EQ(test::ReadText(*other), "kEmpty");
}

TEST(RemoveTest, SaysWhenThereIsNone) {
  const ScopedName name;
  const Status status = Queue::Remove(name.get());
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_EQ(status.error(), ENOENT);
}

std::vector<std::string> ListOwn() {
  std::vector<std::string> names;
  const Status status = Queue::List([&names](std::string_view name) {
    if (name.substr(0, test::NamePrefix().size()) == test::NamePrefix()) names.emplace_back(name);
    return true;
  });
  EXPECT_TRUE(Ok(status));
  std::sort(names.begin(), names.end());
  return names;
}

TEST(ListTest, NamesEveryQueueOnce) {
  const ScopedName names[3];
  std::vector<std::string> expected;
  for (const ScopedName& name : names) {
    ASSERT_TRUE(Ok(Queue::Create(name.get())));
    expected.push_back(name);
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(ListOwn(), expected);
  ASSERT_TRUE(Ok(Queue::Remove(expected[1])));
  expected.erase(expected.begin() + 1);
  EXPECT_EQ(ListOwn(), expected);
}

// More than one system call's worth of directory entries.
TEST(ListTest, NamesHundreds) {
  std::vector<std::string> expected;
  for (int i = 0; i < 600; ++i) {
    expected.push_back(test::UniqueName() + std::string(150, 'x'));
    test::WriteSegmentFile(expected.back(), "", 0);
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(ListOwn(), expected);
  for (const std::string& name : expected) EXPECT_TRUE(Ok(Queue::Remove(name)));
}

TEST(ListTest, StopsWhenAsked) {
  const ScopedName first;
  const ScopedName second;
  ASSERT_TRUE(Ok(Queue::Create(first.get())));
  ASSERT_TRUE(Ok(Queue::Create(second.get())));
  int visits = 0;
  EXPECT_TRUE(Ok(Queue::List([&visits](std::string_view) { return ++visits < 1; })));
  EXPECT_EQ(visits, 1);
}

bool StopAtOnce(std::string_view) { return false; }

TEST(ListTest, TakesWhateverCanBeCalled) {
  const auto constant = [](std::string_view) { return true; };
  auto variable = [calls = 0](std::string_view) mutable { return ++calls < 3; };
  EXPECT_TRUE(Ok(Queue::List(constant)));
  EXPECT_TRUE(Ok(Queue::List(variable)));
  EXPECT_TRUE(Ok(Queue::List(StopAtOnce)));
  EXPECT_TRUE(Ok(Queue::List(&StopAtOnce)));
}

TEST(NameTest, LongestAndStrangest) {
  std::string longest = test::NamePrefix();
  longest.resize(kMaxNameBytes, 'n');
  for (const std::string& text : {longest, test::NamePrefix() + "\xc3\xa4 \n\t\\%s"}) {
    const ScopedName name(text);
    EXPECT_TRUE(Ok(Queue::Create(text)));
    EXPECT_TRUE(test::FileExists(name.path()));
    const Result<Queue> queue = Queue::Open(text);
    EXPECT_TRUE(Ok(queue));
    EXPECT_EQ(queue->Info().id, text);
    EXPECT_EQ(ListOwn(), std::vector<std::string>{text});
  }
}

TEST(QueueTest, MovesAndCloses) {
  const ScopedName first;
  const ScopedName second;
  Queue a = *Queue::Create(first.get());
  const std::string uuid = Uuid(a);
  Queue b = std::move(a);
  EXPECT_FALSE(a.is_open());
  EXPECT_EQ(Uuid(b), uuid);
  Queue c = *Queue::Create(second.get());
  c = std::move(b);
  EXPECT_EQ(Uuid(c), uuid);
  Queue& same = c;
  c = std::move(same);
  EXPECT_EQ(Uuid(c), uuid);
  EXPECT_TRUE(Ok(c.Close()));
  EXPECT_FALSE(c.is_open());
}

TEST(QueueTest, HandlesOutliveIt) {
  const ScopedName name;
  Result<Queue> queue = Queue::Create(name.get());
  Result<Producer> producer = queue->NewProducer();
  Result<Consumer> consumer = queue->Join();
  Result<Observer> observer = queue->Observe();
  ASSERT_TRUE(Ok(queue->Close()));
  EXPECT_TRUE(Ok(producer->TryWrite("still there")));
  EXPECT_EQ(test::ReadText(*consumer), "still there");
  EXPECT_EQ(test::ReadText(*observer), "still there");
}

}  // namespace
}  // namespace fmmq
