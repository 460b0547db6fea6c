// Doorbells: descriptors that become readable when there is something to do for a handle.
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

#include "tests/support/process_state.h"
#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using std::chrono::milliseconds;
using test::Child;
using test::Ok;
using test::Succeeded;

bool Rings(int doorbell, milliseconds patience) {
  pollfd poller = {doorbell, POLLIN, 0};
  return poll(&poller, 1, static_cast<int>(patience.count())) == 1;
}
bool RingsInTime(int doorbell) { return Rings(doorbell, test::kPatience); }
bool IsQuiet(int doorbell) { return !Rings(doorbell, milliseconds(20)); }

class DoorbellTest : public test::WaitingTest {
 protected:
  void SetUp() override {
    WaitingTest::SetUp();
    Make();
    producer_ = NewProducer();
  }

  template <typename Handle, typename... Size>
  static int Arm(Handle& handle, Size... size) {
    const Result<int> doorbell = handle.Arm(size...);
    EXPECT_TRUE(Ok(doorbell));
    return *doorbell;
  }

  // A new member's doorbell rings at once: dead members may have left something to it.
  Consumer JoinAndLook() {
    Consumer consumer = Join();
    EXPECT_EQ(test::ReadText(consumer), "kEmpty");
    return consumer;
  }

  Producer producer_;
};

TEST_F(DoorbellTest, RingsForAMessage) {
  Consumer consumer = JoinAndLook();
  const int doorbell = Arm(consumer);
  EXPECT_TRUE(IsQuiet(doorbell));
  EXPECT_TRUE(Ok(producer_.TryWrite("message")));
  EXPECT_TRUE(RingsInTime(doorbell));
  EXPECT_EQ(test::ReadText(consumer), "message");
}

TEST_F(DoorbellTest, RingsFromAnotherProcess) {
  Consumer consumer = JoinAndLook();
  const int doorbell = Arm(consumer);
  Child writer = Start([](Queue& queue) {
    Producer producer = *queue.NewProducer();
    EXPECT_TRUE(Ok(producer.Write("message", Deadline::Never())));
  });
  EXPECT_TRUE(RingsInTime(doorbell));
  EXPECT_TRUE(Succeeded(writer.Wait()));
}

TEST_F(DoorbellTest, RingsAtOnceForWhatIsThere) {
  Consumer consumer = Join();
  Observer observer = Observe();
  EXPECT_TRUE(Ok(producer_.TryWrite("message")));
  EXPECT_TRUE(RingsInTime(Arm(consumer)));
  EXPECT_TRUE(RingsInTime(Arm(observer)));
  EXPECT_TRUE(RingsInTime(Arm(producer_, 10)));
}

TEST_F(DoorbellTest, HasToBeArmedAgain) {
  Consumer consumer = JoinAndLook();
  const int doorbell = Arm(consumer);
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(Rings(doorbell, milliseconds(0)));
    EXPECT_TRUE(Ok(producer_.TryWrite("first")));
    EXPECT_TRUE(RingsInTime(doorbell));
    EXPECT_EQ(test::ReadText(consumer), "first");
    EXPECT_EQ(test::ReadText(consumer), "kEmpty");
    EXPECT_EQ(Arm(consumer), doorbell);  // it stays the same, and is quiet again
  }
}

TEST_F(DoorbellTest, OfAnObserver) {
  Observer observer = Observe();
  const int doorbell = Arm(observer);
  EXPECT_TRUE(IsQuiet(doorbell));
  EXPECT_TRUE(Ok(producer_.TryWrite("message")));
  EXPECT_TRUE(RingsInTime(doorbell));
  EXPECT_EQ(test::ReadText(observer), "message");
  EXPECT_EQ(Arm(observer), doorbell);
  EXPECT_TRUE(IsQuiet(doorbell));
}

TEST_F(DoorbellTest, OfAProducer) {
  Consumer consumer = Join();
  test::Fill(producer_);
  const int doorbell = Arm(producer_, 10);
  EXPECT_TRUE(IsQuiet(doorbell));
  EXPECT_EQ(test::ReadText(consumer), "filler");
  EXPECT_TRUE(RingsInTime(doorbell));
  EXPECT_TRUE(Ok(producer_.TryWrite("written")));
}

// It may ring before there is enough; then it is armed again, and rings in the end.
TEST_F(DoorbellTest, OfAProducerThatNeedsMuchRoom) {
  Consumer consumer = Join();
  test::Fill(producer_);
  const std::string large(2000, 'L');
  const int doorbell = Arm(producer_, large.size());
  int read = 0;
  while (!producer_.TryWrite(large).ok()) {
    ASSERT_EQ(test::ReadText(consumer), "filler") << "after " << read;
    ++read;
    ASSERT_TRUE(RingsInTime(doorbell));
    Arm(producer_, large.size());
  }
  EXPECT_EQ(read, 63);
}

TEST_F(DoorbellTest, RingsForCommitAbortAndBatch) {
  Consumer consumer = JoinAndLook();
  const int doorbell = Arm(consumer);
  ASSERT_TRUE(Ok(producer_.TryReserve(10)));
  EXPECT_TRUE(IsQuiet(doorbell));
  EXPECT_TRUE(Ok(producer_.Commit(0)));
  EXPECT_TRUE(RingsInTime(doorbell));
  EXPECT_EQ(test::ReadText(consumer), "");
  Arm(consumer);
  const ConstBytes batch[] = {"one", "two"};
  EXPECT_EQ(*producer_.TryWriteBatch(batch, 2), 2u);
  EXPECT_TRUE(RingsInTime(doorbell));
  EXPECT_EQ(test::ReadTexts(consumer).size(), 2u);
  ASSERT_TRUE(Ok(producer_.TryReserve(10)));
  Producer other = NewProducer();
  EXPECT_TRUE(Ok(other.TryWrite("behind")));
  EXPECT_EQ(test::ReadText(consumer), "kEmpty");
  Arm(consumer);
  EXPECT_TRUE(Ok(producer_.Abort()));
  EXPECT_TRUE(RingsInTime(doorbell));
  EXPECT_EQ(test::ReadText(consumer), "behind");
}

TEST_F(DoorbellTest, RingsForTheEndOfTheStream) {
  Consumer consumer = Join();
  Observer observer = Observe();
  Producer other = NewProducer();
  test::Fill(other);
  EXPECT_EQ(test::ReadTexts(consumer).size(), test::kSmallBlocks);
  EXPECT_EQ(test::ReadTexts(observer).size(), test::kSmallBlocks);
  const int doorbells[] = {Arm(consumer), Arm(observer)};
  EXPECT_TRUE(Ok(producer_.End()));
  for (const int doorbell : doorbells) EXPECT_TRUE(RingsInTime(doorbell));
  EXPECT_TRUE(RingsInTime(Arm(consumer)));  // it is there to stay
  EXPECT_TRUE(RingsInTime(Arm(observer)));
  EXPECT_TRUE(RingsInTime(Arm(other, 10)));
  EXPECT_EQ(test::ReadText(consumer), "kEndOfStream");
}

TEST_F(DoorbellTest, OfAWriterRingsForTheEndOfTheStream) {
  Producer other = NewProducer();
  test::Fill(other);
  const int doorbell = Arm(other, 10);
  EXPECT_TRUE(IsQuiet(doorbell));
  EXPECT_TRUE(Ok(producer_.End()));
  EXPECT_TRUE(RingsInTime(doorbell));
  EXPECT_EQ(other.TryWrite("x").code(), Code::kEndOfStream);
}

// Somebody had the last message in hand when the stream ended.
TEST_F(DoorbellTest, RingsWhenTheLastMessageIsReleasedAfterTheEnd) {
  Consumer holder = Join();
  Consumer consumer = Join();
  EXPECT_TRUE(Ok(producer_.TryWrite("last")));
  ASSERT_TRUE(Ok(holder.TryPeek()));
  EXPECT_TRUE(Ok(producer_.End()));
  EXPECT_EQ(test::ReadText(consumer), "kEmpty");
  const int doorbell = Arm(consumer);
  EXPECT_TRUE(IsQuiet(doorbell));
  EXPECT_TRUE(Ok(holder.Release()));
  EXPECT_TRUE(RingsInTime(doorbell));
  EXPECT_EQ(test::ReadText(consumer), "kEndOfStream");
}

TEST_F(DoorbellTest, RingsForEveryoneWhoIsArmed) {
  Consumer first = JoinAndLook();
  Consumer second = JoinAndLook();
  Consumer third = Join("other");
  EXPECT_EQ(test::ReadText(third), "kEmpty");
  Observer observer = Observe();
  const int doorbells[] = {Arm(first), Arm(second), Arm(third), Arm(observer)};
  EXPECT_TRUE(Ok(producer_.TryWrite("message")));
  for (const int doorbell : doorbells) EXPECT_TRUE(RingsInTime(doorbell));
}

// Neither hides the other's wake-up.
TEST_F(DoorbellTest, NextToASleeper) {
  Consumer consumer = JoinAndLook();
  const int doorbell = Arm(consumer);
  Child sleeper =
      Start([](Queue& queue) { EXPECT_EQ(test::WaitText(*queue.Join("sleeper", {})), "message"); });
  ASSERT_TRUE(test::Eventually([this] { return queue_.Info().members == 2; }));
  ASSERT_TRUE(AwaitReader());
  EXPECT_TRUE(Ok(producer_.TryWrite("message")));
  EXPECT_TRUE(RingsInTime(doorbell));
  EXPECT_TRUE(Succeeded(sleeper.Wait()));
}

// Other calls of an armed handle go on as ever.
TEST_F(DoorbellTest, DoesNotKeepTheHandleFromWaiting) {
  Consumer consumer = Join();
  const int doorbell = Arm(consumer);
  EXPECT_EQ(test::WaitText(consumer, Deadline::In(milliseconds(5))), "kTimeout");
  consumer.Cancel();
  EXPECT_EQ(test::WaitText(consumer), "kCancelled");
  Arm(consumer);
  EXPECT_TRUE(Ok(producer_.TryWrite("message")));
  EXPECT_EQ(test::WaitText(consumer), "message");
  EXPECT_TRUE(RingsInTime(doorbell));  // for nothing
  EXPECT_EQ(test::ReadText(consumer), "kEmpty");
}

// Bells that ring for nothing, as many as a hostile peer likes.
TEST_F(DoorbellTest, SurvivesRingsForNothing) {
  Consumer consumer = Join();
  const int doorbell = Arm(consumer);
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  ASSERT_EQ(getsockname(doorbell, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const int ringer = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const auto ring = [&](const std::string& bytes) {
    return sendto(ringer, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&address),
                  size) >= 0;
  };
  while (ring(std::string(1000, 'r'))) {
  }
  while (ring("")) {
  }
  EXPECT_TRUE(RingsInTime(doorbell));
  EXPECT_EQ(test::ReadText(consumer), "kEmpty");
  for (int i = 0; i < 100 && Rings(Arm(consumer), milliseconds(0)); ++i) {
  }
  EXPECT_TRUE(IsQuiet(doorbell));
  EXPECT_TRUE(Ok(producer_.TryWrite("message")));
  EXPECT_TRUE(RingsInTime(doorbell));
  close(ringer);
}

TEST_F(DoorbellTest, OfAClosedHandle) {
  Consumer consumer = Join();
  Observer observer = Observe();
  const int before = test::CountDescriptors();
  Arm(consumer);
  Arm(observer);
  EXPECT_EQ(test::CountDescriptors(), before + 2);
  EXPECT_TRUE(Ok(consumer.Close()));
  EXPECT_TRUE(Ok(observer.Close()));
  EXPECT_EQ(test::CountDescriptors(), before);
  EXPECT_TRUE(Ok(producer_.TryWrite("message")));
  EXPECT_EQ(consumer.Arm().code(), Code::kClosed);
  EXPECT_EQ(observer.Arm().code(), Code::kClosed);
  EXPECT_EQ(Producer().Arm(1).code(), Code::kClosed);
}

TEST_F(DoorbellTest, WrongCalls) {
  EXPECT_EQ(producer_.Arm(queue_.max_message_size() + 1).code(), Code::kTooLarge);
  Result<Queue> read_only = Queue::Open(name_.get(), Access::kReadOnly);
  Result<Observer> observer = read_only->Observe();
  EXPECT_EQ(observer->Arm().code(), Code::kReadOnly);
  Consumer consumer = Join();
  Arm(consumer);
  const auto child = [&] { EXPECT_EQ(consumer.Arm().code(), Code::kForked); };
  EXPECT_TRUE(Succeeded(test::RunInChild(child)));
}

class FewSeatsTest : public DoorbellTest {
 protected:
  void SetUp() override {
    WaitingTest::SetUp();
    Options options = test::SmallOptions();
    options.seats = 2;
    Make(options);
    producer_ = NewProducer();
  }
};

// The next handle has the same seat, and so a doorbell of the same name.
TEST_F(FewSeatsTest, NothingIsLeftOfAnOwnerThatWasKilled) {
  const test::SharedPage<std::atomic<int>> armed;
  for (int i = 0; i < 20; ++i) {
    Child owner = Start([&](Queue& queue) {
      Consumer consumer = *queue.Join();
      Arm(consumer);
      *armed = i + 1;
      while (true) test::Nap();
    });
    ASSERT_TRUE(test::Eventually([&] { return *armed == i + 1; }));
    owner.Kill();
    EXPECT_TRUE(Ok(producer_.TryWrite("message")));
    Consumer consumer = Join();
    EXPECT_TRUE(RingsInTime(Arm(consumer)));
    EXPECT_EQ(test::ReadText(consumer), "message");
    EXPECT_TRUE(IsQuiet(Arm(consumer)));
  }
}

// A child that is not ended with its parent, and inherited the doorbell's descriptor.
TEST_F(FewSeatsTest, AnOwnerThatWasKilledLeavesAChild) {
  const test::SharedPage<std::atomic<int>> orphan;
  Child owner = Start([&](Queue& queue) {
    Consumer consumer = *queue.Join();
    Arm(consumer);
    const pid_t child = fork();
    if (child == 0) {
      while (true) pause();
    }
    *orphan = child;
    while (true) pause();
  });
  ASSERT_TRUE(test::Eventually([&] { return *orphan != 0; }));
  owner.Kill();
  for (int i = 0; i < 2; ++i) {
    Consumer consumer = Join();
    EXPECT_EQ(test::ReadText(consumer), "kEmpty");
    const int doorbell = Arm(consumer);
    EXPECT_TRUE(IsQuiet(doorbell));
    EXPECT_TRUE(Ok(producer_.TryWrite("message")));
    EXPECT_TRUE(RingsInTime(doorbell));
    EXPECT_EQ(test::ReadText(consumer), "message");
  }
  EXPECT_EQ(kill(*orphan, SIGKILL), 0);
}

TEST_F(FewSeatsTest, AnObserversDoorbellTakesASeat) {
  Observer first = Observe();
  Observer second = Observe();
  Arm(first);
  EXPECT_EQ(second.Arm().code(), Code::kNoSeat);
  EXPECT_EQ(queue_.Join().code(), Code::kNoSeat);
  EXPECT_TRUE(Ok(first.Close()));
  Arm(second);
}

// Somebody who cannot be reached.
TEST_F(DoorbellTest, IsNotSupportedAcrossNetworks) {
  Consumer consumer = Join();
  Arm(consumer);
  Child writer = Start([](Queue& queue) {
    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) _exit(77);
    Producer producer = *queue.NewProducer();
    EXPECT_TRUE(Ok(producer.TryWrite("from another network")));
    EXPECT_EQ(producer.Arm(10).code(), Code::kNotSupported);
  });
  const test::ChildResult result = writer.Wait();
  if (result.exit_code == 77) GTEST_SKIP() << "no network namespaces here";
  EXPECT_TRUE(Succeeded(result));
  EXPECT_EQ(consumer.Arm().code(), Code::kNotSupported);
  EXPECT_EQ(Observe().Arm().code(), Code::kNotSupported);
  EXPECT_EQ(test::WaitText(consumer), "from another network");  // all else works
}

}  // namespace
}  // namespace fmmq
