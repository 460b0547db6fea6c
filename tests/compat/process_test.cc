// Several processes and threads at the predecessor's functions.
#include <dirent.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <thread>

#include "tests/compat/compat_fixture.h"
#include "tests/support/child.h"
#include "tests/support/deadline.h"
#include "tests/support/shared_page.h"

namespace fmmq::test {
namespace {

constexpr uint32_t kReaders = 3;
constexpr uint32_t kMessages = 60'000;

// What readers in other processes got of messages that are numbers.
struct Tally {
  Barrier start;
  std::atomic<uint32_t> written;  // as far as the writer said
  std::atomic<bool> done;
  std::atomic<uint32_t> got[kMessages];        // how often, by anybody
  std::atomic<uint32_t> read_until[kReaders];  // messages that each has read
};

void WriteSoon(int queue, const std::string& text) {
  EXPECT_TRUE(Eventually([&] { return Write(queue, text) == 0; }));
}

TEST(CompatProcessTest, ModeZeroGivesEachMessageToOne) {
  const std::string id = UniqueName();
  SharedPage<Tally> tally;
  const int queue = Create(id);
  std::vector<std::unique_ptr<Child>> readers;
  for (uint32_t i = 0; i < kReaders; ++i) {
    readers.push_back(std::make_unique<Child>([&] {
      const int connection = ConnectHere(id);
      ASSERT_TRUE(tally->start.Wait(kReaders + 1));
      long last = -1;
      while (true) {
        const bool done = tally->done.load();
        const std::vector<std::string> words = Split(Read(connection, 0));
        for (const std::string& word : words) {
          const long number = std::stol(word);
          ASSERT_GT(number, last);  // in order
          last = number;
          tally->got[number].fetch_add(1);
        }
        if (done && words.empty()) return;
      }
    }));
  }
  ASSERT_TRUE(tally->start.Wait(kReaders + 1));
  for (uint32_t i = 0; i < kMessages; ++i) WriteSoon(queue, std::to_string(i));
  tally->done = true;
  for (const auto& reader : readers) EXPECT_TRUE(Succeeded(reader->Wait()));
  for (uint32_t i = 0; i < kMessages; ++i) ASSERT_EQ(tally->got[i].load(), 1u) << i;
}

TEST(CompatProcessTest, ModeOneGivesAllToAllThatKeepUp) {
  const std::string id = UniqueName();
  SharedPage<Tally> tally;
  const int queue = Create(id);
  std::vector<std::unique_ptr<Child>> readers;
  for (uint32_t i = 0; i < kReaders; ++i) {
    readers.push_back(std::make_unique<Child>([&, i] {
      const int connection = ConnectHere(id);
      ASSERT_TRUE(tally->start.Wait(kReaders + 1));
      for (uint32_t next = 0; next < kMessages;) {
        for (const std::string& word : Split(Read(connection, 1))) {
          ASSERT_EQ(word, std::to_string(next));
          ++next;
        }
        tally->read_until[i] = next;
      }
      EXPECT_EQ(Read(connection, 1), "");
    }));
  }
  ASSERT_TRUE(tally->start.Wait(kReaders + 1));
  for (uint32_t i = 0; i < kMessages; ++i) {
    // Nobody waits for readers but this test: they are to keep up.
    const auto keeps_up = [&](const std::atomic<uint32_t>& r) { return r.load() + 10'000 > i; };
    ASSERT_TRUE(Eventually([&] {
      return std::all_of(std::begin(tally->read_until), std::end(tally->read_until), keeps_up);
    }));
    ASSERT_EQ(Write(queue, std::to_string(i)), 0);
  }
  for (const auto& reader : readers) EXPECT_TRUE(Succeeded(reader->Wait()));
}

// Writers that never rest, and a reader that looks now and then.
TEST(CompatProcessTest, WhoDoesNotKeepUpLosesOldWholeMessages) {
  const std::string id = UniqueName();
  SharedPage<Tally> tally;
  const int queue = Create(id);
  ASSERT_EQ(Read(queue, 1), "");
  const auto message = [](uint32_t number) {
    return std::to_string(number) + ":" + std::string(1000 + number % 997, 'a' + number % 26);
  };
  const Child writer([&] {
    const int connection = ConnectHere(id);
    for (uint32_t i = 0; !tally->done.load(); ++i) ASSERT_EQ(Write(connection, message(i)), 0);
  });
  long last = -1;
  bool lost = false;
  const Deadline deadline;
  for (int looks = 0; looks < 50 || !lost; ++looks) {
    ASSERT_FALSE(deadline.passed());
    // On a busy machine the writer may need longer for a whole ring.
    Nap(std::chrono::milliseconds(2 + looks / 50));
    for (const std::string& word : Split(Read(queue, 1))) {
      const long number = std::stol(word);
      ASSERT_GT(number, last);
      ASSERT_EQ(word, message(static_cast<uint32_t>(number)));
      lost = lost || number > last + 1;
      last = number;
    }
  }
  tally->done = true;
}

// What the newest messages are is exact when nobody writes any more.
TEST(CompatProcessTest, TheNewestMessagesAreKept) {
  const std::string id = UniqueName();
  const int queue = Create(id);
  const int late = ConnectHere(id);
  ASSERT_EQ(Read(queue, 1), "");
  constexpr uint32_t kWritten = 600'000;  // 524,288 blocks
  for (uint32_t i = 0; i < kWritten; ++i) ASSERT_EQ(Write(queue, std::to_string(i)), 0);
  const std::vector<std::string> words = Split(Read(late, 1));
  EXPECT_GE(words.size(), 500'000u);
  for (size_t i = 0; i < words.size(); ++i) {
    ASSERT_EQ(words[i], std::to_string(kWritten - words.size() + i));
  }
}

TEST(CompatProcessTest, AChildGoesOnWithItsParentsQueues) {
  const std::string id = UniqueName();
  const int queue = Create(id);
  const int connection = ConnectHere(id);
  ASSERT_EQ(Write(queue, "before"), 0);
  ASSERT_EQ(Read(connection, 1), "before ");
  ASSERT_EQ(Write(queue, "new"), 0);
  const ChildResult result = RunInChild([&] {
    EXPECT_EQ(Read(connection, 1), "new ");  // as it was when the child began
    EXPECT_EQ(Read(connection, 0), "before new ");
    EXPECT_EQ(Write(connection, "from the child"), 0);
    EXPECT_EQ(SetString(queue, "child's"), 0);
    EXPECT_EQ(GetString(connection), "child's");
  });
  EXPECT_TRUE(Succeeded(result));
  EXPECT_EQ(Read(connection, 1), "new from the child ");
  EXPECT_EQ(Read(queue, 0), "from the child ");
  EXPECT_EQ(GetString(queue), "child's");
}

// Forks while other threads are in calls: no child finds a mutex locked.
TEST(CompatProcessTest, ChildrenOfBusyParents) {
  const std::string id = UniqueName();
  const int queue = Create(id);
  std::atomic<bool> stop{false};
  std::thread busy([&] {
    while (!stop.load()) {
      Write(queue, "x");
      Read(queue, 0);
      SetString(queue, "x");
    }
  });
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(Succeeded(RunInChild([&] {
      WriteSoon(queue, "child");
      Read(queue, 0);
      // It waits a second for the parent, who may be stopped in it for longer.
      EXPECT_TRUE(Eventually([&] { return SetString(queue, "child") == 0; }));
    })));
  }
  stop = true;
  busy.join();
}

TEST(CompatProcessTest, ThreadsShareAQueue) {
  constexpr int kThreads = 4;
  constexpr int kEach = 5'000;
  const std::string id = UniqueName();
  const int queue = Create(id);
  std::vector<std::thread> threads;
  std::atomic<int> read{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) WriteSoon(queue, "x");
    });
    threads.emplace_back([&] {
      const Deadline deadline;
      while (read.load() < kThreads * kEach && !deadline.passed()) {
        read += static_cast<int>(Split(Read(queue, 0)).size());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(read.load(), kThreads * kEach);
}

// Names in /dev/shm that have the text in them.
int CountFiles(const std::string& text) {
  DIR* const directory = opendir("/dev/shm");
  int count = 0;
  while (const dirent* entry = readdir(directory)) {
    count += std::strstr(entry->d_name, text.c_str()) != nullptr ? 1 : 0;
  }
  closedir(directory);
  return count;
}

TEST(CompatProcessTest, NothingIsLeftOfTheKilled) {
  const std::string id = UniqueName();
  SharedPage<Tally> tally;
  {
    Child creator([&] {
      Create(id);
      tally->written = 1;
      pause();
    });
    ASSERT_TRUE(Eventually([&] { return tally->written.load() == 1; }));
    Child peer([&] {
      const int connection = ConnectHere(id);
      EXPECT_EQ(Write(connection, "x"), 0);
      tally->written = 2;
      while (true) {
        Write(connection, "y");
        Read(connection, 0);
      }
    });
    ASSERT_TRUE(Eventually([&] { return tally->written.load() == 2; }));
    EXPECT_GE(ConnectHere(id + ""), -1);
    peer.Kill();
    creator.Kill();
  }
  EXPECT_EQ(CountFiles(id), 0);
}

// A writer that dies at any moment holds nobody up.
TEST(CompatProcessTest, TheDeadHoldNobodyUp) {
  const std::string id = UniqueName();
  const int queue = Create(id);
  for (int i = 0; i < 20; ++i) {
    SharedPage<Tally> tally;
    Child peer([&] {
      const int connection = ConnectHere(id);
      tally->written = 1;
      while (true) {
        Write(connection, std::string(5000, 'x'));
        SetString(connection, std::string(100'000, 's'));
        Read(connection, i % 2);
      }
    });
    ASSERT_TRUE(Eventually([&] { return tally->written.load() == 1; }));
    Nap(std::chrono::microseconds(500 * i));
    peer.Kill();
    WriteSoon(queue, "mine");
    ASSERT_TRUE(Eventually([&] { return Read(queue, 0).find("mine ") != std::string::npos; }));
    EXPECT_EQ(SetString(queue, "mine"), 0);
    EXPECT_EQ(GetString(queue), "mine");
  }
}

}  // namespace
}  // namespace fmmq::test
