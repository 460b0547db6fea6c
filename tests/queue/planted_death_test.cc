// Deaths between any two stores of a write or a read: the words that a dead owner leaves are
// planted, for a kill hits these moments too rarely.
#include <memory>
#include <string>

#include "fmmq/format/words.h"
#include "tests/queue/queue_fixture.h"
#include "tests/support/raw_segment.h"

namespace fmmq {
namespace {

using format::Encode;
using format::InteriorWord;
using format::Role;
using format::SeatIdentity;
using format::StartWord;
using test::kSmallBlocks;
using test::Ok;
using test::ReadText;
using test::ReadTextSoon;

class PlantedDeathTest : public test::QueueTest {
 protected:
  // Far from the seats that handles take. Nobody has their locks: their owners are dead.
  static constexpr uint32_t kDeadSeat = 40;
  static constexpr uint32_t kOtherDeadSeat = 63;

  void SetUp() override {
    Make();
    raw_ = std::make_unique<test::RawSegment>(name_);
    ASSERT_TRUE(raw_->good());
    producer_ = NewProducer();
  }

  // A seat as its owner had filled it: an intent for [position, end), or for the record at
  // position where end is 0.
  void PlantSeat(uint32_t index, Role role, uint64_t position, uint64_t end = 0) {
    const uint32_t generation = format::DecodeGroup(raw_->group(0).state.load()).generation;
    const bool member = role == Role::kMember;
    auto& seat = raw_->seat(index);
    seat.end.store(end);
    seat.intent.store(position + 1);
    seat.owner.store(1);
    seat.identity.store(Encode(SeatIdentity{role, 0, member ? generation : 0}));
    raw_->control().occupied[index / 64].fetch_or(uint64_t{1} << (index % 64));
    raw_->control().holder_epoch.fetch_add(1);
  }
  void PlantReservation(uint64_t position, uint64_t blocks, uint32_t seat = kDeadSeat) {
    PlantSeat(seat, Role::kProducer, position);
    raw_->control().head.store(position + blocks);
  }
  void PlantClaim(uint64_t position, uint64_t end = 0) {
    PlantSeat(kDeadSeat, Role::kMember, position, end);
  }

  void Write(const std::string& text) { ASSERT_TRUE(Ok(test::WriteSoon(producer_, text))); }

  bool IsClean(uint32_t seat) {
    return raw_->seat(seat).intent.load() == 0 && raw_->seat(seat).identity.load() == 0;
  }

  // Writes and reads until the dead one's seat is clean; it must be at last.
  void ExpectCleanedUp(Consumer& consumer, uint32_t seat = kDeadSeat) {
    EXPECT_TRUE(test::Eventually([&] {
      Fill(producer_);
      Drain(consumer);
      Drain(consumer);
      return IsClean(seat);
    }));
  }

  std::unique_ptr<test::RawSegment> raw_;
  Producer producer_;
};

// ---- producers ----

// The intent is there, and head did not move.
TEST_F(PlantedDeathTest, BeforeTheReservation) {
  Consumer consumer = Join();
  PlantSeat(kDeadSeat, Role::kProducer, 0);
  Write("somebody else's");
  EXPECT_EQ(ReadTextSoon(consumer), "somebody else's");
  EXPECT_EQ(queue_.Info().recoveries, 0u);
  ExpectCleanedUp(consumer);
}

TEST_F(PlantedDeathTest, AfterTheReservation) {
  Consumer consumer = Join();
  Observer observer = Observe();
  PlantReservation(0, 5);
  Write("behind it");
  EXPECT_EQ(ReadTextSoon(consumer), "behind it");
  EXPECT_EQ(ReadTextSoon(observer), "behind it");
  EXPECT_EQ(queue_.Info().recoveries, 1u);
  ExpectCleanedUp(consumer);
}

// Interiors are no start.
TEST_F(PlantedDeathTest, BeforeTheStartOfTheMessage) {
  Consumer consumer = Join();
  PlantReservation(0, 5);
  for (uint64_t i = 1; i < 5; ++i) raw_->descriptor(i).store(InteriorWord(1));
  Write("behind it");
  EXPECT_EQ(ReadTextSoon(consumer), "behind it");
  ExpectCleanedUp(consumer);
}

// Published, and so delivered, although the intent is still there.
TEST_F(PlantedDeathTest, AfterTheStartOfTheMessage) {
  Consumer consumer = Join();
  Observer observer = Observe();
  PlantReservation(0, 1);
  std::string("alive").copy(raw_->data(), 5);
  raw_->descriptor(0).store(StartWord(1, 5));
  Write("behind it");
  for (const char* text : {"alive", "behind it"}) {
    EXPECT_EQ(ReadTextSoon(consumer), text);
    EXPECT_EQ(ReadTextSoon(observer), text);
  }
  EXPECT_EQ(queue_.Info().recoveries, 0u);
  ExpectCleanedUp(consumer);
}

TEST_F(PlantedDeathTest, InTheMiddleOfABatch) {
  Consumer consumer = Join();
  PlantReservation(0, 6);
  raw_->seat(kDeadSeat).intent.store(0);
  PlantSeat(kDeadSeat, Role::kProducer, 0, 6);
  std::string("first").copy(raw_->data(), 5);
  raw_->descriptor(0).store(StartWord(1, 5));
  Write("behind it");
  EXPECT_EQ(ReadTextSoon(consumer), "first");
  EXPECT_EQ(ReadTextSoon(consumer), "behind it");
  EXPECT_EQ(queue_.Info().recoveries, 1u);
  ExpectCleanedUp(consumer);
}

TEST_F(PlantedDeathTest, TwoHolesSideBySide) {
  Consumer consumer = Join();
  Observer observer = Observe();
  PlantReservation(0, 3);
  PlantReservation(3, 4, kOtherDeadSeat);
  Write("behind both");
  EXPECT_EQ(ReadTextSoon(consumer), "behind both");
  EXPECT_EQ(ReadTextSoon(observer), "behind both");
  ExpectCleanedUp(consumer);
  ExpectCleanedUp(consumer, kOtherDeadSeat);
}

// A hole ends where the next record begins, though nothing says how long it was to be.
TEST_F(PlantedDeathTest, HolesBetweenMessages) {
  Consumer consumer = Join();
  Write("1");
  PlantReservation(1, 7);
  Write("2");
  PlantReservation(9, 2, kOtherDeadSeat);
  Write("3");
  for (const char* text : {"1", "2", "3"}) EXPECT_EQ(ReadTextSoon(consumer), text);
  ExpectCleanedUp(consumer);
}

TEST_F(PlantedDeathTest, AHoleOfTheWholeRing) {
  Consumer consumer = Join();
  Observer observer = Observe();
  PlantReservation(0, kSmallBlocks);
  EXPECT_TRUE(test::Eventually([&] {
    EXPECT_EQ(ReadText(consumer), "kEmpty");
    return producer_.TryWrite("behind it").ok();
  }));
  EXPECT_EQ(ReadTextSoon(consumer), "behind it");
  ExpectCleanedUp(consumer);
}

// At every place of the ring, so that holes wrap.
TEST_F(PlantedDeathTest, AHoleAtEveryPosition) {
  Consumer consumer = Join();
  for (uint64_t i = 0; i < kSmallBlocks; ++i) {
    PlantReservation(queue_.Info().head, 20);
    Write("behind it");
    ASSERT_EQ(ReadTextSoon(consumer), "behind it") << i;
    ASSERT_EQ(queue_.Info().recoveries, i + 1);
  }
}

TEST_F(PlantedDeathTest, TheRoomOfADeadProducerComesBack) {
  Consumer consumer = Join();
  PlantReservation(0, 1);
  Fill(producer_);
  // No consumer looks: the writer alone finds out that nobody is at work at position 0.
  EXPECT_TRUE(test::Eventually([&] {
    EXPECT_EQ(producer_.TryWrite("x").code(), Code::kFull);
    return IsClean(kDeadSeat);
  }));
  EXPECT_EQ(Drain(consumer), kSmallBlocks - 1);
}

// ---- members ----

// It never won: whoever comes next gets the message, for the first time.
TEST_F(PlantedDeathTest, BeforeTheCursorMoved) {
  Consumer consumer = Join();
  Write("1");
  Write("2");
  PlantClaim(0);
  EXPECT_EQ(ReadTextSoon(consumer), "1");
  EXPECT_EQ(ReadTextSoon(consumer), "2");
  EXPECT_EQ(ReadText(consumer), "kEmpty");
}

TEST_F(PlantedDeathTest, BeforeTheCursorMovedAndNobodyElseCame) {
  Write("1");
  PlantClaim(0);
  Consumer late = Join();
  EXPECT_EQ(ReadTextSoon(late), "1");
  EXPECT_TRUE(test::Eventually([&] {
    EXPECT_EQ(ReadText(late), "kEmpty");
    return IsClean(kDeadSeat);
  }));
}

TEST_F(PlantedDeathTest, AfterTheCursorMoved) {
  Consumer consumer = Join();
  Write("1");
  Write("2");
  PlantClaim(0);
  raw_->group(0).cursor.store(1);
  // A new member looks for what the dead left before it takes anything.
  EXPECT_EQ(ReadTextSoon(consumer), "1 again");
  EXPECT_EQ(ReadTextSoon(consumer), "2");
  EXPECT_EQ(ReadText(consumer), "kEmpty");
  EXPECT_TRUE(IsClean(kDeadSeat));
}

TEST_F(PlantedDeathTest, WithABatchInHand) {
  Consumer consumer = Join();
  for (const char* text : {"1", "2", "3", "4"}) Write(text);
  PlantClaim(0, 3);
  raw_->group(0).cursor.store(3);
  for (const char* text : {"1 again", "2 again", "3 again", "4"}) {
    EXPECT_EQ(ReadTextSoon(consumer), text);
  }
  EXPECT_EQ(ReadText(consumer), "kEmpty");
  EXPECT_TRUE(IsClean(kDeadSeat));
}

// An intent so old that its place was written anew: nobody can still mean it.
TEST_F(PlantedDeathTest, MoreThanARingAgo) {
  Consumer consumer = Join();
  for (uint64_t i = 0; i < 2 * kSmallBlocks; ++i) {
    Write("passed");
    ASSERT_EQ(ReadText(consumer), "passed");
  }
  PlantClaim(3);
  EXPECT_EQ(Fill(producer_), kSmallBlocks);
  EXPECT_EQ(Drain(consumer), kSmallBlocks);
  EXPECT_TRUE(test::Eventually([&] {
    EXPECT_EQ(ReadText(consumer), "kEmpty");
    return IsClean(kDeadSeat);
  }));
}

// The seat says it was a member of an entry's earlier group: nothing of it concerns this one.
TEST_F(PlantedDeathTest, OfAGroupThatIsNoMore) {
  Consumer consumer = Join();
  Write("1");
  EXPECT_EQ(ReadText(consumer), "1");
  PlantSeat(kDeadSeat, Role::kMember, 0);
  raw_->seat(kDeadSeat).identity.store(Encode(SeatIdentity{Role::kMember, 0, 77}));
  Consumer late = Join();
  Write("2");
  EXPECT_EQ(ReadTextSoon(late), "2");
  EXPECT_EQ(ReadText(late), "kEmpty");
  ExpectCleanedUp(consumer);
}

// What a dead member shows and a living one shows, too, is left to the living one.
TEST_F(PlantedDeathTest, WhileALivingOneHasTheMessage) {
  Consumer holder = Join();
  Consumer other = Join();
  Write("held");
  const Result<Message> message = holder.TryPeek();
  ASSERT_TRUE(Ok(message));
  PlantClaim(0);
  // It looks after the dead again and again.
  EXPECT_TRUE(test::Eventually([&] {
    EXPECT_EQ(ReadText(other), "kEmpty");
    return other.Stats().rescues >= 20 || HasFailure();
  }));
  EXPECT_EQ(message->bytes.text(), "held");
  EXPECT_TRUE(Ok(holder.Release()));
}

}  // namespace
}  // namespace fmmq
