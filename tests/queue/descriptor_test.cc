// What the descriptors of a ring say: each block its own lap, so that none is ever stale by more
// than one, however long a segment lives.
#include <functional>
#include <string>

#include "fmmq/format/words.h"
#include "tests/queue/queue_fixture.h"
#include "tests/support/payload.h"
#include "tests/support/raw_segment.h"

namespace fmmq {
namespace {

using format::Kind;
using test::kSmallBlocks;
using test::Ok;

class DescriptorTest : public test::QueueTest {
 protected:
  void SetUp() override {
    Make();
    producer_ = NewProducer();
    consumer_ = Join();
  }

  // Does one thing after another until the ring has been through some laps.
  void ThroughLaps(const std::function<void(uint64_t)>& write) {
    for (uint64_t i = 0; queue_.Info().head < 4 * kSmallBlocks + 50; ++i) {
      write(i);
      Drain(consumer_);
    }
    ExpectAllCurrent();
  }

  // Starts where records start, interiors in between, each with the lap of its position.
  void ExpectAllCurrent() {
    const test::RawSegment raw(name_);
    const uint64_t head = raw.control().head.load();
    uint64_t next_start = 0;
    for (uint64_t position = head - kSmallBlocks; position < head; ++position) {
      const uint64_t word = raw.descriptor(position % kSmallBlocks).load();
      EXPECT_EQ(format::LapOf(word), position / kSmallBlocks + 1) << position;
      const Kind kind = format::KindOf(word);
      if (kind == Kind::kInterior) {
        EXPECT_TRUE(next_start == 0 || position < next_start) << position;
        EXPECT_EQ(word, format::InteriorWord(format::LapOf(word)));
        continue;
      }
      EXPECT_TRUE(next_start == 0 || position == next_start) << position;
      next_start = position + (kind == Kind::kAborted ? format::AbortedBlocks(word)
                                                      : Blocks(format::MessageBytes(word)));
    }
    EXPECT_EQ(next_start, head);
  }

  static uint64_t Blocks(uint64_t bytes) { return bytes == 0 ? 1 : (bytes + 31) / 32; }

  Producer producer_;
  Consumer consumer_;
};

TEST_F(DescriptorTest, Messages) {
  ThroughLaps([this](uint64_t i) {
    const size_t size = test::PayloadSize({1, i}, 500);
    ASSERT_TRUE(Ok(test::WriteSoon(producer_, std::string(size, 'x'))));
  });
}

TEST_F(DescriptorTest, Batches) {
  ThroughLaps([this](uint64_t i) {
    const std::string texts[] = {std::string(i % 100, 'a'), "b", std::string(i * 37 % 400, 'c')};
    const ConstBytes batch[] = {texts[0], texts[1], texts[2]};
    ASSERT_TRUE(Ok(test::Retry([&] { return producer_.TryWriteBatch(batch, 3); })));
  });
}

TEST_F(DescriptorTest, ReservationsThatWereTooLong) {
  ThroughLaps([this](uint64_t i) {
    ASSERT_TRUE(Ok(test::Retry([this] { return producer_.TryReserve(400); })));
    ASSERT_TRUE(Ok(producer_.Commit(i * 29 % 401)));
  });
}

TEST_F(DescriptorTest, AbortedReservations) {
  ThroughLaps([this](uint64_t i) {
    ASSERT_TRUE(Ok(test::Retry([&] { return producer_.TryReserve(i * 31 % 500); })));
    ASSERT_TRUE(Ok(producer_.Abort()));
  });
}

TEST_F(DescriptorTest, AFreshRingBelongsToLapZero) {
  const test::RawSegment raw(name_);
  for (uint64_t i = 0; i < kSmallBlocks; ++i) EXPECT_EQ(raw.descriptor(i).load(), 0u);
}

}  // namespace
}  // namespace fmmq
