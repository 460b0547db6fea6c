// A member of a durable group: one handle after the other.
#include <cstring>

#include "tests/stress/gap_watch.h"
#include "tests/stress/sidelines.h"
#include "tests/stress/worker.h"

namespace fmmq::stress {
namespace {

// How one handle reads.
enum class Manner : uint32_t { kCopy, kInPlace, kBatches, kCount };

class Consuming {
 public:
  explicit Consuming(Worker& worker)
      : worker_(worker), sidelines_(worker), group_(worker.part().group) {}

  void Run() {
    while (!worker_.Leaves()) {
      sidelines_.Reopen();
      OneHandle();
    }
  }

 private:
  void OneHandle();
  bool Join();
  // False when the handle was closed.
  bool Step(Manner manner);
  void ReadCopy(bool wait);
  bool ReadInPlace(bool wait);
  bool ReadBatch(bool wait);
  bool TakeBatch(size_t count);
  bool Release();
  void Deliver(const Delivered& delivered, uint64_t lost_before);
  void Rest(bool got);

  Worker& worker_;
  Sidelines sidelines_;
  uint32_t group_;
  Consumer consumer_;
  MemberLog* log_ = nullptr;
  GapWatch* gaps_ = nullptr;  // of a lone member
};

bool Consuming::Join() {
  worker_.Say(Doing::kJoining);
  const GroupKind kind = IsExclusive(group_) ? GroupKind::kExclusive : GroupKind::kShared;
  Result<Consumer> joined =
      worker_.queue().Join(GroupName(group_), {kind, /*durable=*/true, From::kNow});
  const bool ok =
      worker_.Returned(joined.status(), {Code::kNoSeat, Code::kBusy, Code::kTaken}, "Join");
  if (ok) consumer_ = std::move(*joined);
  return ok;
}

void Consuming::OneHandle() {
  if (!Join()) return worker_.Nap(300);
  MemberLog log(worker_.ledger(), worker_.slot(), group_);
  GapWatch gaps(worker_.ledger(), worker_.slot());
  log_ = &log;
  gaps_ = IsExclusive(group_) ? &gaps : nullptr;
  sidelines_.Fork([this] {
    char byte;
    const Code code = consumer_.TryRead({&byte, 1}).code();
    if (worker_.random().OneIn(2)) consumer_.Close().IgnoreError();
    return code;
  });
  const auto any = static_cast<Manner>(worker_.random().Below(uint32_t(Manner::kCount)));
  const Manner manner = worker_.plan().overwrite != 0 ? Manner::kCopy : any;
  uint32_t steps = 1 + worker_.random().Below(5000);
  while (steps-- != 0 && !worker_.Leaves()) {
    if (!Step(manner)) return;
    sidelines_.Step();
  }
  worker_.Say(Doing::kClosing);
  worker_.Returned(consumer_.Close(), {}, "Close");
}

bool Consuming::Step(Manner manner) {
  const bool wait = worker_.random().OneIn(4);
  if (worker_.random().OneIn(256)) {
    worker_.Say(Doing::kArming);
    AwaitBell(worker_, consumer_.Arm());
  }
  if (manner == Manner::kInPlace) return ReadInPlace(wait);
  if (manner == Manner::kBatches) return ReadBatch(wait);
  ReadCopy(wait);
  return true;
}

void Consuming::Rest(bool got) {
  const bool slow = worker_.ledger().pace.load(std::memory_order_relaxed) == 1;
  if (!got) return worker_.Nap(100);
  if (worker_.random().OneIn(slow ? 4 : 512)) worker_.Nap(slow ? 500 : 2000);
}

void Consuming::Deliver(const Delivered& delivered, uint64_t lost_before) {
  const Seen seen = log_->Deliver(delivered);
  if (gaps_ != nullptr && !delivered.marked) {
    gaps_->See(seen, delivered.position, consumer_.lost(), lost_before);
  }
  worker_.Succeed(1);
}

// The call acknowledges by itself: from here to the end a death may take the message along, and the
// hand shows it.
void Consuming::ReadCopy(bool wait) {
  const MutableBytes hand = worker_.ledger().Hand(worker_.slot());
  std::memset(hand.data(), 0, test::kMinNamedPayload);
  worker_.Mine().reading_for.store(group_ + 1);
  worker_.Say(Doing::kReading);
  const Result<Received> got = wait ? consumer_.Read(hand, Soon(20)) : consumer_.TryRead(hand);
  const bool ok = worker_.Returned(got.status(), {Code::kEmpty, Code::kBusy, Code::kTimeout},
                                   wait ? "Read" : "TryRead");
  if (ok) Deliver({{hand.data(), got->size}, got->position, got->redelivered}, got->lost);
  worker_.Mine().reading_for.store(0);
  // Adopted, and not acknowledged yet: who dies now leaves it to the next one.
  if (ok && got->redelivered && worker_.random().OneIn(4)) worker_.Linger(2000);
  Rest(ok);
}

bool Consuming::ReadInPlace(bool wait) {
  worker_.Say(Doing::kPeeking);
  const Result<Message> peeked = wait ? consumer_.Peek(Soon(20)) : consumer_.TryPeek();
  const bool ok = worker_.Returned(
      peeked.status(), {Code::kEmpty, Code::kBusy, Code::kTimeout, Code::kRedelivery}, "Peek");
  if (peeked.code() == Code::kRedelivery) ReadCopy(/*wait=*/false);
  if (!ok) {
    Rest(false);
    return true;
  }
  if (worker_.random().OneIn(64)) worker_.Linger(500);
  Deliver({peeked->bytes, peeked->position, false}, 0);
  if (worker_.random().OneIn(64)) worker_.Linger(500);
  return Release();
}

bool Consuming::ReadBatch(bool wait) {
  worker_.Say(Doing::kPeeking);
  const uint32_t most = 1 + worker_.random().Below(kMaxBatch);
  const Result<size_t> held =
      wait ? consumer_.PeekBatch(most, Soon(20)) : consumer_.TryPeekBatch(most);
  const bool ok = worker_.Returned(
      held.status(), {Code::kEmpty, Code::kBusy, Code::kTimeout, Code::kRedelivery}, "PeekBatch");
  if (held.code() == Code::kRedelivery) ReadCopy(/*wait=*/false);
  if (!ok) {
    Rest(false);
    return true;
  }
  return TakeBatch(*held);
}

bool Consuming::TakeBatch(size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const Result<Message> next = consumer_.Next();
    if (!worker_.Returned(next.status(), {}, "Next")) break;
    if (worker_.random().OneIn(64)) worker_.Linger(200);
    Deliver({next->bytes, next->position, false}, 0);
  }
  const Code after = consumer_.Next().code();
  if (after != Code::kEmpty) {
    worker_.ledger().Accuse(Violation::kStatus, worker_.slot(), "Next after %zu messages said %s",
                            count, CodeName(after));
  }
  return Release();
}

// Mostly; but who closes its handle with messages in hand counts as dead.
bool Consuming::Release() {
  if (worker_.random().OneIn(512)) {
    worker_.ledger().groups[group_].deaths.fetch_add(1);
    worker_.Say(Doing::kClosing);
    worker_.Returned(consumer_.Close(), {}, "Close");
    return false;
  }
  worker_.Say(Doing::kReleasing);
  worker_.Returned(consumer_.Release(), {}, "Release");
  Rest(true);
  return true;
}

}  // namespace

void Consume(Worker& worker) { Consuming(worker).Run(); }

}  // namespace fmmq::stress
