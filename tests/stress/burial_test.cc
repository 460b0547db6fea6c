// What the dead leave, and what must have come at the end.
#include "tests/stress/burial.h"

#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "tests/stress/crew.h"
#include "tests/stress/oracle_fixture.h"
#include "tests/stress/settling.h"
#include "tests/stress/stall_watch.h"

namespace fmmq::stress {
namespace {

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
