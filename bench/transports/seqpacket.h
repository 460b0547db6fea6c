// A pair of Unix sockets that keep messages apart (SOCK_SEQPACKET): one call a message.
#ifndef FMMQ_BENCH_TRANSPORTS_SEQPACKET_H_
#define FMMQ_BENCH_TRANSPORTS_SEQPACKET_H_

#include <sys/socket.h>

#include <string_view>
#include <vector>

#include "bench/harness/transport.h"
#include "bench/transports/descriptor.h"

namespace bench {

class Seqpacket {
 public:
  explicit Seqpacket(const Shape& shape) : bytes_(shape.message_bytes) {
    int ends[2];
    Must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), "socketpair");
    send_ = Descriptor(ends[0]);
    receive_ = Descriptor(ends[1]);
    // Best effort: without privilege, /proc/sys/net/core/wmem_max is the limit.
    const int room = 4 << 20;
    if (setsockopt(ends[0], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)) != 0) {
      setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
    }
  }

  class Sender {
   public:
    Sender(Seqpacket& pair, int) : fd_(pair.send_.get()) {}
    void Send(std::string_view message) {
      Must(send(fd_, message.data(), message.size(), 0), "send to the socket");
    }
    void Flush() {}

   private:
    int fd_;
  };

  class Receiver {
   public:
    Receiver(Seqpacket& pair, int) : fd_(pair.receive_.get()), buffer_(pair.bytes_) {}
    std::string_view Receive() {
      const long got = recv(fd_, buffer_.data(), buffer_.size(), 0);
      return {buffer_.data(), static_cast<size_t>(Must(got, "recv from the socket"))};
    }
    void Done() {}

   private:
    int fd_;
    std::vector<char> buffer_;
  };

 private:
  size_t bytes_;
  Descriptor send_, receive_;
};

}  // namespace bench

#endif  // FMMQ_BENCH_TRANSPORTS_SEQPACKET_H_
