// Boost.Interprocess's message_queue.
#ifndef FMMQ_BENCH_TRANSPORTS_BOOST_QUEUE_H_
#define FMMQ_BENCH_TRANSPORTS_BOOST_QUEUE_H_

#include <boost/interprocess/ipc/message_queue.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "bench/harness/transport.h"
#include "bench/transports/descriptor.h"

namespace bench {

class BoostQueue {
 public:
  explicit BoostQueue(const Shape& shape)
      : bytes_(shape.message_bytes),
        name_(UniqueName()),
        queue_(boost::interprocess::create_only, name_.c_str(),
               shape.ring_bytes / shape.message_bytes, shape.message_bytes) {}
  ~BoostQueue() { boost::interprocess::message_queue::remove(name_.c_str()); }
  BoostQueue(const BoostQueue&) = delete;
  BoostQueue& operator=(const BoostQueue&) = delete;

  class Sender {
   public:
    Sender(BoostQueue& queue, int) : queue_(queue.queue_) {}
    void Send(std::string_view message) { queue_.send(message.data(), message.size(), 0); }
    void Flush() {}

   private:
    boost::interprocess::message_queue& queue_;
  };

  class Receiver {
   public:
    Receiver(BoostQueue& queue, int) : queue_(queue.queue_), buffer_(queue.bytes_) {}
    std::string_view Receive() {
      boost::interprocess::message_queue::size_type got;
      unsigned priority;
      queue_.receive(buffer_.data(), buffer_.size(), got, priority);
      return {buffer_.data(), got};
    }
    void Done() {}

   private:
    boost::interprocess::message_queue& queue_;
    std::vector<char> buffer_;
  };

 private:
  size_t bytes_;
  std::string name_;
  boost::interprocess::message_queue queue_;
};

}  // namespace bench

#endif  // FMMQ_BENCH_TRANSPORTS_BOOST_QUEUE_H_
