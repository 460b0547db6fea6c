// Defects of the past in the room that a big message claims: see Writer::Claims.
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fmmq/os/clock.h"
#include "fmmq/ring/writer.h"
#include "tests/processes/kill_fixture.h"
#include "tests/support/raw_segment.h"

namespace fmmq {
namespace {

using test::Ok;
using test::ReadText;

constexpr WaitPolicy kSleepAtOnce{0, false};

bool IsReadable(int fd) {
  pollfd bell{fd, POLLIN, 0};
  return poll(&bell, 1, 0) == 1;
}

class BigMessageRegressionTest : public test::KillTest {
 protected:
  void SetUp() override {
    Make();  // 128 blocks of 32 bytes
    producer_ = *queue_.NewProducer();
    consumer_ = *queue_.Join();
    while (producer_.TryWrite("filler").ok()) continue;
    raw_ = std::make_unique<test::RawSegment>(name_);
  }
  // For ten small messages, in a ring that is full but for that.
  void MakeSomeRoom() {
    raw_->control().wanted = 0;
    while (producer_.TryWrite("filler").ok()) continue;
    for (int i = 0; i < 10; ++i) ASSERT_NE(ReadText(consumer_), "kEmpty");
  }
  // A claim as a big message's writer makes it, which ends at the time that this returns.
  uint64_t Claim() {
    const uint64_t until = os::MonotonicNs() + ring::kWantedNs / 2;
    raw_->control().wanted_until = until;
    raw_->control().wanted = raw_->control().head.load() + 1;
    return until;
  }
  // What `call` says while there is some room, and somebody's claim to it stands.
  template <typename Call>
  auto WhileClaimed(Call&& call) {
    for (;;) {
      MakeSomeRoom();
      const uint64_t until = Claim();
      const auto answer = call();
      if (os::MonotonicNs() < until) return answer;
    }
  }

  Producer producer_;
  Consumer consumer_;
  std::unique_ptr<test::RawSegment> raw_;
};

// It was left alone by one attempt, and taken by the next.
TEST_F(BigMessageRegressionTest, ClaimedRoomIsTakenByNoAttempt) {
  const std::vector<ConstBytes> batch(3, ConstBytes("small", 5));
  EXPECT_EQ(WhileClaimed([&] {
              Code code = Code::kFull;
              for (int i = 0; i < 10 && code == Code::kFull; ++i) {
                code = producer_.TryWrite("small").code();
                if (code == Code::kFull) code = producer_.TryWriteBatch(batch.data(), 3).code();
              }
              return code;
            }),
            Code::kFull);
  raw_->control().wanted = 0;
  EXPECT_TRUE(Ok(producer_.TryWrite("small")));
  const Result<size_t> written = producer_.TryWriteBatch(batch.data(), 3);
  ASSERT_TRUE(Ok(written));
  EXPECT_EQ(*written, 3u);
}

// Its doorbell rang at once, each time that it was armed, although there was nothing to be had.
TEST_F(BigMessageRegressionTest, ClaimedRoomRingsNoDoorbell) {
  EXPECT_FALSE(WhileClaimed([&] { return IsReadable(*producer_.Arm(5)); }));
  raw_->control().wanted = 0;
  EXPECT_TRUE(IsReadable(*producer_.Arm(5)));
}

// At a doorbell a big message claimed nothing, and small ones overtook it for ever.
TEST_F(BigMessageRegressionTest, ADoorbellClaimsRoom) {
  Producer big = *queue_.NewProducer();
  EXPECT_FALSE(IsReadable(*big.Arm(2000)));
  EXPECT_EQ(raw_->control().wanted.load(), raw_->control().head.load() + 1);
  ASSERT_TRUE(Ok(big.Close()));
  EXPECT_EQ(raw_->control().wanted.load(), 0u);
}

// A claim holds for ten milliseconds, and was renewed when something happened only, or after a
// tenth of a second. Some renewals are late where the machine is busy.
TEST_F(BigMessageRegressionTest, AClaimIsRenewedWhileItsMessageWaits) {
  std::thread big([this] {
    Producer producer = *queue_.NewProducer();
    EXPECT_TRUE(Ok(producer.SetWaitPolicy(kSleepAtOnce)));
    EXPECT_TRUE(Ok(producer.Write(std::string(2000, 'x'), Deadline::Never())));
  });
  const auto& until = raw_->control().wanted_until;
  int in_time = 0;  // renewals that came soon after the last one, and are not part of it
  uint64_t last = 0;
  EXPECT_TRUE(test::Eventually([&] {
    const uint64_t now = until;
    if (last != 0 && now > last + 1'000'000 && now < last + 50'000'000) ++in_time;
    last = now;
    return in_time >= 12;
  }));
  while (ReadText(consumer_) != std::string(2000, 'x')) continue;
  big.join();
  EXPECT_EQ(raw_->control().wanted.load(), 0u);
}

// A wait that ends without its message ends its claim, too.
TEST_F(BigMessageRegressionTest, ATimeoutGivesTheClaimBack) {
  Producer big = *queue_.NewProducer();
  const Deadline soon = Deadline::In(std::chrono::milliseconds(1));
  EXPECT_EQ(big.Write(std::string(2000, 'x'), soon).code(), Code::kTimeout);
  EXPECT_EQ(raw_->control().wanted.load(), 0u);
}

// Who left room to a message that never came slept for a tenth of a second. The best of many that
// did leave room: a busy machine makes some of them late, and some claims lapse before the call.
TEST_F(BigMessageRegressionTest, AfterAClaimThatLapsedAWriterGoesOn) {
  ASSERT_TRUE(Ok(producer_.SetWaitPolicy(kSleepAtOnce)));
  constexpr uint64_t kSoonNs = 60'000'000;
  uint64_t best = ~uint64_t{0};
  for (int round = 0; round < 100 && best >= kSoonNs; ++round) {
    ASSERT_EQ(ReadText(consumer_), "filler");  // the only room
    const uint64_t misses = producer_.Stats().misses;
    const uint64_t start = os::MonotonicNs();
    Claim();
    ASSERT_TRUE(Ok(producer_.Write("small", Deadline::Never())));
    if (producer_.Stats().misses != misses) best = std::min(best, os::MonotonicNs() - start);
  }
  EXPECT_LT(best, kSoonNs);
}

}  // namespace
}  // namespace fmmq
