// Messages of every interesting size, in every way to write and read them.
#include <set>
#include <string>

#include "tests/queue/queue_fixture.h"
#include "tests/support/payload.h"

namespace fmmq {
namespace {

using test::IsPayload;
using test::MakePayload;
using test::Ok;

// What may go wrong lies at the edges of words, blocks and the ring.
std::set<size_t> EdgeSizes(size_t block, size_t ring) {
  std::set<size_t> sizes = {0, 1, 7, 8, 9, 63, 64, 65, ring - 1, ring};
  for (const size_t blocks :
       {size_t{1}, size_t{2}, size_t{3}, ring / block / 2, ring / block - 1}) {
    sizes.insert({blocks * block - 1, blocks * block, blocks * block + 1});
  }
  sizes.erase(sizes.upper_bound(ring), sizes.end());
  return sizes;
}

class MessageSizeTest : public test::QueueTest, public ::testing::WithParamInterface<uint32_t> {
 protected:
  void SetUp() override {
    Make(test::SmallOptions(GetParam()));
    ring_ = queue_.max_message_size();
    producer_ = NewProducer();
    consumer_ = Join();
    observer_ = Observe();
  }

  void ExpectReadable(test::PayloadId id, size_t size) {
    std::string copy(ring_, '\0');
    const Result<Received> seen = observer_.TryRead(copy);
    ASSERT_TRUE(Ok(seen));
    EXPECT_EQ(seen->size, size);
    EXPECT_TRUE(IsPayload(id, {copy.data(), size}));
    const Result<Received> read = consumer_.TryRead(copy);
    ASSERT_TRUE(Ok(read));
    EXPECT_EQ(read->size, size);
    EXPECT_EQ(read->position, seen->position);
    EXPECT_EQ(read->lost + seen->lost, 0u);
    EXPECT_TRUE(IsPayload(id, {copy.data(), size}));
  }

  size_t ring_ = 0;
  Producer producer_;
  Consumer consumer_;
  Observer observer_;
};

TEST_P(MessageSizeTest, WrittenAndReadByCopy) {
  for (const size_t size : EdgeSizes(GetParam(), ring_)) {
    SCOPED_TRACE(size);
    ASSERT_TRUE(Ok(producer_.TryWrite(MakePayload({1, size}, size))));
    ExpectReadable({1, size}, size);
  }
}

TEST_P(MessageSizeTest, WrittenAndReadInPlace) {
  for (const size_t size : EdgeSizes(GetParam(), ring_)) {
    SCOPED_TRACE(size);
    const Result<MutableBytes> place = producer_.TryReserve(size);
    ASSERT_TRUE(Ok(place));
    ASSERT_EQ(place->size(), size);
    test::FillPayload({2, size}, *place);
    ASSERT_TRUE(Ok(producer_.Commit(size)));
    const Result<Message> message = consumer_.TryPeek();
    ASSERT_TRUE(Ok(message));
    EXPECT_EQ(message->bytes.size(), size);
    EXPECT_TRUE(IsPayload({2, size}, message->bytes));
    EXPECT_TRUE(Ok(consumer_.Release()));
  }
}

TEST_P(MessageSizeTest, WrittenAndReadInBatches) {
  for (const size_t size : EdgeSizes(GetParam(), ring_ / 2)) {
    SCOPED_TRACE(size);
    const std::string first = MakePayload({3, size}, size);
    const std::string second = MakePayload({4, size}, size);
    const ConstBytes batch[] = {first, second};
    const Result<size_t> written = producer_.TryWriteBatch(batch, 2);
    ASSERT_TRUE(Ok(written));
    ASSERT_EQ(*written, 2u);
    const Result<size_t> held = consumer_.TryPeekBatch(10);
    ASSERT_TRUE(Ok(held));
    EXPECT_EQ(*held, 2u);
    EXPECT_TRUE(IsPayload({3, size}, consumer_.Next()->bytes));
    EXPECT_TRUE(IsPayload({4, size}, consumer_.Next()->bytes));
    EXPECT_TRUE(Ok(consumer_.Release()));
  }
}

TEST_P(MessageSizeTest, OneByteMoreThanTheRingIsTooLarge) {
  const std::string payload = MakePayload({1, 1}, ring_ + 1);
  EXPECT_EQ(ring_, queue_.Info().capacity);
  EXPECT_EQ(producer_.TryWrite(payload).code(), Code::kTooLarge);
  EXPECT_EQ(producer_.TryReserve(ring_ + 1).code(), Code::kTooLarge);
  EXPECT_EQ(producer_.TryReserve(~size_t{0}).code(), Code::kTooLarge);
  const ConstBytes batch[] = {payload};
  EXPECT_EQ(producer_.TryWriteBatch(batch, 1).code(), Code::kTooLarge);
  EXPECT_EQ(queue_.Info().head, 0u);
  EXPECT_EQ(test::ReadText(consumer_), "kEmpty");
  ASSERT_TRUE(Ok(producer_.TryWrite("fits")));
  EXPECT_EQ(test::ReadText(consumer_), "fits");
}

// A whole ring fits only into an empty one.
TEST_P(MessageSizeTest, TheWholeRingWaitsUntilItIsEmpty) {
  const std::string payload = MakePayload({5, 5}, ring_);
  ASSERT_TRUE(Ok(producer_.TryWrite("")));
  EXPECT_EQ(producer_.TryWrite(payload).code(), Code::kFull);
  EXPECT_EQ(test::ReadText(consumer_), "");
  EXPECT_EQ(test::ReadText(observer_), "");
  ASSERT_TRUE(Ok(test::WriteSoon(producer_, payload)));
  EXPECT_EQ(producer_.TryWrite("").code(), Code::kFull);
  ExpectReadable({5, 5}, ring_);
  EXPECT_TRUE(Ok(test::WriteSoon(producer_, "")));
}

// An empty message is a message, and takes a block.
TEST_P(MessageSizeTest, EmptyMessagesCount) {
  const uint64_t blocks = ring_ / GetParam();
  uint64_t written = 0;
  while (producer_.TryWrite({}).ok()) ++written;
  EXPECT_EQ(written, blocks);
  EXPECT_EQ(test::ReadTexts(consumer_), test::Texts(blocks));
}

INSTANTIATE_TEST_SUITE_P(Blocks, MessageSizeTest, ::testing::Values(16, 32, 64, 512, 4096));

// Sizes near the end of the number range, where counting blocks would start over.
TEST_P(MessageSizeTest, NoNumberIsTooLarge) {
  const char byte = 0;
  char buffer[8];
  for (const size_t size : {~size_t{0}, ~size_t{0} - 14, ~size_t{0} / 2, size_t{1} << 31}) {
    const ConstBytes huge(&byte, size);
    EXPECT_EQ(producer_.TryWrite(huge).code(), Code::kTooLarge);
    EXPECT_EQ(producer_.Write(huge, Deadline::Never()).code(), Code::kTooLarge);
    EXPECT_EQ(producer_.TryReserve(size).code(), Code::kTooLarge);
    EXPECT_EQ(producer_.TryWriteBatch(&huge, 1).code(), Code::kTooLarge);
  }
  Consumer consumer = *queue_.Join();
  EXPECT_EQ(consumer.TryRead(buffer).code(), Code::kEmpty);
}

}  // namespace
}  // namespace fmmq
