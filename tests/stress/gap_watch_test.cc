// Messages that somebody stepped over who should have seen them.
#include "tests/stress/gap_watch.h"

#include "gtest/gtest.h"
#include "tests/stress/burial.h"
#include "tests/stress/oracle_fixture.h"

namespace fmmq::stress {
namespace {

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

}  // namespace
}  // namespace fmmq::stress
