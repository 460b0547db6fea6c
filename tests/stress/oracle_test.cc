// The oracle is shown wrong ledgers: each must be named for what it is, and right ones must not.
#include "tests/stress/oracle.h"

#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "tests/stress/crew.h"
#include "tests/stress/settling.h"
#include "tests/stress/stall_watch.h"
#include "tests/support/statuses.h"

namespace fmmq::stress {
namespace {

constexpr uint32_t kProducerSlot = 0;
constexpr uint32_t kMemberSlot = 3;  // of the shared group
constexpr uint32_t kShared = 0;
constexpr uint32_t kExclusive = 1;

class OracleTest : public ::testing::Test {
 protected:
  void Make(const Plan& plan) { ledger_ = MakeLedger(plan, &fd_); }
  void SetUp() override {
    Make(Plan());
    ASSERT_NE(ledger_, nullptr);
  }
  void TearDown() override { close(fd_); }

  std::string Payload(uint32_t writer, uint32_t number) const {
    return test::MakePayload(MessageId(*ledger_, writer, number),
                             MessageBytes(ledger_->plan, writer, number));
  }
  // A life that reports `count` messages, and is still open.
  static void Report(WriterLog& log, uint32_t count) {
    log.Start(count);
    log.Finish(count);
  }
  void Deliver(MemberLog& log, uint32_t writer, uint32_t number, uint64_t position,
               bool marked = false) {
    const std::string payload = Payload(writer, number);
    log.Deliver({{payload.data(), payload.size()}, position, marked});
  }
  // Delivers the messages to the group, one block apart from the next.
  void DeliverAll(uint32_t group, uint32_t writer, uint32_t count) {
    MemberLog log(*ledger_, kMemberSlot, group);
    for (uint32_t i = 0; i < count; ++i) Deliver(log, writer, i, 1000 + i * 500);
  }
  Seen See(uint32_t writer, uint32_t number, uint64_t position) {
    const std::string payload = Payload(writer, number);
    return Inspect(*ledger_, kMemberSlot, {{payload.data(), payload.size()}, position, false});
  }
  uint64_t Blocks(uint32_t writer, uint32_t number) const {
    return BlocksOf(ledger_->plan, MessageBytes(ledger_->plan, writer, number));
  }

  uint32_t Count(Violation violation) const {
    return ledger_->violations[static_cast<uint32_t>(violation)];
  }
  // Nothing was wrong but this, once.
  void ExpectOnly(Violation violation) const {
    EXPECT_EQ(Count(violation), 1u) << ledger_->notes[0].text;
    EXPECT_EQ(ledger_->CountViolations(), 1u) << ledger_->notes[1].text;
  }
  void ExpectNone() const { EXPECT_EQ(ledger_->CountViolations(), 0u) << ledger_->notes[0].text; }

  Ledger* ledger_ = nullptr;
  int fd_ = -1;
};

TEST_F(OracleTest, ARightLedgerIsRight) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 5);
  DeliverAll(kShared, log.writer(), 5);
  DeliverAll(kExclusive, log.writer(), 5);
  EXPECT_EQ(TallyLife(*ledger_, IndexOf(log.writer())).AllMissing(), 0u);
  AccuseOfLosses(*ledger_, IndexOf(log.writer()));
  CheckMarks(*ledger_);
  ExpectNone();
}

TEST_F(OracleTest, NamesALoss) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 5);
  DeliverAll(kShared, log.writer(), 5);
  DeliverAll(kExclusive, log.writer(), 4);
  const LifeTally tally = TallyLife(*ledger_, IndexOf(log.writer()));
  EXPECT_EQ(tally.missing[kShared], 0u);
  EXPECT_EQ(tally.missing[kExclusive], 1u);
  AccuseOfLosses(*ledger_, IndexOf(log.writer()));
  ExpectOnly(Violation::kLost);
  EXPECT_NE(std::strstr(ledger_->notes[0].text, "number 4"), nullptr) << ledger_->notes[0].text;
}

// What was begun when its writer died may come, or not.
TEST_F(OracleTest, WhatWasNotReportedNeedNotCome) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 2);
  log.Start(2);
  DeliverAll(kShared, log.writer(), 3);
  DeliverAll(kExclusive, log.writer(), 2);
  EXPECT_EQ(TallyLife(*ledger_, IndexOf(log.writer())).AllMissing(), 0u);
  ExpectNone();
}

TEST_F(OracleTest, NamesADuplicate) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 2);
  MemberLog one(*ledger_, kMemberSlot, kShared);
  MemberLog other(*ledger_, kMemberSlot + 1, kShared);
  Deliver(one, log.writer(), 0, 10);
  Deliver(other, log.writer(), 0, 10);
  ExpectOnly(Violation::kDuplicate);
}

TEST_F(OracleTest, WithTheMarkItIsNoDuplicate) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 2);
  ledger_->groups[kShared].deaths = 1;
  MemberLog one(*ledger_, kMemberSlot, kShared);
  MemberLog other(*ledger_, kMemberSlot + 1, kShared);
  Deliver(one, log.writer(), 0, 10);
  Deliver(other, log.writer(), 1, 300);
  Deliver(other, log.writer(), 0, 10, /*marked=*/true);
  Deliver(other, log.writer(), 0, 10, /*marked=*/true);
  CheckMarks(*ledger_);
  ExpectNone();
}

TEST_F(OracleTest, NamesAMarkWithoutADeath) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 1);
  MemberLog one(*ledger_, kMemberSlot, kShared);
  Deliver(one, log.writer(), 0, 10, /*marked=*/true);
  CheckMarks(*ledger_);
  ExpectOnly(Violation::kMark);
}

TEST_F(OracleTest, NamesATornMessage) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 1);
  std::string payload = Payload(log.writer(), 0);
  payload.back() = static_cast<char>(payload.back() ^ 1);
  MemberLog one(*ledger_, kMemberSlot, kShared);
  one.Deliver({{payload.data(), payload.size()}, 10, false});
  ExpectOnly(Violation::kTorn);
}

// The bytes agree with their length, but no such message was written.
TEST_F(OracleTest, NamesAMessageOfAnotherLength) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 1);
  const std::string payload = test::MakePayload(MessageId(*ledger_, log.writer(), 0),
                                                MessageBytes(ledger_->plan, log.writer(), 0) + 1);
  MemberLog one(*ledger_, kMemberSlot, kShared);
  one.Deliver({{payload.data(), payload.size()}, 10, false});
  ExpectOnly(Violation::kTorn);
}

TEST_F(OracleTest, NamesAnInvention) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 1);
  MemberLog one(*ledger_, kMemberSlot, kShared);
  Deliver(one, log.writer(), 1, 10);
  ExpectOnly(Violation::kInvented);
}

// A write that said kFull.
TEST_F(OracleTest, NamesAMessageWhoseWriteFailed) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 1);
  log.Start(3);
  log.Finish(1);
  MemberLog one(*ledger_, kMemberSlot, kShared);
  Deliver(one, log.writer(), 1, 10);
  ExpectNone();
  Deliver(one, log.writer(), 2, 300);
  ExpectOnly(Violation::kInvented);
}

TEST_F(OracleTest, NamesAMessageOfAnotherRun) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 1);
  const std::string payload = Payload(log.writer(), 0);
  ledger_->run = ledger_->run + 1;
  MemberLog one(*ledger_, kMemberSlot, kShared);
  one.Deliver({{payload.data(), payload.size()}, 10, false});
  ExpectOnly(Violation::kInvented);
}

TEST_F(OracleTest, NamesAMessageThatComesWhenItsLifeIsSettled) {
  WriterLog log(*ledger_, kProducerSlot);
  const uint32_t writer = log.writer();
  Report(log, 1);
  log.End();
  FreeLife(*ledger_, IndexOf(writer));
  MemberLog one(*ledger_, kMemberSlot, kShared);
  Deliver(one, writer, 0, 10, /*marked=*/true);
  ExpectNone();
  WriterLog next(*ledger_, kProducerSlot);
  EXPECT_EQ(IndexOf(next.writer()), IndexOf(writer));
  EXPECT_NE(next.writer(), writer);
  Deliver(one, writer, 0, 10, /*marked=*/true);
  ExpectNone();
  Deliver(one, writer, 0, 10);
  ExpectOnly(Violation::kInvented);
}

// An entry's next life has messages of its own.
TEST_F(OracleTest, ALifeDoesNotInheritDeliveries) {
  uint32_t index;
  {
    WriterLog log(*ledger_, kProducerSlot);
    index = IndexOf(log.writer());
    Report(log, 3);
    DeliverAll(kShared, log.writer(), 3);
    DeliverAll(kExclusive, log.writer(), 3);
  }
  FreeLife(*ledger_, index);
  WriterLog log(*ledger_, kProducerSlot);
  ASSERT_EQ(IndexOf(log.writer()), index);
  Report(log, 3);
  EXPECT_EQ(TallyLife(*ledger_, index).AllMissing(), 6u);
  ExpectNone();
}

TEST_F(OracleTest, NamesAWrongOrder) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 2);
  MemberLog one(*ledger_, kMemberSlot, kShared);
  Deliver(one, log.writer(), 1, 300);
  Deliver(one, log.writer(), 0, 10);
  ExpectOnly(Violation::kReordered);
}

TEST_F(OracleTest, MembersOfASharedGroupNeedNotAgreeOnTheTime) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 2);
  MemberLog one(*ledger_, kMemberSlot, kShared);
  MemberLog other(*ledger_, kMemberSlot + 1, kShared);
  Deliver(one, log.writer(), 1, 300);
  Deliver(other, log.writer(), 0, 10);
  ExpectNone();
}

TEST_F(OracleTest, MembersOfAnExclusiveGroupDo) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 2);
  MemberLog one(*ledger_, kMemberSlot, kExclusive);
  MemberLog next(*ledger_, kMemberSlot, kExclusive);
  Deliver(one, log.writer(), 1, 300);
  Deliver(next, log.writer(), 0, 10);
  ExpectOnly(Violation::kReordered);
}

TEST_F(OracleTest, NamesALifeWhosePositionsGoBack) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 2);
  MemberLog one(*ledger_, kMemberSlot, kShared);
  Deliver(one, log.writer(), 0, 300);
  MemberLog other(*ledger_, kMemberSlot + 1, kShared);
  Deliver(other, log.writer(), 1, 10);
  ExpectOnly(Violation::kReordered);
}

TEST_F(OracleTest, NamesTwoPlacesOfOneMessage) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 1);
  MemberLog one(*ledger_, kMemberSlot, kShared);
  Deliver(one, log.writer(), 0, 10);
  MemberLog other(*ledger_, kMemberSlot, kExclusive);
  Deliver(other, log.writer(), 0, 11);
  ExpectOnly(Violation::kReordered);
}

// ---- those who see every message ----

class GapTest : public OracleTest {
 protected:
  GapWatch Watch() { return GapWatch(*ledger_, kMemberSlot); }
};

TEST_F(GapTest, NamesAMessageThatWasSteppedOver) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 3);
  GapWatch watch = Watch();
  watch.See(See(log.writer(), 0, 1000), 1000, 0, 0);
  watch.See(See(log.writer(), 2, 3000), 3000, 0, 0);
  ExpectOnly(Violation::kGap);
}

TEST_F(GapTest, LossesMustCoverIt) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 3);
  const uint64_t skipped = Blocks(log.writer(), 1);
  GapWatch watch = Watch();
  watch.See(See(log.writer(), 0, 1000), 1000, 0, 0);
  watch.See(See(log.writer(), 2, 3000), 3000, skipped, skipped);
  ExpectNone();
  GapWatch other = Watch();
  other.See(See(log.writer(), 0, 1000), 1000, 0, 0);
  other.See(See(log.writer(), 2, 3000), 3000, skipped - 1, skipped - 1);
  ExpectOnly(Violation::kGap);
}

TEST_F(GapTest, NamesLossesForWhichThereWasNoRoom) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 2);
  const uint64_t end = 1000 + Blocks(log.writer(), 0);
  GapWatch watch = Watch();
  watch.See(See(log.writer(), 0, 1000), 1000, 0, 0);
  watch.See(See(log.writer(), 1, end), end, 1, 1);
  ExpectOnly(Violation::kGap);
}

TEST_F(GapTest, WhoCameNowMissesWhatCameBefore) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 2);
  GapWatch watch = Watch();
  watch.StartNow();
  Report(log, 2);
  watch.See(See(log.writer(), 2, 1000), 1000, 0, 0);
  ExpectNone();
}

TEST_F(GapTest, AndNothingThatCameAfter) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 2);
  GapWatch watch = Watch();
  watch.StartNow();
  Report(log, 2);
  watch.See(See(log.writer(), 3, 1000), 1000, 0, 0);
  ExpectOnly(Violation::kGap);
}

TEST_F(GapTest, ALifeThatBeganLaterComesFromItsFirstMessageOn) {
  GapWatch watch = Watch();
  watch.StartNow();
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 2);
  watch.See(See(log.writer(), 1, 1000), 1000, 0, 0);
  ExpectOnly(Violation::kGap);
}

// Who came while it was at work, and was slow to look.
TEST_F(GapTest, OfALifeThatIsSettledNothingIsExpected) {
  uint32_t writer;
  {
    WriterLog log(*ledger_, kProducerSlot);
    writer = log.writer();
    Report(log, 5);
  }
  FreeLife(*ledger_, IndexOf(writer));
  GapWatch watch = Watch();
  watch.StartNow();
  watch.See(See(writer, 3, 1000), 1000, 0, 0);
  ExpectNone();
  WriterLog next(*ledger_, kProducerSlot);
  ASSERT_EQ(IndexOf(next.writer()), IndexOf(writer));
  Report(next, 2);
  watch.See(See(next.writer(), 1, 3000), 3000, 0, 0);
  ExpectOnly(Violation::kGap);
}

// ---- the dead ----

class BurialTest : public OracleTest {
 protected:
  void PutInHand(uint32_t writer, uint32_t number) {
    const std::string payload = Payload(writer, number);
    std::memcpy(ledger_->Hand(kMemberSlot).data(), payload.data(), payload.size());
  }
  uint64_t MissingAfterDeath(uint32_t writer) {
    BuryWorker(*ledger_, kMemberSlot, /*killed=*/true);
    return TallyLife(*ledger_, IndexOf(writer)).missing[kShared];
  }
};

TEST_F(BurialTest, AHandExcusesOneMessage) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 2);
  PutInHand(log.writer(), 1);
  ledger_->slots[kMemberSlot].reading_for = kShared + 1;
  EXPECT_EQ(MissingAfterDeath(log.writer()), 1u);
  EXPECT_EQ(FirstMissing(*ledger_, IndexOf(log.writer()), kShared), 0u);
  EXPECT_EQ(TallyLife(*ledger_, IndexOf(log.writer())).missing[kExclusive], 2u);
}

TEST_F(BurialTest, ButNotOutsideOfACallThatReads) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 1);
  PutInHand(log.writer(), 0);
  EXPECT_EQ(MissingAfterDeath(log.writer()), 1u);
}

TEST_F(BurialTest, AndNotWithHalfAMessage) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 1);
  PutInHand(log.writer(), 0);
  static_cast<char*>(ledger_->Hand(kMemberSlot).data())[14] ^= 1;
  ledger_->slots[kMemberSlot].reading_for = kShared + 1;
  EXPECT_EQ(MissingAfterDeath(log.writer()), 1u);
}

TEST_F(BurialTest, LivesEndWithTheirWorker) {
  WriterLog log(*ledger_, kProducerSlot);
  Report(log, 1);
  const uint32_t index = IndexOf(log.writer());
  BuryWorker(*ledger_, kProducerSlot + 1, /*killed=*/true);
  EXPECT_EQ(DecodeLife(ledger_->lives[index].word).state, LifeState::kActive);
  BuryWorker(*ledger_, kProducerSlot, /*killed=*/true);
  EXPECT_EQ(DecodeLife(ledger_->lives[index].word).state, LifeState::kEnded);
}

// ---- the end ----

TEST_F(OracleTest, PositionsAddUp) {
  ledger_->groups[kShared].blocks = 90;
  ledger_->given_up_blocks = 10;
  CheckPositions(*ledger_, kShared, 100, 0);
  ledger_->groups[kShared].blocks = 75;
  CheckPositions(*ledger_, kShared, 100, 20);  // some of what was lost had been given up
  ExpectNone();
  CheckPositions(*ledger_, kShared, 100, 14);
  ExpectOnly(Violation::kGap);
}

TEST_F(OracleTest, AMissingBlockIsAGap) {
  ledger_->groups[kShared].blocks = 89;
  ledger_->given_up_blocks = 10;
  CheckPositions(*ledger_, kShared, 100, 0);
  ExpectOnly(Violation::kGap);
}

class SettlingTest : public OracleTest {
 protected:
  Queue queue_;
};

TEST_F(SettlingTest, WaitsForWhatIsMissingAndThenNamesIt) {
  const Crew crew(*ledger_, fd_, nullptr, queue_);
  Settling settling(*ledger_);
  uint32_t writer;
  {
    WriterLog log(*ledger_, kProducerSlot);
    writer = log.writer();
    Report(log, 3);
  }
  DeliverAll(kShared, writer, 3);
  DeliverAll(kExclusive, writer, 2);
  Snapshot now;
  for (int i = 0; i < 3; ++i) settling.Step(now, crew);
  EXPECT_FALSE(settling.Done());
  settling.GiveUp();
  EXPECT_TRUE(settling.Done());
  ExpectOnly(Violation::kLost);
}

TEST_F(SettlingTest, SettlesWhatIsComplete) {
  const Crew crew(*ledger_, fd_, nullptr, queue_);
  Settling settling(*ledger_);
  uint32_t writer;
  {
    WriterLog log(*ledger_, kProducerSlot);
    writer = log.writer();
    Report(log, 3);
  }
  DeliverAll(kShared, writer, 3);
  DeliverAll(kExclusive, writer, 3);
  Snapshot now;
  for (int i = 0; i < 3; ++i) settling.Step(now, crew);
  EXPECT_TRUE(settling.Done());
  EXPECT_EQ(settling.messages(), 3u);
  ExpectNone();
}

TEST_F(OracleTest, NamesAGroupThatIsStuck) {
  Plan plan;
  plan.stuck_ms = 20;
  Make(plan);
  ledger_->phase = static_cast<uint32_t>(Phase::kDraining);
  Queue queue;
  const Crew crew(*ledger_, fd_, nullptr, queue);
  Snapshot now;
  StallWatch watch(*ledger_, now);
  const auto tick_for_a_while = [&] {
    for (int i = 0; i < 10; ++i) {
      watch.Tick(now, crew);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  };
  tick_for_a_while();
  ExpectNone();  // nothing to do is not stuck
  now.lag[kExclusive] = 1;
  tick_for_a_while();
  ExpectOnly(Violation::kStuck);
}

}  // namespace
}  // namespace fmmq::stress
