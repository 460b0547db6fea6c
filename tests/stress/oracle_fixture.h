// A ledger that a test fills in as it likes.
#ifndef FMMQ_TESTS_STRESS_ORACLE_FIXTURE_H_
#define FMMQ_TESTS_STRESS_ORACLE_FIXTURE_H_

#include <unistd.h>

#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "tests/stress/ledger.h"
#include "tests/stress/oracle.h"
#include "tests/support/payload.h"

namespace fmmq::stress {

inline constexpr uint32_t kProducerSlot = 0;
inline constexpr uint32_t kMemberSlot = 3;  // of the shared group
inline constexpr uint32_t kShared = 0;
inline constexpr uint32_t kExclusive = 1;

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

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_ORACLE_FIXTURE_H_
