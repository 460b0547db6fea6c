// Eclipse iceoryx 2: publish and subscribe without a copy in between, with back-pressure, polling.
// Its daemon, iox-roudi, runs for as long as the transport lives.
#ifndef FMMQ_BENCH_TRANSPORTS_ICEORYX_H_
#define FMMQ_BENCH_TRANSPORTS_ICEORYX_H_

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <iceoryx_hoofs/log/logmanager.hpp>
#include <iceoryx_posh/popo/untyped_publisher.hpp>
#include <iceoryx_posh/popo/untyped_subscriber.hpp>
#include <iceoryx_posh/runtime/posh_runtime.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/harness/process.h"
#include "bench/harness/transport.h"
#include "bench/transports/descriptor.h"

namespace bench {

class Iceoryx {
 public:
  explicit Iceoryx(const Shape& shape) : shape_(shape), instance_(UniqueName()) {
    if (users_++ == 0) StartDaemon();
  }
  ~Iceoryx() {
    if (--users_ != 0) return;
    kill(daemon_, SIGTERM);
    waitpid(daemon_, nullptr, 0);
  }
  Iceoryx(const Iceoryx&) = delete;
  Iceoryx& operator=(const Iceoryx&) = delete;

  class Sender {
   public:
    Sender(Iceoryx& transport, int) {
      Register();
      iox::popo::PublisherOptions options;
      options.subscriberTooSlowPolicy = iox::popo::ConsumerTooSlowPolicy::WAIT_FOR_CONSUMER;
      publisher_ = std::make_unique<iox::popo::UntypedPublisher>(transport.Topic(), options);
      // One who subscribes later would miss what is sent now.
      while (!publisher_->hasSubscribers()) usleep(1000);
      usleep(200'000);
    }
    void Send(std::string_view message) {
      while (true) {
        auto place = publisher_->loan(static_cast<uint32_t>(message.size()));
        if (place.has_error()) {
          Pause();
          continue;
        }
        std::memcpy(place.value(), message.data(), message.size());
        return publisher_->publish(place.value());
      }
    }
    void Flush() {}

   private:
    std::unique_ptr<iox::popo::UntypedPublisher> publisher_;
  };

  class Receiver {
   public:
    Receiver(Iceoryx& transport, int) {
      Register();
      iox::popo::SubscriberOptions options;
      // 256 is its limit, and it has some 200 chunks of 64 KiB and some 30 of 1 MiB.
      const Shape& shape = transport.shape_;
      options.queueCapacity = std::clamp<uint64_t>(shape.ring_bytes / shape.message_bytes, 2,
                                                   shape.message_bytes < 65536 ? 256 : 16);
      options.queueFullPolicy = iox::popo::QueueFullPolicy::BLOCK_PRODUCER;
      subscriber_ = std::make_unique<iox::popo::UntypedSubscriber>(transport.Topic(), options);
    }
    std::string_view Receive() {
      while (true) {
        auto taken = subscriber_->take();
        if (taken.has_error()) {
          Pause();
          continue;
        }
        payload_ = taken.value();
        const auto* header = iox::mepoo::ChunkHeader::fromUserPayload(payload_);
        return {static_cast<const char*>(payload_), header->userPayloadSize()};
      }
    }
    void Done() { subscriber_->release(payload_); }

   private:
    std::unique_ptr<iox::popo::UntypedSubscriber> subscriber_;
    const void* payload_ = nullptr;
  };

 private:
  static void Register() {
    iox::log::LogManager::GetLogManager().SetDefaultLogLevel(
        iox::log::LogLevel::kOff, iox::log::LogLevelOutput::kHideLogLevel);
    const std::string name = "bench-" + std::to_string(getpid());
    iox::runtime::PoshRuntime::initRuntime(
        iox::RuntimeName_t(iox::cxx::TruncateToCapacity, name.c_str()));
  }
  // A pair of queues has two topics.
  iox::capro::ServiceDescription Topic() const {
    return {"bench", iox::capro::IdString_t(iox::cxx::TruncateToCapacity, instance_.c_str()),
            "run"};
  }

  // Waits until the daemon says that it is ready.
  void StartDaemon() {
    int ends[2];
    Must(pipe(ends), "pipe");
    const Descriptor output(ends[0]);
    Descriptor input(ends[1]);
    daemon_ = fork();
    if (daemon_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      dup2(ends[1], STDOUT_FILENO);
      dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
      execlp("iox-roudi", "iox-roudi", "-l", "off", static_cast<char*>(nullptr));
      _exit(127);
    }
    input = Descriptor();
    std::string said;
    char buffer[256];
    for (long got; said.find("ready") == std::string::npos &&
                   (got = read(output.get(), buffer, sizeof(buffer))) > 0;) {
      said.append(buffer, static_cast<size_t>(got));
    }
  }

  Shape shape_;
  std::string instance_;
  static inline int users_ = 0;
  static inline pid_t daemon_ = -1;
};

}  // namespace bench

#endif  // FMMQ_BENCH_TRANSPORTS_ICEORYX_H_
