// Several writers of the shared string, and their deaths: whoever reads it sees a value that was
// written, whole.
#include <array>
#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/payload.h"
#include "tests/value/string_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::Succeeded;

constexpr uint32_t kWriters = 2;
constexpr uint32_t kReaders = 2;
constexpr uint64_t kSets = 10000;  // at least
constexpr uint64_t kReads = 1000;  // at least, while values are set
constexpr uint64_t kKills = 10;    // at least

struct Board {
  std::atomic<uint64_t> sets[kWriters];  // begun, by each
  std::atomic<uint64_t> reads;
  std::atomic<bool> over;
};

class StringWritersTest : public test::StringTest {
 protected:
  void SetNext(Queue& queue, uint32_t writer) {
    const test::PayloadId id = {writer, board_->sets[writer].fetch_add(1)};
    const size_t size = test::PayloadSize(id, test::kStringBytes);
    ASSERT_TRUE(Ok(queue.SetString(test::MakePayload(id, size), Deadline::Never())));
  }

  // Reads until it is over; then once more, so that the last value was looked at.
  void Read(Queue& queue) {
    std::array<char, test::kStringBytes> buffer;
    uint64_t last_version = 0;
    for (bool over = false; !over;) {
      over = board_->over;
      const Result<StringInfo> info = queue.GetString(buffer);
      if (info.code() == Code::kBusy) continue;
      ASSERT_TRUE(Ok(info));
      ASSERT_GE(info->version, last_version);
      last_version = info->version;
      if (info->version == 0) continue;
      test::PayloadId id;
      ASSERT_TRUE(test::ParsePayload({buffer.data(), info->size}, &id)) << "a mix of values";
      ASSERT_LT(id.writer, kWriters);
      ASSERT_LT(id.sequence, board_->sets[id.writer]);
      board_->reads.fetch_add(1);
    }
  }

  std::vector<Child> StartReaders() {
    std::vector<Child> readers;
    for (uint32_t i = 0; i < kReaders; ++i) {
      readers.push_back(Start([this](Queue& queue) { Read(queue); }));
    }
    return readers;
  }
  void StopReaders(std::vector<Child>& readers) {
    board_->over = true;
    for (Child& reader : readers) EXPECT_TRUE(Succeeded(reader.Wait()));
    EXPECT_GE(board_->reads, kReads);
  }

  uint64_t CountSets() const { return board_->sets[0] + board_->sets[1]; }
  // Sets its share of the values, and goes on until readers have seen some.
  void SetMany(Queue& queue, uint32_t writer) {
    for (uint64_t i = 0; i < kSets / kWriters || board_->reads < kReads; ++i) {
      ASSERT_NO_FATAL_FAILURE(SetNext(queue, writer));
    }
  }

  const test::SharedPage<Board> board_;
};

TEST_F(StringWritersTest, EachValueIsWhole) {
  Make();
  std::vector<Child> readers = StartReaders();
  std::vector<Child> writers;
  for (uint32_t writer = 0; writer < kWriters; ++writer) {
    writers.push_back(Start([this, writer](Queue& queue) { SetMany(queue, writer); }));
  }
  for (Child& writer : writers) EXPECT_TRUE(Succeeded(writer.Wait()));
  StopReaders(readers);
  Get();
  EXPECT_EQ(version_, CountSets());
}

TEST_F(StringWritersTest, EachValueIsWholeWhileWritersAreKilled) {
  Make();
  std::vector<Child> readers = StartReaders();
  std::mt19937 random(1);
  uint64_t kills = 0;
  const test::Deadline watchdog;
  const auto conclusive = [&] {
    return CountSets() >= kSets && kills >= kKills && board_->reads >= kReads;
  };
  while (!conclusive() && !watchdog.passed()) {
    const uint64_t before = CountSets();
    std::vector<Child> writers;
    for (uint32_t writer = 0; writer < kWriters; ++writer) {
      writers.push_back(Start([this, writer](Queue& queue) {
        while (true) SetNext(queue, writer);
      }));
    }
    // On a busy machine they may not have begun when a nap is over.
    EXPECT_TRUE(test::Eventually([&] { return CountSets() >= before + 10; }));
    test::Nap(std::chrono::microseconds(random() % 8000));
    for (Child& writer : writers) writer.Kill();
    kills += writers.size();
  }
  EXPECT_TRUE(conclusive());
  EXPECT_TRUE(Ok(Set(test::MakePayload({0, 0}, 100))));  // nobody holds the lock any more
  StopReaders(readers);
  Get();
  // Who was killed may have begun a value that never came.
  EXPECT_LE(version_, CountSets() + 1);
  EXPECT_GE(version_ + kills, CountSets() + 1);
}

TEST_F(StringWritersTest, ThreadsOfOneProcess) {
  Make();
  std::vector<std::thread> threads;
  for (uint32_t writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([this, writer] { SetMany(queue_, writer); });
  }
  std::thread reader([this] { Read(queue_); });
  for (std::thread& thread : threads) thread.join();
  board_->over = true;
  reader.join();
  Get();
  EXPECT_EQ(version_, CountSets());
}

}  // namespace
}  // namespace fmmq
