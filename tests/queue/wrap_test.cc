// Every position of a small ring as the place where a message begins, and so every way to wrap.
#include <string>

#include "tests/queue/queue_fixture.h"
#include "tests/support/payload.h"

namespace fmmq {
namespace {

using test::IsPayload;
using test::MakePayload;
using test::Ok;

class WrapTest : public test::QueueTest, public ::testing::WithParamInterface<uint32_t> {
 protected:
  void SetUp() override {
    Make(test::SmallOptions(GetParam()));
    blocks_ = 4096 / GetParam();
    producer_ = NewProducer();
    consumer_ = Join();
    observer_ = Observe();
  }

  // Moves the ring on, so that the next message begins one position after where `size` bytes began.
  void StepAfter(size_t size) {
    const uint64_t used = size == 0 ? 1 : (size + GetParam() - 1) / GetParam();
    const uint64_t rest = (blocks_ + 1 - used % blocks_) % blocks_;
    if (rest != 0) Pass({9, rest}, rest * GetParam());
  }

  void Pass(test::PayloadId id, size_t size) {
    ASSERT_TRUE(Ok(producer_.TryWrite(MakePayload(id, size))));
    char buffer[4096];
    const Result<Received> seen = observer_.TryRead(buffer);
    ASSERT_TRUE(Ok(seen));
    ASSERT_TRUE(seen->size == size && IsPayload(id, {buffer, size}));
    const Result<Received> read = consumer_.TryRead(buffer);
    ASSERT_TRUE(Ok(read));
    ASSERT_TRUE(read->size == size && IsPayload(id, {buffer, size}));
  }

  void PassInPlace(test::PayloadId id, size_t size) {
    const Result<MutableBytes> place = producer_.TryReserve(size);
    ASSERT_TRUE(Ok(place));
    test::FillPayload(id, *place);
    ASSERT_TRUE(Ok(producer_.Commit(size)));
    char buffer[4096];
    ASSERT_TRUE(Ok(observer_.TryRead(buffer)));
    const Result<Message> message = consumer_.TryPeek();
    ASSERT_TRUE(Ok(message));
    ASSERT_TRUE(message->bytes.size() == size && IsPayload(id, message->bytes));
    ASSERT_TRUE(Ok(consumer_.Release()));
  }

  // Once around the ring, beginning at each block in turn.
  template <typename PassOne>
  void AllPositions(size_t size, const PassOne& pass) {
    SCOPED_TRACE(size);
    const uint64_t first = queue_.Info().head % blocks_;
    for (uint64_t start = 0; start < blocks_; ++start) {
      ASSERT_EQ(queue_.Info().head % blocks_, (first + start) % blocks_);
      pass(test::PayloadId{1, start}, size);
      StepAfter(size);
      if (HasFatalFailure()) FAIL() << "start " << start;
    }
  }

  uint64_t blocks_ = 0;
  Producer producer_;
  Consumer consumer_;
  Observer observer_;
};

TEST_P(WrapTest, EverySizeAtEveryPosition) {
  const size_t block = GetParam();
  for (const size_t size :
       {size_t{0}, size_t{1}, block - 1, block, block + 1, 3 * block, 5 * block - 1, size_t{1000},
        size_t{2048}, size_t{4096} - block, size_t{4095}, size_t{4096}}) {
    AllPositions(size, [this](test::PayloadId id, size_t bytes) { Pass(id, bytes); });
    if (HasFatalFailure()) return;
  }
}

TEST_P(WrapTest, InPlaceAtEveryPosition) {
  const size_t block = GetParam();
  for (const size_t size : {size_t{1}, block + 1, size_t{1000}, size_t{4096}}) {
    AllPositions(size, [this](test::PayloadId id, size_t bytes) { PassInPlace(id, bytes); });
    if (HasFatalFailure()) return;
  }
}

// As full as it gets, with a message of every length on the way.
TEST_P(WrapTest, FullRingsAtEveryPosition) {
  for (uint64_t start = 0; start < blocks_; ++start) {
    uint64_t written = 0;
    while (producer_.TryWrite(MakePayload({2, written}, written * 3 + 1)).ok()) ++written;
    ASSERT_GT(written, 4u);
    char buffer[4096];
    for (uint64_t i = 0; i < written; ++i) {
      const Result<Received> read = consumer_.TryRead(buffer);
      ASSERT_TRUE(Ok(read));
      ASSERT_TRUE(IsPayload({2, i}, {buffer, read->size})) << start << ", " << i;
      ASSERT_EQ(read->size, i * 3 + 1);
    }
    ASSERT_EQ(test::ReadText(consumer_), "kEmpty");
    while (queue_.Info().head % blocks_ != start) {
      ASSERT_TRUE(Ok(test::WriteSoon(producer_, "")));
      ASSERT_EQ(test::ReadText(consumer_), "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Blocks, WrapTest, ::testing::Values(16, 64));

}  // namespace
}  // namespace fmmq
