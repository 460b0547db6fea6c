// Those whom nobody waits for long: visitors, each alone in an ephemeral group of its own, and
// observers. Both see every message from the moment on that they came, but for losses that they are
// told of.
#include <cstdio>
#include <utility>
#include <vector>

#include "tests/stress/gap_watch.h"
#include "tests/stress/sidelines.h"
#include "tests/stress/worker.h"

namespace fmmq::stress {
namespace {

template <typename Reader>
class Watching {
 public:
  explicit Watching(Worker& worker)
      : worker_(worker),
        sidelines_(worker),
        buffer_(static_cast<size_t>(worker.plan().max_message_bytes)) {}

  void Run() {
    while (!worker_.Leaves()) {
      sidelines_.Reopen();
      OneHandle();
    }
  }

 private:
  static constexpr bool kObserves = std::is_same_v<Reader, Observer>;

  Result<Reader> Come(From from);
  void OneHandle();
  void Step(GapWatch& gaps);
  void Account(const Received& received, GapWatch& gaps);
  void AwaitOne();

  Worker& worker_;
  Sidelines sidelines_;
  std::vector<char> buffer_;
  Reader reader_;
  uint64_t lost_ = 0;  // the sum of what came with messages
  uint32_t visits_ = 0;
};

template <>
Result<Observer> Watching<Observer>::Come(From from) {
  return worker_.queue().Observe(from);
}

template <>
Result<Consumer> Watching<Consumer>::Come(From from) {
  char name[60];
  std::snprintf(name, sizeof(name), "visit %u.%u.%u", worker_.slot(),
                worker_.Mine().incarnation.load(), ++visits_);
  const GroupKind kind = visits_ % 2 == 0 ? GroupKind::kExclusive : GroupKind::kShared;
  return worker_.queue().Join(name, {kind, /*durable=*/false, from});
}

template <typename Reader>
void Watching<Reader>::OneHandle() {
  const From from = worker_.random().OneIn(3) ? From::kOldest : From::kNow;
  worker_.Say(Doing::kJoining);
  Result<Reader> came = Come(from);
  // Groups of visitors that were killed may still take all entries.
  if (!worker_.Returned(came.status(), {Code::kNoSeat, Code::kBusy, Code::kNoGroup}, "Join")) {
    return worker_.Nap(300);
  }
  reader_ = std::move(*came);
  lost_ = 0;
  GapWatch gaps(worker_.ledger(), worker_.slot());
  if (from == From::kNow) gaps.StartNow();
  sidelines_.Fork([this] { return reader_.TryRead(buffer_).code(); });
  uint32_t steps = 1 + worker_.random().Below(3000);
  while (steps-- != 0 && !worker_.Leaves()) {
    if (worker_.random().OneIn(256)) AwaitOne();
    Step(gaps);
    sidelines_.Step();
  }
  worker_.Say(Doing::kClosing);
  worker_.Returned(reader_.Close(), {}, "Close");
}

template <typename Reader>
void Watching<Reader>::AwaitOne() {
  worker_.Say(Doing::kArming);
  const Result<int> armed = reader_.Arm();
  // Who may only read cannot arm.
  if (armed.code() != Code::kReadOnly) AwaitBell(worker_, armed);
}

template <typename Reader>
void Watching<Reader>::Step(GapWatch& gaps) {
  worker_.Say(Doing::kReading);
  const bool wait = worker_.random().OneIn(4);
  const Result<Received> got = wait ? reader_.Read(buffer_, Soon(20)) : reader_.TryRead(buffer_);
  if (!worker_.Returned(got.status(), {Code::kEmpty, Code::kBusy, Code::kTimeout}, "Read")) {
    return worker_.Nap(100);
  }
  Account(*got, gaps);
  // Slow enough to be lapped, now and then.
  if (worker_.random().OneIn(kObserves ? 128 : 1024)) worker_.Nap(3000);
}

template <typename Reader>
void Watching<Reader>::Account(const Received& received, GapWatch& gaps) {
  const Delivered delivered = {{buffer_.data(), received.size}, received.position, false};
  const Seen seen = Inspect(worker_.ledger(), worker_.slot(), delivered);
  lost_ += received.lost;
  if (lost_ != reader_.lost()) {
    worker_.ledger().Accuse(
        Violation::kGap, worker_.slot(), "%llu positions lost, but %llu with messages",
        static_cast<unsigned long long>(reader_.lost()), static_cast<unsigned long long>(lost_));
  }
  gaps.See(seen, received.position, lost_, received.lost);
  if (received.redelivered) {
    worker_.ledger().Accuse(Violation::kMark, worker_.slot(), "redelivered to a lone newcomer");
  }
  worker_.Succeed(1);
  if (!kObserves) return;
  worker_.ledger().observed.fetch_add(1, std::memory_order_relaxed);
  worker_.ledger().observers_lost.fetch_add(received.lost, std::memory_order_relaxed);
}

}  // namespace

void Visit(Worker& worker) { Watching<Consumer>(worker).Run(); }
void Observe(Worker& worker) { Watching<Observer>(worker).Run(); }

}  // namespace fmmq::stress
