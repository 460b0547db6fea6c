#include "fmmq/queue/observer.h"

#include <utility>

#include "fmmq/queue/bells.h"
#include "fmmq/queue/membership.h"
#include "fmmq/queue/rescue.h"
#include "fmmq/queue/states.h"

namespace fmmq {
namespace {

using internal::Entry;
using internal::ObserverState;

// Nothing came for a while: is the next position a dead producer's? Repairs that, or steps over it
// where the segment is mapped without write rights. True when it is worth reading again.
bool LookAfterTheDead(ObserverState& s) {
  const uint64_t position = s.cursor.position;
  if (position == s.view.Head()) return false;
  ++s.stats.rescues;
  const os::ForkBarrier barrier(/*wait=*/false);
  internal::LockSession session(*s.mapping, barrier);
  if (!session.status().ok()) return false;
  if (s.mapping->writable()) {
    internal::RepairFor(*s.mapping, session, position);
    return true;
  }
  uint64_t end = 0;
  if (ring::FindHole(s.view, session, position, &end) != ring::Hole::kHole) return false;
  s.cursor.position = end;
  return true;
}

Code ReadOnce(ObserverState& s, MutableBytes buffer, ring::Delivery* delivery) {
  const Code code = ring::ReadByCopy(s.view, s.cursor, buffer, delivery);
  s.losses.Add(std::exchange(delivery->lost, 0));
  return code;
}

Code ReadPatiently(ObserverState& s, MutableBytes buffer, ring::Delivery* delivery) {
  const Code code = ReadOnce(s, buffer, delivery);
  if (code != Code::kEmpty) {
    s.patience.Reset();
    return code;
  }
  ++s.stats.misses;
  if (ring::IsAtEnd(s.view, s.cursor.position, s.mapping->writable())) return Code::kEndOfStream;
  return s.patience.IsOver() && LookAfterTheDead(s) ? ReadOnce(s, buffer, delivery) : code;
}

Result<Received> Outcome(ObserverState& s, Status code, const ring::Delivery& delivery) {
  Received received{static_cast<size_t>(delivery.bytes), delivery.position, 0, false};
  if (code == Code::kOk) {
    received.lost = std::exchange(s.losses.unreported, 0);
    s.Count(1, delivery.bytes);
  }
  return {code, received};
}

}  // namespace

Observer& Observer::operator=(Observer&& other) noexcept {
  if (this != &other) {
    Close().IgnoreError();
    state_ = std::exchange(other.state_, nullptr);
  }
  return *this;
}

Result<Received> Observer::TryRead(MutableBytes buffer) {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  ObserverState& s = *state_;
  ring::Delivery delivery;
  const Code code = ReadPatiently(s, buffer, &delivery);
  return Outcome(s, code, delivery);
}

Result<Received> Observer::Read(MutableBytes buffer, Deadline deadline) {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  ObserverState& s = *state_;
  ring::Delivery delivery;
  const Status code = internal::WaitFor(s, s.view.control->data_wait, deadline,
                                        [&] { return ReadPatiently(s, buffer, &delivery); });
  return Outcome(s, code, delivery);
}

Result<int> Observer::Arm() {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  if (!state_->mapping->writable()) return Code::kReadOnly;
  if (state_->seat == internal::kNoSeatTaken) {
    const Status status = internal::SeatForDoorbell(*state_);
    if (!status.ok()) return status;
  }
  const auto is_ready = [](internal::HandleState& handle, size_t) {
    const auto& s = static_cast<const ObserverState&>(handle);
    const uint64_t position = s.cursor.position;
    return ring::IsAtEnd(s.view, position, /*may_help=*/true) ||
           s.view.LookAt(position).found != ring::Found::kNothing;
  };
  return internal::Arm(*state_, {format::kDataBell, is_ready, 0});
}

void Observer::Cancel() { internal::CancelWait(state_); }

Status Observer::SetWaitPolicy(const WaitPolicy& policy) {
  return internal::SetWaitPolicy(state_, policy);
}

HandleStats Observer::Stats() const {
  HandleStats stats = internal::StatsOf(state_);
  stats.lost = lost();
  return stats;
}

uint64_t Observer::position() const { return state_ == nullptr ? 0 : state_->cursor.position; }
uint64_t Observer::lost() const { return state_ == nullptr ? 0 : state_->losses.total; }

Status Observer::Close() {
  if (state_ == nullptr) return Code::kClosed;
  {
    const Entry entry(state_);
    if (entry.code() == Code::kBusy) return Code::kBusy;
    if (entry.ok() && state_->seat != internal::kNoSeatTaken) {
      ring::ClearSeat(state_->view, state_->seat);
    }
  }
  internal::ReleaseHandle(std::exchange(state_, nullptr));
  return Code::kOk;
}

}  // namespace fmmq
