#include "fmmq/queue/consumer.h"

#include <utility>

#include "fmmq/base/cpu_pause.h"
#include "fmmq/base/prefetch.h"
#include "fmmq/queue/adoption.h"
#include "fmmq/queue/bells.h"
#include "fmmq/queue/rescue.h"
#include "fmmq/queue/states.h"

namespace fmmq {
namespace {

using internal::Acknowledge;
using internal::Adopt;
using internal::ConsumerState;
using internal::Entry;
using internal::LookForHeld;
using internal::OthersHold;

constexpr uint64_t kAnySize = ~uint64_t{0};

// Whether this member has seen the last message. What another member holds may yet come back.
bool IsAtEnd(const ConsumerState& s) {
  return ring::IsAtEnd(s.view, s.Cursor(), /*may_help=*/true) && !(s.InPlace() && OthersHold(s));
}

// Nothing came for a while: is it the fault of somebody dead? True when it is worth reading again.
bool LookAfterTheDead(ConsumerState& s) {
  const uint64_t cursor = s.Cursor();
  const bool stalled = cursor != s.view.Head();
  const bool others_hold = s.InPlace() && OthersHold(s);
  if (stalled || others_hold) ++s.stats.rescues;
  if (others_hold) LookForHeld(s).IgnoreError();
  if (stalled) {
    const os::ForkBarrier barrier(/*wait=*/false);
    internal::LockSession session(*s.mapping, barrier);
    if (session.status().ok()) internal::RepairFor(*s.mapping, session, cursor);
  }
  return stalled || others_hold;
}

// Room for writers.
FMMQ_HOT void RingIfFreed(ConsumerState& s) {
  if (s.member.TakeFreed()) internal::RingBells(s, /*data=*/false);
}

Code ReadInPlace(ConsumerState& s, MutableBytes buffer, Received* received) {
  uint64_t messages, bytes;
  const Code code = s.member.Claim(1, buffer.size(), &messages, &bytes);
  *received = {static_cast<size_t>(bytes), s.member.begin(), 0, false};
  if (code == Code::kOk) {
    ring::HardwareAtomics::CopyOut(buffer.data(), s.view.Data(s.member.begin()),
                                   static_cast<size_t>(bytes));
    s.member.Release();
    s.Count(1, bytes);
  }
  RingIfFreed(s);  // also without a message: aborted records were stepped over, or a claim was lost
  return code;
}

[[gnu::noinline]] void BeginDrain(ConsumerState& s, uint64_t position) {
  if (s.waits.policy.spin_ns == 0) return;
  s.waits.drain.Begin(position, s.view.Blocks(s.last_bytes), s.view.block_count,
                      [&s] { return s.view.control->head.load(std::memory_order_relaxed); });
}

// Before a call that may wait: see wait::Drain.
inline void LetWritersGetAhead(ConsumerState& s) {
  const uint64_t position = s.member.Cursor();
  if (s.waits.drain.IsOver(position)) BeginDrain(s, position);
}

bool IsEveryday(const ConsumerState& s) {
  return !s.adopt && !s.adopted.any && !s.member.holds() && s.InPlace();
}

// The everyday case of a read, in few instructions. False: the others say why.
FMMQ_HOT bool ReadAtOnce(ConsumerState& s, MutableBytes buffer, uint64_t* position,
                         uint64_t* bytes) {
  if (!IsEveryday(s)) return false;
  if (!s.member.Read(buffer, s.waits.drain.until(), position, bytes)) return false;
  s.last_bytes = *bytes;
  s.patience.Reset();
  s.Count(1, *bytes);
  internal::RingBells(s, /*data=*/false);
  return true;
}

Code ReadByCopy(ConsumerState& s, MutableBytes buffer, Received* received) {
  ring::Delivery delivery;
  const uint64_t before = s.shared_cursor.Load();
  const Code code = ring::ReadByCopy(s.view, s.shared_cursor, buffer, &delivery);
  if (delivery.lost != 0) {
    s.losses.Add(delivery.lost);
    s.view.groups[s.group].lost.fetch_add(delivery.lost, std::memory_order_relaxed);
  }
  *received = {static_cast<size_t>(delivery.bytes), delivery.position, 0, false};
  if (code == Code::kOk) {
    received->lost = std::exchange(s.losses.unreported, 0);
    s.Count(1, delivery.bytes);
  }
  // Compat: the cursor is what holds writers back.
  if (s.shared_cursor.Load() != before) internal::RingBells(s, /*data=*/false);
  return code;
}

Status ReadOnce(ConsumerState& s, MutableBytes buffer, Received* received) {
  if (!s.InPlace()) return ReadByCopy(s, buffer, received);
  if (s.adopt) {
    const Status status = Adopt(s, buffer, received);
    if (s.adopt) return status;
  }
  return ReadInPlace(s, buffer, received);
}

// As ReadOnce; when nothing comes for a while, looks whether somebody dead keeps it back.
Status ReadPatiently(ConsumerState& s, MutableBytes buffer, Received* received) {
  const Status code = ReadOnce(s, buffer, received);
  if (code != Code::kEmpty) {
    s.patience.Reset();
    return code;
  }
  ++s.stats.misses;
  if (IsAtEnd(s)) return Code::kEndOfStream;
  return s.patience.IsOver() && LookAfterTheDead(s) ? ReadOnce(s, buffer, received) : code;
}

Received Whole(uint64_t position, uint64_t bytes) {
  return {static_cast<size_t>(bytes), position, 0, false};
}

// An answer often comes within a microsecond: a few looks before the machinery of a wait. The
// message's bytes come along with its descriptor.
[[gnu::noinline]] bool AwaitNews(ConsumerState& s) {
  constexpr int kLooks = 16;
  if (s.waits.policy.spin_ns == 0) return false;
  s.waits.drain.Miss();
  const uint64_t position = s.Cursor();
  for (int look = 0; look < kLooks; ++look) {
    base::Prefetch(s.view.Data(position));
    if (s.view.LookAt(position).found != ring::Found::kNothing) return true;
    base::CpuPause();
  }
  return false;
}

// What ReadAtOnce did not take; with a deadline, waits for it.
[[gnu::noinline]] Result<Received> ReadSlowly(ConsumerState& s, MutableBytes buffer,
                                              const Deadline* deadline) {
  if (s.member.holds()) return Code::kOutOfOrder;
  Acknowledge(s);
  Received received;
  const auto once = [&] { return ReadPatiently(s, buffer, &received); };
  const Status code = deadline == nullptr
                          ? once()
                          : internal::WaitFor(s, s.view.control->data_wait, *deadline, once);
  return {code, received};
}

Status ClaimOnce(ConsumerState& s, uint64_t max_messages, uint64_t* messages, uint64_t* bytes) {
  if (s.adopt) return Code::kRedelivery;
  const Code code = s.member.Claim(max_messages, kAnySize, messages, bytes);
  RingIfFreed(s);  // aborted records may have been stepped over
  return code;
}

// In-place reading of one or more messages.
Status Claim(ConsumerState& s, uint64_t max_messages, uint64_t* messages, uint64_t* bytes) {
  // Adoption copies: only TryRead can do it. A new member finds out here whether there is anything
  // to adopt.
  if (s.adopt) {
    if (const Status status = LookForHeld(s); !status.ok()) return status;
  }
  Status code = ClaimOnce(s, max_messages, messages, bytes);
  if (code == Code::kEmpty) {
    ++s.stats.misses;
    if (IsAtEnd(s)) return Code::kEndOfStream;
  }
  if (code == Code::kEmpty && s.patience.IsOver() && LookAfterTheDead(s)) {
    code = ClaimOnce(s, max_messages, messages, bytes);
  }
  if (code != Code::kOk) return code;
  s.patience.Reset();
  s.next = s.member.begin();
  s.Count(*messages, *bytes);
  return code;
}

// From the beginning; with a deadline, waits for it.
[[gnu::noinline]] Status ClaimSlowly(ConsumerState& s, uint64_t max_messages,
                                     const Deadline* deadline, uint64_t* messages,
                                     uint64_t* bytes) {
  if (!s.InPlace()) return Code::kNotSupported;
  if (s.member.holds()) return Code::kOutOfOrder;
  Acknowledge(s);
  const auto once = [&] { return Claim(s, max_messages, messages, bytes); };
  return deadline == nullptr ? once()
                             : internal::WaitFor(s, s.view.control->data_wait, *deadline, once);
}

// In place, and fetches what comes behind it.
FMMQ_HOT Message Show(ConsumerState& s, uint64_t position, uint64_t bytes) {
  s.last_bytes = bytes;
  s.view.ReadAhead(position, bytes, s.waits.drain.until());
  return {{s.view.Data(position), static_cast<size_t>(bytes)}, position};
}

// The everyday case of claiming one message.
[[gnu::always_inline]] inline bool ClaimAtOnce(ConsumerState& s, uint64_t* bytes) {
  if (!internal::kInPlaceAtOnce || !IsEveryday(s)) return false;
  if (!s.member.ClaimAtOnce(s.view.max_message_bytes, bytes)) return false;
  s.patience.Reset();
  s.Count(1, *bytes);
  return true;
}

Result<Message> PeekOne(ConsumerState* state, const Deadline* deadline) {
  const Entry entry(state);
  if (!entry.ok()) return entry.code();
  ConsumerState& s = *state;
  if (deadline != nullptr) LetWritersGetAhead(s);
  uint64_t messages, bytes;
  if (!ClaimAtOnce(s, &bytes)) {
    const Status status = ClaimSlowly(s, 1, deadline, &messages, &bytes);
    if (!status.ok()) return status;
  }
  s.next = s.member.end();
  return Show(s, s.member.begin(), bytes);
}

Result<size_t> PeekSome(ConsumerState* state, size_t max_messages, const Deadline* deadline) {
  const Entry entry(state);
  if (!entry.ok()) return entry.code();
  if (max_messages == 0) return Code::kInvalidArgument;
  if (deadline != nullptr) LetWritersGetAhead(*state);
  uint64_t messages, bytes;
  const Status status = ClaimSlowly(*state, max_messages, deadline, &messages, &bytes);
  if (!status.ok()) return status;
  return static_cast<size_t>(messages);
}

}  // namespace

Consumer& Consumer::operator=(Consumer&& other) noexcept {
  if (this != &other) {
    Close().IgnoreError();
    state_ = std::exchange(other.state_, nullptr);
  }
  return *this;
}

Result<Received> Consumer::TryRead(MutableBytes buffer) {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  uint64_t position, bytes;
  if (ReadAtOnce(*state_, buffer, &position, &bytes)) return Whole(position, bytes);
  return ReadSlowly(*state_, buffer, nullptr);
}

Result<Received> Consumer::Read(MutableBytes buffer, Deadline deadline) {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  ConsumerState& s = *state_;
  LetWritersGetAhead(s);
  uint64_t position, bytes;
  int looks = 0;
  do {
    if (ReadAtOnce(s, buffer, &position, &bytes)) return Whole(position, bytes);
  } while (looks++ == 0 && AwaitNews(s));
  return ReadSlowly(s, buffer, &deadline);
}

Result<Message> Consumer::TryPeek() { return PeekOne(state_, nullptr); }

Result<Message> Consumer::Peek(Deadline deadline) { return PeekOne(state_, &deadline); }

Result<size_t> Consumer::TryPeekBatch(size_t max_messages) {
  return PeekSome(state_, max_messages, nullptr);
}

Result<size_t> Consumer::PeekBatch(size_t max_messages, Deadline deadline) {
  return PeekSome(state_, max_messages, &deadline);
}

Result<Message> Consumer::Next() {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  ConsumerState& s = *state_;
  if (!s.member.holds()) return Code::kOutOfOrder;
  uint64_t at, bytes;
  const Code code = s.member.Next(&s.next, &at, &bytes);
  if (code != Code::kOk) return code;
  return Show(s, at, bytes);
}

Status Consumer::Release() {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  if (state_->adopted.any && Acknowledge(*state_)) return Code::kOk;
  if (!state_->member.holds()) return Code::kOutOfOrder;
  state_->member.Release();
  RingIfFreed(*state_);
  return Code::kOk;
}

Result<int> Consumer::Arm() {
  const Entry entry(state_);
  if (!entry.ok()) return entry.code();
  const auto is_ready = [](internal::HandleState& handle, size_t) {
    auto& s = static_cast<ConsumerState&>(handle);
    return s.adopt || IsAtEnd(s) || s.view.LookAt(s.Cursor()).found != ring::Found::kNothing;
  };
  return internal::Arm(*state_, {format::kDataBell, is_ready, 0});
}

void Consumer::Cancel() { internal::CancelWait(state_); }

Status Consumer::SetWaitPolicy(const WaitPolicy& policy) {
  return internal::SetWaitPolicy(state_, policy);
}

HandleStats Consumer::Stats() const {
  HandleStats stats = internal::StatsOf(state_);
  stats.lost = lost();
  return stats;
}

uint64_t Consumer::lost() const { return state_ == nullptr ? 0 : state_->losses.total; }

Status Consumer::Close() {
  if (state_ == nullptr) return Code::kClosed;
  {
    const Entry entry(state_);
    if (entry.code() == Code::kBusy) return Code::kBusy;
    if (entry.ok()) Acknowledge(*state_);
    if (entry.ok() && !state_->member.holds() &&
        !ring::LoadStretch(state_->view, state_->seat).any) {
      ring::ClearSeat(state_->view, state_->seat);
      internal::DropLocksIn(state_, internal::LockPage::kOwn);
      if (!state_->durable) internal::EndEmptyGroups(*state_->mapping);
      internal::RingBells(*state_, /*data=*/false);
    }
  }
  internal::ReleaseHandle(std::exchange(state_, nullptr));
  return Code::kOk;
}

}  // namespace fmmq
