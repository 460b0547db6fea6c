// What transports that live outside of memory need: descriptors that close themselves, names.
#ifndef FMMQ_BENCH_TRANSPORTS_DESCRIPTOR_H_
#define FMMQ_BENCH_TRANSPORTS_DESCRIPTOR_H_

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace bench {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

// What a system call returned. A transport that does not work ends its process; the harness reports
// its row as missing.
inline long Must(long returned, const char* what) {
  if (returned >= 0) return returned;
  std::perror(what);
  std::_Exit(1);
}

// Of this process, for a transport that it makes.
inline std::string UniqueName() {
  static int count = 0;
  return "bench." + std::to_string(getpid()) + "." + std::to_string(++count);
}

}  // namespace bench

#endif  // FMMQ_BENCH_TRANSPORTS_DESCRIPTOR_H_
