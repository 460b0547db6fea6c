// Reserve, commit and abort; peek and release; calls in the wrong order.
#include <string>

#include "tests/queue/queue_fixture.h"

namespace fmmq {
namespace {

using test::Ok;
using test::ReadText;

class ZeroCopyTest : public test::QueueTest {
 protected:
  void SetUp() override {
    Make();
    producer_ = NewProducer();
    consumer_ = Join();
    observer_ = Observe();
  }

  void ReserveText(const std::string& text, size_t size) {
    const Result<MutableBytes> place = producer_.TryReserve(size);
    ASSERT_TRUE(Ok(place));
    ASSERT_EQ(place->size(), size);
    text.copy(static_cast<char*>(place->data()), text.size());
  }

  std::string Peek() {
    const Result<Message> message = consumer_.TryPeek();
    return message.ok() ? std::string(message->bytes.text()) : message.status().name();
  }

  Producer producer_;
  Consumer consumer_;
  Observer observer_;
};

TEST_F(ZeroCopyTest, NothingIsSeenBeforeCommit) {
  ReserveText("hidden", 6);
  EXPECT_EQ(ReadText(consumer_), "kEmpty");
  EXPECT_EQ(ReadText(observer_), "kEmpty");
  ASSERT_TRUE(Ok(producer_.Commit(6)));
  EXPECT_EQ(ReadText(consumer_), "hidden");
  EXPECT_EQ(ReadText(observer_), "hidden");
}

TEST_F(ZeroCopyTest, LaterMessagesWaitBehindAReservation) {
  Producer other = NewProducer();
  ReserveText("first", 5);
  ASSERT_TRUE(Ok(other.TryWrite("second")));
  EXPECT_EQ(ReadText(consumer_), "kEmpty");
  EXPECT_EQ(ReadText(observer_), "kEmpty");
  ASSERT_TRUE(Ok(producer_.Commit(5)));
  EXPECT_EQ(test::ReadTexts(consumer_), (test::Texts{"first", "second"}));
  EXPECT_EQ(test::ReadTexts(observer_), (test::Texts{"first", "second"}));
}

// Down to nothing, over block edges and within one.
TEST_F(ZeroCopyTest, CommitsLessThanReserved) {
  const std::string text(1000, 'x');
  for (const size_t size : {1000, 999, 992, 960, 33, 32, 31, 1, 0}) {
    ReserveText(text, 1000);
    ASSERT_TRUE(Ok(producer_.Commit(size)));
    ASSERT_TRUE(Ok(producer_.TryWrite("next")));
    EXPECT_EQ(test::ReadTexts(consumer_), (test::Texts{text.substr(0, size), "next"}));
    EXPECT_EQ(test::ReadTexts(observer_), (test::Texts{text.substr(0, size), "next"}));
  }
}

TEST_F(ZeroCopyTest, CannotCommitMoreThanReserved) {
  ReserveText("abc", 3);
  EXPECT_EQ(producer_.Commit(4).code(), Code::kInvalidArgument);
  EXPECT_EQ(producer_.Commit(~size_t{0}).code(), Code::kInvalidArgument);
  EXPECT_EQ(ReadText(consumer_), "kEmpty");
  ASSERT_TRUE(Ok(producer_.Commit(3)));  // it stayed open
  EXPECT_EQ(ReadText(consumer_), "abc");
}

TEST_F(ZeroCopyTest, NobodySeesWhatWasAborted) {
  for (const size_t size : {0, 1, 32, 33, 4096}) {
    ReserveText("", size);
    ASSERT_TRUE(Ok(producer_.Abort()));
    EXPECT_EQ(ReadText(consumer_), "kEmpty");
    EXPECT_EQ(ReadText(observer_), "kEmpty");
    ASSERT_TRUE(Ok(test::WriteSoon(producer_, "seen")));
    EXPECT_EQ(ReadText(consumer_), "seen");
    EXPECT_EQ(ReadText(observer_), "seen");
  }
  EXPECT_EQ(observer_.lost(), 0u);
}

// Aborted room is used room until readers have passed it; they pass it without being asked.
TEST_F(ZeroCopyTest, ARingFullOfAbortedRecordsIsNotStuck) {
  for (int i = 0; i < 1000; ++i) {
    const Result<MutableBytes> place = test::Retry([this] {
      EXPECT_EQ(ReadText(consumer_), "kEmpty");
      return producer_.TryReserve(2000);
    });
    ASSERT_TRUE(Ok(place));
    ASSERT_TRUE(Ok(producer_.Abort()));
  }
}

TEST_F(ZeroCopyTest, ClosingAbortsAnOpenReservation) {
  ReserveText("given up", 8);
  Producer other = NewProducer();
  ASSERT_TRUE(Ok(other.TryWrite("after it")));
  ASSERT_TRUE(Ok(producer_.Close()));
  EXPECT_EQ(ReadText(consumer_), "after it");
  EXPECT_EQ(ReadText(observer_), "after it");
  EXPECT_EQ(queue_.Info().recoveries, 0u);
}

TEST_F(ZeroCopyTest, APeekedMessageStaysInPlace) {
  ASSERT_TRUE(Ok(producer_.TryWrite("first")));
  ASSERT_TRUE(Ok(producer_.TryWrite("second")));
  const Result<Message> message = consumer_.TryPeek();
  ASSERT_TRUE(Ok(message));
  EXPECT_EQ(message->bytes.text(), "first");
  EXPECT_EQ(message->position, 0u);
  Fill(producer_);
  EXPECT_EQ(message->bytes.text(), "first");
  ASSERT_TRUE(Ok(consumer_.Release()));
  EXPECT_EQ(Peek(), "second");
}

// The cursor has moved on, but what is held is not overwritten.
TEST_F(ZeroCopyTest, HoldingAMessageHoldsWritersBack) {
  Consumer other = Join();
  EXPECT_EQ(Fill(producer_), test::kSmallBlocks);
  ASSERT_TRUE(Ok(consumer_.TryPeek()));
  EXPECT_EQ(Drain(other), test::kSmallBlocks - 1);
  EXPECT_EQ(producer_.TryWrite("no room").code(), Code::kFull);
  ASSERT_TRUE(Ok(consumer_.Release()));
  EXPECT_TRUE(Ok(test::WriteSoon(producer_, "room")));
}

TEST_F(ZeroCopyTest, ACallThatDoesNotFitTheProducersState) {
  const ConstBytes batch[] = {"x"};
  EXPECT_EQ(producer_.Commit(0).code(), Code::kOutOfOrder);
  EXPECT_EQ(producer_.Abort().code(), Code::kOutOfOrder);
  ReserveText("open", 4);
  EXPECT_EQ(producer_.TryReserve(1).code(), Code::kOutOfOrder);
  EXPECT_EQ(producer_.TryWrite("x").code(), Code::kOutOfOrder);
  EXPECT_EQ(producer_.TryWriteBatch(batch, 1).code(), Code::kOutOfOrder);
  ASSERT_TRUE(Ok(producer_.Commit(4)));
  EXPECT_EQ(producer_.Commit(0).code(), Code::kOutOfOrder);
  EXPECT_EQ(producer_.Abort().code(), Code::kOutOfOrder);
  EXPECT_EQ(test::ReadTexts(consumer_), test::Texts{"open"});
}

TEST_F(ZeroCopyTest, ACallThatDoesNotFitTheConsumersState) {
  char buffer[100];
  EXPECT_EQ(consumer_.Release().code(), Code::kOutOfOrder);
  EXPECT_EQ(consumer_.Next().code(), Code::kOutOfOrder);
  ASSERT_TRUE(Ok(producer_.TryWrite("held")));
  ASSERT_TRUE(Ok(producer_.TryWrite("next")));
  ASSERT_EQ(Peek(), "held");
  EXPECT_EQ(consumer_.TryPeek().code(), Code::kOutOfOrder);
  EXPECT_EQ(consumer_.TryPeekBatch(1).code(), Code::kOutOfOrder);
  EXPECT_EQ(consumer_.TryRead(buffer).code(), Code::kOutOfOrder);
  ASSERT_TRUE(Ok(consumer_.Release()));
  EXPECT_EQ(consumer_.Release().code(), Code::kOutOfOrder);
  EXPECT_EQ(test::ReadTexts(consumer_), test::Texts{"next"});
}

TEST_F(ZeroCopyTest, ABufferTooSmallLeavesTheMessage) {
  const std::string text(100, 't');
  ASSERT_TRUE(Ok(producer_.TryWrite(text)));
  char buffer[100];
  const auto expect_refused = [&](auto& reader, size_t room) {
    const Result<Received> received = reader.TryRead({buffer, room});
    EXPECT_EQ(received.code(), Code::kBufferTooSmall);
    EXPECT_EQ(received->size, 100u);
  };
  for (const size_t room : {0, 1, 99}) {
    expect_refused(consumer_, room);
    expect_refused(observer_, room);
  }
  EXPECT_EQ(consumer_.TryRead(buffer)->size, 100u);
  EXPECT_EQ(observer_.TryRead(buffer)->size, 100u);
  EXPECT_EQ(std::string(buffer, 100), text);
}

}  // namespace
}  // namespace fmmq
