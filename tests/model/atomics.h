// An atomics policy for the ring's templates (fmmq/ring/view.h) whose words are Relacy's.
//
// - Each operation is a step: the scheduler may switch threads there, and a mortal thread may die.
// - A word exists only once Init was called: a segment has hundreds, a scenario uses a few dozen.
// - Release sequences are those of C++20: a relaxed store ends one, also in the thread that began
//   it. (Relacy's are C++11's, and would hide orders that are too weak.)
// - Payload moves in relaxed words. Beside each stands a plain variable whose only use is that
//   Relacy reports races on it: writers write it, who reads in place reads it.
#ifndef TESTS_MODEL_ATOMICS_H_
#define TESTS_MODEL_ATOMICS_H_

#include "tests/model/relacy.h"
//
#include "tests/model/sites.h"

namespace fmmq::model {

inline rl::memory_order ToRelacy(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed:
      return rl::mo_relaxed;
    case std::memory_order_acquire:
      return rl::mo_acquire;
    case std::memory_order_release:
      return rl::mo_release;
    case std::memory_order_acq_rel:
      return rl::mo_acq_rel;
    default:
      return rl::mo_seq_cst;
  }
}

inline constexpr int kMaxThreads = 4;

// Thrown by the step at which a thread dies; only Mortal (kernel.h) catches it.
struct Death {};

struct Life {
  bool running = false;  // inside a scenario's thread, not its preparation or check
  int steps_left = -1;   // -1: immortal
  bool holds = false;    // what it copies out may not be written meanwhile
};
inline std::array<Life, kMaxThreads> lives;

inline Life& CurrentLife() { return lives[rl::thread_index()]; }

inline void Step() {
  Life& life = CurrentLife();
  if (life.steps_left < 0) return;
  if (life.steps_left-- == 0) throw Death();
}

inline std::memory_order OrderHere(const Place& place, const char* operation,
                                   std::memory_order order) {
  return OrderAt(place, operation, order, CurrentLife().running);
}

// Reaches a private member by the one legal way: explicit instantiation does not check access.
template <typename Tag, typename Tag::Type kMember>
struct Reach {
  friend typename Tag::Type MemberOf(Tag) { return kMember; }
};
struct AtomicData {
  using Type = rl::atomic_data* rl::generic_atomic<uint64_t, false>::*;
  friend Type MemberOf(AtomicData);
};
template struct Reach<AtomicData, &rl::generic_atomic<uint64_t, false>::impl_>;

// An atomic word of Relacy with C++20's release sequences.
template <int kThreads>
class Cell {
 public:
  Cell() = default;
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;
  ~Cell() {
    if (made_) atomic().~RelacyAtomic();
  }

  void Init(uint64_t value) {
    new (storage_) RelacyAtomic();
    made_ = true;
    atomic().store(value, rl::mo_relaxed, Info("Init", {}));
  }
  bool made() const { return made_; }

  uint64_t Load(rl::memory_order order, const rl::debug_info& info) const {
    return atomic().load(order, info);
  }
  void Store(uint64_t value, rl::memory_order order, const rl::debug_info& info) {
    atomic().store(value, order, info);
    if (order == rl::mo_relaxed) EndReleaseSequence();
  }
  bool CompareExchange(uint64_t& expected, uint64_t desired, rl::memory_order success,
                       rl::memory_order failure, const rl::debug_info& info) {
    return atomic().compare_exchange(rl::bool_t<false>(), expected, desired, success, failure,
                                     info);
  }
  template <rl::rmw_type_e kType>
  uint64_t Modify(uint64_t operand, rl::memory_order order, const rl::debug_info& info) {
    return atomic().rmw(rl::rmw_type_t<kType>(), operand, order, info);
  }

  // What the word holds, as the kernel sees it in futex(2): the newest value.
  uint64_t Newest() const { return atomic().debug_value(); }
  void Park(const rl::debug_info& info) { atomic().wait(rl::ctx(), false, false, info); }
  void WakeAll(const rl::debug_info& info) { atomic().wake(rl::ctx(), kThreads, info); }

  static rl::debug_info Info(const char* operation, const Place& place) {
    return rl::debug_info(operation, place.file, static_cast<unsigned>(place.line));
  }

 private:
  using RelacyAtomic = rl::atomic<uint64_t>;

  RelacyAtomic& atomic() { return *reinterpret_cast<RelacyAtomic*>(storage_); }
  const RelacyAtomic& atomic() const { return *reinterpret_cast<const RelacyAtomic*>(storage_); }

  void EndReleaseSequence() {
    auto& data = *static_cast<rl::atomic_data_impl<kThreads>*>(atomic().*MemberOf(AtomicData()));
    auto& thread = *static_cast<rl::thread_info<kThreads>*>(rl::ctx().threadx_);
    auto& record = data.history_[data.current_index_ % rl::atomic_history_size];
    for (int i = 0; i < kThreads; ++i) record.acq_rel_order_[i] = thread.release_fence_order_[i];
  }

  alignas(RelacyAtomic) unsigned char storage_[sizeof(RelacyAtomic)];
  bool made_ = false;
};

// What the ring's templates call a word: std::atomic<uint64_t>, as far as they use it.
template <int kThreads>
class ModelWord : public Cell<kThreads> {
 public:
  uint64_t load(std::memory_order order, Place place = Place::Here()) const {
    Step();
    return this->Load(Order("load", order, place), this->Info("load", place));
  }
  void store(uint64_t value, std::memory_order order, Place place = Place::Here()) {
    Step();
    this->Store(value, Order("store", order, place), this->Info("store", place));
    if (value != 0) last_ = value;
  }
  bool compare_exchange_strong(uint64_t& expected, uint64_t desired, std::memory_order success,
                               std::memory_order failure, Place place = Place::Here()) {
    Step();
    return this->CompareExchange(expected, desired, Order("CAS", success, place),
                                 Order("failed CAS", failure, place), this->Info("CAS", place));
  }
  uint64_t exchange(uint64_t value, std::memory_order order, Place place = Place::Here()) {
    Step();
    return this->template Modify<rl::rmw_type_swap>(value, Order("exchange", order, place),
                                                    this->Info("exchange", place));
  }
  uint64_t fetch_add(uint64_t value, std::memory_order order, Place place = Place::Here()) {
    Step();
    return this->template Modify<rl::rmw_type_add>(value, Order("fetch_add", order, place),
                                                   this->Info("fetch_add", place));
  }
  uint64_t fetch_or(uint64_t value, std::memory_order order, Place place = Place::Here()) {
    Step();
    return this->template Modify<rl::rmw_type_or>(value, Order("fetch_or", order, place),
                                                  this->Info("fetch_or", place));
  }
  uint64_t fetch_and(uint64_t value, std::memory_order order, Place place = Place::Here()) {
    Step();
    return this->template Modify<rl::rmw_type_and>(value, Order("fetch_and", order, place),
                                                   this->Info("fetch_and", place));
  }

  // What was stored last, but for zeros: where a writer was. Not a step.
  uint64_t last() const { return last_; }

 private:
  static rl::memory_order Order(const char* operation, std::memory_order order,
                                const Place& place) {
    return ToRelacy(OrderHere(place, operation, order));
  }

  uint64_t last_ = 0;
};

// The payload of one block: one word.
template <int kThreads>
struct PayloadBlock {
  ModelWord<kThreads> word;
  rl::var<uint64_t> guard;
};

// Where the payload of the running scenario is. The ring computes addresses in `base`, which are
// only names of blocks here.
template <int kThreads>
struct Payload {
  const std::byte* base = nullptr;
  PayloadBlock<kThreads>* blocks = nullptr;
  size_t count = 0;
  bool guards_copies = false;  // whether copies, too, rely on nobody writing meanwhile

  static inline Payload current;
  PayloadBlock<kThreads>& At(const void* address) const {
    const auto offset = static_cast<const std::byte*>(address) - base;
    return blocks[static_cast<size_t>(offset) / 8 % count];
  }
};

template <int kThreads>
struct RelacyAtomics {
  using Word = ModelWord<kThreads>;

  static void Fence(std::memory_order order, Place place = Place::Here()) {
    Step();
    const std::memory_order used = OrderHere(place, "fence", order);
    if (used == std::memory_order_relaxed) return;
    rl::atomic_thread_fence(ToRelacy(used), Word::Info("fence", place));
  }
  static constexpr std::memory_order kFenced = std::memory_order_relaxed;
  static void CompilerFence() {}  // the model's compiler reorders nothing: the machine does

  // Both move whole blocks: sizes here are multiples of 8.
  static void CopyIn(void* shared, const void* source, size_t size) {
    auto* to = static_cast<std::byte*>(shared);
    const auto* from = static_cast<const uint64_t*>(source);
    for (size_t i = 0; i < size / 8; ++i) {
      PayloadBlock<kThreads>& block = Payload<kThreads>::current.At(to + i * 8);
      const Place place{"payload", static_cast<int>(i), ""};
      block.guard(Word::Info("CopyIn", place)) = from[i];
      block.word.store(from[i], std::memory_order_relaxed, place);
    }
  }
  static void Evict(const void*, size_t) {}
  static void CopyOut(void* target, const void* shared, size_t size) {
    Copy(target, shared, size, Payload<kThreads>::current.guards_copies || CurrentLife().holds);
  }
  // What a member does with a message that it holds.
  static void ReadInPlace(void* target, const void* shared, size_t size) {
    Copy(target, shared, size, true);
  }

 private:
  static void Copy(void* target, const void* shared, size_t size, bool guarded) {
    auto* to = static_cast<uint64_t*>(target);
    const auto* from = static_cast<const std::byte*>(shared);
    for (size_t i = 0; i < size / 8; ++i) {
      PayloadBlock<kThreads>& block = Payload<kThreads>::current.At(from + i * 8);
      const Place place{"payload", static_cast<int>(i), ""};
      to[i] = block.word.load(std::memory_order_relaxed, place);
      if (guarded) (void)static_cast<uint64_t>(block.guard(Word::Info("Copy", place)));
    }
  }
};

}  // namespace fmmq::model

#endif  // TESTS_MODEL_ATOMICS_H_
