// A producer: one life after the other, each with a handle of its own.
#include <algorithm>
#include <vector>

#include "fmmq/base/relaxed_copy.h"
#include "tests/stress/sidelines.h"
#include "tests/stress/worker.h"

namespace fmmq::stress {
namespace {

// Marks what was reserved and given up again: whoever reads it reads what nobody wrote.
constexpr uint32_t kNeverWritten = kLifeMessages + 1;

class Producing {
 public:
  explicit Producing(Worker& worker)
      : worker_(worker),
        sidelines_(worker),
        buffer_(static_cast<size_t>(worker.plan().max_message_bytes) * kMaxBatch) {}

  void Run() {
    while (!worker_.Leaves()) {
      sidelines_.Reopen();
      OneLife();
    }
  }

 private:
  void OneLife();
  void Step();
  void WriteOne(bool wait);
  void WriteBatch();
  void WriteInPlace(bool wait);
  void GiveUp();
  void RingMe();
  void Rest(uint32_t written);
  void Finish(uint32_t written);

  size_t Bytes(uint32_t number) const {
    return MessageBytes(worker_.plan(), log_->writer(), number);
  }
  test::PayloadId Id(uint32_t number) const {
    return MessageId(worker_.ledger(), log_->writer(), number);
  }
  ConstBytes Make(uint32_t number, size_t offset) {
    const size_t bytes = Bytes(number);
    test::FillPayload(Id(number), {buffer_.data() + offset, bytes});
    return {buffer_.data() + offset, bytes};
  }
  // Observers may copy these bytes at the same moment, and throw the copy away: atomic words, so
  // that ThreadSanitizer need not be told to look away.
  void Put(test::PayloadId id, MutableBytes place, size_t bytes) {
    test::FillPayload(id, {buffer_.data(), bytes});
    base::CopyToShared(place.data(), buffer_.data(), bytes);
  }

  Worker& worker_;
  Sidelines sidelines_;
  std::vector<char> buffer_;
  Producer producer_;
  WriterLog* log_ = nullptr;
};

void Producing::OneLife() {
  worker_.Say(Doing::kJoining);
  Result<Producer> made = worker_.queue().NewProducer();
  // Seats of the dead are taken back by somebody else just now; a single-producer queue has its
  // producer.
  if (!worker_.Returned(made.status(), {Code::kNoSeat, Code::kTaken}, "NewProducer")) {
    return worker_.Nap(300);
  }
  producer_ = std::move(*made);
  WriterLog log(worker_.ledger(), worker_.slot());
  if (!log.open()) return worker_.Nap(300);
  log_ = &log;
  sidelines_.Fork([this] {
    const Code code = producer_.TryWrite("not from here").code();
    if (worker_.random().OneIn(2)) producer_.Close().IgnoreError();
    return code;
  });
  uint32_t steps = 1 + worker_.random().Below(3000);
  for (; steps != 0 && log.room() >= kMaxBatch && !worker_.Leaves(); --steps) {
    Step();
    sidelines_.Step();
  }
  worker_.Say(Doing::kClosing);
  worker_.Returned(producer_.Close(), {}, "Close");
}

void Producing::Step() {
  const uint32_t choice = worker_.random().Below(100);
  if (choice < 40) return WriteOne(/*wait=*/false);
  if (choice < 55) return WriteOne(/*wait=*/true);
  if (choice < 75) return WriteBatch();
  if (choice < 90) return WriteInPlace(/*wait=*/false);
  if (choice < 94) return WriteInPlace(/*wait=*/true);
  if (choice < 98) return GiveUp();
  RingMe();
}

void Producing::Finish(uint32_t written) {
  log_->Finish(written);
  worker_.Succeed(written);
  Rest(written);
}

void Producing::Rest(uint32_t written) {
  const bool slow = worker_.ledger().pace.load(std::memory_order_relaxed) == 2;
  if (written == 0) return worker_.Nap(200);
  if (worker_.random().OneIn(slow ? 4 : 512)) worker_.Nap(slow ? 500 : 2000);
}

void Producing::WriteOne(bool wait) {
  const ConstBytes message = Make(log_->next(), 0);
  log_->Start(1);
  worker_.Say(Doing::kWriting);
  const Status status = wait ? producer_.Write(message, Soon(50)) : producer_.TryWrite(message);
  const bool ok = worker_.Returned(status, {Code::kFull, Code::kBusy, Code::kTimeout},
                                   wait ? "Write" : "TryWrite");
  Finish(ok ? 1 : 0);
}

void Producing::WriteBatch() {
  ConstBytes batch[kMaxBatch];
  const uint32_t count = 1 + worker_.random().Below(kMaxBatch);
  for (uint32_t i = 0; i < count; ++i) {
    batch[i] = Make(log_->next() + i, i * static_cast<size_t>(worker_.plan().max_message_bytes));
  }
  log_->Start(count);
  worker_.Say(Doing::kWriting);
  const Result<size_t> written = producer_.TryWriteBatch(batch, count);
  const bool ok = worker_.Returned(written.status(), {Code::kFull, Code::kBusy}, "TryWriteBatch");
  if (ok && (*written == 0 || *written > count)) {
    worker_.ledger().Accuse(Violation::kStatus, worker_.slot(), "%zu of %u were written", *written,
                            count);
  }
  Finish(ok ? static_cast<uint32_t>(*written) : 0);
}

void Producing::WriteInPlace(bool wait) {
  const size_t bytes = Bytes(log_->next());
  const auto most = static_cast<size_t>(worker_.plan().max_message_bytes);
  const size_t asked = bytes + worker_.random().Below(std::min<size_t>(most - bytes, 300) + 1);
  log_->Start(1);  // the place in the ring comes with the reservation
  worker_.Say(Doing::kReserving);
  const Result<MutableBytes> place =
      wait ? producer_.Reserve(asked, Soon(50)) : producer_.TryReserve(asked);
  if (!worker_.Returned(place.status(), {Code::kFull, Code::kBusy, Code::kTimeout}, "Reserve")) {
    return Finish(0);
  }
  Put(Id(log_->next()), *place, bytes);
  if (worker_.random().OneIn(8)) worker_.Linger(500);
  worker_.Say(Doing::kCommitting);
  const bool ok = worker_.Returned(producer_.Commit(bytes), {}, "Commit");
  worker_.ledger().given_up_blocks.fetch_add(BlocksOf(worker_.plan(), asked) -
                                             BlocksOf(worker_.plan(), bytes));
  Finish(ok ? 1 : 0);
}

void Producing::GiveUp() {
  const auto most =
      static_cast<uint32_t>(std::min<uint64_t>(worker_.plan().max_message_bytes, 500));
  const size_t asked = 16 + worker_.random().Below(most - 15);
  worker_.Say(Doing::kReserving);
  const Result<MutableBytes> place = producer_.TryReserve(asked);
  if (!worker_.Returned(place.status(), {Code::kFull, Code::kBusy}, "TryReserve")) return Rest(0);
  Put(Id(kNeverWritten), *place, asked);
  worker_.Say(Doing::kCommitting);
  worker_.Returned(producer_.Abort(), {}, "Abort");
  worker_.ledger().given_up_blocks.fetch_add(BlocksOf(worker_.plan(), asked));
}

void Producing::RingMe() {
  worker_.Say(Doing::kArming);
  AwaitBell(worker_, producer_.Arm(Bytes(log_->next())));
}

}  // namespace

void Produce(Worker& worker) { Producing(worker).Run(); }

}  // namespace fmmq::stress
