// What the kernel does for the ring: locks that live as long as their owner, and death.
//
// A kernel lock orders: what its last holder did, also before its death, happens before what the
// next one does. And the kernel's answers are never stale: hence the read-modify-writes.
#ifndef TESTS_MODEL_KERNEL_H_
#define TESTS_MODEL_KERNEL_H_

#include "tests/model/atomics.h"

namespace fmmq::model {

enum Lock : uint32_t { kFirstGroupLock, kFirstSeatLock = kFirstGroupLock + 2 };

template <int kThreads, int kSeats>
class Kernel {
 public:
  static constexpr uint32_t kLocks = kFirstSeatLock + kSeats;

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
  bool IsDead(uint32_t seat) { return !kernel.IsLockedByOther(holder, kFirstSeatLock + seat); }
  bool TryShare(uint32_t seat) { return kernel.TryShare(holder, kFirstSeatLock + seat); }
  bool TryLock(uint32_t seat) { return kernel.TryLock(holder, kFirstSeatLock + seat); }
  void Unlock(uint32_t seat) { kernel.Unlock(holder, kFirstSeatLock + seat); }
  bool TryShareGroup(uint32_t group) { return kernel.TryShare(holder, kFirstGroupLock + group); }
  void UnlockGroup(uint32_t group) { kernel.Unlock(holder, kFirstGroupLock + group); }
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
