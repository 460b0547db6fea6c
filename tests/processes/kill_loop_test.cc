// Producers and members are killed at random, many times a second. Each message that was reported
// as written comes to each group: unmarked at most once, and those in each producer's order.
#include <signal.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/processes/oracle.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/retry.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::Child;
using test::kMaxOracleMessage;
using test::kMaxPerWriter;
using test::MakePayload;
using test::Ok;
using test::Oracle;
using test::OrderWatch;
using test::PayloadId;
using test::PayloadSize;

constexpr std::chrono::milliseconds kDuration{3000};  // at least
constexpr uint64_t kEnoughMessages = 1000;
constexpr std::string_view kGroups[] = {"default", "audit"};
constexpr GroupOptions kKinds[] = {{GroupKind::kShared, true, From::kNow},
                                   {GroupKind::kExclusive, true, From::kNow}};

// ---- the children: they do their work until they are killed ----

// Now and then a moment with something in the hand, in which a kill hits.
void Linger(uint32_t sequence, std::chrono::microseconds time) {
  if (sequence % 16 == 1) test::Nap(time);
}

// Returns how many messages were written, by one of the three ways to write.
uint32_t WriteNext(Producer& producer, uint32_t writer, uint32_t sequence) {
  const PayloadId id = {writer, sequence};
  const size_t size = PayloadSize(id, kMaxOracleMessage);
  if (sequence % 3 == 0) return producer.TryWrite(MakePayload(id, size)).ok() ? 1 : 0;
  if (sequence % 3 == 1) {
    const Result<MutableBytes> place = producer.TryReserve(kMaxOracleMessage);
    if (!place.ok()) return 0;
    test::FillPayload(id, {place->data(), size});
    Linger(sequence, std::chrono::milliseconds(1));
    return producer.Commit(size).ok() ? 1 : 0;
  }
  const std::string payloads[] = {MakePayload(id, size), MakePayload({writer, sequence + 1}, 50),
                                  MakePayload({writer, sequence + 2}, 16)};
  const ConstBytes batch[] = {payloads[0], payloads[1], payloads[2]};
  const Result<size_t> written = producer.TryWriteBatch(batch, 3);
  return written.ok() ? static_cast<uint32_t>(*written) : 0;
}

void Produce(const Oracle& oracle, const std::string& name, uint32_t writer) {
  Result<Queue> queue = Queue::Open(name);
  Result<Producer> producer = test::NewProducerSoon(*queue);
  ASSERT_TRUE(Ok(producer));
  for (uint32_t sequence = 0; sequence + 3 < kMaxPerWriter;) {
    const uint32_t written = WriteNext(*producer, writer, sequence);
    sequence += written;
    oracle.Report(writer, sequence);
    if (written == 0) test::Nap();
  }
  while (true) pause();
}

// What a member reads with. It lives in shared memory where the test must see it after a kill.
struct Reader {
  const Oracle& oracle;
  uint32_t group;
  MutableBytes hand;
  OrderWatch* watch;

  Code ReadCopy(Consumer& consumer) const {
    const Result<Received> received = consumer.TryRead(hand);
    if (!received.ok()) return received.code();
    See({hand.data(), received->size}, received->redelivered);
    return Code::kOk;
  }
  // What is seen in place counts as delivered; if this is killed, somebody gets it again, marked.
  Code ReadInPlace(Consumer& consumer, size_t batch) const {
    const Result<size_t> held = consumer.TryPeekBatch(batch);
    if (held.code() == Code::kRedelivery) return ReadCopy(consumer);
    if (!held.ok()) return held.code();
    for (size_t i = 0; i < *held; ++i) {
      const PayloadId id = See(consumer.Next()->bytes, false);
      Linger(static_cast<uint32_t>(id.sequence), std::chrono::microseconds(50));
    }
    return consumer.Release().code();
  }
  PayloadId See(ConstBytes bytes, bool redelivered) const {
    const PayloadId id = oracle.Deliver(group, bytes, redelivered);
    if (!redelivered) watch->See(oracle, id);
    return id;
  }
};

// Hands 0 and 1 are members of the shared group, 2 of the exclusive one.
uint32_t GroupOfHand(uint32_t hand) { return hand < 2 ? 0 : 1; }

Result<Consumer> JoinSoon(Queue& queue, uint32_t group) {
  return test::JoinSoon(queue, kGroups[group], kKinds[group]);
}

void Consume(const Oracle& oracle, const std::string& name, uint32_t hand, uint32_t life,
             OrderWatch* watch) {
  Result<Queue> queue = Queue::Open(name);
  const uint32_t group = GroupOfHand(hand);
  Result<Consumer> consumer = JoinSoon(*queue, group);
  ASSERT_TRUE(Ok(consumer));
  const Reader reader = {oracle, group, {oracle->hands[hand], kMaxOracleMessage}, watch};
  while (true) {
    const Code code =
        life % 2 == 0 ? reader.ReadCopy(*consumer) : reader.ReadInPlace(*consumer, 1 + life % 5);
    ASSERT_TRUE(code == Code::kOk || test::NotNow(code)) << CodeName(code);
    if (code != Code::kOk) test::Nap();
  }
}

// ---- the loop ----

class KillLoopTest : public ::testing::TestWithParam<bool> {
 protected:
  static constexpr uint32_t kHands = 3;

  void SetUp() override {
    Options options;
    options.capacity = 8192;
    options.seats = 8;
    options.single_producer = GetParam();
    queue_ = *Queue::Create(name_.get(), options);
    ASSERT_TRUE(queue_.is_open());
    ASSERT_TRUE(Ok(queue_.Join(kGroups[1], kKinds[1])));
  }

  uint32_t producers() const { return GetParam() ? 1 : 2; }

  Child StartProducer() {
    const uint32_t writer = writers_++;
    return Child([this, writer] { Produce(oracle_, name_, writer); });
  }
  Child StartMember(uint32_t hand) {
    const uint32_t life = lives_++;
    // The exclusive group's order holds from one member to the next.
    return Child([this, hand, life] {
      OrderWatch* const watch = hand < 2 ? new OrderWatch : &*exclusive_watch_;
      Consume(oracle_, name_, hand, life, watch);
    });
  }
  Child Start(uint32_t slot) { return slot < kHands ? StartMember(slot) : StartProducer(); }

  // Kills a child; it must have been alive and content until then.
  void Kill(Child& child, uint32_t slot) {
    child.Kill();
    const test::ChildResult result = child.Wait();
    EXPECT_EQ(result.signal, SIGKILL) << result.output;
    if (slot < kHands) oracle_.InspectHand(GroupOfHand(slot), slot);
  }

  void RunLoop() {
    std::vector<std::unique_ptr<Child>> children;
    const auto start = [&](uint32_t slot) { return std::make_unique<Child>(Start(slot)); };
    for (uint32_t i = 0; i < kHands + producers(); ++i) children.push_back(start(i));
    const test::Deadline end(kDuration);
    const test::Deadline patience;
    while ((!end.passed() || !IsConclusive()) && !patience.passed() &&
           writers_ < test::kMaxWriters - 1) {
      // On a busy machine a child may have done nothing yet: later each has more time.
      test::Nap(std::chrono::microseconds(random_() % (end.passed() ? 60'000 : 6000)));
      const auto slot = static_cast<uint32_t>(random_() % children.size());
      if (random_() % 8 == 0) {
        StopForAWhile(*children[random_() % children.size()]);
      }
      Kill(*children[slot], slot);
      children[slot] = start(slot);
      if (HasFailure()) break;
    }
    for (uint32_t i = 0; i < children.size(); ++i) Kill(*children[i], i);
  }

  // Else nothing was put to the test.
  bool IsConclusive() const {
    return CountReported() > kEnoughMessages && oracle_->redelivered > 0 &&
           (GetParam() ? writers_ : queue_.Info().recoveries) > 0;
  }

  void StopForAWhile(const Child& child) {
    child.Stop();
    test::Nap(std::chrono::microseconds(random_() % 5000));
    child.Send(SIGCONT);
  }

  // The test itself reads what is left.
  void Drain(uint32_t group) {
    Result<Consumer> consumer = JoinSoon(queue_, group);
    ASSERT_TRUE(Ok(consumer));
    char hand[kMaxOracleMessage];
    OrderWatch watch;
    const Reader reader = {oracle_, group, hand, group == 0 ? &watch : &*exclusive_watch_};
    const bool complete = test::Eventually([&] {
      Code code;
      while ((code = reader.ReadCopy(*consumer)) == Code::kOk) continue;
      EXPECT_TRUE(test::NotNow(code)) << CodeName(code);
      return Lag(group) == 0 && oracle_.CountMissing(group, writers_) == 0;
    });
    EXPECT_TRUE(complete) << oracle_.CountMissing(group, writers_) << " messages lost, lag "
                          << Lag(group);
  }

  uint64_t Lag(uint32_t group) {
    GroupInfo groups[4];
    const size_t count = queue_.Groups(groups, 4);
    for (size_t i = 0; i < count; ++i) {
      if (groups[i].name == kGroups[group]) return groups[i].lag;
    }
    return ~uint64_t{0};
  }

  uint64_t CountReported() const {
    uint64_t reported = 0;
    for (uint32_t i = 0; i < writers_; ++i) reported += oracle_->reported[i];
    return reported;
  }

  const test::ScopedName name_;
  const Oracle oracle_;
  const test::SharedPage<OrderWatch> exclusive_watch_;
  Queue queue_;
  uint32_t writers_ = 0;
  uint32_t lives_ = 0;
  const unsigned seed_ = std::random_device()();
  std::mt19937 random_{seed_};
};

TEST_P(KillLoopTest, NothingReportedIsLostOrComesTwice) {
  SCOPED_TRACE(seed_);
  RunLoop();
  for (uint32_t group = 0; group < test::kOracleGroups; ++group) {
    Drain(group);
    oracle_.ExpectNoneTwice(group, writers_);
  }
  EXPECT_EQ(oracle_->torn, 0u);
  EXPECT_EQ(oracle_->unordered, 0u);
  EXPECT_TRUE(IsConclusive());
  std::printf("%u producers, %u members, %llu messages, %llu redelivered, %llu holes\n", writers_,
              lives_, static_cast<unsigned long long>(CountReported()),
              static_cast<unsigned long long>(oracle_->redelivered),
              static_cast<unsigned long long>(queue_.Info().recoveries));
}

INSTANTIATE_TEST_SUITE_P(Of, KillLoopTest, ::testing::Bool(), [](const auto& single) {
  return single.param ? "OneProducer" : "ManyProducers";
});

}  // namespace
}  // namespace fmmq
