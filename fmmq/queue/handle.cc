#include "fmmq/queue/handle.h"

#include <cerrno>
#include <utility>

#include "fmmq/os/doorbell.h"
#include "fmmq/os/memory.h"
#include "fmmq/ring/gate.h"

namespace fmmq::internal {
namespace {

uint64_t PageBytes() { return os::PageSize(); }
uint64_t RegionBytes() { return 3 * PageBytes(); }

void* PageOf(void* region, LockPage page) {
  return static_cast<char*>(region) + static_cast<uint32_t>(page) * PageBytes();
}

Result<char*> NewRegion() {
  Result<char*> region = os::ReserveRegion(RegionBytes());
  if (!region.ok()) return region;
  const Status status = os::MapPrivate(*region, PageBytes());
  if (status.ok()) return region;
  os::ReleaseRegion(*region, RegionBytes());
  return status;
}

bool IsClean(const RingView& view, uint32_t index) {
  const auto& seat = view.seats[index];
  uint64_t bits = 0;
  const auto add = [&bits](const format::SharedWord& word) {
    bits |= word.load(std::memory_order_acquire);
  };
  add(seat.intent), add(seat.end), add(seat.identity), add(seat.owner), add(seat.messages),
      add(seat.bytes), add(seat.armed);
  for (const auto& word : seat.reserved) add(word);
  return bits == 0;
}

// Doorbells are known in one network namespace: says when somebody comes from another.
void NoteNetwork(const RingView& view) {
  const uint64_t own = os::NetworkNamespace();
  uint64_t first = 0;
  if (view.control->network.compare_exchange_strong(first, own, std::memory_order_acq_rel)) return;
  if (first == own) return;
  view.control->flags.fetch_or(format::kManyNetworks, std::memory_order_acq_rel);
}

// Makes scans look at the seat. It must happen before the first intent.
void Occupy(const RingView& view, uint32_t seat) {
  view.control->occupied[seat / 64].fetch_or(uint64_t{1} << (seat % 64), std::memory_order_release);
  view.seats[seat].owner.store(os::ProcessId(), std::memory_order_relaxed);
  NoteNetwork(view);
  ring::BumpHolderEpoch(view);
}

}  // namespace

HandleState::HandleState(segment::Mapping* m, uint32_t taken_seat, uint64_t patience_ns)
    : life(m->life()),
      mapping(m->AddReference()),
      view(m->view()),
      seat(taken_seat),
      must_fence(m->must_fence()),
      patience(patience_ns) {}

HandleRegion::HandleRegion() : region_(NewRegion()) {}

HandleRegion::~HandleRegion() {
  if (region_.ok() && *region_ != nullptr) os::ReleaseRegion(*region_, RegionBytes());
}

Status KeepLocksIn(void* region, LockPage page, const os::UniqueFd& file) {
  void* at = PageOf(region, page);
  const Status status = os::MapLockPage(at, file.get());
  return status.ok() ? os::DontFork(at, PageBytes()) : status;
}

void DropLocksIn(void* region, LockPage page) {
  os::UnmapToNothing(PageOf(region, page), PageBytes());
}

void* HandleRegion::Take() { return std::exchange(*region_, nullptr); }

HandleStats StatsOf(const HandleState* state) {
  if (state == nullptr) return {};
  HandleStats stats = state->stats;
  if (state->seat == kNoSeatTaken) return stats;
  const auto& own = state->view.seats[state->seat];
  stats.messages += own.messages.load(std::memory_order_relaxed);
  stats.bytes += own.bytes.load(std::memory_order_relaxed);
  return stats;
}

Status SetWaitPolicy(HandleState* state, const WaitPolicy& policy) {
  const Entry entry(state);
  if (entry.ok()) state->waits.policy = policy;
  return entry.code();
}

void CancelWait(HandleState* state) {
  if (state == nullptr || !state->InOwnProcess()) return;
  state->waits.cancelled.store(true, std::memory_order_seq_cst);
  if (!state->mapping->writable()) return;  // it sleeps in short slices
  const int interrupted_errno = errno;      // perhaps this is a signal handler
  WakeEverybody(*state->mapping);
  errno = interrupted_errno;
}

void ReleaseHandle(HandleState* state) {
  segment::Mapping* mapping = state->mapping;
  os::CloseDoorbell(state->doorbell.Take());
  os::ReleaseRegion(state, state->InOwnProcess() ? RegionBytes() : PageBytes());
  mapping->DropReference();
}

Status TakeSeat(const segment::Mapping& mapping, const os::UniqueFd& file, uint32_t* seat) {
  const RingView& view = mapping.view();
  Code none = Code::kNoSeat;
  for (uint32_t i = 0; i < view.seat_count; ++i) {
    if (!IsClean(view, i)) continue;
    const Status status = os::TryLockBytes(file.get(), format::SeatLock(i), format::kSeatLocks);
    if (status == Code::kBusy) {
      none = Code::kBusy;
      continue;
    }
    if (!status.ok()) return status;
    if (IsClean(view, i)) {  // looked at again, now that nobody else may write it
      Occupy(view, i);
      *seat = i;
      return Code::kOk;
    }
    os::UnlockBytes(file.get(), format::SeatLock(i), format::kSeatLocks);
  }
  return none;
}

}  // namespace fmmq::internal
