// The yardstick: bytes streamed through shared memory, with one index for a whole batch of messages
// and nothing else. No message can move faster.
#ifndef FMMQ_BENCH_TRANSPORTS_RAW_STREAM_H_
#define FMMQ_BENCH_TRANSPORTS_RAW_STREAM_H_

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <string_view>
#include <vector>

#include "bench/harness/process.h"
#include "bench/harness/transport.h"
#include "fmmq/base/evict.h"
#include "fmmq/base/prefetch.h"

namespace bench {

// kCopy: the receiver copies each message out before it reads it; otherwise in place.
// kBatch: messages for which the index moves once; 0: about 8 KiB.
// kEvict: the receiver's caches let go of each batch, as fmmq's do where that pays.
// kAhead: the receiver fetches what it comes to 2 KiB later, the sender for writing 1 KiB, as fmmq's.
template <bool kCopy, size_t kBatch, bool kEvict = false, bool kAhead = false>
class RawStream {
 public:
  explicit RawStream(const Shape& shape)
      : bytes_(shape.message_bytes),
        slots_(std::max<size_t>(2, shape.ring_bytes / shape.message_bytes)),
        batch_(kBatch != 0 ? kBatch
                           : std::clamp<size_t>(8192 / bytes_, 1, std::max<size_t>(1, slots_ / 4))),
        size_(sizeof(Shared) + slots_ * bytes_),
        shared_(new (SharedMemory(size_)) Shared) {}
  ~RawStream() { munmap(shared_, size_); }
  RawStream(const RawStream&) = delete;
  RawStream& operator=(const RawStream&) = delete;

  class Sender {
   public:
    Sender(RawStream& stream, int) : s_(stream) {}
    void Send(std::string_view message) {
      while (written_ - read_ == s_.slots_) {
        read_ = s_.shared_->read.load(std::memory_order_acquire);
        if (written_ - read_ == s_.slots_) WaitGap();
      }
      if (kAhead && written_ - read_ + (2048 + s_.bytes_) / s_.bytes_ < s_.slots_) {
        s_.ForLinesAhead(slot_, 1024, fmmq::base::PrefetchForWriting);
      }
      std::memcpy(s_.shared_->data + slot_ * s_.bytes_, message.data(), s_.bytes_);
      if (++slot_ == s_.slots_) slot_ = 0;
      if (++written_ % s_.batch_ == 0) Flush();
    }
    void Flush() { s_.shared_->written.store(written_, std::memory_order_release); }

   private:
    RawStream& s_;
    uint64_t written_ = 0, read_ = 0;
    size_t slot_ = 0;
  };

  class Receiver {
   public:
    Receiver(RawStream& stream, int) : s_(stream), buffer_(stream.bytes_) {}
    std::string_view Receive() {
      while (written_ == read_) {
        written_ = s_.shared_->written.load(std::memory_order_acquire);
        if (written_ == read_) WaitGap();
      }
      const char* const message = s_.shared_->data + slot_ * s_.bytes_;
      if (kAhead) s_.ForLinesAhead(slot_, 2048, fmmq::base::Prefetch);
      if (!kCopy) return {message, s_.bytes_};
      std::memcpy(buffer_.data(), message, s_.bytes_);
      return {buffer_.data(), s_.bytes_};
    }
    void Done() {
      if (++slot_ == s_.slots_) slot_ = 0;
      if (++read_ % s_.batch_ == 0 || read_ == written_) {
        s_.shared_->read.store(read_, std::memory_order_release);
        if (kEvict) Evict();
      }
    }

   private:
    // Whole lines only, and nothing across the end.
    void Evict() {
      const size_t end = slot_ * s_.bytes_ / 64 * 64;
      if (end > evicted_) fmmq::base::Evict(s_.shared_->data + evicted_, end - evicted_);
      evicted_ = end;
    }

    RawStream& s_;
    std::vector<char> buffer_;
    uint64_t written_ = 0, read_ = 0;
    size_t slot_ = 0;
    size_t evicted_ = 0;
  };

 private:
  struct Shared {
    alignas(128) std::atomic<uint64_t> written;
    alignas(128) std::atomic<uint64_t> read;
    alignas(4096) char data[1];
  };
  // Of the message that begins so many bytes after slot `slot`.
  template <typename Fetch>
  void ForLinesAhead(size_t slot, size_t bytes, Fetch&& fetch) const {
    const size_t ring_bytes = slots_ * bytes_;
    size_t at = slot * bytes_ + bytes;
    for (size_t left = bytes_; left != 0; left -= std::min<size_t>(left, 64), at += 64) {
      if (at >= ring_bytes) at -= ring_bytes;
      fetch(shared_->data + at);
    }
  }
  static void WaitGap() {
    for (int i = 0; i < 32; ++i) Pause();
  }

  size_t bytes_, slots_, batch_, size_;
  Shared* shared_;
};

}  // namespace bench

#endif  // FMMQ_BENCH_TRANSPORTS_RAW_STREAM_H_
