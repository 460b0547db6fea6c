// ck_ring (Concurrency Kit, libck-dev), placed in shared memory: a ring of structures of one size.
#ifndef FMMQ_BENCH_TRANSPORTS_CK_RING_H_
#define FMMQ_BENCH_TRANSPORTS_CK_RING_H_

#include <sys/mman.h>

// The header is C: it returns `false` where C++ wants a pointer.
#define false 0
#include <ck_ring.h>
#undef false

#include <cstring>
#include <new>
#include <string_view>

#include "bench/harness/process.h"
#include "bench/harness/transport.h"

namespace bench {

enum class CkKind { kSpsc, kMpsc };

// kGap: pauses after a miss, on both sides. 0 polls hot; some hundred let batches form.
template <size_t kBytes, CkKind kKind, int kGap>
class CkRing {
 public:
  struct Slot {
    alignas(8) char bytes[kBytes];
  };

  explicit CkRing(const Shape& shape) {
    unsigned slots = 2;
    while (slots * 2 * sizeof(Slot) <= shape.ring_bytes) slots *= 2;
    size_ = sizeof(Shared) + slots * sizeof(Slot);
    shared_ = new (SharedMemory(size_)) Shared;
    ck_ring_init(&shared_->ring, slots);
  }
  ~CkRing() { munmap(shared_, size_); }
  CkRing(const CkRing&) = delete;
  CkRing& operator=(const CkRing&) = delete;

  struct Shared {
    ck_ring_t ring;
    alignas(128) char first[1];
    Slot* slots() { return reinterpret_cast<Slot*>(first); }
  };

  class Sender {
   public:
    Sender(CkRing& transport, int) : shared_(transport.shared_) {}
    void Send(std::string_view message) {
      while (!Enqueue(message.data())) WaitGap();
    }
    void Flush() {}

   private:
    bool Enqueue(const char* message) {
      if (kKind == CkKind::kSpsc) {
        return _ck_ring_enqueue_sp(&shared_->ring, shared_->slots(), message, kBytes, nullptr);
      }
      return _ck_ring_enqueue_mp(&shared_->ring, shared_->slots(), message, kBytes, nullptr);
    }
    Shared* shared_;
  };

  class Receiver {
   public:
    Receiver(CkRing& transport, int) : shared_(transport.shared_) {}
    std::string_view Receive() {
      while (!Dequeue()) WaitGap();
      return {slot_.bytes, kBytes};
    }
    void Done() {}

   private:
    bool Dequeue() {
      return _ck_ring_dequeue_sc(&shared_->ring, shared_->slots(), &slot_, sizeof(Slot));
    }
    Shared* shared_;
    Slot slot_;
  };

 private:
  static void WaitGap() {
    for (int i = 0; i < kGap; ++i) Pause();
  }

  Shared* shared_;
  size_t size_;
};

}  // namespace bench

#endif  // FMMQ_BENCH_TRANSPORTS_CK_RING_H_
