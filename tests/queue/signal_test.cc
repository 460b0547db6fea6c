// A signal handler that uses the very handle whose call it interrupted.
#include <signal.h>
#include <sys/time.h>

#include <atomic>
#include <string>

#include "tests/queue/queue_fixture.h"

namespace fmmq {
namespace {

using test::Ok;

Producer* g_producer = nullptr;
std::atomic<uint64_t> g_written{0};
std::atomic<uint64_t> g_busy{0};

void WriteFromHandler(int) {
  const Status status = g_producer->TryWrite("from the handler");
  if (status.ok()) g_written.fetch_add(1, std::memory_order_relaxed);
  if (status == Code::kBusy) g_busy.fetch_add(1, std::memory_order_relaxed);
}

class SignalTest : public test::QueueTest {
 protected:
  void SetUp() override {
    Options options;
    options.policy = Policy::kOverwrite;
    Make(options);
    producer_ = NewProducer();
    g_producer = &producer_;
    g_written = 0;
    g_busy = 0;
    struct sigaction action = {};
    action.sa_handler = &WriteFromHandler;
    sigaction(SIGALRM, &action, &before_);
    const itimerval often = {{0, 200}, {0, 200}};
    setitimer(ITIMER_REAL, &often, nullptr);
  }
  void TearDown() override {
    const itimerval never = {};
    setitimer(ITIMER_REAL, &never, nullptr);
    sigaction(SIGALRM, &before_, nullptr);
    g_producer = nullptr;
  }

  Producer producer_;
  struct sigaction before_ = {};
};

TEST_F(SignalTest, GetsBusyAndBreaksNothing) {
  const std::string large(100000, 'L');
  Consumer consumer = Join();
  std::string buffer(large.size(), '\0');
  uint64_t large_ones = 0;
  uint64_t read = 0;
  const test::Deadline deadline;
  while ((g_busy < 20 || g_written < 20) && !deadline.passed()) {
    const Status status = producer_.TryWrite(large);
    ASSERT_TRUE(status.ok()) << status.name();
    ++large_ones;
    while (consumer.TryRead(buffer).ok()) ++read;
  }
  TearDown();
  while (consumer.TryRead(buffer).ok()) ++read;
  EXPECT_GE(g_busy, 20u);
  EXPECT_EQ(read, large_ones + g_written);
  EXPECT_EQ(consumer.lost(), 0u);
}

}  // namespace
}  // namespace fmmq
