// A pipe: one write(2) a message; the reader takes as much as is there at once.
#ifndef FMMQ_BENCH_TRANSPORTS_PIPE_H_
#define FMMQ_BENCH_TRANSPORTS_PIPE_H_

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include "bench/harness/transport.h"
#include "bench/transports/descriptor.h"

namespace bench {

class Pipe {
 public:
  explicit Pipe(const Shape& shape) : bytes_(shape.message_bytes) {
    int ends[2];
    Must(pipe(ends), "pipe");
    read_ = Descriptor(ends[0]);
    write_ = Descriptor(ends[1]);
    // Best effort: /proc/sys/fs/pipe-max-size may be less.
    fcntl(write_.get(), F_SETPIPE_SZ, 1 << 20);
  }

  class Sender {
   public:
    Sender(Pipe& pipe, int) : fd_(pipe.write_.get()) {}
    // More than PIPE_BUF bytes are not written at once: one sender only, then.
    void Send(std::string_view message) {
      while (!message.empty()) {
        const long written = Must(write(fd_, message.data(), message.size()), "write to the pipe");
        message.remove_prefix(static_cast<size_t>(written));
      }
    }
    void Flush() {}

   private:
    int fd_;
  };

  class Receiver {
   public:
    Receiver(Pipe& pipe, int)
        : fd_(pipe.read_.get()),
          bytes_(pipe.bytes_),
          buffer_(std::max<size_t>(pipe.bytes_ * 2, 64 << 10)) {}
    std::string_view Receive() {
      if (end_ - begin_ < bytes_) Refill();
      return {buffer_.data() + begin_, bytes_};
    }
    void Done() { begin_ += bytes_; }

   private:
    void Refill() {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
      while (end_ < bytes_) {
        const long got = read(fd_, buffer_.data() + end_, buffer_.size() - end_);
        end_ += static_cast<size_t>(Must(got, "read from the pipe"));
      }
    }

    int fd_;
    size_t bytes_;
    std::vector<char> buffer_;
    size_t begin_ = 0, end_ = 0;
  };

 private:
  size_t bytes_;
  Descriptor read_, write_;
};

}  // namespace bench

#endif  // FMMQ_BENCH_TRANSPORTS_PIPE_H_
