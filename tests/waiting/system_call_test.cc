// Calls that may not reach the kernel. Each runs in a process that would be killed there.
#include <signal.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "tests/waiting/syscall_filter.h"
#include "tests/waiting/waiting_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::ChildResult;
using test::Ok;
using test::Succeeded;

constexpr int kMessages = 1000000;

class SystemCallTest : public test::WaitingTest {
 protected:
  using Work = std::function<bool()>;

  // Runs what `prepare` returns, without the kernel. It says whether all went well.
  ChildResult Run(const std::function<Work(Queue&)>& prepare) {
    return Start([&prepare](Queue& queue) {
             const Work work = prepare(queue);
             if (!test::RefuseEverything()) _exit(kUnknown);
             _exit(work() ? 0 : 1);
           })
        .Wait();
  }
  void ExpectNoSystemCall(const std::function<Work(Queue&)>& prepare) {
    const ChildResult result = Run(prepare);
    if (result.exit_code == kUnknown) GTEST_SKIP() << "no filters for system calls here";
    EXPECT_TRUE(Succeeded(result));
  }

  static constexpr int kUnknown = 77;
};

// The handles outlive the work. A member's first read asks the kernel what dead members left.
struct Pair {
  explicit Pair(Queue& queue) : producer(*queue.NewProducer()), consumer(*queue.Join()) {
    EXPECT_EQ(test::ReadText(consumer), "kEmpty");
  }
  Producer producer;
  Consumer consumer;
};

bool WriteAndRead(Pair& pair) {
  char buffer[64];
  for (int i = 0; i < kMessages; ++i) {
    if (!pair.producer.TryWrite("message").ok()) return false;
    if (!pair.consumer.TryRead(buffer).ok()) return false;
  }
  return true;
}

bool WriteAndReadWaiting(Pair& pair) {
  char buffer[64];
  for (int i = 0; i < kMessages; ++i) {
    if (!pair.producer.Write("message", Deadline::Never()).ok()) return false;
    if (!pair.consumer.Read(buffer, Deadline::In(std::chrono::seconds(9))).ok()) return false;
  }
  return true;
}

bool WriteAndPeek(Pair& pair) {
  const ConstBytes batch[] = {"one", "two"};
  for (int i = 0; i < kMessages; ++i) {
    if (!pair.producer.TryReserve(10).ok() || !pair.producer.Commit(5).ok()) return false;
    if (!pair.consumer.Peek(Deadline::Never()).ok() || !pair.consumer.Release().ok()) return false;
    if (!pair.producer.TryWriteBatch(batch, 2).ok()) return false;
    if (!pair.consumer.PeekBatch(2, Deadline::Never()).ok()) return false;
    if (!pair.consumer.Next().ok() || !pair.consumer.Release().ok()) return false;
  }
  return true;
}

// The test itself can fail: this many calls have to be found out.
TEST_F(SystemCallTest, AnyCallIsNoticed) {
  Make();
  const ChildResult result = Run([](Queue&) { return [] { return getppid() != 0; }; });
  if (result.exit_code == kUnknown) GTEST_SKIP() << "no filters for system calls here";
  EXPECT_EQ(result.signal, SIGSYS);
}

TEST_F(SystemCallTest, NoneWhileMessagesFlow) {
  for (const Policy policy : {Policy::kLossless, Policy::kOverwrite, Policy::kCompat}) {
    queue_ = {};
    Queue::Remove(name_.get()).IgnoreError();
    Make(test::SmallOptions(policy));
    ExpectNoSystemCall([](Queue& queue) {
      auto pair = std::make_shared<Pair>(queue);
      return [pair] { return WriteAndRead(*pair); };
    });
  }
}

TEST_F(SystemCallTest, NoneInCallsThatNeedNotWait) {
  Make();
  ExpectNoSystemCall([](Queue& queue) {
    auto pair = std::make_shared<Pair>(queue);
    return [pair] { return WriteAndReadWaiting(*pair); };
  });
}

TEST_F(SystemCallTest, NoneInPlace) {
  Make();
  ExpectNoSystemCall([](Queue& queue) {
    auto pair = std::make_shared<Pair>(queue);
    return [pair] { return WriteAndPeek(*pair); };
  });
}

TEST_F(SystemCallTest, NoneWithoutMembarrier) {
  Make();
  ExpectNoSystemCall([this](Queue&) {
    EXPECT_TRUE(test::RefuseMembarrier());
    Result<Queue> queue = Queue::Open(name_.get());
    auto pair = std::make_shared<Pair>(*queue);
    return [pair] { return WriteAndReadWaiting(*pair); };
  });
}

// The ring has room for all of it: the writer has nothing to wait for.
TEST_F(SystemCallTest, NoneInWriteToAReaderThatNeverSleeps) {
  Options options;
  options.capacity = kMessages * 64;
  Make(options);
  Child reader = Start([](Queue& queue) {
    Consumer consumer = *queue.Join();
    EXPECT_TRUE(Ok(consumer.SetWaitPolicy({Deadline::kNever, false})));
    for (int i = 0; i < kMessages; ++i) ASSERT_EQ(test::WaitText(consumer), "message");
  });
  ExpectNoSystemCall([](Queue& queue) {
    auto producer = std::make_shared<Producer>(*queue.NewProducer());
    return [producer] {
      for (int i = 0; i < kMessages; ++i) {
        if (!producer->Write("message", Deadline::Never()).ok()) return false;
      }
      return true;
    };
  });
  if (IsSkipped()) return;
  EXPECT_TRUE(Succeeded(reader.Wait()));
}

TEST_F(SystemCallTest, NoneInStatistics) {
  Make();
  ExpectNoSystemCall([](Queue& queue) {
    auto pair = std::make_shared<Pair>(queue);
    return [pair, &queue] {
      GroupInfo group;
      pair->producer.TryWrite("message").IgnoreError();
      return queue.Info().written_messages == 1 && queue.Groups(&group, 1) == 1 &&
             pair->producer.Stats().messages == 1;
    };
  });
}

// Once somebody has slept here and was killed, one wake-up goes to nobody, and no other one.
TEST_F(SystemCallTest, NoneAfterASleeperWasKilled) {
  Make();
  Child sleeper = Start([](Queue& queue) {
    Consumer consumer = *queue.Join("killed", {});
    test::WaitText(consumer);
  });
  ASSERT_TRUE(AwaitReader());
  sleeper.Kill();
  { Consumer other = Join("other"); }  // who joins or has no room clears the dead away
  ExpectNoSystemCall([](Queue& queue) {
    auto pair = std::make_shared<Pair>(queue);
    EXPECT_TRUE(Ok(pair->producer.TryWrite("the one that wakes nobody")));
    EXPECT_EQ(test::ReadText(pair->consumer), "the one that wakes nobody");
    return [pair] { return WriteAndRead(*pair); };
  });
}

}  // namespace
}  // namespace fmmq
