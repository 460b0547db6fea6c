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
constexpr uint64_t kSets = 10000;

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
    EXPECT_GT(board_->reads, 0u);
  }

  const test::SharedPage<Board> board_;
};

TEST_F(StringWritersTest, EachValueIsWhole) {
  Make();
  std::vector<Child> readers = StartReaders();
  std::vector<Child> writers;
  for (uint32_t writer = 0; writer < kWriters; ++writer) {
    writers.push_back(Start([this, writer](Queue& queue) {
      for (uint64_t i = 0; i < kSets / kWriters; ++i) SetNext(queue, writer);
    }));
  }
  for (Child& writer : writers) EXPECT_TRUE(Succeeded(writer.Wait()));
  StopReaders(readers);
  Get();
  EXPECT_EQ(version_, kSets);
}

TEST_F(StringWritersTest, EachValueIsWholeWhileWritersAreKilled) {
  Make();
  std::vector<Child> readers = StartReaders();
  std::mt19937 random(1);
  uint64_t kills = 0;
  const test::Deadline watchdog;
  while (board_->sets[0] + board_->sets[1] < kSets && !watchdog.passed()) {
    std::vector<Child> writers;
    for (uint32_t writer = 0; writer < kWriters; ++writer) {
      writers.push_back(Start([this, writer](Queue& queue) {
        while (true) SetNext(queue, writer);
      }));
    }
    test::Nap(std::chrono::microseconds(2000 + random() % 8000));
    for (Child& writer : writers) writer.Kill();
    kills += writers.size();
  }
  EXPECT_GE(board_->sets[0] + board_->sets[1], kSets);
  EXPECT_GE(kills, 10u);
  EXPECT_TRUE(Ok(Set(test::MakePayload({0, 0}, 100))));  // nobody holds the lock any more
  StopReaders(readers);
  Get();
  // Who was killed may have begun a value that never came.
  EXPECT_LE(version_, board_->sets[0] + board_->sets[1] + 1);
  EXPECT_GE(version_ + kills, board_->sets[0] + board_->sets[1] + 1);
}

TEST_F(StringWritersTest, ThreadsOfOneProcess) {
  Make();
  constexpr uint64_t kEach = 1000;
  std::vector<std::thread> threads;
  for (uint32_t writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([this, writer] {
      for (uint64_t i = 0; i < kEach; ++i) SetNext(queue_, writer);
    });
  }
  std::thread reader([this] { Read(queue_); });
  for (std::thread& thread : threads) thread.join();
  board_->over = true;
  reader.join();
  Get();
  EXPECT_EQ(version_, kWriters * kEach);
}

}  // namespace
}  // namespace fmmq
