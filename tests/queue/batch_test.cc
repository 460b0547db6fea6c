// Many messages at once, both ways.
#include <string>
#include <vector>

#include "tests/queue/queue_fixture.h"
#include "tests/support/payload.h"

namespace fmmq {
namespace {

using test::kSmallBlocks;
using test::Ok;
using test::Texts;

class BatchTest : public test::QueueTest {
 protected:
  void SetUp() override {
    Make();
    producer_ = NewProducer();
    consumer_ = Join();
  }

  Result<size_t> WriteBatch(const Texts& texts) {
    const std::vector<ConstBytes> batch(texts.begin(), texts.end());
    return producer_.TryWriteBatch(batch.data(), batch.size());
  }

  // What a batch of at most `max` shows, and whether its number is right.
  Texts PeekBatch(size_t max) {
    const Result<size_t> count = consumer_.TryPeekBatch(max);
    if (!count.ok()) return {count.status().name()};
    Texts texts;
    for (size_t i = 0; i < *count; ++i) texts.emplace_back(consumer_.Next()->bytes.text());
    EXPECT_EQ(consumer_.Next().code(), Code::kEmpty);
    return texts;
  }

  Producer producer_;
  Consumer consumer_;
};

TEST_F(BatchTest, WritesInOrder) {
  const Texts texts = {"one", "", std::string(100, '3'), "four"};
  const Result<size_t> written = WriteBatch(texts);
  ASSERT_TRUE(Ok(written));
  EXPECT_EQ(*written, 4u);
  EXPECT_EQ(test::ReadTexts(consumer_), texts);
}

TEST_F(BatchTest, WritesAsManyAsFit) {
  const Texts texts(200, "a block");
  EXPECT_EQ(*WriteBatch(texts), kSmallBlocks);
  EXPECT_EQ(WriteBatch(texts).code(), Code::kFull);
  EXPECT_EQ(test::ReadText(consumer_), "a block");
  EXPECT_EQ(test::ReadText(consumer_), "a block");
  const Result<size_t> more = test::Retry([&] { return WriteBatch(texts); });
  EXPECT_GE(*more, 1u);
  EXPECT_LE(*more, 2u);
  EXPECT_EQ(Drain(consumer_), kSmallBlocks - 2 + *more);
}

TEST_F(BatchTest, StopsBeforeAMessageThatDoesNotFit) {
  const Texts texts = {"fits", std::string(4096, 'w'), "too late"};
  const Result<size_t> written = WriteBatch(texts);
  ASSERT_TRUE(Ok(written));
  EXPECT_EQ(*written, 1u);
  EXPECT_EQ(test::ReadTexts(consumer_), Texts{"fits"});
}

TEST_F(BatchTest, StopsBeforeAMessageThatNeverFits) {
  const Texts texts = {"one", "two", std::string(4097, 'x'), "four"};
  EXPECT_EQ(*WriteBatch(texts), 2u);
  EXPECT_EQ(test::ReadTexts(consumer_), (Texts{"one", "two"}));
  EXPECT_EQ(WriteBatch({texts[2], "four"}).code(), Code::kTooLarge);
  EXPECT_EQ(test::ReadText(consumer_), "kEmpty");
}

TEST_F(BatchTest, OfNothingIsNotACall) {
  EXPECT_EQ(producer_.TryWriteBatch(nullptr, 0).code(), Code::kInvalidArgument);
  EXPECT_EQ(consumer_.TryPeekBatch(0).code(), Code::kInvalidArgument);
  EXPECT_EQ(queue_.Info().head, 0u);
}

TEST_F(BatchTest, PeeksUpToTheNumberAskedFor) {
  ASSERT_TRUE(Ok(WriteBatch({"1", "2", "3", "4", "5"})));
  EXPECT_EQ(PeekBatch(2), (Texts{"1", "2"}));
  ASSERT_TRUE(Ok(consumer_.Release()));
  EXPECT_EQ(PeekBatch(1), Texts{"3"});
  ASSERT_TRUE(Ok(consumer_.Release()));
  EXPECT_EQ(PeekBatch(100), (Texts{"4", "5"}));
  ASSERT_TRUE(Ok(consumer_.Release()));
  EXPECT_EQ(PeekBatch(100), Texts{"kEmpty"});
}

// Nothing of a batch is room for writers before all of it is released.
TEST_F(BatchTest, HoldsWritersBackUntilRelease) {
  ASSERT_EQ(Fill(producer_), kSmallBlocks);
  const Result<size_t> held = consumer_.TryPeekBatch(kSmallBlocks);
  ASSERT_TRUE(Ok(held));
  for (size_t i = 0; i < *held; ++i) EXPECT_EQ(consumer_.Next()->bytes.text(), "filler");
  EXPECT_EQ(producer_.TryWrite("no room").code(), Code::kFull);
  ASSERT_TRUE(Ok(consumer_.Release()));
  EXPECT_TRUE(Ok(test::WriteSoon(producer_, "room")));
}

TEST_F(BatchTest, ReleasesWhatWasNotLookedAt) {
  ASSERT_TRUE(Ok(WriteBatch({"1", "2", "3"})));
  ASSERT_EQ(*consumer_.TryPeekBatch(2), 2u);
  EXPECT_EQ(consumer_.Next()->bytes.text(), "1");
  ASSERT_TRUE(Ok(consumer_.Release()));
  EXPECT_EQ(test::ReadTexts(consumer_), Texts{"3"});
}

TEST_F(BatchTest, StepsOverAbortedRecords) {
  ASSERT_TRUE(Ok(producer_.TryWrite("before")));
  ASSERT_TRUE(Ok(producer_.TryReserve(500)));
  ASSERT_TRUE(Ok(producer_.Abort()));
  ASSERT_TRUE(Ok(producer_.TryWrite("after")));
  Texts texts;
  while (texts.size() < 2) {
    const Texts batch = PeekBatch(10);
    texts.insert(texts.end(), batch.begin(), batch.end());
    ASSERT_TRUE(Ok(consumer_.Release()));
  }
  EXPECT_EQ(texts, (Texts{"before", "after"}));
  EXPECT_EQ(PeekBatch(10), Texts{"kEmpty"});
}

// Batches of every size over many laps, so that they wrap everywhere.
TEST_F(BatchTest, PassEverythingInOrder) {
  uint64_t written = 0;
  uint64_t read = 0;
  for (size_t round = 0; round < 2000; ++round) {
    Texts texts;
    for (size_t i = 0; i < 1 + round % 37; ++i) {
      const test::PayloadId id = {1, written + i};
      texts.push_back(test::MakePayload(id, test::PayloadSize(id, 120)));
    }
    const Result<size_t> count = WriteBatch(texts);
    written += *count;
    ASSERT_TRUE(count.ok() || count.code() == Code::kFull);
    const Result<size_t> held = consumer_.TryPeekBatch(1 + round % 29);
    for (size_t i = 0; held.ok() && i < *held; ++i, ++read) {
      ASSERT_TRUE(test::IsPayload({1, read}, consumer_.Next()->bytes)) << read;
    }
    ASSERT_EQ(consumer_.Release().ok(), held.ok());
  }
  EXPECT_EQ(written - read, Drain(consumer_));
  EXPECT_GT(read, 10000u);
}

}  // namespace
}  // namespace fmmq
