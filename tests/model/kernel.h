// What the kernel does for the ring: locks that live as long as their owner, and death.
//
// A kernel lock orders: what its last holder did, also before its death, happens before what the
// next one does. And the kernel's answers are never stale: hence the read-modify-writes.
#ifndef TESTS_MODEL_KERNEL_H_
#define TESTS_MODEL_KERNEL_H_

#include "tests/model/atomics.h"

namespace fmmq::model {

// A seat has two: SeatLock and SeatShare (fmmq/format/layout.h).
enum Lock : uint32_t { kFirstGroupLock, kFirstSeatLock = kFirstGroupLock + 2 };
constexpr uint32_t SeatLock(uint32_t seat) { return kFirstSeatLock + 2 * seat; }
constexpr uint32_t SeatShare(uint32_t seat) { return SeatLock(seat) + 1; }

template <int kThreads, int kSeats>
class Kernel {
 public:
  static constexpr uint32_t kLocks = kFirstSeatLock + 2 * kSeats;

  Kernel() {
    for (auto& lock : locks_) lock.Init(0);
  }

  bool TryLock(int holder, uint32_t lock) {
    Step();
    uint64_t nobody = 0;
    return locks_[lock].CompareExchange(nobody, Word(holder), rl::mo_acq_rel, rl::mo_acquire,
                                        Here("TryLock", lock));
  }
  // Beside others who share it, but not beside an owner.
  bool TryShare(int holder, uint32_t lock) {
    Step();
    uint64_t word = 0;
    while (!locks_[lock].CompareExchange(word, word | Share(holder), rl::mo_acq_rel, rl::mo_acquire,
                                         Here("TryShare", lock))) {
      if (OwnerIn(word) != 0) return false;
    }
    return true;
  }
  void Unlock(int holder, uint32_t lock) {
    Step();
    Drop(holder, lock);
  }
  // Both of a seat's. Not one step as in the kernel, so others may see half of it.
  bool TryOwn(int holder, uint32_t seat) {
    if (!TryLock(holder, SeatLock(seat))) return false;
    if (TryLock(holder, SeatShare(seat))) return true;
    Unlock(holder, SeatLock(seat));
    return false;
  }
  void Disown(int holder, uint32_t seat) {
    Unlock(holder, SeatShare(seat));
    Unlock(holder, SeatLock(seat));
  }
  // Whether somebody else owns it.
  bool IsLockedByOther(int holder, uint32_t lock) {
    Step();
    const uint64_t owner = OwnerIn(
        locks_[lock].template Modify<rl::rmw_type_add>(0, rl::mo_acquire, Here("IsLocked", lock)));
    return owner != 0 && owner != Word(holder);
  }

  // `holder` is dead: its locks go, one after another.
  void Bury(int holder) {
    for (uint32_t lock = 0; lock < kLocks; ++lock) Drop(holder, lock);
  }

 private:
  // A lock's word: {who shares it, a bit each: 56, its owner: 8}.
  static uint64_t Word(int holder) { return static_cast<uint64_t>(holder) + 1; }
  static uint64_t Share(int holder) { return uint64_t{256} << holder; }
  static uint64_t OwnerIn(uint64_t word) { return word & 255; }
  static rl::debug_info Here(const char* operation, uint32_t lock) {
    return Cell<kThreads>::Info(operation, {"lock", static_cast<int>(lock), ""});
  }
  void Drop(int holder, uint32_t lock) {
    // Nobody but the holder changes that.
    const uint64_t word = locks_[lock].Newest();
    if (OwnerIn(word) != Word(holder) && (word & Share(holder)) == 0) return;
    const uint64_t mine = OwnerIn(word) != 0 ? OwnerIn(word) : Share(holder);
    locks_[lock].template Modify<rl::rmw_type_and>(~mine, rl::mo_release, Here("Unlock", lock));
  }

  Cell<kThreads> locks_[kLocks];
};

// What the ring calls `Locks`, in the hands of one holder.
template <int kThreads, int kSeats>
struct HeldLocks {
  Kernel<kThreads, kSeats>& kernel;
  int holder;
  bool IsDead(uint32_t seat) { return !kernel.IsLockedByOther(holder, SeatLock(seat)); }
  bool TryShare(uint32_t seat) { return kernel.TryShare(holder, SeatShare(seat)); }
  void Unshare(uint32_t seat) { kernel.Unlock(holder, SeatShare(seat)); }
  bool TryLock(uint32_t seat) { return kernel.TryLock(holder, SeatLock(seat)); }
  void Unlock(uint32_t seat) { kernel.Unlock(holder, SeatLock(seat)); }
  bool TryShareGroup(uint32_t group) { return kernel.TryShare(holder, kFirstGroupLock + group); }
  void UnshareGroup(uint32_t group) { kernel.Unlock(holder, kFirstGroupLock + group); }
};

// Runs `body`, whose thread may die at any one of its first `steps` steps, from `first` on, or not
// at all. Returns whether it lives.
template <typename AnyKernel, typename Body>
bool Mortal(AnyKernel& kernel, int holder, unsigned steps, Body&& body, unsigned first = 0) {
  CurrentLife().steps_left = static_cast<int>(first + rl::rand(steps - first + 1));
  if (CurrentLife().steps_left == static_cast<int>(steps)) CurrentLife().steps_left = -1;
  bool alive = true;
  try {
    body();
  } catch (const Death&) {
    alive = false;
  }
  CurrentLife().steps_left = -1;
  CurrentLife().holds = false;
  if (!alive) kernel.Bury(holder);
  return alive;
}

}  // namespace fmmq::model

#endif  // TESTS_MODEL_KERNEL_H_
