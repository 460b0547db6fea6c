// What Producer, Consumer and Observer have in common: private memory that lives as long as the
// handle, a seat, a guard at the entrance of each call.
//
// A handle's region of address space:
//
//   state page   the handle's private state, in mapped memory: no heap
//   lock pages   each maps a description that holds a seat's lock: the handle's own; and, while
//                it works on a dead member's message, the dead one's. A forked child does not get
//                them (MADV_DONTFORK), so a lock lives as long as this process's address space.
#ifndef FMMQ_QUEUE_HANDLE_H_
#define FMMQ_QUEUE_HANDLE_H_

#include <atomic>
#include <cstdint>

#include "fmmq/base/result.h"
#include "fmmq/os/clock.h"
#include "fmmq/os/file.h"
#include "fmmq/os/lock.h"
#include "fmmq/queue/message.h"
#include "fmmq/segment/mapping.h"
#include "fmmq/wait/waiter.h"

// What every message goes through: part of its callers, but where size counts more.
#if defined(__OPTIMIZE_SIZE__)
#define FMMQ_HOT [[gnu::noinline]]
#else
#define FMMQ_HOT [[gnu::always_inline]] inline
#endif

namespace fmmq::internal {

// Whether calls in place have everyday cases of their own, too.
#if defined(__OPTIMIZE_SIZE__)
inline constexpr bool kInPlaceAtOnce = false;
#else
inline constexpr bool kInPlaceAtOnce = true;
#endif

using RingView = ring::View<ring::HardwareAtomics>;

inline constexpr uint32_t kNoSeatTaken = ~uint32_t{0};

// When a handle that gets nowhere looks after the dead: soon when it polls, and in any case once
// nothing came for `interval`; then once in an interval.
class Patience {
 public:
  explicit Patience(uint64_t interval_ns) : interval_ns_(interval_ns) {}
  void Reset() { calls_ = 0; }
  // A sleep passed without news: the next fruitless call looks.
  void Expire() {
    calls_ = kFirstCalls;
    since_ns_ = last_look_ns_ = 0;
  }
  // Counts a fruitless call; true when it is time to look.
  bool IsOver() {
    const uint64_t now = os::CoarseNs();
    if (++calls_ == 1) since_ns_ = now;
    if (calls_ < kFirstCalls && now - since_ns_ < interval_ns_) return false;
    if (now - last_look_ns_ < interval_ns_) return false;
    last_look_ns_ = now;
    return true;
  }

 private:
  static constexpr uint32_t kFirstCalls = 16;
  uint64_t interval_ns_;
  uint64_t since_ns_ = 0;
  uint64_t last_look_ns_ = 0;
  uint32_t calls_ = 0;
};

struct HandleState {
  HandleState(segment::Mapping* m, uint32_t taken_seat, uint64_t patience_ns);

  bool InOwnProcess() const { return __atomic_load_n(life, __ATOMIC_RELAXED) != 0; }

  const uint32_t* life;  // see segment/mapping.h
  segment::Mapping* mapping;
  RingView view;
  uint32_t seat;  // kNoSeatTaken for observers
  std::atomic<bool> in_call{false};
  bool must_fence;  // waiters cannot make this process look at their words: see segment/mapping.h
  Patience patience;
  wait::WaitState waits;
  HandleStats stats;
  os::UniqueFd doorbell;  // made when it is first armed
  uint8_t which_doorbell = 0;

  // Counts in the handle's seat, for whoever looks at the queue; without one, in the handle.
  void Count(uint64_t messages, uint64_t bytes) {
    if (seat == kNoSeatTaken) {
      stats.messages += messages;
      stats.bytes += bytes;
      return;
    }
    auto& own = view.seats[seat];
    const auto add = [](auto& word, uint64_t more) {
      word.store(word.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    };
    add(own.messages, messages);
    add(own.bytes, bytes);
  }
};

// The guard. One load each of the handle's own words; no system call.
class Entry {
 public:
  explicit Entry(HandleState* state) : state_(state), code_(Check(state)) {
    if (code_ != Code::kOk) return;
    state_->in_call.store(true, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_acq_rel);
  }
  ~Entry() {
    if (code_ != Code::kOk) return;
    std::atomic_signal_fence(std::memory_order_acq_rel);
    state_->in_call.store(false, std::memory_order_relaxed);
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  Code code() const { return code_; }
  bool ok() const { return code_ == Code::kOk; }

 private:
  static Code Check(const HandleState* state) {
    if (state == nullptr) return Code::kClosed;
    if (!state->InOwnProcess()) return Code::kForked;
    return state->in_call.load(std::memory_order_relaxed) ? Code::kBusy : Code::kOk;
  }

  HandleState* state_;
  Code code_;
};

// Wakes who waits for room, and who waits for data when there is new data, or an end of it:
// sleepers and doorbells (bells.cc). The caller's stores come before, and a barrier (E7).
void WakeFor(const segment::Mapping& mapping, bool data);
// After a change that may be either: with a fence.
void WakeEverybody(const segment::Mapping& mapping);

// After a publish (data) or anything that may have raised the gate (space): wakes who waits for
// that. When nobody does, two loads and no fence, unless waiters cannot make us fence.
inline void RingBells(const HandleState& s, bool data) {
  ring::OrderBeforeBell<ring::HardwareAtomics>(s.must_fence);
  if (ring::SomebodyWaits(*s.view.control)) WakeFor(*s.mapping, data);
}

// Outcomes that waiting may change.
inline bool IsWorthWaiting(Status status) {
  const Code code = status.code();
  return code == Code::kEmpty || code == Code::kFull || code == Code::kBusy;
}

// Calls `once`, which returns a Status or a Code, until that is final or the wait is over.
template <typename Once>
Status WaitFor(HandleState& s, wait::Word& word, Deadline deadline, Once&& once) {
  Status status = once();
  if (IsWorthWaiting(status)) {
    const auto attempt = [&](bool slice_over) {
      if (slice_over) s.patience.Expire();
      status = once();
      s.waits.was_busy = status == Code::kBusy;
      if (!IsWorthWaiting(status)) return true;
      if (!slice_over || !s.mapping->IsRemoved()) return false;
      status = Code::kRemoved;
      return true;
    };
    const wait::Wait wait{word, s.mapping->writable(), s.waits, deadline};
    const Code waited = wait::WaitUntil(wait, wait::AttemptRef(attempt));
    if (waited != Code::kOk) return waited;
  }
  return status;
}

// Of a closed handle: all zero.
HandleStats StatsOf(const HandleState* state);
Status SetWaitPolicy(HandleState* state, const WaitPolicy& policy);
// Ends the handle's wait, from another thread or a signal handler: the one that it is in, or else
// the next one.
void CancelWait(HandleState* state);

enum class LockPage : uint32_t { kOwn = 1, kAdopted = 2 };  // index in the region

// Keeps the description's locks as long as the page is not dropped, and the process lives.
Status KeepLocksIn(void* region, LockPage page, const os::UniqueFd& file);
void DropLocksIn(void* region, LockPage page);

// A region while a handle is being made; gives it back unless Take was called.
class HandleRegion {
 public:
  HandleRegion();
  ~HandleRegion();
  HandleRegion(const HandleRegion&) = delete;
  HandleRegion& operator=(const HandleRegion&) = delete;

  Status status() const { return region_.status(); }
  // Keeps the description's locks alive with the region. The descriptor itself may be closed then.
  Status KeepLocks(const os::UniqueFd& file) { return KeepLocksIn(*region_, LockPage::kOwn, file); }
  void DropLocks() { DropLocksIn(*region_, LockPage::kOwn); }
  // The state page; from now on the handle owns the region.
  void* Take();

 private:
  Result<char*> region_;
};

// Gives a handle's region back, with the lock that it keeps, and the handle's reference to the
// mapping. In a forked child only what the child has.
void ReleaseHandle(HandleState* state);

// Takes a clean seat: its lock is held by `file`'s description from now on. Nobody counts on the
// seat before its identity is set. kNoSeat, or kBusy when a clean one is locked, perhaps just being
// taken or brought back: recover the dead ones' and try again.
Status TakeSeat(const segment::Mapping& mapping, const os::UniqueFd& file, uint32_t* seat);

}  // namespace fmmq::internal

#endif  // FMMQ_QUEUE_HANDLE_H_
