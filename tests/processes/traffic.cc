#include "tests/processes/traffic.h"

#include <algorithm>
#include <vector>

#include "fmmq/base/relaxed_copy.h"
#include "gtest/gtest.h"
#include "tests/support/payload.h"
#include "tests/support/retry.h"
#include "tests/support/statuses.h"

namespace fmmq::test {
namespace {

constexpr size_t kBatch = 8;
constexpr size_t kBufferBytes = 8192;

PayloadId IdOf(uint32_t writer, uint64_t sequence) { return {writer, sequence}; }

GroupOptions DurableGroup() { return {GroupKind::kShared, true, From::kOldest}; }

}  // namespace

bool Traffic::Start() {
  const bool all_there = board_->start.Wait(parties());
  EXPECT_TRUE(all_there);
  return all_there;
}

uint64_t Traffic::BlocksOf(size_t size) const {
  const size_t block = plan_.options.block_size;
  return std::max<uint64_t>(1, (size + block - 1) / block);
}

// One call of any of the three ways to write; returns how many messages that made.
size_t Traffic::WriteNext(Producer& producer, uint32_t writer, uint64_t sequence) {
  const PayloadId id = IdOf(writer, sequence);
  const size_t size = PayloadSize(id, plan_.max_size);
  if (sequence % 16 < 12) return producer.TryWrite(MakePayload(id, size)).ok() ? 1 : 0;
  if (sequence % 16 < 14) {
    const Result<MutableBytes> place = producer.TryReserve(size);
    if (!place.ok()) return 0;
    // As words, not bytes: an observer that is being lapped may look at the same place. It throws
    // away what it saw, but a sanitizer cannot know that.
    base::CopyToShared(place->data(), MakePayload(id, size).data(), size);
    return producer.Commit(size).ok() ? 1 : 0;
  }
  std::vector<std::string> payloads;
  for (uint64_t i = sequence; i < std::min(plan_.messages, sequence + kBatch); ++i) {
    payloads.push_back(MakePayload(IdOf(writer, i), PayloadSize(IdOf(writer, i), plan_.max_size)));
  }
  const std::vector<ConstBytes> batch(payloads.begin(), payloads.end());
  const Result<size_t> written = producer.TryWriteBatch(batch.data(), batch.size());
  return written.ok() ? *written : 0;
}

void Traffic::Produce(Queue& queue, uint32_t index) {
  Result<Producer> producer = queue.NewProducer();
  ASSERT_TRUE(Ok(producer));
  if (!Start()) return;
  Deadline deadline;  // of the next message
  for (uint64_t sequence = 0; sequence < plan_.messages;) {
    const size_t written = WriteNext(*producer, index, sequence);
    sequence += written;
    if (written != 0) {
      deadline = Deadline();
      continue;
    }
    ASSERT_FALSE(deadline.passed()) << "wrote " << sequence;
    Nap();
  }
  board_->producers_done.fetch_add(1);
}

// Whole, from a producer that there is, and after all that came from it before.
bool Traffic::Order::Accept(ConstBytes bytes) {
  PayloadId id;
  if (!ParsePayload(bytes, &id) || id.writer >= kMaxProducers) {
    ADD_FAILURE() << "torn: " << bytes.size() << " bytes";
    return false;
  }
  writer = id.writer;
  sequence = id.sequence;
  const auto now = static_cast<int64_t>(id.sequence);
  EXPECT_GT(now, last[id.writer]) << "out of order, producer " << id.writer;
  const bool rising = now > last[id.writer];
  last[id.writer] = now;
  return rising;
}

bool Traffic::Account(uint32_t group, Order& order, ConstBytes bytes) {
  if (!order.Accept(bytes) || order.sequence >= plan_.messages) return false;
  GroupAccount& account = board_->groups[group];
  account.seen[order.writer][order.sequence].fetch_add(1);
  account.blocks.fetch_add(BlocksOf(bytes.size()));
  account.messages.fetch_add(1);
  return true;
}

Code Traffic::ReadByCopy(Consumer& consumer, uint32_t group, Order& order) {
  char buffer[kBufferBytes];
  const Result<Received> received = consumer.TryRead(buffer);
  if (!received.ok()) return received.code();
  EXPECT_FALSE(received->redelivered);
  return Account(group, order, {buffer, received->size}) ? Code::kOk : Code::kCorrupt;
}

Code Traffic::ReadBatch(Consumer& consumer, uint32_t group, Order& order) {
  const Result<size_t> held = consumer.TryPeekBatch(kBatch);
  if (!held.ok()) return held.code();
  bool good = true;
  for (size_t i = 0; i < *held; ++i) good = Account(group, order, consumer.Next()->bytes) && good;
  EXPECT_EQ(consumer.Next().code(), Code::kEmpty);
  return good && consumer.Release().ok() ? Code::kOk : Code::kCorrupt;
}

bool Traffic::GroupIsThrough(Queue& queue, uint32_t group) {
  if (!ProducersDone()) return false;
  GroupInfo groups[kMaxGroupsInTraffic];
  const size_t count = queue.Groups(groups, kMaxGroupsInTraffic);
  for (size_t i = 0; i < count; ++i) {
    if (groups[i].name == TrafficGroup(group)) return groups[i].lag == 0;
  }
  return false;
}

void Traffic::Consume(Queue& queue, uint32_t group, uint32_t index) {
  Result<Consumer> consumer = JoinSoon(queue, TrafficGroup(group), DurableGroup());
  ASSERT_TRUE(Ok(consumer));
  const bool batches = index % 2 != 0 && plan_.options.policy == Policy::kLossless;
  Order order;
  if (!Start()) return;
  Deadline deadline;  // of the next message
  while (true) {
    const bool through = GroupIsThrough(queue, group);
    const Code code =
        batches ? ReadBatch(*consumer, group, order) : ReadByCopy(*consumer, group, order);
    ASSERT_TRUE(code == Code::kOk || NotNow(code)) << CodeName(code);
    if (code == Code::kOk) {
      deadline = Deadline();
      continue;
    }
    if (through) break;
    ASSERT_FALSE(deadline.passed());
    Nap();
  }
  board_->groups[group].lost.fetch_add(consumer->lost());
}

void Traffic::Observe(Queue& queue) {
  Result<Observer> observer = queue.Observe(From::kOldest);
  ASSERT_TRUE(Ok(observer));
  Order order;
  uint64_t positions = 0;
  uint64_t lost = 0;
  char buffer[kBufferBytes];
  if (!Start()) return;
  Deadline deadline;  // of the next message
  while (true) {
    const bool done = ProducersDone();
    const Result<Received> received = observer->TryRead(buffer);
    if (received.ok()) {
      ASSERT_TRUE(order.Accept({buffer, received->size}));
      positions += BlocksOf(received->size);
      lost += received->lost;
      deadline = Deadline();
      continue;
    }
    ASSERT_TRUE(NotNow(received.code())) << received.status().name();
    if (done && observer->position() == queue.Info().head) break;
    ASSERT_FALSE(deadline.passed());
    Nap();
  }
  // The last loss may have had no message after it.
  EXPECT_LE(lost, observer->lost());
  EXPECT_EQ(positions + observer->lost(), queue.Info().head);
}

void Traffic::Check(Queue& queue) {
  const bool lossless = plan_.options.policy == Policy::kLossless;
  for (uint32_t group = 0; group < kMaxGroupsInTraffic; ++group) {
    if (plan_.members[group] == 0) continue;
    GroupAccount& account = board_->groups[group];
    uint64_t missing = 0;
    for (uint32_t producer = 0; producer < plan_.producers; ++producer) {
      for (uint64_t i = 0; i < plan_.messages; ++i) {
        const int times = account.seen[producer][i];
        ASSERT_LE(times, 1) << "group " << group << ", producer " << producer << ", message " << i;
        missing += times == 0 ? 1 : 0;
      }
    }
    EXPECT_TRUE(missing == 0 || !lossless) << missing << " lost in group " << group;
    EXPECT_EQ(account.messages + missing, plan_.TotalMessages());
    EXPECT_EQ(account.blocks + account.lost, queue.Info().head) << "group " << group;
    EXPECT_EQ(missing != 0, account.lost != 0);
  }
}

}  // namespace fmmq::test
