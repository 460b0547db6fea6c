// The stress tester fails when it must: somebody whom it does not know works on its queue, by the
// ordinary calls, and it says what is wrong. And it can always be started again.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/child.h"
#include "tests/support/deadline.h"
#include "tests/support/names.h"
#include "tests/support/payload.h"
#include "tests/support/retry.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::Ok;

constexpr char kProgram[] = "tests/stress/stress";

class IntruderTest : public ::testing::Test {
 protected:
  // Starts the tester on a queue of this name; its output is the child's.
  test::Child Start(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"stress", "--name=" + name_.get(), "--dump=" + Directory()});
    return test::Child([flags] {
      std::vector<char*> arguments;
      for (const std::string& flag : flags) arguments.push_back(const_cast<char*>(flag.data()));
      arguments.push_back(nullptr);
      execv(kProgram, arguments.data());
      ADD_FAILURE() << "cannot execute " << kProgram;
    });
  }
  static std::string Directory() {
    const char* const directory = std::getenv("TEST_TMPDIR");
    return directory == nullptr ? "/tmp" : directory;
  }

  // The queue, once workers are busy in it.
  Queue Intrude() {
    Queue queue;
    const bool open = test::Eventually([&] {
      Result<Queue> opened = Queue::Open(name_.get());
      if (!opened.ok() || opened->Info().head < 1000) return false;
      queue = std::move(*opened);
      return true;
    });
    EXPECT_TRUE(open);
    return queue;
  }

  // What shows only when all is read: the tester is told to come to its end.
  enum class Shows { kSoon, kAtTheEnd };

  // What the tester says when `intrude` has done its work on its queue.
  std::string RunWith(const std::vector<std::string>& flags,
                      const std::function<void(Queue&)>& intrude, Shows shows = Shows::kSoon) {
    test::Child tester = Start(flags);
    Queue queue = Intrude();
    intrude(queue);
    if (shows == Shows::kAtTheEnd) tester.Send(SIGTERM);
    const test::ChildResult result = tester.Wait();
    EXPECT_EQ(result.exit_code, 1) << result.output;
    EXPECT_NE(result.output.find("to repeat: "), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("--seed="), std::string::npos) << result.output;
    EXPECT_EQ(result.output.rfind("FAILED: "),
              result.output.rfind('\n', result.output.size() - 2) + 1)
        << result.output;
    const std::string segment = Directory() + "/fmmq." + name_.get();
    EXPECT_TRUE(test::FileExists(segment)) << result.output;
    std::remove(segment.c_str());
    return result.output;
  }
  static bool Says(const std::string& output, const std::string& violation) {
    return output.find("violation: " + violation) != std::string::npos;
  }

  const test::ScopedName name_;
};

constexpr char kShort[] = "--seconds=2";
constexpr char kUntilItFails[] = "--seconds=40";
constexpr char kPatient[] = "--stuck-ms=20000";

TEST_F(IntruderTest, WithoutOneAllIsWell) {
  const test::ChildResult result = Start({kShort, kPatient}).Wait();
  EXPECT_TRUE(test::Succeeded(result));
  EXPECT_NE(result.output.find("\nok: "), std::string::npos) << result.output;
  EXPECT_FALSE(test::FileExists(name_.path()));
}

TEST_F(IntruderTest, AThiefMeansLosses) {
  const auto steal = [](Queue& queue) {
    Result<Consumer> thief = test::JoinSoon(queue);
    ASSERT_TRUE(Ok(thief));
    std::vector<char> buffer(queue.max_message_size());
    for (int stolen = 0; stolen < 5; ++stolen) {
      ASSERT_TRUE(Ok(test::ReadSoon(*thief, buffer)));
    }
  };
  const std::string output = RunWith({kUntilItFails, kPatient}, steal, Shows::kAtTheEnd);
  EXPECT_TRUE(Says(output, "lost")) << output;
}

TEST_F(IntruderTest, AForgerMeansInventions) {
  const std::string output = RunWith({kUntilItFails, kPatient}, [](Queue& queue) {
    Result<Producer> forger = test::NewProducerSoon(queue);
    ASSERT_TRUE(Ok(forger));
    ASSERT_TRUE(Ok(test::WriteSoon(*forger, test::MakePayload({77, 78}, 100))));
  });
  EXPECT_TRUE(Says(output, "invented")) << output;
}

// What was written once is written again, just as it was. On a busy machine the echo may come when
// the message's account is closed, and then nobody wrote it: that is tried again.
TEST_F(IntruderTest, AnEchoMeansDuplicates) {
  const auto repeat = [](Queue& queue) {
    Result<Observer> observer = queue.Observe();
    Result<Producer> echo = test::NewProducerSoon(queue);
    ASSERT_TRUE(Ok(echo));
    std::vector<char> buffer(queue.max_message_size());
    const Result<Received> heard = test::ReadSoon(*observer, buffer);
    ASSERT_TRUE(Ok(heard));
    ASSERT_TRUE(Ok(test::WriteSoon(*echo, {buffer.data(), heard->size})));
  };
  constexpr int kTries = 5;
  std::string output;
  bool heard_twice = false;
  for (int tries = 0; tries < kTries && !heard_twice && !HasFailure(); ++tries) {
    output = RunWith({kUntilItFails, kPatient, "--kills=0"}, repeat);
    heard_twice = Says(output, "duplicate") || Says(output, "reordered");
    EXPECT_TRUE(heard_twice || Says(output, "invented")) << output;
  }
  EXPECT_TRUE(heard_twice) << output;
}

TEST_F(IntruderTest, AScribblerMeansTornMessages) {
  const std::string output = RunWith({kUntilItFails, kPatient}, [this](Queue& queue) {
    const int file = open(name_.path().c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(file, 0);
    // In the middle of the ring's bytes, which are most of the file, again and again.
    const std::string noise(1024, '\x55');
    const auto middle = static_cast<off_t>(queue.Info().segment_bytes / 2);
    const test::Deadline deadline;
    while (test::FileExists(name_.path()) && !deadline.passed()) {
      ASSERT_EQ(pwrite(file, noise.data(), noise.size(), middle), ssize_t{1024});
      test::Nap(std::chrono::milliseconds(1));
    }
    close(file);
  });
  EXPECT_TRUE(Says(output, "torn")) << output;
}

// Readers wait behind a reservation whose owner lives.
TEST_F(IntruderTest, ADawdlerMeansThatSomebodyIsStuck) {
  const std::string output = RunWith({kUntilItFails, "--stuck-ms=3000"}, [this](Queue& queue) {
    Result<Producer> dawdler = test::NewProducerSoon(queue);
    ASSERT_TRUE(Ok(dawdler));
    ASSERT_TRUE(Ok(test::Retry([&] { return dawdler->TryReserve(16); })));
    test::Eventually([this] { return !test::FileExists(name_.path()); });
  });
  EXPECT_TRUE(Says(output, "stuck")) << output;
}

// The director dies, and its workers with it; nobody deletes a file.
TEST_F(IntruderTest, AfterACrashItStartsAgain) {
  for (int i = 0; i < 3; ++i) {
    test::Child tester = Start({kUntilItFails, kPatient});
    Intrude();
    tester.Kill();
    EXPECT_TRUE(test::FileExists(name_.path()));
  }
  const test::ChildResult result = Start({kShort, kPatient}).Wait();
  EXPECT_TRUE(test::Succeeded(result));
  EXPECT_FALSE(test::FileExists(name_.path()));
}

}  // namespace
}  // namespace fmmq
