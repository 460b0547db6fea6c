// A POSIX message queue (mq_overview(7)), as deep as the system allows.
#ifndef FMMQ_BENCH_TRANSPORTS_POSIX_QUEUE_H_
#define FMMQ_BENCH_TRANSPORTS_POSIX_QUEUE_H_

#include <fcntl.h>
#include <mqueue.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "bench/harness/transport.h"
#include "bench/transports/descriptor.h"

namespace bench {

class PosixQueue {
 public:
  explicit PosixQueue(const Shape& shape) : bytes_(shape.message_bytes) {
    const std::string name = "/" + UniqueName();
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_MSGQUEUE, &all);  // best effort
    mq_attr attributes{};
    attributes.mq_msgsize = static_cast<long>(bytes_);
    // 10 without privilege (/proc/sys/fs/mqueue/msg_max).
    const size_t slots = shape.ring_bytes / shape.message_bytes;
    for (const size_t depth : {std::clamp<size_t>(slots, 10, 65536), size_t{1024}, size_t{10}}) {
      attributes.mq_maxmsg = static_cast<long>(depth);
      const mqd_t queue = mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
      if (queue < 0) continue;
      queue_ = Descriptor(queue);
      mq_unlink(name.c_str());
      return;
    }
  }

  class Sender {
   public:
    Sender(PosixQueue& queue, int) : fd_(queue.queue_.get()) {}
    void Send(std::string_view message) {
      Must(mq_send(fd_, message.data(), message.size(), 0), "mq_send");
    }
    void Flush() {}

   private:
    int fd_;
  };

  class Receiver {
   public:
    Receiver(PosixQueue& queue, int) : fd_(queue.queue_.get()), buffer_(queue.bytes_) {}
    std::string_view Receive() {
      const long got = mq_receive(fd_, buffer_.data(), buffer_.size(), nullptr);
      return {buffer_.data(), static_cast<size_t>(Must(got, "mq_receive"))};
    }
    void Done() {}

   private:
    int fd_;
    std::vector<char> buffer_;
  };

 private:
  size_t bytes_;
  Descriptor queue_;
};

}  // namespace bench

#endif  // FMMQ_BENCH_TRANSPORTS_POSIX_QUEUE_H_
