#include "fmmq/queue/observer.h"

#include <utility>

#include "fmmq/queue/recovery.h"
#include "fmmq/queue/states.h"

namespace fmmq {
namespace {

using internal::Entry;
using internal::ObserverState;

// Nothing came for a while: is the next position a dead producer's? Repairs that, or steps over it where the segment is
// mapped without write rights. True when it is worth reading again.
bool LookAfterTheDead(ObserverState& s) {
  const uint64_t position = s.cursor.position;
  if (position == s.view.Head()) return false;
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
  Code code = ReadOnce(s, buffer, &delivery);
  if (code == Code::kEmpty) {
    if (s.patience.IsOver() && LookAfterTheDead(s)) code = ReadOnce(s, buffer, &delivery);
  } else {
    s.patience.Reset();
  }
  Received received{static_cast<size_t>(delivery.bytes), delivery.position, 0, false};
  if (code == Code::kOk) received.lost = std::exchange(s.losses.unreported, 0);
  return {code, received};
}

uint64_t Observer::position() const { return state_ == nullptr ? 0 : state_->cursor.position; }
uint64_t Observer::lost() const { return state_ == nullptr ? 0 : state_->losses.total; }

Status Observer::Close() {
  if (state_ == nullptr) return Code::kClosed;
  if (const Entry entry(state_); entry.code() == Code::kBusy) return Code::kBusy;
  internal::ReleaseHandle(std::exchange(state_, nullptr));
  return Code::kOk;
}

}  // namespace fmmq
