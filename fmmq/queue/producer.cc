#include "fmmq/queue/producer.h"

#include <algorithm>
#include <utility>

#include "fmmq/base/cpu_pause.h"
#include "fmmq/queue/bells.h"
#include "fmmq/queue/rescue.h"
#include "fmmq/queue/states.h"

namespace fmmq {
namespace {

using internal::Entry;
using internal::ProducerState;

void MakeRoom(ProducerState& s) {
  ++s.stats.rescues;
  const os::ForkBarrier barrier(/*wait=*/false);
  internal::LockSession session(*s.mapping, barrier);
  if (session.status().ok()) internal::MakeRoom(*s.mapping, session);
}

// Reserves; where there is no room for long, sees to it that it is not the dead who take it.
Code ReserveOnce(ProducerState& s, uint64_t blocks, bool batch) {
  Code code = s.writer.Reserve(blocks, batch);
  if (code == Code::kOk) {
    s.patience.Reset();
    return code;
  }
  if (code == Code::kFull) ++s.stats.misses;
  if (code == Code::kFull && s.patience.IsOver()) {
    MakeRoom(s);
    code = s.writer.Reserve(blocks, batch);
  }
  // An aborted record may be there now; or an intent is gone that others saw when they found no
  // room.
  if (code != Code::kOk && s.writer.TakeGaveUp()) internal::RingBells(s, /*data=*/true);
  return code;
}

FMMQ_HOT void Finish(ProducerState& s) {
  s.writer.Finish();
  internal::RingBells(s, /*data=*/true);
}

void AbortReservation(ProducerState& s) {
  s.writer.PublishAborted(s.writer.begin(), s.writer.blocks());
  Finish(s);
}

// How many of the messages fit into `room` blocks, and the blocks that they take.
size_t CountFitting(const ProducerState& s, const ConstBytes* messages, size_t count, uint64_t room,
                    uint64_t* blocks) {
  *blocks = 0;
  size_t fitting = 0;
  for (; fitting < count; ++fitting) {
    if (messages[fitting].size() > s.view.max_message_bytes) break;
    const uint64_t next = s.view.Blocks(messages[fitting].size());
    if (next > room - *blocks) break;
    *blocks += next;
  }
  return fitting;
}

void Fill(ProducerState& s, ConstBytes message) {
  s.writer.CopyIn(s.writer.begin(), message);
  s.writer.PublishMessage(s.writer.begin(), message.size());
  s.Count(1, message.size());
  Finish(s);
}

// The everyday case of a write, in few instructions. False: WriteOnce says why.
FMMQ_HOT bool WriteAtOnce(ProducerState& s, ConstBytes message) {
  if (!s.writer.Write(message)) return false;
  s.patience.Reset();
  s.Count(1, message.size());
  internal::RingBells(s, /*data=*/true);
  return true;
}

// The same in place, where everyday cases are.
[[gnu::always_inline]] inline bool ReserveAtOnce(ProducerState& s, size_t size) {
  if (!internal::kInPlaceAtOnce || !s.writer.ReserveAtOnce(size)) return false;
  s.patience.Reset();
  return true;
}

// What every call that reserves asks first.
Code CheckIdle(const ProducerState& s, size_t size) {
  if (s.writer.reserved()) return Code::kOutOfOrder;
  return size > s.view.max_message_bytes ? Code::kTooLarge : Code::kOk;
}

// The ring seems to be full. Writing into each bit of room as it appears would take cache lines
// away from the readers for every message: the cursors', and those that they have just read. Leaves
// them alone until half of the ring is free, while it becomes free at a stream's speed.
void LetReadersGetAhead(ProducerState& s, Deadline deadline) {
  constexpr uint64_t kMaxUseful = uint64_t{8} << 20;  // bytes: more than two cores' own caches have
  constexpr uint64_t kPatienceNs = 20'000;
  constexpr int64_t kStream = 2;  // bytes a nanosecond
  if (s.waits.policy.spin_ns == 0) return;
  const uint64_t useful = std::min(s.view.block_count / 2, kMaxUseful >> s.view.block_shift);
  const uint64_t before = s.writer.Room(useful);
  if (before >= useful) return;
  const uint64_t end = os::MonotonicNs() + std::min(s.waits.policy.spin_ns, kPatienceNs);
  uint64_t room, now;
  do {  // once in any case: callers that poll with deadlines that have passed crowd readers as well
    base::Pause(base::kLongPause);
    room = s.writer.Room(useful);
    now = os::MonotonicNs();
  } while (room < useful && now < deadline.ns() &&
           ring::Distance(end, now) * kStream <=
               ring::Distance(before, room) * (int64_t{1} << s.view.block_shift));
}

// Reserves room for one message, if there is any.
Code ReserveNow(ProducerState& s, size_t size) {
  if (const Code code = CheckIdle(s, size); code != Code::kOk) return code;
  return ReserveOnce(s, s.view.Blocks(size), /*batch=*/false);
}

Status WriteOnce(ProducerState& s, ConstBytes message) {
  const Code code = ReserveNow(s, message.size());
  if (code == Code::kOk) Fill(s, message);
  return code;
}

// The same, and waits for room: in short sleeps while somebody claims it.
Status ReserveUntil(ProducerState& s, size_t size, Deadline deadline) {
  if (const Code code = CheckIdle(s, size); code != Code::kOk) return code;
  const uint64_t blocks = s.view.Blocks(size);
  if (s.writer.Room(0) < blocks) LetReadersGetAhead(s, deadline);
  const auto reserve = [&s, blocks] {
    const Code code = ReserveOnce(s, blocks, /*batch=*/false);
    return code == Code::kFull && s.writer.Claims(blocks) ? Code::kBusy : code;
  };
  const Status status = internal::WaitFor(s, s.view.control->space_wait, deadline, reserve);
  if (s.writer.DropClaim()) internal::RingBells(s, /*data=*/false);
  return status;
}

[[gnu::noinline]] Status WriteUntil(ProducerState& s, ConstBytes message, Deadline deadline) {
  const Status status = ReserveUntil(s, message.size(), deadline);
  if (status.ok()) Fill(s, message);
  return status;
}

Result<MutableBytes> Reserved(ProducerState& s, size_t size) {
  s.reserved_bytes = size;
  return MutableBytes(s.view.Data(s.writer.begin()), size);
}

}  // namespace

Producer& Producer::operator=(Producer&& other) noexcept {
  if (this != &other) {
    Close().IgnoreError();
    state_ = std::exchange(other.state_, nullptr);
  }
  return *this;
}

Status Producer::TryWrite(ConstBytes message) {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  return WriteAtOnce(*state_, message) ? Status() : WriteOnce(*state_, message);
}

Status Producer::Write(ConstBytes message, Deadline deadline) {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  return WriteAtOnce(*state_, message) ? Status() : WriteUntil(*state_, message, deadline);
}

Result<size_t> Producer::TryWriteBatch(const ConstBytes* messages, size_t count) {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  ProducerState& s = *state_;
  if (s.writer.reserved()) return Code::kOutOfOrder;
  if (count == 0) return Code::kInvalidArgument;
  if (messages[0].size() > s.view.max_message_bytes) return Code::kTooLarge;
  const uint64_t all = s.view.block_count;
  uint64_t blocks = 0;
  size_t fitting = CountFitting(s, messages, count, s.writer.Room(0), &blocks);
  if (fitting != count) {
    uint64_t room = s.writer.Room(all);
    if (room != 0 && room <= all / 2 && s.waits.policy.spin_ns != 0) {
      base::Pause(base::kLongPause);
      room = s.writer.Room(all);
    }
    fitting = CountFitting(s, messages, count, room, &blocks);
  }
  if (fitting == 0) {  // kFull says Reserve, unless room appears in it
    fitting = 1;
    blocks = s.view.Blocks(messages[0].size());
  }
  const Code code = ReserveOnce(s, blocks, /*batch=*/true);
  if (code != Code::kOk) return code;
  uint64_t position = s.writer.begin();
  uint64_t bytes = 0;
  for (size_t i = 0; i < fitting; ++i) {
    const uint64_t taken = s.view.Blocks(messages[i].size());
    s.writer.CopyIn(position, messages[i]);
    s.writer.PublishMessage(position, messages[i].size(), taken);
    bytes += messages[i].size();
    position += taken;
  }
  s.Count(fitting, bytes);
  Finish(s);
  return fitting;
}

Result<MutableBytes> Producer::TryReserve(size_t size) {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  if (!ReserveAtOnce(*state_, size)) {
    const Code code = ReserveNow(*state_, size);
    if (code != Code::kOk) return code;
  }
  return Reserved(*state_, size);
}

Result<MutableBytes> Producer::Reserve(size_t size, Deadline deadline) {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  if (!ReserveAtOnce(*state_, size)) {
    const Status code = ReserveUntil(*state_, size, deadline);
    if (code != Code::kOk) return code;
  }
  return Reserved(*state_, size);
}

Status Producer::Commit(size_t size) {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  ProducerState& s = *state_;
  if (!s.writer.reserved()) return Code::kOutOfOrder;
  if (size > s.reserved_bytes) return Code::kInvalidArgument;
  const uint64_t blocks = s.view.Blocks(size);
  const uint64_t begin = s.writer.begin();
  // What is left over first: as soon as readers have the message, they go on to what stands behind
  // it.
  if (blocks < s.writer.blocks())
    s.writer.PublishAborted(begin + blocks, s.writer.blocks() - blocks);
  s.writer.PublishMessage(begin, size);
  s.Count(1, size);
  Finish(s);
  return Code::kOk;
}

Status Producer::Abort() {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  if (!state_->writer.reserved()) return Code::kOutOfOrder;
  AbortReservation(*state_);
  return Code::kOk;
}

Status Producer::Close() {
  if (state_ == nullptr) return Code::kClosed;
  {
    const Entry entry(state_);
    if (entry.code() == Code::kBusy) return Code::kBusy;
    if (entry.ok()) {
      if (state_->writer.reserved()) AbortReservation(*state_);
      state_->writer.DropClaim();
      ring::ClearSeat(state_->view, state_->seat);
      internal::RingBells(*state_, /*data=*/false);
    }
  }
  internal::ReleaseHandle(std::exchange(state_, nullptr));
  return Code::kOk;
}

Status Producer::End() {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  if (state_->writer.reserved()) return Code::kOutOfOrder;
  ring::EndStream(state_->view);
  internal::RingBells(*state_, /*data=*/true);
  return Code::kOk;
}

HandleStats Producer::Stats() const { return internal::StatsOf(state_); }

Result<int> Producer::Arm(size_t size) {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  if (size > state_->view.max_message_bytes) return Code::kTooLarge;
  const auto is_ready = [](internal::HandleState& handle, size_t bytes) {
    auto& s = static_cast<ProducerState&>(handle);
    const uint64_t blocks = s.view.Blocks(bytes);
    if (ring::HasEnded(s.view) || s.writer.Room(blocks) >= blocks) return true;
    s.writer.Claims(blocks);
    return false;
  };
  return internal::Arm(*state_, {format::kSpaceBell, is_ready, size});
}

void Producer::Cancel() { internal::CancelWait(state_); }

Status Producer::SetWaitPolicy(const WaitPolicy& policy) {
  return internal::SetWaitPolicy(state_, policy);
}

}  // namespace fmmq
