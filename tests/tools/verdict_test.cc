#include "tools/verdict.h"

#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fmmq/fmmq.h"
#include "fmmq/format/words.h"
#include "gtest/gtest.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/raw_segment.h"
#include "tests/support/statuses.h"

namespace fmmq::tools {
namespace {

using test::Ok;

constexpr uint64_t kBlocks = 128;  // of 32 bytes
constexpr uint64_t kWritten = 10;

std::string Text(const Verdict& verdict) {
  std::string text = verdict.status.name();
  for (const Damage& damage : verdict.damage) text += "\n" + damage.where + ": " + damage.what;
  return text;
}

// A queue with ten messages of a block each, unread.
class VerdictTest : public ::testing::Test {
 protected:
  explicit VerdictTest(Policy policy = Policy::kLossless) {
    Options options;
    options.capacity = kBlocks * 32;
    options.seats = 4;
    options.groups = 2;
    options.string_size = 100;
    options.policy = policy;
    queue_ = std::move(Queue::Create(name_.get(), options)).value();
    Write(kWritten);
    raw_.emplace_back(new test::RawSegment(name_));
  }

  void Write(uint64_t messages) {
    Result<Producer> producer = queue_.NewProducer();
    for (uint64_t i = 0; i < messages; ++i) ASSERT_TRUE(Ok(producer->TryWrite("message")));
  }

  test::RawSegment& raw() { return *raw_[0]; }

  // One complaint, about this place.
  void ExpectDamage(const std::string& where, const std::string& what) {
    const Verdict verdict = Judge(name_);
    EXPECT_FALSE(verdict.good());
    ASSERT_EQ(verdict.damage.size(), 1u) << Text(verdict);
    EXPECT_EQ(verdict.damage[0].where, where);
    EXPECT_NE(verdict.damage[0].what.find(what), std::string::npos) << Text(verdict);
  }

  // Seat 3 as somebody's that holds `intent`.
  void PlantSeat(format::SeatIdentity identity, uint64_t intent, uint64_t end = 0) {
    raw().control().occupied[0].fetch_or(8);
    raw().seat(3).identity.store(format::Encode(identity));
    raw().seat(3).owner.store(4711);
    raw().seat(3).end.store(end);
    raw().seat(3).intent.store(intent);
  }

  test::ScopedName name_;
  Queue queue_;
  std::vector<std::unique_ptr<test::RawSegment>> raw_;
};

TEST_F(VerdictTest, AQueueInUseIsGood) {
  const Verdict verdict = Judge(name_);
  EXPECT_TRUE(verdict.good()) << Text(verdict);
  EXPECT_EQ(verdict.head, kWritten);
  EXPECT_EQ(verdict.messages, kWritten);
  EXPECT_EQ(verdict.groups, 1u);
  EXPECT_TRUE(verdict.unfinished.empty());
}

TEST_F(VerdictTest, LooksFromTheOldestCursorOn) {
  Result<Consumer> consumer = queue_.Join();
  char buffer[16];
  for (int lap = 0; lap < 30; ++lap) {
    for (uint64_t i = 0; i < kWritten; ++i) ASSERT_TRUE(Ok(consumer->TryRead(buffer)));
    Write(kWritten);
  }
  const Verdict verdict = Judge(name_);
  EXPECT_TRUE(verdict.good()) << Text(verdict);
  EXPECT_EQ(verdict.begin, 30 * kWritten);
  EXPECT_EQ(verdict.messages, kWritten);
  EXPECT_EQ(verdict.seats, 1u);
  EXPECT_EQ(verdict.dead_seats, 0u);
}

TEST_F(VerdictTest, ADamagedHeaderIsAStatus) {
  raw().header().seats = 5;
  EXPECT_EQ(Judge(name_).status.code(), Code::kBadChecksum);
  EXPECT_FALSE(Judge(name_).good());
  EXPECT_EQ(Judge("no-" + name_.get()).status.code(), Code::kNotFound);
}

TEST_F(VerdictTest, ALivingProducersRecordIsUnfinished) {
  Result<Producer> producer = queue_.NewProducer();
  ASSERT_TRUE(Ok(producer->TryReserve(100)));
  const Verdict verdict = Judge(name_);
  EXPECT_TRUE(verdict.good()) << Text(verdict);
  ASSERT_EQ(verdict.unfinished.size(), 1u);
  EXPECT_EQ(verdict.unfinished[0].begin, kWritten);
  EXPECT_EQ(verdict.unfinished[0].end, kWritten + 4);
  ASSERT_EQ(verdict.unfinished[0].holders.size(), 1u);
  EXPECT_TRUE(verdict.unfinished[0].holders[0].alive);
  EXPECT_EQ(verdict.unfinished[0].holders[0].process, uint64_t(getpid()));
}

TEST_F(VerdictTest, ADeadProducersRecordIsUnfinished) {
  ASSERT_TRUE(Succeeded(test::RunInChild([this] {
    Result<Queue> queue = Queue::Open(name_.get());
    Result<Producer> producer = queue->NewProducer();
    EXPECT_TRUE(Ok(producer->TryReserve(100)));
    _exit(0);
  })));
  Write(1);
  const Verdict verdict = Judge(name_);
  EXPECT_TRUE(verdict.good()) << Text(verdict);
  EXPECT_EQ(verdict.messages, kWritten + 1);
  ASSERT_EQ(verdict.unfinished.size(), 1u);
  EXPECT_EQ(verdict.unfinished[0].end, kWritten + 4);
  ASSERT_EQ(verdict.unfinished[0].holders.size(), 1u);
  EXPECT_FALSE(verdict.unfinished[0].holders[0].alive);
  EXPECT_EQ(verdict.dead_seats, 1u);
}

TEST_F(VerdictTest, ACursorAheadOfHead) {
  raw().group(0).cursor.store(kWritten + 1);
  ExpectDamage("group 0", "ahead of head");
}

TEST_F(VerdictTest, ACursorMoreThanARingBehind) {
  raw().StartAfterLaps(3);
  raw().group(0).cursor.store(3 * kBlocks - kBlocks - 1);
  const Verdict verdict = Judge(name_);
  ASSERT_FALSE(verdict.damage.empty());
  EXPECT_EQ(verdict.damage[0].what.find("its cursor"), 0u) << Text(verdict);
}

TEST_F(VerdictTest, AGroupsName) {
  raw().group(0).name[7].store(1);
  ExpectDamage("group 0", "its name");
}

TEST_F(VerdictTest, AGroupsPhase) {
  raw().group(1).state.store(3);
  ExpectDamage("group 1", "phase");
}

TEST_F(VerdictTest, ASeatsIntent) {
  PlantSeat({format::Role::kProducer, 0, 0}, kWritten + 2);
  ExpectDamage("seat 3", "ahead of head");
  PlantSeat({format::Role::kProducer, 0, 0}, 1, kBlocks + 1);
  ExpectDamage("seat 3", "no part of a ring");
}

TEST_F(VerdictTest, ASeatsIdentity) {
  PlantSeat({format::Role(9), 0, 0}, 0);
  ExpectDamage("seat 3", "its role is 9");
  PlantSeat({format::Role::kMember, 2, 1}, 0);
  ExpectDamage("seat 3", "member of group 2 of 2");
}

TEST_F(VerdictTest, ALeftoverIntentIsNoDamage) {
  PlantSeat({format::Role::kProducer, 0, 0}, kWritten + 1);
  EXPECT_TRUE(Judge(name_).good()) << Text(Judge(name_));
}

TEST_F(VerdictTest, AHoleThatNobodyHolds) {
  raw().descriptor(4).store(0);
  ExpectDamage("ring", "nobody holds them");
  EXPECT_EQ(Judge(name_).messages, kWritten - 1);
}

TEST_F(VerdictTest, ABlockOfAnotherLap) {
  raw().descriptor(4).store(format::StartWord(7, 5));
  ExpectDamage("ring", "the block at 4 belongs to a later lap");
}

TEST_F(VerdictTest, ABlockThatIsNoBeginning) {
  raw().descriptor(4).store(format::InteriorWord(1));
  ExpectDamage("ring", "the block at 4 is no record's beginning");
  EXPECT_EQ(Judge(name_).messages, kWritten - 1);
}

TEST_F(VerdictTest, ARecordPastHead) {
  raw().descriptor(9).store(format::StartWord(1, 33));
  ExpectDamage("ring", "past head");
}

TEST_F(VerdictTest, WaitWords) {
  raw().control().data_wait.store(uint64_t{1} << 32);
  ExpectDamage("control", "data_wait");
  raw().control().data_wait.store(0xffffffff);
  raw().control().space_wait.store(~uint64_t{0});
  ExpectDamage("control", "space_wait");
}

TEST_F(VerdictTest, AnEndPastHead) {
  raw().control().ended.store(kWritten + 2);
  EXPECT_TRUE(Judge(name_).good()) << Text(Judge(name_));
  raw().control().ended.store(kWritten + 3);
  ExpectDamage("control", "past head");
}

TEST_F(VerdictTest, TheStringsLengths) {
  auto* words = reinterpret_cast<format::StringControl<format::SharedWord>*>(
      reinterpret_cast<char*>(&raw().header()) + raw().geometry().string_offset);
  words->bytes[1].store(100);
  EXPECT_TRUE(Judge(name_).good()) << Text(Judge(name_));
  words->bytes[1].store(101);
  ExpectDamage("string", "buffer 1 says 101");
}

// Whatever stands in one word: a verdict, soon.
TEST_F(VerdictTest, SurvivesAnyWord) {
  const uint64_t nasty[] = {0,
                            1,
                            kWritten + 1,
                            kBlocks,
                            ~uint64_t{0},
                            ~uint64_t{0} - 1,
                            uint64_t{1} << 63,
                            0x80000000ffffffff,
                            0x1ffffffff};
  const uint64_t words = raw().geometry().data_offset / 8;
  auto* base = reinterpret_cast<format::SharedWord*>(&raw().header());
  for (uint64_t i = format::kControlOffset / 8; i < words; ++i) {
    const uint64_t before = base[i].load();
    for (const uint64_t value : nasty) {
      base[i].store(value);
      EXPECT_TRUE(Ok(Judge(name_).status));
    }
    base[i].store(before);
  }
  EXPECT_TRUE(Judge(name_).good()) << Text(Judge(name_));
}

TEST_F(VerdictTest, SurvivesNoise) {
  const uint64_t words = raw().geometry().data_offset / 8;
  auto* base = reinterpret_cast<format::SharedWord*>(&raw().header());
  uint64_t random = 1;
  for (int round = 0; round < 200; ++round) {
    for (uint64_t i = format::kControlOffset / 8; i < words; ++i) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      base[i].store((random >> 62) == 0 ? random >> (random & 63) : random);
    }
    const Verdict verdict = Judge(name_);
    EXPECT_FALSE(verdict.good());
    EXPECT_LE(verdict.damage.size(), kMaxDamage);
  }
}

class OverwritingVerdictTest : public VerdictTest {
 protected:
  OverwritingVerdictTest() : VerdictTest(Policy::kOverwrite) {}
};

TEST_F(OverwritingVerdictTest, ALappedGroupIsNoDamage) {
  Write(5 * kBlocks);
  const Verdict verdict = Judge(name_);
  EXPECT_TRUE(verdict.good()) << Text(verdict);
  EXPECT_EQ(verdict.messages, kBlocks);
}

// What a busy queue shows for a moment is no damage.
void JudgeWhileOthersWork(const std::string& name) {
  std::vector<test::Child> children;
  for (int i = 0; i < 2; ++i) {
    children.emplace_back([&name] {
      Result<Queue> queue = Queue::Open(name);
      Result<Producer> producer = queue->NewProducer();
      const std::string message(200, 'x');
      for (size_t n = 0;; ++n) {
        producer->TryWrite({message.data(), n % message.size()}).IgnoreError();
      }
    });
    children.emplace_back([&name] {
      Result<Queue> queue = Queue::Open(name);
      Result<Consumer> consumer = queue->Join();
      char buffer[256];
      for (;;) consumer->TryRead(buffer).status().IgnoreError();
    });
  }
  uint64_t moves = 0;
  uint64_t head = 0;
  for (int i = 0; i < 1000; ++i) {
    const Verdict verdict = Judge(name);
    ASSERT_TRUE(verdict.good()) << Text(verdict);
    moves += verdict.head != head ? 1 : 0;
    head = verdict.head;
  }
  EXPECT_GT(moves, 1u) << "the others did nothing";
}

TEST_F(VerdictTest, ABusyQueueIsGood) { JudgeWhileOthersWork(name_); }
TEST_F(OverwritingVerdictTest, ABusyQueueIsGood) { JudgeWhileOthersWork(name_); }

}  // namespace
}  // namespace fmmq::tools
