// Defects of the past in how the library lives with the rest of its process.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "tests/processes/kill_fixture.h"
#include "tests/support/process_state.h"

namespace fmmq {
namespace {

using test::Ok;
using test::ReadTextSoon;

class ProcessRegressionTest : public test::KillTest {
 protected:
  // Makes handles, and repairs what a dead producer left.
  void UseQueue() {
    Queue queue = *Queue::Open(name_.get());
    ASSERT_TRUE(test::Eventually([] { return test::CountDescriptors() < 3; }));  // "." and ".."
    EXPECT_TRUE(Ok(queue.NewProducer()));
    Result<Consumer> member = queue.Join();
    ASSERT_TRUE(Ok(member));
    EXPECT_EQ(ReadTextSoon(*member), "whole");
    EXPECT_EQ(ReadTextSoon(*member), "next");
    EXPECT_EQ(queue.Info().recoveries, 1u);
    const test::ScopedName name;
    EXPECT_TRUE(Ok(Queue::Create(name.get())));
  }
};

// A program may close all descriptors that it does not know, as daemons do; the number of the
// queue's is another file's then, and closing the queue closed that.
TEST_F(ProcessRegressionTest, ClosingLeavesTheNewOwnerOfADescriptorAlone) {
  Make();
  EXPECT_TRUE(Succeeded(test::RunInChild([this] {
    Queue queue = *Queue::Open(name_.get());
    Producer producer = *queue.NewProducer();
    const int number = queue.fd();
    const int log = memfd_create("log", 0);
    ASSERT_EQ(dup2(log, number), number);
    EXPECT_TRUE(Ok(queue.Close()));
    EXPECT_TRUE(Ok(producer.TryWrite("goes on")));
    EXPECT_TRUE(Ok(producer.Close()));
    EXPECT_EQ(write(number, "line", 4), 4);
  })));
}

// The main thread's descriptors are gone with it, and /proc/self is the main thread's.
TEST_F(ProcessRegressionTest, ThreadsGoOnWithoutTheMainThread) {
  Make();
  KillAfter([this](Queue& queue) { HoldReservation(queue); });
  Write("next");
  EXPECT_TRUE(Succeeded(test::RunInChild([this] {
    std::thread([this] {
      UseQueue();
      std::fflush(nullptr);
      _exit(HasFailure() ? 1 : 0);
    }).detach();
    syscall(SYS_exit, 0);  // ends this thread, and no other
  })));
}

// The kernel does not only refuse what is over the limit: it ends the process with SIGXFSZ.
TEST(FileSizeRegressionTest, ALimitBelowTheSegmentsSizeIsARefusal) {
  const test::ScopedName name;
  const auto limited = [](const std::function<Status()>& create) {
    test::ExpectCleanFailure(Code::kNoSpace, EFBIG, [&create] {
      const rlimit limit = {4096, 4096};
      return setrlimit(RLIMIT_FSIZE, &limit) == 0 ? create() : Status(Code::kSystem, errno);
    });
  };
  limited([&name] { return Queue::Create(name.get()).status(); });
  limited([] { return Queue::CreateAnonymous("id").status(); });
}

}  // namespace
}  // namespace fmmq
