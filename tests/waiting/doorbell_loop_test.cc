// One event loop over many queues, with writers that never rest: it looks at a queue when its
// doorbell rings, and at no other time.
#include <sys/epoll.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/support/full_size.h"
#include "tests/support/payload.h"
#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::Succeeded;

constexpr uint32_t kWriters = 2;
constexpr uint32_t kQueues = 1000;
constexpr int kSilenceMs = test::kPatience / std::chrono::milliseconds(1);  // a bell was missed

class DoorbellLoopTest : public test::WaitingTest {
 protected:
  void SetUp() override {
    WaitingTest::SetUp();
    alarm(static_cast<unsigned>(test::Count(4, 10) * test::kPatience.count()));
    Options options;
    options.capacity = 4096;
    options.seats = 4;
    options.groups = 1;
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    for (uint32_t i = 0; i < kQueues; ++i) {
      Result<Queue> queue = Queue::CreateAnonymous("doorbell loop", options);
      ASSERT_TRUE(Ok(queue));
      queues_.push_back(*std::move(queue));
    }
  }
  void TearDown() override {
    close(epoll_);
    WaitingTest::TearDown();
  }

  void Watch(int doorbell, uint32_t index) const {
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.u32 = index;
    ASSERT_EQ(epoll_ctl(epoll_, EPOLL_CTL_ADD, doorbell, &event), 0);
  }
  // The queues whose doorbells rang.
  std::vector<uint32_t> Listen() const {
    epoll_event events[64];
    int count;
    do {
      count = epoll_wait(epoll_, events, 64, kSilenceMs);
    } while (count < 0 && errno == EINTR);  // it was stopped, and goes on
    std::vector<uint32_t> indices;
    for (int i = 0; i < count; ++i) indices.push_back(events[i].data.u32);
    return indices;
  }

  // A process that writes to all queues in a random order, and waits where one is full.
  Child StartWriter(uint32_t writer) {
    return Child([this, writer] {
      std::vector<Producer> producers;
      for (const Queue& inherited : queues_) {
        Result<Queue> queue = Queue::OpenFd(inherited.fd());
        ASSERT_TRUE(Ok(queue));
        producers.push_back(*test::NewProducerSoon(*queue));
      }
      std::mt19937 random(writer + 1);
      for (uint64_t i = 0; i < messages_; ++i) {
        const std::string payload = test::MakePayload({writer, i}, 16);
        // Mostly a few of them, so that they get full.
        const uint32_t range = i % 4 == 0 ? kQueues : 8;
        ASSERT_TRUE(Ok(producers[random() % range].Write(payload, Deadline::Never())));
      }
    });
  }

  // Reads all there is, and then the doorbell is armed again.
  void Drain(Consumer& consumer) {
    char buffer[64];
    while (true) {
      const Result<Received> received = consumer.TryRead(buffer);
      if (received.code() == Code::kBusy) continue;
      if (!received.ok()) return;
      test::PayloadId id;
      ASSERT_TRUE(test::ParsePayload({buffer, received->size}, &id));
      seen_[id.writer * messages_ + id.sequence] += 1;
      ++read_;
    }
  }

  std::vector<Queue> queues_;
  int epoll_ = -1;
  const uint64_t messages_ = test::Count(500'000, 5'000'000);  // of each writer, over all queues
  std::vector<uint8_t> seen_ = std::vector<uint8_t>(kWriters * messages_);
  uint64_t read_ = 0;
};

TEST_F(DoorbellLoopTest, MissesNothing) {
  std::vector<Child> writers;
  for (uint32_t i = 0; i < kWriters; ++i) writers.push_back(StartWriter(i));
  std::vector<Consumer> consumers;
  for (uint32_t i = 0; i < kQueues; ++i) {
    consumers.push_back(*test::JoinSoon(queues_[i]));
    Watch(*consumers[i].Arm(), i);
  }
  while (read_ < kWriters * messages_) {
    const std::vector<uint32_t> rang = Listen();
    ASSERT_FALSE(rang.empty()) << "silence after " << read_ << " messages";
    for (const uint32_t i : rang) {
      Drain(consumers[i]);
      ASSERT_TRUE(Ok(consumers[i].Arm()));
    }
  }
  for (Child& writer : writers) EXPECT_TRUE(Succeeded(writer.Wait()));
  EXPECT_EQ(std::count(seen_.begin(), seen_.end(), 1), static_cast<long>(seen_.size()));
}

// The other way round: one loop writes to queues whose readers sleep.
TEST_F(DoorbellLoopTest, AWriterMissesNoRoom) {
  constexpr uint32_t kFew = 20;
  constexpr uint64_t kEach = 5000;
  Child reader([this] {
    std::vector<Consumer> consumers;
    for (uint32_t i = 0; i < kFew; ++i) {
      Result<Queue> queue = Queue::OpenFd(queues_[i].fd());
      ASSERT_TRUE(Ok(queue));
      consumers.push_back(*test::JoinSoon(*queue));
    }
    for (uint64_t n = 0; n < kEach; ++n) {
      for (Consumer& consumer : consumers) ASSERT_EQ(test::WaitText(consumer), "message");
    }
  });
  std::vector<Producer> producers;
  std::vector<uint64_t> left(kFew, kEach);
  for (uint32_t i = 0; i < kFew; ++i) {
    producers.push_back(*queues_[i].NewProducer());
    Watch(*producers[i].Arm(10), i);
  }
  uint64_t total = kFew * kEach;
  while (total != 0) {
    const std::vector<uint32_t> rang = Listen();
    ASSERT_FALSE(rang.empty()) << "silence before " << total << " messages";
    for (const uint32_t i : rang) {
      for (; left[i] != 0 && producers[i].TryWrite("message").ok(); --left[i]) --total;
      if (left[i] != 0) {
        ASSERT_TRUE(Ok(producers[i].Arm(10)));
      } else {
        EXPECT_TRUE(Ok(producers[i].Close()));
      }
    }
  }
  EXPECT_TRUE(Succeeded(reader.Wait()));
}

}  // namespace
}  // namespace fmmq
