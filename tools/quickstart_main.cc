// The two programs of tools/quickstart: a sender and a receiver of messages that check themselves.
//
//   quickstart_main send NAME MESSAGES
//   quickstart_main receive NAME MESSAGES
//
// Either may start first. The receiver prints the verdict: "ok: ..." or "FAILED: ...".
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "fmmq/fmmq.h"
#include "tools/backoff.h"
#include "tools/quickstart_message.h"
#include "tools/report.h"
#include "tools/text.h"

namespace fmmq::tools {
namespace {

using Clock = std::chrono::steady_clock;

// For a peer that has not started yet, or does nothing.
constexpr absl::Duration kPeerLimit = absl::Seconds(30);
// What a sender that is gone left behind is there at once; this is for the repair of its last
// message, should it have died in the middle of it.
constexpr absl::Duration kLastLimit = absl::Milliseconds(500);

int Failed(std::string_view reason) {
  std::printf("FAILED: %.*s\n", static_cast<int>(reason.size()), reason.data());
  return 1;
}

int Failed(const char* what, Status status) {
  return Failed(absl::StrCat(what, ": ", Describe(status)));
}

bool IsLater(Code code) {
  return code == Code::kEmpty || code == Code::kFull || code == Code::kBusy;
}

Status WriteWithin(std::string_view message, Producer* producer) {
  Backoff backoff(kPeerLimit);
  while (true) {
    const Status written = producer->TryWrite(message);
    if (!IsLater(written.code()) || !backoff.Wait()) return written;
  }
}

int Send(Queue* queue, uint64_t messages) {
  Result<Producer> producer = queue->NewProducer();
  if (!producer.ok()) return Failed("the sender", producer.status());
  MessageMaker maker;
  const auto sender = static_cast<uint32_t>(getpid());
  for (uint64_t number = 0; number < messages; ++number) {
    const Status written = WriteWithin(maker.Make(number, sender), &*producer);
    if (!written.ok()) return Failed("the sender", written);
  }
  return 0;
}

// Whether another process lives: a descriptor of it turns readable when it ends, even while nobody
// has waited for it, and never means a later process of the same number.
class ProcessWatch {
 public:
  ~ProcessWatch() {
    if (fd_ >= 0) close(fd_);
  }

  void Start(uint32_t process) {
    fd_ = static_cast<int>(syscall(SYS_pidfd_open, static_cast<pid_t>(process), 0));
    started_ = true;
    was_gone_ = fd_ < 0 && errno == ESRCH;
  }

  // False for a kernel that is too old to tell: kPeerLimit must do then.
  bool Gone() const {
    pollfd ended = {fd_, POLLIN, 0};
    return was_gone_ || (fd_ >= 0 && poll(&ended, 1, 0) == 1);
  }
  bool started() const { return started_; }

 private:
  int fd_ = -1;
  bool started_ = false;
  bool was_gone_ = false;
};

class Receiver {
 public:
  explicit Receiver(Consumer consumer)
      : consumer_(std::move(consumer)), buffer_(MessageMaker::kMaxSize) {}

  // Returns what went wrong, or an empty string.
  std::string Run(uint64_t messages) {
    while (received_ < messages) {
      std::string error = ReceiveOne();
      if (!error.empty()) return error;
    }
    return consumer_.TryRead(buffer_).code() == Code::kEmpty ? "" : "more came than was sent";
  }

  uint64_t bytes() const { return bytes_; }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - first_).count(); }

 private:
  std::string ReceiveOne() {
    const Result<Received> received = Read();
    if (received.code() == Code::kEmpty) {
      return absl::StrCat(sender_.Gone() ? "the sender ended" : "nothing came any more", " after ",
                          received_, " messages");
    }
    if (!received.ok()) return absl::StrCat("the receiver: ", Describe(received.status()));
    const std::string_view message(buffer_.data(), received->size);
    std::string error = maker_.Check(received_, message);
    if (!error.empty()) return error;
    Count(message);
    return "";
  }

  Result<Received> Read() {
    Backoff patience(kPeerLimit);
    Backoff last_patience(kLastLimit);
    while (true) {
      const Result<Received> received = consumer_.TryRead(buffer_);
      if (!IsLater(received.code())) return received;
      const bool gone = patience.idle() && sender_.Gone();
      if (!(gone ? last_patience : patience).Wait()) return Code::kEmpty;
    }
  }

  void Count(std::string_view message) {
    if (!sender_.started()) {
      sender_.Start(ReadHeader(message).sender);
      first_ = Clock::now();
    }
    bytes_ += message.size();
    ++received_;
  }

  Consumer consumer_;
  std::vector<char> buffer_;
  MessageMaker maker_;
  ProcessWatch sender_;
  uint64_t received_ = 0;
  uint64_t bytes_ = 0;
  Clock::time_point first_ = Clock::now();
};

int Receive(Queue* queue, uint64_t messages) {
  Result<Consumer> consumer = queue->Join();
  if (!consumer.ok()) return Failed("the receiver", consumer.status());
  Receiver receiver(std::move(*consumer));
  const std::string error = receiver.Run(messages);
  if (!error.empty()) return Failed(error);
  const double seconds = receiver.seconds();
  const double rate = static_cast<double>(messages) / seconds;
  const double mebibytes = static_cast<double>(receiver.bytes()) / (1 << 20);
  std::printf("%s messages a second, %.0f MiB a second\n",
              Grouped(static_cast<uint64_t>(rate)).c_str(), mebibytes / seconds);
  std::printf("ok: %llu messages, %.1f MiB, in %.2f s; every number and byte as sent\n",
              static_cast<unsigned long long>(messages), mebibytes, seconds);
  return 0;
}

int Run(const std::string& role, const std::string& name, uint64_t messages) {
  Result<Queue> queue = Queue::OpenOrCreate(name);
  if (!queue.ok()) return Failed(name.c_str(), queue.status());
  return role == "send" ? Send(&*queue, messages) : Receive(&*queue, messages);
}

}  // namespace
}  // namespace fmmq::tools

int main(int argc, char** argv) {
  uint64_t messages = 0;
  const std::string role = argc == 4 ? argv[1] : "";
  if ((role != "send" && role != "receive") || !absl::SimpleAtoi(argv[3], &messages)) {
    std::fprintf(stderr, "usage: quickstart_main send|receive NAME MESSAGES\n");
    return 2;
  }
  return fmmq::tools::Run(role, argv[2], messages);
}
