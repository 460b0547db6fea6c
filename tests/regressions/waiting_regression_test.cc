// Defects of the past in waiting. A writer that sleeps is played by the bit that one sets in the
// wait word: whoever rings its bell clears it.
#include <poll.h>
#include <signal.h>

#include <string>

#include "fmmq/ring/wait_word.h"
#include "tests/processes/kill_fixture.h"
#include "tests/regressions/stepped_child.h"
#include "tests/support/raw_segment.h"

namespace fmmq {
namespace {

using test::Ok;
using test::ReadText;
using test::ReadTextSoon;

class BellRegressionTest : public test::KillTest {
 protected:
  // Does `change`, which may have made room, while a writer sleeps.
  void ExpectRings(const std::function<void()>& change) {
    const test::RawSegment raw(name_);
    auto& bell = raw.control().space_wait;
    ring::AnnounceWaiter(bell);
    change();
    EXPECT_EQ(bell.load() & 1, 0u);
  }
  void AbortWholeRing() {
    Producer producer = *queue_.NewProducer();
    ASSERT_TRUE(Ok(producer.TryReserve(4096)));
    ASSERT_TRUE(Ok(producer.Abort()));
  }
  void AbortInFrontOf(const std::string& message) {
    Producer producer = *queue_.NewProducer();
    ASSERT_TRUE(Ok(producer.TryReserve(2000)));
    ASSERT_TRUE(Ok(producer.Abort()));
    ASSERT_TRUE(Ok(producer.TryWrite(message)));
  }
};

// It gives the record's room back, and brings no message.
TEST_F(BellRegressionTest, SteppingOverAnAbortedRecord) {
  Make();
  Consumer consumer = *queue_.Join();
  ASSERT_EQ(ReadText(consumer), "kEmpty");  // looked after the dead: a new member does
  AbortWholeRing();
  ExpectRings([&] { EXPECT_EQ(ReadText(consumer), "kEmpty"); });
  AbortWholeRing();
  ExpectRings([&] { EXPECT_EQ(consumer.TryPeek().code(), Code::kEmpty); });
  AbortWholeRing();
  ExpectRings([&] { EXPECT_EQ(consumer.TryPeekBatch(9).code(), Code::kEmpty); });
}

TEST_F(BellRegressionTest, SteppingOverAnAbortedRecordToOneThatIsTooBig) {
  Make();
  Consumer consumer = *queue_.Join();
  ASSERT_EQ(ReadText(consumer), "kEmpty");
  AbortInFrontOf("too big");
  char buffer[1];
  ExpectRings([&] { EXPECT_EQ(consumer.TryRead(buffer).code(), Code::kBufferTooSmall); });
}

// Peeking said nothing of the aborted records in front of the message that it found.
TEST_F(BellRegressionTest, SteppingOverAnAbortedRecordToAMessage) {
  Make();
  Consumer consumer = *queue_.Join();
  ASSERT_EQ(ReadText(consumer), "kEmpty");
  AbortInFrontOf("behind");
  ExpectRings([&] { EXPECT_TRUE(Ok(consumer.TryPeek())); });
}

// A member that loses its claim to a faster one showed an intent for a moment: a writer that saw it
// sleeps, and the winner's bell rang before that.
TEST_F(BellRegressionTest, LosingAClaim) {
  Make();
  Consumer winner = *queue_.Join();  // seat 0
  test::SteppedChild loser([this]() -> int {
    Queue queue = *Queue::Open(name_.get());
    Consumer consumer = *queue.Join();
    if (ReadText(consumer) != "kEmpty") return 1;
    raise(SIGSTOP);
    _exit(ReadText(consumer) == "kEmpty" ? 0 : 2);  // without closing: that rings, too
  });
  Write("message");
  const test::RawSegment raw(name_);
  ASSERT_TRUE(loser.StepUntil([&raw] { return raw.seat(1).intent.load() != 0; }));
  ASSERT_EQ(ReadTextSoon(winner), "message");
  ExpectRings([&loser] { EXPECT_EQ(loser.Finish(), 0); });
}

// The same for a producer: an intent at a head that another one takes, and then no room.
TEST_F(BellRegressionTest, LosingTheLastRoom) {
  Make();
  Producer winner = *queue_.NewProducer();  // seat 0
  for (int i = 0; i < 127; ++i) ASSERT_TRUE(Ok(winner.TryWrite("filler")));
  test::SteppedChild loser([this]() -> int {
    Queue queue = *Queue::Open(name_.get());
    Producer producer = *queue.NewProducer();
    raise(SIGSTOP);
    _exit(producer.TryWrite("no room").code() == Code::kFull ? 0 : 1);
  });
  const test::RawSegment raw(name_);
  ASSERT_TRUE(loser.StepUntil([&raw] { return raw.seat(1).intent.load() != 0; }));
  ASSERT_TRUE(Ok(winner.TryWrite("the last")));
  ExpectRings([&loser] { EXPECT_EQ(loser.Finish(), 0); });
}

// What a dead member held is what holds writers back.
TEST_F(BellRegressionTest, AcknowledgingARedeliveredMessage) {
  for (const bool by_closing : {false, true}) {
    queue_ = {};
    Queue::Remove(name_.get()).IgnoreError();
    Make();
    Consumer heir = *queue_.Join();
    Write("held");
    KillAfter([this](Queue& queue) { HoldDefaultMessage(queue); });
    ASSERT_EQ(ReadTextSoon(heir), "held again");
    ExpectRings([&] { EXPECT_TRUE(Ok(by_closing ? heir.Close() : heir.Release())); });
  }
}

// Who joins ends groups that only the dead were in: nobody needs to wait for those any more.
TEST_F(BellRegressionTest, JoiningWhenAGroupHasDied) {
  Options options;
  options.capacity = 4096;
  options.default_group = false;
  Make(options);
  KillAfter([this](Queue& queue) {
    Consumer last = *queue.Join("dies", {});
    stage_->Reach(1);
  });
  Producer producer = *queue_.NewProducer();
  while (producer.TryWrite("filler").ok()) continue;
  Result<Consumer> other = Code::kBusy;  // it leaves later: that rings, too
  ExpectRings([&] { other = queue_.Join("other", {}); });
  EXPECT_TRUE(Ok(other));
  EXPECT_TRUE(Ok(producer.TryWrite("room")));
}

// In queues that overwrite, the only member of an exclusive group knew where it had begun, and took
// that for where it was.
class ExclusiveCopyRegressionTest : public test::KillTest,
                                    public ::testing::WithParamInterface<Policy> {
 protected:
  void SetUp() override {
    Options options;
    options.capacity = 4096;
    options.policy = GetParam();
    options.default_group = false;
    options.single_producer = true;
    Make(options);
    consumer_ = *queue_.Join("one", {GroupKind::kExclusive, false, From::kNow});
  }

  Consumer consumer_;
};

TEST_P(ExclusiveCopyRegressionTest, LooksAfterNobodyWhileItIsIdle) {
  Write("message");
  ASSERT_EQ(ReadText(consumer_), "message");
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(ReadText(consumer_), "kEmpty");
    test::Nap(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(consumer_.Stats().rescues, 0u);
}

TEST_P(ExclusiveCopyRegressionTest, RepairsTheHoleWhereItIs) {
  KillAfter([this](Queue& queue) { HoldReservation(queue); });
  EXPECT_EQ(ReadTextSoon(consumer_), "whole");
  EXPECT_TRUE(test::Eventually([&] {
    EXPECT_EQ(ReadText(consumer_), "kEmpty");
    return queue_.Info().recoveries == 1;
  }));
  Write("next");
  EXPECT_EQ(ReadTextSoon(consumer_), "next");
}

// A new member's doorbell rang as if there were something to adopt, each time that it was armed.
TEST_P(ExclusiveCopyRegressionTest, ADoorbellRingsForNewsOnly) {
  pollfd bell{*consumer_.Arm(), POLLIN, 0};
  EXPECT_EQ(poll(&bell, 1, 0), 0);
  Write("message");
  EXPECT_EQ(poll(&bell, 1, 0), 1);
}

TEST_P(ExclusiveCopyRegressionTest, SeesTheEndOfTheStream) {
  Producer producer = *queue_.NewProducer();
  ASSERT_TRUE(Ok(producer.TryWrite("last")));
  ASSERT_TRUE(Ok(producer.End()));
  EXPECT_EQ(ReadText(consumer_), "last");
  EXPECT_EQ(ReadText(consumer_), "kEndOfStream");
}

INSTANTIATE_TEST_SUITE_P(Of, ExclusiveCopyRegressionTest,
                         ::testing::Values(Policy::kOverwrite, Policy::kCompat),
                         [](const auto& policy) {
                           return policy.param == Policy::kCompat ? "Compat" : "Overwrite";
                         });

}  // namespace
}  // namespace fmmq
