// Segments of 16 KiB to 4 GiB, in truth.
#include <sys/stat.h>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/names.h"
#include "tests/support/payload.h"
#include "tests/support/retry.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::Ok;
using test::ScopedName;

constexpr uint64_t kKiB = 1024;
constexpr uint64_t kGiB = kKiB * kKiB * kKiB;

uint64_t FileBytes(const std::string& path) {
  struct stat file = {};
  stat(path.c_str(), &file);
  return static_cast<uint64_t>(file.st_size);
}

// Passes `size` bytes through without writing them all: only their ends.
void PassInPlace(Producer& producer, Consumer& consumer, size_t size) {
  const Result<MutableBytes> place = producer.TryReserve(size);
  ASSERT_TRUE(Ok(place));
  ASSERT_EQ(place->size(), size);
  auto* const bytes = static_cast<char*>(place->data());
  bytes[0] = 'a';
  bytes[size - 1] = 'z';
  ASSERT_TRUE(Ok(producer.Commit(size)));
  const Result<Message> message = consumer.TryPeek();
  ASSERT_TRUE(Ok(message));
  EXPECT_EQ(message->bytes.size(), size);
  EXPECT_EQ(message->bytes.text().front(), 'a');
  EXPECT_EQ(message->bytes.text().back(), 'z');
  EXPECT_TRUE(Ok(consumer.Release()));
}

void PassCopied(Producer& producer, Consumer& consumer, size_t size) {
  const std::string sent = test::MakePayload({1, size}, size);
  ASSERT_TRUE(Ok(producer.TryWrite(sent)));
  std::string buffer(size, '\0');
  const Result<Received> received = consumer.TryRead(buffer);
  ASSERT_TRUE(Ok(received));
  EXPECT_EQ(received->size, size);
  EXPECT_TRUE(test::IsPayload({1, size}, buffer));
}

void TryOut(const Options& options) {
  const ScopedName name;
  Result<Queue> queue = Queue::Create(name.get(), options);
  ASSERT_TRUE(Ok(queue));
  EXPECT_EQ(queue->Info().segment_bytes, RequiredSize(options));
  EXPECT_EQ(FileBytes(name.path()), RequiredSize(options));
  Producer producer = *queue->NewProducer();
  Consumer consumer = *queue->Join();
  PassInPlace(producer, consumer, queue->max_message_size());
  PassCopied(producer, consumer, 1000);
  PassCopied(producer, consumer, 3000);
  EXPECT_TRUE(Ok(Queue::Remove(name.get())));
}

TEST(SizesTest, SixteenKiB) {
  Options options;
  options.capacity = 4 * kKiB;
  options.seats = 32;
  ASSERT_EQ(RequiredSize(options), 16 * kKiB);
  TryOut(options);
}

TEST(SizesTest, TheSmallestOfAll) {
  Options options;
  options.capacity = 1;
  options.seats = 2;
  options.groups = 1;
  ASSERT_EQ(RequiredSize(options), 8 * kKiB);
  TryOut(options);
}

TEST(SizesTest, EveryPowerOfTwoBetween) {
  for (uint64_t capacity = 8 * kKiB; capacity <= 64 * kKiB * kKiB; capacity *= 2) {
    Options options;
    options.capacity = capacity;
    SCOPED_TRACE(capacity);
    TryOut(options);
  }
}

TEST(SizesTest, TheLargestTables) {
  Options options;
  options.seats = 1024;
  options.groups = 256;
  options.string_size = 1 << 24;
  TryOut(options);
}

// A ring of 4 GiB: messages of up to 2^31 - 1 bytes; positions and offsets beyond 32 bits.
TEST(SizesTest, FourGiB) {
  Options options;
  options.capacity = 4 * kGiB;
  options.block_size = 4096;
  const ScopedName name;
  Result<Queue> queue = Queue::Create(name.get(), options);
  ASSERT_TRUE(Ok(queue));
  EXPECT_EQ(FileBytes(name.path()), RequiredSize(options));
  EXPECT_EQ(queue->max_message_size(), (size_t{1} << 31) - 1);
  Producer producer = *queue->NewProducer();
  Consumer consumer = *queue->Join();
  EXPECT_EQ(producer.TryReserve(queue->max_message_size() + 1).code(), Code::kTooLarge);
  PassInPlace(producer, consumer, queue->max_message_size());
  // Up to the last block but one, so that the next message wraps.
  PassInPlace(producer, consumer, (size_t{1} << 31) - 4096);
  PassCopied(producer, consumer, 3 * 4096);
  EXPECT_EQ(queue->Info().head, (uint64_t{1} << 20) + 2);
  PassCopied(producer, consumer, 5);
  EXPECT_TRUE(Ok(Queue::Remove(name.get())));
}

}  // namespace
}  // namespace fmmq
