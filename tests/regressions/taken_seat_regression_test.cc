// A defect of the past: a message that was lost by two deaths.
#include <signal.h>

#include <array>
#include <optional>

#include "tests/processes/kill_fixture.h"
#include "tests/regressions/stepped_child.h"
#include "tests/support/raw_segment.h"

namespace fmmq {
namespace {

using test::Ok;
using test::ReadTextSoon;
using test::SteppedChild;

constexpr uint32_t kLastSeat = 3;

class TakenSeatRegressionTest : public test::KillTest {
 protected:
  void MakeWithOneSeatLeft() {
    queue_ = {};
    Queue::Remove(name_.get()).IgnoreError();
    Options options;
    options.capacity = 4096;
    options.seats = kLastSeat + 1;
    Make(options);
    for (const char* text : {"a", "b", "c"}) Write(text);
    for (Producer& producer : producers_) producer = *queue_.NewProducer();
  }
  // A member that is about to say where its batch begins, and has said where it ends.
  void AboutToClaim(std::optional<SteppedChild>* child, const test::RawSegment& raw) {
    child->emplace([this]() -> int {
      Queue queue = *Queue::Open(name_.get());
      Consumer consumer = *queue.Join();
      if (test::ReadTextSoon(consumer) != "a") return 1;  // looked after the dead
      raise(SIGSTOP);
      return consumer.TryPeekBatch(2).ok() ? 0 : 2;
    });
    ASSERT_TRUE((*child)->StepUntil(
        [&raw] { return raw.seat(kLastSeat).end != 0 && raw.seat(kLastSeat).intent == 0; }));
  }
  // Joins, takes the next message, and waits to be killed.
  int JoinAndPeek() {
    Queue queue = *Queue::Open(name_.get());
    raise(SIGSTOP);
    Result<Consumer> consumer = queue.Join();
    if (!consumer.ok()) return 1;
    if (!consumer->TryPeek().ok()) return 2;
    raise(SIGSTOP);
    return 0;
  }

  std::array<Producer, kLastSeat> producers_;
};

// The heir's seat kept the end of a claim that the dead one never made. When the heir died with one
// message in its hand, that end said that it had not got it.
TEST_F(TakenSeatRegressionTest, ASeatIsTakenWithoutTheEndOfAClaimThatWasNotMade) {
  int taken = 0;
  // The one dies after so many of the other's steps into and out of the kernel. Only between two of
  // them is its seat neither locked nor cleared.
  for (int steps = 0;; ++steps) {
    MakeWithOneSeatLeft();
    const test::RawSegment raw(name_);
    std::optional<SteppedChild> first;
    AboutToClaim(&first, raw);
    std::optional<SteppedChild> heir;
    heir.emplace([this] { return JoinAndPeek(); });
    for (int i = 0; i < steps && heir->stopped(); ++i) heir->RunToSystemCall();
    if (!heir->stopped()) break;
    first.reset();
    heir->Run();
    if (!heir->stopped()) continue;  // it found no seat
    ++taken;
    heir.reset();
    ASSERT_TRUE(Ok(producers_[0].Close()));
    Consumer last = *queue_.Join();
    ASSERT_EQ(ReadTextSoon(last), "b again") << "died after " << steps << " steps";
    ASSERT_EQ(ReadTextSoon(last), "c");
  }
  EXPECT_GT(taken, 0);
}

}  // namespace
}  // namespace fmmq
