// Groups that come and go while writers keep the ring full: a new group must hold writers back from
// its first position on, or it finds that overwritten.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/payload.h"
#include "tests/support/retry.h"
#include "tests/support/shared_page.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::Ok;

constexpr int kJoins = 1000;
constexpr int kReads = 200;
constexpr uint32_t kProducers = 2;

struct Switch {
  std::atomic<bool> stop;
};

// Writes without end, as fast as the groups allow.
void Produce(Queue& queue, uint32_t writer, const Switch& state) {
  Producer producer = *queue.NewProducer();
  for (uint64_t sequence = 0; !state.stop;) {
    const std::string payload = test::MakePayload({writer, sequence}, 16 + sequence % 50);
    const Status status = producer.TryWrite(payload);
    ASSERT_TRUE(status.ok() || test::NotNow(status.code())) << status.name();
    if (status.ok()) ++sequence;
    if (status == Code::kFull) std::this_thread::yield();
  }
}

void Consume(Queue& queue, const Switch& state) {
  Consumer consumer = *test::JoinSoon(queue);
  char buffer[100];
  while (!state.stop) {
    const Code code = consumer.TryRead(buffer).code();
    ASSERT_TRUE(code == Code::kOk || test::NotNow(code)) << CodeName(code);
    if (code == Code::kEmpty) std::this_thread::yield();
  }
}

// From its first message on a group gets all that each producer writes.
void ReadWithoutGaps(Consumer& consumer) {
  int64_t last[kProducers] = {-1, -1};
  char buffer[100];
  for (int i = 0; i < kReads; ++i) {
    const Result<Received> received = test::ReadSoon(consumer, buffer);
    ASSERT_TRUE(Ok(received));
    test::PayloadId id;
    ASSERT_TRUE(test::ParsePayload({buffer, received->size}, &id));
    const auto sequence = static_cast<int64_t>(id.sequence);
    ASSERT_TRUE(last[id.writer] < 0 || sequence == last[id.writer] + 1);
    last[id.writer] = sequence;
  }
}

void ComeAndGo(Queue& queue, uint32_t self) {
  for (int i = 0; i < kJoins; ++i) {
    const From from = i % 2 == 0 ? From::kNow : From::kOldest;
    const GroupKind kind = i % 3 == 0 ? GroupKind::kExclusive : GroupKind::kShared;
    const std::string name = std::to_string(self) + "." + std::to_string(i);
    Result<Consumer> consumer = test::JoinSoon(queue, name, {kind, false, from});
    ASSERT_TRUE(Ok(consumer)) << i;
    ASSERT_NO_FATAL_FAILURE(ReadWithoutGaps(*consumer)) << i;
  }
}

class JoinTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Options options;
    options.capacity = 4096;
    queue_ = *Queue::Create(name_.get(), options);
    ASSERT_TRUE(queue_.is_open());
  }

  template <typename Work>
  test::Child InChild(const Work& work) {
    return test::Child([&] {
      Queue queue = *Queue::Open(name_.get());
      work(queue);
    });
  }

  const test::ScopedName name_;
  const test::SharedPage<Switch> state_;
  Queue queue_;
};

TEST_F(JoinTest, GroupsComeAndGoInProcesses) {
  test::Child parts[] = {
      InChild([this](Queue& queue) { Produce(queue, 0, *state_); }),
      InChild([this](Queue& queue) { Produce(queue, 1, *state_); }),
      InChild([this](Queue& queue) { Consume(queue, *state_); }),
  };
  test::Child other = InChild([](Queue& queue) { ComeAndGo(queue, 1); });
  ComeAndGo(queue_, 0);
  EXPECT_TRUE(test::Succeeded(other.Wait()));
  state_->stop = true;
  for (test::Child& part : parts) EXPECT_TRUE(test::Succeeded(part.Wait()));
}

TEST_F(JoinTest, GroupsComeAndGoInThreads) {
  std::vector<std::thread> parts;
  parts.emplace_back([this] { Produce(queue_, 0, *state_); });
  parts.emplace_back([this] { Produce(queue_, 1, *state_); });
  parts.emplace_back([this] { Consume(queue_, *state_); });
  std::thread other([this] { ComeAndGo(queue_, 1); });
  ComeAndGo(queue_, 0);
  other.join();
  state_->stop = true;
  for (std::thread& part : parts) part.join();
}

}  // namespace
}  // namespace fmmq
