// A message of half the ring against writers of small ones, who take each bit of room as it
// appears.
#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::Succeeded;

constexpr size_t kRing = 16 << 10;
constexpr size_t kSmall = 32;
constexpr int kBigMessages = 20;

class BigMessageTest : public test::WaitingTest {
 protected:
  void SetUp() override {
    WaitingTest::SetUp();
    Options options;
    options.capacity = kRing;
    Make(options);
  }

  // Keeps the ring full of small messages until the big ones are through.
  Child StartSmallWriter() {
    return Start([this](Queue& queue) {
      Producer producer = *queue.NewProducer();
      const std::string small(kSmall, 's');
      while (!*done_) ASSERT_TRUE(Ok(producer.Write(small, Deadline::Never())));
    });
  }
  Child StartReader() {
    return Start([this](Queue& queue) {
      Consumer consumer = *queue.Join();
      std::string buffer(kRing, '\0');
      int big = 0;
      while (big < kBigMessages) {
        const Result<Received> received = consumer.Read(buffer, Deadline::Never());
        ASSERT_TRUE(Ok(received));
        big += received->size > kSmall ? 1 : 0;
        if (received->size <= kSmall) small_->fetch_add(1);
      }
      *done_ = true;
      while (consumer.Read(buffer, Deadline::In(std::chrono::seconds(1))).ok()) {
      }
    });
  }

  const test::SharedPage<std::atomic<bool>> done_;
  const test::SharedPage<std::atomic<uint64_t>> small_;
};

TEST_F(BigMessageTest, IsNotStarved) {
  std::vector<Child> children;
  for (int i = 0; i < 2; ++i) children.push_back(StartSmallWriter());
  ASSERT_TRUE(AwaitWriter());
  children.push_back(StartReader());
  Child big_writer = Start([](Queue& queue) {
    Producer producer = *queue.NewProducer();
    const std::string big(kRing / 2, 'b');
    for (int i = 0; i < kBigMessages; ++i) ASSERT_TRUE(Ok(producer.Write(big, Deadline::Never())));
  });
  EXPECT_TRUE(Succeeded(big_writer.Wait()));
  for (Child& child : children) EXPECT_TRUE(Succeeded(child.Wait()));
  EXPECT_GT(*small_, 0u);
}

// Who waited for much room and gave up, or died, does not keep the others from it.
TEST_F(BigMessageTest, ThatIsGivenUpLeavesTheRoomToOthers) {
  Producer producer = NewProducer();
  Consumer consumer = Join();
  const std::string big(kRing / 2, 'b');
  for (int round = 0; round < 10; ++round) {
    // The last one's claim to the room goes after a moment.
    ASSERT_TRUE(test::Eventually([&] {
      test::Fill(producer);
      GroupInfo group;
      return queue_.Groups(&group, 1) == 1 && group.lag == kRing / queue_.Info().block_size;
    }));
    Child big_writer = Start(
        [&](Queue& queue) { queue.NewProducer()->Write(big, Deadline::Never()).IgnoreError(); });
    // It has said where it waits.
    ASSERT_TRUE(
        test::Eventually([this] { return raw_->control().wanted == raw_->control().head + 1; }));
    big_writer.Kill();
    for (int i = 0; i < 100; ++i) EXPECT_EQ(test::ReadTextSoon(consumer), "filler");
    EXPECT_TRUE(Ok(producer.Write("small", Deadline::Never())));
    while (test::ReadText(consumer) != "small") {
    }
  }
}

// Another waits for much, too: one after the other.
TEST_F(BigMessageTest, LeavesRoomToAnotherBigOne) {
  Child reader = Start([](Queue& queue) {
    Consumer consumer = *queue.Join();
    std::string buffer(kRing, '\0');
    for (int i = 0; i < 2 * kBigMessages; ++i) {
      ASSERT_TRUE(Ok(consumer.Read(buffer, Deadline::Never())));
    }
  });
  std::vector<Child> writers;
  for (const size_t size : {kRing, kRing / 2 + 1}) {
    writers.push_back(Start([size](Queue& queue) {
      Producer producer = *queue.NewProducer();
      const std::string big(size, 'b');
      for (int i = 0; i < kBigMessages; ++i) {
        ASSERT_TRUE(Ok(producer.Write(big, Deadline::Never())));
      }
    }));
  }
  for (Child& writer : writers) EXPECT_TRUE(Succeeded(writer.Wait()));
  EXPECT_TRUE(Succeeded(reader.Wait()));
}

}  // namespace
}  // namespace fmmq
