// The oracle is shown wrong ledgers: each must be named for what it is, and right ones must not.
#include "tests/stress/oracle.h"

#include <cstring>
#include <string>

#include "gtest/gtest.h"
#include "tests/stress/burial.h"
#include "tests/stress/oracle_fixture.h"

namespace fmmq::stress {
namespace {

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

}  // namespace
}  // namespace fmmq::stress
