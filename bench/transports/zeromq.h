// ZeroMQ over ipc: a PUSH and a PULL socket for each receiver.
#ifndef FMMQ_BENCH_TRANSPORTS_ZEROMQ_H_
#define FMMQ_BENCH_TRANSPORTS_ZEROMQ_H_

#include <unistd.h>
#include <zmq.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "bench/harness/transport.h"
#include "bench/transports/descriptor.h"

namespace bench {

class ZeroMq {
 public:
  explicit ZeroMq(const Shape& shape) : shape_(shape), path_("/tmp/" + UniqueName()) {}
  ~ZeroMq() {
    for (int i = 0; i < shape_.receivers; ++i) unlink(Path(i).c_str());
  }
  ZeroMq(const ZeroMq&) = delete;
  ZeroMq& operator=(const ZeroMq&) = delete;

  class Sender {
   public:
    Sender(ZeroMq& transport, int) : context_(zmq_ctx_new()) {
      for (int i = 0; i < transport.shape_.receivers; ++i) {
        sockets_.push_back(transport.Socket(context_, ZMQ_PUSH));
        Must(zmq_connect(sockets_.back(), transport.Address(i).c_str()), "zmq_connect");
      }
    }
    // Messages are still on their way until the context ends.
    ~Sender() {
      for (void* const socket : sockets_) zmq_close(socket);
      zmq_ctx_term(context_);
    }
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;

    void Send(std::string_view message) {
      for (void* const socket : sockets_) {
        Must(zmq_send(socket, message.data(), message.size(), 0), "zmq_send");
      }
    }
    void Flush() {}

   private:
    void* context_;
    std::vector<void*> sockets_;
  };

  class Receiver {
   public:
    Receiver(ZeroMq& transport, int index)
        : context_(zmq_ctx_new()),
          socket_(transport.Socket(context_, ZMQ_PULL)),
          buffer_(transport.shape_.message_bytes) {
      Must(zmq_bind(socket_, transport.Address(index).c_str()), "zmq_bind");
    }
    std::string_view Receive() {
      const long got = zmq_recv(socket_, buffer_.data(), buffer_.size(), 0);
      return {buffer_.data(), static_cast<size_t>(Must(got, "zmq_recv"))};
    }
    void Done() {}

   private:
    void* context_;
    void* socket_;
    std::vector<char> buffer_;
  };

 private:
  std::string Path(int index) const { return path_ + "." + std::to_string(index); }
  std::string Address(int index) const { return "ipc://" + Path(index); }

  // As many messages on their way as a ring holds, or ZeroMQ's default if that is more.
  void* Socket(void* context, int type) const {
    void* const socket = zmq_socket(context, type);
    const int room =
        static_cast<int>(std::max<size_t>(1000, shape_.ring_bytes / shape_.message_bytes));
    zmq_setsockopt(socket, ZMQ_SNDHWM, &room, sizeof(room));
    zmq_setsockopt(socket, ZMQ_RCVHWM, &room, sizeof(room));
    return socket;
  }

  Shape shape_;
  std::string path_;
};

}  // namespace bench

#endif  // FMMQ_BENCH_TRANSPORTS_ZEROMQ_H_
