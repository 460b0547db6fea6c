// fmmq's observers: they hold nobody back.
#ifndef FMMQ_BENCH_TRANSPORTS_FMMQ_OBSERVER_H_
#define FMMQ_BENCH_TRANSPORTS_FMMQ_OBSERVER_H_

#include <string_view>
#include <vector>

#include "bench/transports/fmmq_queue.h"

namespace bench {

inline constexpr FmmqUse kObserved{};

class FmmqObserver : public FmmqQueue<kObserved> {
 public:
  explicit FmmqObserver(const Shape& shape)
      : FmmqQueue<kObserved>({shape.message_bytes, shape.ring_bytes, shape.senders, 0}),
        bytes_(shape.message_bytes) {}

  class Receiver {
   public:
    Receiver(FmmqObserver& transport, int)
        : queue_(Demand(fmmq::Queue::OpenFd(transport.fd()), "OpenFd")),
          observer_(Demand(queue_.Observe(), "Observe")),
          buffer_(transport.bytes_) {}
    std::string_view Receive() {
      while (true) {
        const auto received = observer_.Read(fmmq::MutableBytes(buffer_), fmmq::Deadline::Never());
        if (received.ok()) return {buffer_.data(), received->size};
        if (received.status().code() != fmmq::Code::kBusy) Demand(received.status(), "Read");
      }
    }
    void Done() {}

   private:
    fmmq::Queue queue_;
    fmmq::Observer observer_;
    std::vector<char> buffer_;
  };

 private:
  size_t bytes_;
};

}  // namespace bench

#endif  // FMMQ_BENCH_TRANSPORTS_FMMQ_OBSERVER_H_
