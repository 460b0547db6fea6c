// The order in which a claim is taken back. On machines that reorder stores, the end word of a
// batch could vanish before its start did: a repairer took the rest of a living producer's batch
// for a hole. No test on this machine can see that happen, so this one looks at the stores: the
// ring's own code over words that write down what is done to them.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

#include "fmmq/ring/member.h"
#include "fmmq/ring/recovery.h"
#include "fmmq/ring/writer.h"
#include "gtest/gtest.h"

namespace fmmq {
namespace {

struct Stored {
  const void* word;
  uint64_t value;
  std::memory_order order;
};
std::vector<Stored>& Diary() {
  static auto* const diary = new std::vector<Stored>;
  return *diary;
}

// A word for one thread.
class DiaryWord {
 public:
  uint64_t load(std::memory_order) const { return value_; }
  void store(uint64_t value, std::memory_order order) {
    value_ = value;
    Diary().push_back({this, value, order});
  }
  uint64_t exchange(uint64_t value, std::memory_order) { return Exchange(value); }
  uint64_t fetch_add(uint64_t value, std::memory_order) { return Exchange(value_ + value); }
  uint64_t fetch_and(uint64_t value, std::memory_order) { return Exchange(value_ & value); }
  bool compare_exchange_strong(uint64_t& expected, uint64_t value, std::memory_order,
                               std::memory_order) {
    if (value_ != expected) {
      expected = value_;
      return false;
    }
    value_ = value;
    return true;
  }

 private:
  uint64_t Exchange(uint64_t value) {
    const uint64_t before = value_;
    value_ = value;
    return before;
  }
  uint64_t value_ = 0;
};

struct DiaryAtomics {
  using Word = DiaryWord;
  static void Fence(std::memory_order) {}
  static constexpr std::memory_order kFenced = std::memory_order_relaxed;
  static void Evict(const void*, size_t) {}
  static void CopyIn(void*, const void*, size_t) {}
  static void CopyOut(void*, const void*, size_t) {}
};

uint64_t NoTime() { return 0; }

class ClaimOrderTest : public ::testing::Test {
 protected:
  ClaimOrderTest() {
    view_.control = &control_;
    view_.seats = seats_;
    view_.groups = &group_;
    view_.descriptors = descriptors_;
    view_.data = data_;
    view_.block_count = 8;
    view_.max_message_bytes = sizeof(data_);
    view_.block_shift = 5;
    view_.lap_shift = 3;
    view_.seat_count = 2;
    view_.group_count = 1;
    Diary().clear();
  }

  // Every time that the end word was cleared, the intent was cleared before it, and the store was a
  // release: it cannot become visible before what came before it.
  void ExpectEndWentLast(uint32_t seat) const {
    bool intent_is_clear = true;
    int cleared = 0;
    for (const Stored& stored : Diary()) {
      if (stored.word == &seats_[seat].intent) intent_is_clear = stored.value == 0;
      if (stored.word != &seats_[seat].end) continue;
      EXPECT_TRUE(intent_is_clear);
      EXPECT_TRUE(stored.order == std::memory_order_release ||
                  stored.order == std::memory_order_seq_cst);
      if (stored.value == 0) ++cleared;
    }
    EXPECT_EQ(cleared, 1);
  }

  // As a batch: the messages at positions 0 and 1.
  void WriteTwo() {
    ring::Writer<DiaryAtomics> writer(view_, 0, NoTime);
    ASSERT_EQ(writer.Reserve(2, /*batch=*/true), Code::kOk);
    writer.PublishMessage(0, 1);
    writer.PublishMessage(1, 1);
    writer.Finish();
  }

  format::Control<DiaryWord> control_;
  format::Seat<DiaryWord> seats_[2];
  format::Group<DiaryWord> group_;
  DiaryWord descriptors_[8];
  std::byte data_[512] = {};
  ring::View<DiaryAtomics> view_;
};

TEST_F(ClaimOrderTest, AProducersBatch) {
  WriteTwo();
  ExpectEndWentLast(0);
}

TEST_F(ClaimOrderTest, AMembersBatch) {
  WriteTwo();
  ring::Member<DiaryAtomics> member(view_, 1, 0, /*exclusive=*/false);
  uint64_t messages = 0;
  uint64_t bytes = 0;
  ASSERT_EQ(member.Claim(2, 1000, &messages, &bytes), Code::kOk);
  ASSERT_EQ(messages, 2u);
  member.Release();
  ExpectEndWentLast(1);
}

TEST_F(ClaimOrderTest, ASeatOfTheDead) {
  seats_[1].end.store(2, std::memory_order_release);
  seats_[1].intent.store(1, std::memory_order_release);
  ring::ClearSeat(view_, 1);
  ExpectEndWentLast(1);
}

}  // namespace
}  // namespace fmmq
