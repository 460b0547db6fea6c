// Operations of producers, members and observers on one queue, in one thread. What must hold: each
// answer is that of a plain reference model (support/ring_model.h), and so is each byte of each
// message; at the end, what durable groups had not read is there, whole and once.
//
// Input: policy (l lossless, o overwrite, c compat); flags (1 single producer, 2 without the group
// "default"); seats less 1; groups; block size (s 16, m 32, l 64); the lap to begin with (0, or w:
// two laps before its number wraps). Then operations: a letter, and its arguments.
//
//   P p      new producer in place p       J m g k  member m joins group g (k: 1 exclusive,
//   w p s    write s bytes                          2 durable, 4 from the oldest)
//   b p n s  write n messages at once      R m s    read into s bytes     X m n  the same n times
//   r p s    reserve s bytes               k m      peek                  B m n  peek at n
//   c p s    commit s bytes of it          N m      next of those         L m    release
//   a p      abort it                      j m      close
//   E p      end the stream                O o f    observe (f: 1 from the oldest)
//   p p      close                         o o s    look into s bytes     q o    close
//   W        let writers overwrite         D g      drop group g          i      look at everything
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fmmq/fmmq.h"
#include "fuzz/support/bounded.h"
#include "fuzz/support/exact.h"
#include "fuzz/support/input.h"
#include "fuzz/support/require.h"
#include "fuzz/support/ring_model.h"
#include "fuzz/support/window.h"

namespace fmmq::fuzz {
namespace {

constexpr int kMaxOperations = 400;
constexpr size_t kAnySize = 4096;

Options ReadOptions(Input& input) {
  Options options;
  const char policy = input.Letter("loc");
  const uint32_t flags = input.Number();
  options.policy = policy == 'l'   ? Policy::kLossless
                   : policy == 'o' ? Policy::kOverwrite
                                   : Policy::kCompat;
  options.capacity = 4096;
  options.single_producer = (flags & 1) != 0;
  options.default_group = (flags & 2) == 0;
  options.seats = 1 + input.Below(8);
  options.groups = input.Below(5) + (options.default_group ? 1 : 0);
  const char block = input.Letter("sml");
  options.block_size = block == 's' ? 16 : block == 'm' ? 32 : 64;
  return options;
}

Queue MakeQueue(const Options& options) {
  Result<Queue> queue = Queue::CreateAnonymous("ring_operations", options);
  FUZZ_REQUIRE_CODE(Code::kOk, queue.code());
  return std::move(*queue);
}

uint64_t StartOf(Input& input, const Window& window) {
  if (input.Letter("0w") == '0') return 0;
  const uint64_t laps = (uint64_t{1} << 32) - 2;
  window.StartAfterLaps(laps);
  return laps * window.geometry().block_count;
}

std::string GroupName(uint32_t which) {
  return which == 0 ? "default" : which == 1 ? std::string(64, 'g') : std::string(which, 'g');
}

class Run {
 public:
  explicit Run(Input input)
      : input_(input),
        options_(ReadOptions(input_)),
        queue_(MakeQueue(options_)),
        window_(queue_.fd()),
        model_(options_, window_, StartOf(input_, window_)) {}

  void All() {
    for (int left = kMaxOperations; left != 0 && !input_.empty(); --left) {
      const char letter = input_.Letter("PwbrcaEpJRXkBNLjOoqWDi");
      if (!Produce(letter) && !Consume(letter)) Other(letter);
      model_.Check(queue_);
    }
    CloseAll();
    Drain();
    model_.CheckPresence(queue_);
  }

 private:
  // Each message has bytes of its own.
  std::string NewMessage(size_t size) {
    std::string message(size, '\0');
    ++serial_;
    for (size_t i = 0; i < size; ++i) {
      message[i] = static_cast<char>(serial_ * 31 + i * 7 + (i >> 5) * serial_);
    }
    return message;
  }

  bool Produce(char letter) {
    if (std::string_view("PwbrcaEp").find(letter) == std::string_view::npos) return false;
    const int p = static_cast<int>(input_.Below(RingModel::kProducers));
    Producer& producer = producers_[p];
    switch (letter) {
      case 'P':
        if (!producer.is_open()) NewProducer(p);
        break;
      case 'w': {
        const std::string message = NewMessage(input_.Size());
        const Exact bytes(message);
        model_.Write(p, message, producer.TryWrite(bytes.bytes()).code());
        break;
      }
      case 'b':
        WriteBatch(p);
        break;
      case 'r': {
        const size_t size = input_.Size();
        const Result<MutableBytes> place = producer.TryReserve(size);
        if (place.ok()) places_[p] = *place;
        FUZZ_REQUIRE(!place.ok() || place->size() == size);
        model_.Reserve(p, size, place.code());
        break;
      }
      case 'c':
        Commit(p);
        break;
      case 'a':
        model_.Abort(p, producer.Abort().code());
        break;
      case 'E':
        model_.End(p, producer.End().code());
        break;
      default:
        model_.CloseProducer(p, producer.Close().code());
    }
    return true;
  }

  void NewProducer(int p) {
    Result<Producer> made = queue_.NewProducer();
    producers_[p] = std::move(*made);
    model_.NewProducer(p, made.code());
  }

  void WriteBatch(int p) {
    std::vector<std::string> messages(input_.Below(9));
    const size_t size = input_.Size();
    for (std::string& message : messages) message = NewMessage(size + messages.size() % 3);
    const std::vector<ConstBytes> batch(messages.begin(), messages.end());
    const Result<size_t> written = producers_[p].TryWriteBatch(batch.data(), batch.size());
    model_.WriteBatch(p, messages, written.code(), *written);
  }

  void Commit(int p) {
    const size_t size = input_.Size() % (model_.ReservedBytes(p) + 2);
    const std::string message = NewMessage(size);
    if (model_.IsReserved(p) && size <= model_.ReservedBytes(p)) {
      std::copy(message.begin(), message.end(), static_cast<char*>(places_[p].data()));
    }
    model_.Commit(p, message, producers_[p].Commit(size).code());
  }

  bool Consume(char letter) {
    if (std::string_view("JRXkBNLj").find(letter) == std::string_view::npos) return false;
    const int m = static_cast<int>(input_.Below(RingModel::kMembers));
    Consumer& member = members_[m];
    switch (letter) {
      case 'J':
        Join(m);
        break;
      case 'R':
        Read(m, input_.Size());
        break;
      case 'X':
        for (uint32_t left = input_.Below(40); left != 0; --left) Read(m, kAnySize);
        break;
      case 'k': {
        const Result<Message> message = member.TryPeek();
        model_.Peek(m, message.code(), *message);
        break;
      }
      case 'B': {
        const size_t max = input_.Below(40);
        const Result<size_t> count = member.TryPeekBatch(max);
        model_.PeekBatch(m, max, count.code(), *count);
        break;
      }
      case 'N': {
        const Result<Message> message = member.Next();
        model_.Next(m, message.code(), *message);
        break;
      }
      case 'L':
        model_.Release(m, member.Release().code());
        break;
      default:
        model_.CloseMember(m, member.Close().code());
    }
    return true;
  }

  void Join(int m) {
    const std::string name = GroupName(input_.Below(5));
    const uint32_t kind = input_.Number();
    GroupOptions options;
    options.kind = (kind & 1) != 0 ? GroupKind::kExclusive : GroupKind::kShared;
    options.durable = (kind & 2) != 0;
    options.from = (kind & 4) != 0 ? From::kOldest : From::kNow;
    if (!members_[m].is_open()) Join(m, name, options);
  }

  Code Join(int m, const std::string& name, const GroupOptions& options) {
    Result<Consumer> made = queue_.Join(name, options);
    members_[m] = std::move(*made);
    model_.Join(m, name, options, made.code());
    return made.code();
  }

  Code Read(int m, size_t room) {
    Exact buffer(room);
    const Result<Received> received = members_[m].TryRead(buffer.space());
    model_.Read(m, room, received.code(), *received, buffer.data());
    return received.code();
  }

  void Other(char letter) {
    const int o = static_cast<int>(letter == 'W' || letter == 'i' ? 0 : input_.Number());
    const int place = o % RingModel::kObservers;
    switch (letter) {
      case 'O':
        Observe(place, input_.Below(2) != 0 ? From::kOldest : From::kNow);
        break;
      case 'o': {
        Exact buffer(input_.Size());
        const Result<Received> received = observers_[place].TryRead(buffer.space());
        model_.Look(place, buffer.size(), received.code(), *received, buffer.data());
        break;
      }
      case 'q':
        model_.CloseObserver(place, observers_[place].Close().code());
        break;
      case 'W':
        model_.LetWritersOverwrite(queue_.LetWritersOverwrite().code());
        break;
      case 'D': {
        const std::string name = GroupName(static_cast<uint32_t>(o) % 5);
        model_.DropGroup(name, queue_.DropGroup(name).code());
        break;
      }
      default:
        model_.CheckPresence(queue_);
    }
  }

  void Observe(int o, From from) {
    if (observers_[o].is_open()) return;
    Result<Observer> made = queue_.Observe(from);
    observers_[o] = std::move(*made);
    model_.Observe(o, from, made.code());
  }

  void CloseAll() {
    for (int p = 0; p < RingModel::kProducers; ++p)
      model_.CloseProducer(p, producers_[p].Close().code());
    for (int m = 0; m < RingModel::kMembers; ++m) model_.CloseMember(m, members_[m].Close().code());
    for (int o = 0; o < RingModel::kObservers; ++o)
      model_.CloseObserver(o, observers_[o].Close().code());
    model_.Check(queue_);
  }

  // Everything that is left comes. Where every seat is a dead member's, only its group can be
  // joined: once more then.
  void Drain() {
    bool all = true;
    for (int pass = 0; pass < 2; ++pass) {
      all = true;
      for (const GroupInfo& info : model_.DurableGroups()) {
        GroupOptions options;
        options.durable = true;
        options.kind = info.kind;
        if (Join(0, info.name, options) != Code::kOk) {
          all = false;
          continue;
        }
        uint64_t left = 2 * window_.geometry().block_count;
        while (Read(0, kAnySize) == Code::kOk) FUZZ_REQUIRE(--left != 0);
        model_.CloseMember(0, members_[0].Close().code());
      }
      model_.Check(queue_);
    }
    FUZZ_REQUIRE(!all || model_.IsDrained());
  }

  Input input_;
  Options options_;
  Queue queue_;
  Window window_;
  RingModel model_;
  Producer producers_[RingModel::kProducers];
  Consumer members_[RingModel::kMembers];
  Observer observers_[RingModel::kObservers];
  MutableBytes places_[RingModel::kProducers];
  uint32_t serial_ = 0;
};

}  // namespace
}  // namespace fmmq::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fmmq::fuzz;
  Bounded([&] { return Run(Input(data, size)).All(), 0; });
  return 0;
}
