// Signals that come while a handle waits. Sleeps are endless here.
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include <atomic>
#include <functional>
#include <string>

#include "tests/waiting/endless_sleep.h"
#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::Succeeded;
using test::WaitText;

constexpr WaitPolicy kInterruptible = {0, true};

// What a child's handler tells the parent.
struct Handled {
  std::atomic<int> signals;
  std::atomic<uint64_t> sleeps;  // of the child, before the last of them
};

Consumer* g_consumer = nullptr;
Handled* g_handled = nullptr;
std::atomic<int> g_signals{0};

void Count(int) { ++g_signals; }
void Tell(int) {
  g_handled->sleeps = test::CountSleeps();
  ++g_handled->signals;
}
void CancelInHandler(int) {
  ++g_signals;
  g_consumer->Cancel();
}

void Handle(void (*handler)(int), int flags = 0) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
}

bool HasEnded(const Child& child) {
  siginfo_t info = {};
  return waitid(P_PID, static_cast<id_t>(child.pid()), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == child.pid();
}

class InterruptTest : public test::WaitingTest {
 protected:
  void SetUp() override {
    WaitingTest::SetUp();
    Make();
  }

  // Sends the signal until the child has ended: one may come just before it sleeps.
  static void Bombard(Child& child) {
    const bool ended = test::Eventually([&child] {
      child.Send(SIGUSR1);
      return HasEnded(child);
    });
    EXPECT_TRUE(ended);
    EXPECT_TRUE(Succeeded(child.Wait()));
  }
  void ExpectWaitGoesOn(int flags) {
    const test::SharedPage<Handled> handled;
    g_handled = &*handled;
    const auto work = [](Queue& queue) {
      Consumer consumer = *queue.Join();
      EXPECT_EQ(WaitText(consumer), "message");
    };
    Child reader = StartSleeper(Tell, work, flags);
    ASSERT_TRUE(AwaitReader());
    // A signal may come when the child does not sleep, and several may become one: until some came,
    // and a sleep was begun after one of them. (The kernel itself goes on with one by SA_RESTART.)
    const uint64_t sleeps = (flags & SA_RESTART) != 0 ? 1 : 2;
    EXPECT_TRUE(test::Eventually([&] {
      reader.Send(SIGUSR1);
      test::Nap(std::chrono::milliseconds(1));
      return (handled->signals >= 10 && handled->sleeps >= sleeps) || HasEnded(reader);
    }));
    EXPECT_FALSE(HasEnded(reader));
    Producer producer = NewProducer();
    EXPECT_TRUE(Ok(producer.TryWrite("message")));
    EXPECT_TRUE(Succeeded(reader.Wait()));
  }
  // A process whose handler for the signal is `handler`, and that sleeps in `work`.
  Child StartSleeper(void (*handler)(int), const std::function<void(Queue&)>& work, int flags = 0) {
    return Start([&](Queue& queue) {
      Handle(handler, flags);
      work(queue);
    });
  }
};

void ReadInterrupted(Queue& queue) {
  Consumer consumer = *queue.Join();
  EXPECT_TRUE(Ok(consumer.SetWaitPolicy(kInterruptible)));
  EXPECT_EQ(WaitText(consumer), "kInterrupted");
  EXPECT_GE(g_signals, 1);
}

void WriteInterrupted(Queue& queue) {
  Producer producer = *queue.NewProducer();
  EXPECT_TRUE(Ok(producer.SetWaitPolicy(kInterruptible)));
  test::Fill(producer);
  EXPECT_EQ(producer.Write("x", Deadline::Never()).code(), Code::kInterrupted);
}

void ObserveInterrupted(Queue& queue) {
  Observer observer = *queue.Observe();
  EXPECT_TRUE(Ok(observer.SetWaitPolicy(kInterruptible)));
  EXPECT_EQ(WaitText(observer), "kInterrupted");
}

TEST_F(InterruptTest, EndsAWaitThatAsksForIt) {
  Child reader = StartSleeper(Count, ReadInterrupted);
  ASSERT_TRUE(AwaitReader());
  Bombard(reader);
}

TEST_F(InterruptTest, EndsAWriter) {
  Child writer = StartSleeper(Count, WriteInterrupted);
  ASSERT_TRUE(AwaitWriter());
  Bombard(writer);
}

TEST_F(InterruptTest, EndsAnObserver) {
  Child observer = StartSleeper(Count, ObserveInterrupted);
  ASSERT_TRUE(AwaitReader());
  Bombard(observer);
}

// The policy decides, not how the handler was installed.
TEST_F(InterruptTest, DoesNotEndAWaitThatDoesNotAskForIt) { ExpectWaitGoesOn(0); }
TEST_F(InterruptTest, DoesNotEndAWaitThatDoesNotAskForItEither) { ExpectWaitGoesOn(SA_RESTART); }

TEST_F(InterruptTest, CancelFromAHandlerEndsTheWait) {
  Child reader = StartSleeper(CancelInHandler, [](Queue& queue) {
    Consumer consumer = *queue.Join();
    g_consumer = &consumer;
    EXPECT_EQ(WaitText(consumer), "kCancelled");
    EXPECT_EQ(g_signals, 1);
  });
  ASSERT_TRUE(AwaitReader());
  reader.Send(SIGUSR1);  // once: it must not get lost, wherever it comes
  EXPECT_TRUE(Succeeded(reader.Wait()));
}

// Cancel comes at any instruction between the call's entrance and its sleep.
TEST_F(InterruptTest, CancelFromAHandlerIsNeverLost) {
  Child reader = Start([](Queue& queue) {
    Handle(CancelInHandler);
    Consumer consumer = *queue.Join();
    EXPECT_TRUE(Ok(consumer.SetWaitPolicy(test::SleepAtOnce())));
    g_consumer = &consumer;
    timer_t timer;
    struct sigevent event = {};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGUSR1;
    ASSERT_EQ(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
    for (int i = 0; i < 2000; ++i) {
      const itimerspec once = {{0, 0}, {0, 1000 + i % 500 * 40}};
      timer_settime(timer, 0, &once, nullptr);
      ASSERT_EQ(WaitText(consumer), "kCancelled");
      ASSERT_EQ(g_signals, i + 1);
    }
    timer_delete(timer);
  });
  EXPECT_TRUE(Succeeded(reader.Wait()));
}

// It rings the doorbell of somebody who died.
TEST_F(InterruptTest, CancelFromAHandlerKeepsErrno) {
  Consumer consumer = Join();
  g_consumer = &consumer;
  Child armed = Start([](Queue& queue) {
    Consumer other = *queue.Join();
    ASSERT_TRUE(Ok(other.Arm()));
    raise(SIGSTOP);
  });
  ASSERT_TRUE(AwaitReader());
  armed.Kill();
  errno = 12345;
  CancelInHandler(SIGUSR1);
  EXPECT_EQ(errno, 12345);
}

}  // namespace
}  // namespace fmmq
