// The yardstick of latency: one message of up to 120 bytes in a pair of cache lines, and a sequence
// number behind it. No exchange of a message and its announcement can be shorter.
#ifndef FMMQ_BENCH_TRANSPORTS_RAW_LINE_H_
#define FMMQ_BENCH_TRANSPORTS_RAW_LINE_H_

#include <sys/mman.h>

#include <atomic>
#include <cstring>
#include <new>
#include <string_view>

#include "bench/harness/process.h"
#include "bench/harness/transport.h"

namespace bench {

class RawLine {
 public:
  explicit RawLine(const Shape& shape)
      : bytes_(shape.message_bytes), shared_(new (SharedMemory(sizeof(Shared))) Shared()) {}
  ~RawLine() { munmap(shared_, sizeof(Shared)); }
  RawLine(const RawLine&) = delete;
  RawLine& operator=(const RawLine&) = delete;

  class Sender {
   public:
    Sender(RawLine& line, int) : line_(line) {}
    // For ping-pong: the receiver has read the last message.
    void Send(std::string_view message) {
      std::memcpy(line_.shared_->data, message.data(), message.size());
      line_.shared_->sequence.store(++sequence_, std::memory_order_release);
    }
    void Flush() {}

   private:
    RawLine& line_;
    uint64_t sequence_ = 0;
  };

  class Receiver {
   public:
    Receiver(RawLine& line, int) : line_(line) {}
    std::string_view Receive() {
      ++sequence_;
      while (line_.shared_->sequence.load(std::memory_order_acquire) != sequence_) Pause();
      return {line_.shared_->data, line_.bytes_};
    }
    void Done() {}

   private:
    RawLine& line_;
    uint64_t sequence_ = 0;
  };

 private:
  struct alignas(128) Shared {
    char data[120];
    std::atomic<uint64_t> sequence;
  };

  size_t bytes_;
  Shared* shared_;
};

}  // namespace bench

#endif  // FMMQ_BENCH_TRANSPORTS_RAW_LINE_H_
