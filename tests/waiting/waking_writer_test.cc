// What wakes a writer that sleeps because there is no room. Sleeps are endless here: a bell that
// nobody rings is a hang.
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "tests/waiting/endless_sleep.h"
#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::Succeeded;

constexpr char kBlock[] = "one block";

Code WriteOne(Producer& producer) { return producer.Write(kBlock, Deadline::Never()).code(); }

Code ReserveOne(Producer& producer) {
  const Result<MutableBytes> place = producer.Reserve(sizeof(kBlock), Deadline::Never());
  return place.ok() ? producer.Commit(0).code() : place.code();
}

using Way = Code (*)(Producer&);

class WakingWriterTest : public test::WaitingTest, public ::testing::WithParamInterface<Way> {
 protected:
  // Somebody writes in this test's way, and must get `code` after `wake`.
  void ExpectCode(Code code, const std::function<void()>& wake) {
    Child writer = Start([&](Queue& queue) {
      Producer producer = *queue.NewProducer();
      EXPECT_TRUE(Ok(producer.SetWaitPolicy(test::SleepAtOnce())));
      EXPECT_EQ(GetParam()(producer), code);
    });
    ASSERT_TRUE(AwaitWriter());
    wake();
    EXPECT_TRUE(Succeeded(writer.Wait()));
  }

  // A full queue without a group but "reader", which has its member in reader_.
  void MakeFull(Options options, const GroupOptions& group) {
    options.default_group = false;
    Make(options);
    reader_ = Join("reader", group);
    producer_ = NewProducer();
    ASSERT_EQ(test::Fill(producer_), test::kSmallBlocks);
  }
  void MakeFull() { MakeFull(test::SmallOptions(), {}); }

  Consumer reader_;
  Producer producer_;
};

TEST_P(WakingWriterTest, ARead) {
  MakeFull();
  ExpectCode(Code::kOk, [this] { EXPECT_EQ(test::ReadText(reader_), "filler"); });
}

TEST_P(WakingWriterTest, AReadOfAnExclusiveMember) {
  MakeFull(test::SmallOptions(), {GroupKind::kExclusive});
  ExpectCode(Code::kOk, [this] { EXPECT_EQ(test::ReadText(reader_), "filler"); });
}

TEST_P(WakingWriterTest, AReadByCopy) {
  MakeFull(test::SmallOptions(Policy::kCompat), {});
  ExpectCode(Code::kOk, [this] { EXPECT_EQ(test::ReadText(reader_), "filler"); });
}

TEST_P(WakingWriterTest, ARelease) {
  MakeFull();
  ASSERT_TRUE(Ok(reader_.TryPeek()));
  ExpectCode(Code::kOk, [this] { EXPECT_TRUE(Ok(reader_.Release())); });
}

TEST_P(WakingWriterTest, TheReleaseOfABatch) {
  MakeFull();
  ASSERT_EQ(*reader_.TryPeekBatch(8), 8u);
  ExpectCode(Code::kOk, [this] { EXPECT_TRUE(Ok(reader_.Release())); });
}

TEST_P(WakingWriterTest, TheLastMemberThatLeaves) {
  MakeFull();
  ExpectCode(Code::kOk, [this] { EXPECT_TRUE(Ok(reader_.Close())); });
}

TEST_P(WakingWriterTest, ADroppedGroup) {
  MakeFull(test::SmallOptions(), {GroupKind::kShared, /*durable=*/true});
  EXPECT_TRUE(Ok(reader_.Close()));
  ExpectCode(Code::kOk, [this] {
    EXPECT_TRUE(Ok(test::Retry([this] { return queue_.DropGroup("reader"); })));
  });
}

TEST_P(WakingWriterTest, LeaveToOverwrite) {
  MakeFull(test::SmallOptions(Policy::kCompat), {});
  ExpectCode(Code::kOk, [this] { EXPECT_TRUE(Ok(queue_.LetWritersOverwrite())); });
}

TEST_P(WakingWriterTest, TheEndOfTheStream) {
  MakeFull();
  ExpectCode(Code::kEndOfStream, [this] { EXPECT_TRUE(Ok(producer_.End())); });
}

// A reservation holds writers back even where groups do not.
TEST_P(WakingWriterTest, ACommitInAnOverwritingQueue) {
  Make(test::SmallOptions(Policy::kOverwrite));
  producer_ = NewProducer();
  Producer other = NewProducer();
  ASSERT_TRUE(Ok(other.TryReserve(1)));
  ASSERT_EQ(test::Fill(producer_), test::kSmallBlocks - 1);
  ExpectCode(Code::kOk, [&] { EXPECT_TRUE(Ok(other.Commit(1))); });
}

INSTANTIATE_TEST_SUITE_P(By, WakingWriterTest, ::testing::Values(WriteOne, ReserveOne),
                         [](const auto& way) { return way.index == 0 ? "Write" : "Reserve"; });

class SleepingWriterTest : public test::WaitingTest {
 protected:
  // A process that writes until it is cancelled, and then says how often it went to sleep.
  Child StartWriter() {
    return Start([this](Queue& queue) {
      Producer producer = *queue.NewProducer();
      EXPECT_TRUE(Ok(producer.SetWaitPolicy(test::SleepAtOnce())));
      std::thread canceller([&] {
        EXPECT_TRUE(test::Eventually([] { return test::CountSleeps() != 0; }));
        test::Nap(kWhile);
        sleeps_->fetch_add(test::CountSleeps());
        producer.Cancel();
      });
      EXPECT_EQ(WriteOne(producer), Code::kCancelled);
      canceller.join();
    });
  }

  static constexpr std::chrono::milliseconds kWhile{300};
  // A sleeper may be woken for nothing, but not all the time.
  static constexpr uint64_t kFew = 100;
  const test::SharedPage<std::atomic<uint64_t>> sleeps_;
};

TEST_F(SleepingWriterTest, SleepsOn) {
  Make();
  Producer producer = NewProducer();
  test::Fill(producer);
  EXPECT_TRUE(Succeeded(StartWriter().Wait()));
  EXPECT_GE(*sleeps_, 1u);
  EXPECT_LT(*sleeps_, kFew);
}

// Each looks at what the other one has to wait for.
TEST_F(SleepingWriterTest, DoesNotKeepAnotherFromSleeping) {
  Make();
  Producer producer = NewProducer();
  test::Fill(producer);
  Child first = StartWriter();
  Child second = StartWriter();
  EXPECT_TRUE(Succeeded(first.Wait()));
  EXPECT_TRUE(Succeeded(second.Wait()));
  EXPECT_GE(*sleeps_, 2u);
  EXPECT_LT(*sleeps_, kFew);
}

}  // namespace
}  // namespace fmmq
