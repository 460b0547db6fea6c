// fmmq itself, in its several ways of use.
#ifndef FMMQ_BENCH_TRANSPORTS_FMMQ_QUEUE_H_
#define FMMQ_BENCH_TRANSPORTS_FMMQ_QUEUE_H_

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/harness/process.h"
#include "bench/harness/transport.h"
#include "fmmq/fmmq.h"

namespace bench {

enum class Wait { kDefault, kSpin, kSleep, kShort, kLong };

struct FmmqUse {
  bool single_producer = true;
  bool exclusive = true;  // groups of one member
  bool in_place = false;  // Reserve and Peek instead of Write and Read
  uint32_t batch = 1;     // messages of a WriteBatch and a PeekBatch
  Wait wait = Wait::kDefault;
  bool sharing = false;  // all receivers are members of one group
};

inline void Demand(const fmmq::Status& status, const char* what) {
  if (status.ok()) return;
  std::fprintf(stderr, "fmmq: %s: %s\n", what, status.name());
  std::_Exit(1);
}

template <typename T>
T Demand(fmmq::Result<T> result, const char* what) {
  Demand(result.status(), what);
  return *std::move(result);
}

inline fmmq::WaitPolicy PolicyOf(Wait wait) {
  fmmq::WaitPolicy policy;
  if (wait == Wait::kSpin) policy.spin_ns = fmmq::Deadline::kNever;
  if (wait == Wait::kSleep) policy.spin_ns = 0;
  if (wait == Wait::kShort) policy.spin_ns = 2'000;
  if (wait == Wait::kLong) policy.spin_ns = 200'000;
  return policy;
}

template <const FmmqUse& kUse>
class FmmqQueue {
 public:
  explicit FmmqQueue(const Shape& shape) : shape_(shape) {
    fmmq::Options options;
    options.capacity = shape.ring_bytes;
    options.single_producer = kUse.single_producer;
    options.default_group = false;
    options.seats = 128;
    options.groups = 64;
    queue_ = Demand(fmmq::Queue::CreateAnonymous("bench", options), "CreateAnonymous");
    // Durable, so that nothing is missed whoever comes first.
    for (int i = 0; i < shape.receivers; ++i) Join(queue_, i);
  }

  int fd() const { return queue_.fd(); }

  class Sender {
   public:
    static constexpr size_t kKept = kUse.batch;
    Sender(FmmqQueue& transport, int)
        : queue_(Demand(fmmq::Queue::OpenFd(transport.queue_.fd()), "OpenFd")),
          producer_(Demand(queue_.NewProducer(), "NewProducer")) {
      Demand(producer_.SetWaitPolicy(PolicyOf(kUse.wait)), "SetWaitPolicy");
      batch_.resize(kUse.batch);
    }
    void Send(std::string_view message) {
      if (kUse.batch > 1) return Collect(message);
      if (!kUse.in_place) {
        return Demand(producer_.Write(message, fmmq::Deadline::Never()), "Write");
      }
      const auto place = producer_.Reserve(message.size(), fmmq::Deadline::Never());
      Demand(place.status(), "Reserve");
      std::memcpy(place->data(), message.data(), message.size());
      Demand(producer_.Commit(message.size()), "Commit");
    }
    void Flush() {
      size_t done = 0;
      while (done != collected_) {
        const auto written = producer_.TryWriteBatch(batch_.data() + done, collected_ - done);
        if (written.ok()) {
          done += *written;
        } else {
          for (int i = 0; i < 200; ++i) Pause();  // as for ck_ring
        }
      }
      collected_ = 0;
    }

   private:
    void Collect(std::string_view message) {
      batch_[collected_] = message;
      if (++collected_ == kUse.batch) Flush();
    }

    fmmq::Queue queue_;
    fmmq::Producer producer_;
    std::vector<fmmq::ConstBytes> batch_;
    size_t collected_ = 0;
  };

  class Receiver {
   public:
    Receiver(FmmqQueue& transport, int index)
        : queue_(Demand(fmmq::Queue::OpenFd(transport.queue_.fd()), "OpenFd")),
          consumer_(Join(queue_, index)),
          buffer_(transport.shape_.message_bytes) {
      Demand(consumer_.SetWaitPolicy(PolicyOf(kUse.wait)), "SetWaitPolicy");
    }
    std::string_view Receive() {
      if (kUse.batch > 1) return Next();
      if (!kUse.in_place) {
        const auto received = consumer_.Read(fmmq::MutableBytes(buffer_), fmmq::Deadline::Never());
        Demand(received.status(), "Read");
        return {buffer_.data(), received->size};
      }
      const auto message = consumer_.Peek(fmmq::Deadline::Never());
      Demand(message.status(), "Peek");
      return {reinterpret_cast<const char*>(message->bytes.data()), message->bytes.size()};
    }
    void Done() {
      if (kUse.batch > 1) {
        if (--left_ == 0) Demand(consumer_.Release(), "Release");
      } else if (kUse.in_place) {
        Demand(consumer_.Release(), "Release");
      }
    }

   private:
    std::string_view Next() {
      if (left_ == 0) {
        left_ = Demand(consumer_.PeekBatch(kUse.batch, fmmq::Deadline::Never()), "PeekBatch");
      }
      const auto message = consumer_.Next();
      Demand(message.status(), "Next");
      return {reinterpret_cast<const char*>(message->bytes.data()), message->bytes.size()};
    }

    fmmq::Queue queue_;
    fmmq::Consumer consumer_;
    std::vector<char> buffer_;
    size_t left_ = 0;
  };

 private:
  static fmmq::Consumer Join(const fmmq::Queue& queue, int index) {
    fmmq::GroupOptions group;
    group.durable = true;
    group.kind = kUse.exclusive ? fmmq::GroupKind::kExclusive : fmmq::GroupKind::kShared;
    const std::string name = "g" + std::to_string(kUse.sharing ? 0 : index);
    return Demand(const_cast<fmmq::Queue&>(queue).Join(name, group), "Join");
  }

  Shape shape_;
  fmmq::Queue queue_;
};

}  // namespace bench

#endif  // FMMQ_BENCH_TRANSPORTS_FMMQ_QUEUE_H_
