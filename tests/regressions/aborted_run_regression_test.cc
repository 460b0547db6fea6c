// Defects of the past in long runs of aborted records, and in what adoption clears on its way.
#include <string>

#include "fmmq/ring/wait_word.h"
#include "tests/processes/kill_fixture.h"
#include "tests/support/raw_segment.h"

namespace fmmq {
namespace {

using test::Ok;
using test::ReadText;

class AbortedRunRegressionTest : public test::KillTest {
 protected:
  void MakeLarge(Policy policy) {
    Options options;
    options.capacity = 1 << 20;
    options.policy = policy;
    Make(options);
  }
  void WriteBehindARun() {
    constexpr int kAborted = 8000;
    Producer producer = *queue_.NewProducer();
    for (int i = 0; i < kAborted; ++i) {
      ASSERT_TRUE(Ok(producer.TryReserve(1)));
      ASSERT_TRUE(Ok(producer.Abort()));
    }
    ASSERT_TRUE(Ok(producer.TryWrite("behind")));
  }
};

// A call that steps over a few at a time says kBusy again and again, and one that waits sleeps.
TEST_F(AbortedRunRegressionTest, IsOneStepForAnObserver) {
  MakeLarge(Policy::kLossless);
  Observer observer = *queue_.Observe();
  WriteBehindARun();
  EXPECT_EQ(ReadText(observer), "behind");
}

TEST_F(AbortedRunRegressionTest, IsOneStepForAMemberThatCopies) {
  MakeLarge(Policy::kOverwrite);
  Consumer consumer = *queue_.Join();
  WriteBehindARun();
  EXPECT_EQ(ReadText(consumer), "behind");
}

TEST_F(AbortedRunRegressionTest, IsOneStepForAMemberInPlace) {
  MakeLarge(Policy::kLossless);
  Consumer consumer = *queue_.Join();
  ASSERT_EQ(ReadText(consumer), "kEmpty");
  WriteBehindARun();
  EXPECT_EQ(ReadText(consumer), "behind");
}

// One dead member held nothing but an aborted record, the next a message that is too long for the
// buffer: what the first held back is free, and a writer that sleeps has to hear of it.
TEST_F(AbortedRunRegressionTest, ASeatClearedBeforeAMessageThatIsTooLong) {
  Make();
  Consumer heir = *queue_.Join();
  ASSERT_EQ(ReadText(heir), "kEmpty");
  Producer producer = *queue_.NewProducer();
  ASSERT_TRUE(Ok(producer.TryReserve(1)));
  ASSERT_TRUE(Ok(producer.Abort()));
  ASSERT_TRUE(Ok(producer.TryWrite("held")));
  KillAfter([this](Queue& queue) {
    Consumer dead = *queue.Join();
    ASSERT_TRUE(Ok(dead.TryPeek()));
    stage_->Reach(1);
  });
  const test::RawSegment raw(name_);
  raw.seat(3).identity.store(raw.seat(2).identity.load());
  raw.seat(3).intent.store(raw.seat(2).intent.load());
  raw.control().occupied[0].fetch_or(8);
  raw.seat(2).intent.store(1);  // the aborted record
  int fillers = 0;
  while (producer.TryWrite("filler").ok()) ++fillers;
  // Not one more: who finds nothing may look after the dead.
  for (; fillers != 0; --fillers) ASSERT_EQ(ReadText(heir), "filler");
  Code code = Code::kEmpty;
  char tiny[1];
  auto& bell = raw.control().space_wait;
  const bool found = test::Eventually([&] {
    ring::AnnounceWaiter(bell);
    code = heir.TryRead(tiny).code();
    return raw.seat(2).intent.load() == 0;
  });
  EXPECT_TRUE(found);
  EXPECT_EQ(code, Code::kBufferTooSmall);
  EXPECT_EQ(bell.load() & 1, 0u);
}

}  // namespace
}  // namespace fmmq
