// The shared string. Input: m or q, then operations on it.
//
// m: the string's own code over memory of exactly its size; its capacity (a size), then operations.
// Writers come in between the steps of a reader, and may die half-way. What must hold: a reader
// gets a whole value that was set, and its version; or it is told why not.
//
//   S s      set s bytes                 L s n   load into s bytes; a writer sets something at
//   d s n    a writer of s bytes dies            each step from the nth on, n steps long
//            at its nth step             r v     the control words become what v says (support/
//                                                scribbler.h): from now on any bytes may come,
//                                                but only from the buffers
//
// q: through a Queue, with a peer's stores to the string's words in between. What must hold: each
// answer is the one that the words call for.
//
//   S s      set    s s  get    V n  wait for another version than n    ! ...  store
#include "fmmq/value/shared_string.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fmmq/base/relaxed_copy.h"
#include "fmmq/fmmq.h"
#include "fuzz/support/bounded.h"
#include "fuzz/support/exact.h"
#include "fuzz/support/input.h"
#include "fuzz/support/require.h"
#include "fuzz/support/scribbler.h"
#include "fuzz/support/window.h"

namespace fmmq::fuzz {
namespace {

constexpr int kMaxOperations = 200;

// ---- the code alone ----

// What happens in between the steps of whoever uses the string.
struct Steps {
  uint32_t taken = 0;
  uint32_t first = 0;  // the steps at which `happens` is called
  uint32_t last = 0;
  void (*happens)(void* context) = nullptr;
  void* context = nullptr;
};
Steps steps;

void Step() {
  if (steps.happens == nullptr || ++steps.taken < steps.first || steps.taken >= steps.last) return;
  const Steps now = steps;
  steps.happens = nullptr;
  now.happens(now.context);
  steps = now;
}

class SteppedWord {
 public:
  uint64_t load(std::memory_order) const {
    Step();
    return value_;
  }
  void store(uint64_t value, std::memory_order) {
    Step();
    value_ = value;
  }

 private:
  uint64_t value_ = 0;
};

struct SteppedAtomics {
  using Word = SteppedWord;
  static void Fence(std::memory_order) { Step(); }
  static void CopyIn(void* shared, const void* source, size_t size) {
    Step();
    base::CopyToShared(shared, source, size / 2 / 8 * 8);
    Step();
    base::CopyToShared(shared, source, size);
  }
  static void CopyOut(void* target, const void* shared, size_t size) {
    Step();
    base::CopyFromShared(target, shared, size / 2 / 8 * 8);
    Step();
    base::CopyFromShared(target, shared, size);
  }
};

class InMemory {
 public:
  explicit InMemory(Input input)
      : input_(input),
        capacity_(static_cast<uint32_t>(input_.Size())),
        buffer_bytes_(format::StringBufferBytes(capacity_)) {
    for (int i : {0, 1}) {
      buffers_[i] = std::make_unique<uint64_t[]>(static_cast<size_t>(buffer_bytes_ / 8));
      view_.buffers[i] = reinterpret_cast<std::byte*>(buffers_[i].get());
    }
    view_.control = &control_;
    view_.capacity = capacity_;
    values_.push_back({0, ""});
  }

  void All() {
    for (int left = kMaxOperations; left != 0 && !input_.empty(); --left) {
      switch (input_.Letter("SLdr")) {
        case 'S':
          Set(input_.Size() % (capacity_ + size_t{1}));
          break;
        case 'L':
          Load();
          break;
        case 'd':
          Die();
          break;
        default:
          Spoil();
      }
    }
  }

 private:
  uint64_t Version() const { return control_.version.load(std::memory_order_relaxed); }

  void Set(size_t size) {
    const Exact value(std::string(size, static_cast<char>('a' + ++serial_ % 26)));
    values_.push_back({Version() + 1, std::string(value.view())});
    value::StoreString(view_, value.bytes());
  }

  void Load() {
    Exact buffer(input_.Size());
    const uint32_t first = input_.Number() % 32;
    steps = {0, first, first + first, [](void* self) { static_cast<InMemory*>(self)->Set(7); },
             this};
    if (first > 16 || capacity_ < 7) steps.happens = nullptr;
    uint64_t version = 0, bytes = 0;
    const Code code = value::LoadString(view_, buffer.space(), &version, &bytes);
    steps = {};
    if (spoiled_) return JudgeSpoiled(code, version, bytes, buffer);
    if (first > 16 || capacity_ < 7) FUZZ_REQUIRE(code != Code::kBusy && version == Version());
    if (code == Code::kBusy) return;
    const std::string value = ValueOf(version);
    FUZZ_REQUIRE(bytes == value.size());
    FUZZ_REQUIRE_CODE(bytes <= buffer.size() ? Code::kOk : Code::kBufferTooSmall, code);
    if (code == Code::kOk) FUZZ_REQUIRE(buffer.view().substr(0, value.size()) == value);
  }

  std::string ValueOf(uint64_t version) const {
    const auto found = std::find_if(values_.begin(), values_.end(),
                                    [version](const auto& one) { return one.first == version; });
    FUZZ_REQUIRE(found != values_.end());
    return found->second;
  }

  void JudgeSpoiled(Code code, uint64_t version, uint64_t bytes, const Exact& buffer) {
    if (code == Code::kBusy) return;
    const Code wanted = bytes > capacity_       ? Code::kCorrupt
                        : bytes > buffer.size() ? Code::kBufferTooSmall
                                                : Code::kOk;
    FUZZ_REQUIRE_CODE(wanted, code);
    if (code != Code::kOk || version != Version()) return;
    const auto* const shown = reinterpret_cast<const char*>(view_.buffers[version & 1]);
    FUZZ_REQUIRE(std::equal(shown, shown + bytes, buffer.data()));
  }

  // What a writer leaves that got so far: the version is still the old one.
  void Die() {
    const Exact value(std::string(input_.Size() % (capacity_ + size_t{1}), 'D'));
    const uint32_t step = input_.Number() % 3;
    const uint64_t next = (Version() + 1) & 1;
    SteppedAtomics::CopyIn(view_.buffers[next], value.data(),
                           step == 0 ? value.size() / 2 : value.size());
    if (step == 2) control_.bytes[next].store(value.size(), std::memory_order_relaxed);
  }

  void Spoil() {
    spoiled_ = true;
    SteppedWord& word = control_.bytes[input_.Below(2)];
    switch (input_.Letter("01fcvr")) {
      case '0':
        return word.store(0, std::memory_order_relaxed);
      case '1':
        return word.store(capacity_ + uint64_t{1}, std::memory_order_relaxed);
      case 'f':
        return word.store(~uint64_t{0}, std::memory_order_relaxed);
      case 'c':
        return word.store(capacity_, std::memory_order_relaxed);
      case 'v':
        return control_.version.store(~uint64_t{0}, std::memory_order_relaxed);
      default:
        return word.store(input_.Word(), std::memory_order_relaxed);
    }
  }

  Input input_;
  uint32_t capacity_;
  uint64_t buffer_bytes_;
  std::unique_ptr<uint64_t[]> buffers_[2];
  format::StringControl<SteppedWord> control_;
  value::StringView<SteppedAtomics> view_;
  std::vector<std::pair<uint64_t, std::string>> values_;  // with their versions
  uint32_t serial_ = 0;
  bool spoiled_ = false;
};

// ---- through a queue ----

class InQueue {
 public:
  explicit InQueue(Input input)
      : input_(input),
        capacity_(1 + input_.Size()),
        queue_(MakeQueue(capacity_)),
        window_(queue_.fd()) {
    window_.MarkAll();
  }

  void All() {
    for (int left = kMaxOperations; left != 0 && !input_.empty(); --left) {
      switch (input_.Letter("SsV!")) {
        case 'S':
          Set(input_.Size());
          break;
        case 's':
          Get(input_.Size());
          break;
        case 'V':
          Wait(input_.Number());
          break;
        default:
          Scribble(window_, input_);
      }
    }
  }

 private:
  static Queue MakeQueue(size_t capacity) {
    Options options;
    options.capacity = 4096;
    options.seats = 2;
    options.groups = 1;
    options.string_size = static_cast<uint32_t>(capacity);
    Result<Queue> queue = Queue::CreateAnonymous("shared_string", options);
    FUZZ_REQUIRE_CODE(Code::kOk, queue.code());
    return std::move(*queue);
  }

  static Deadline Soon() { return Deadline::In(std::chrono::microseconds(100)); }

  void Set(size_t size) {
    Exact value(size);
    for (size_t i = 0; i < size; ++i)
      value.data()[i] = static_cast<char>(Window::kMark | (++serial_ * 3));
    const uint64_t before = window_.string().version.load();
    const Code code = queue_.SetString(value.bytes(), Soon()).code();
    FUZZ_REQUIRE_CODE(size > capacity_ ? Code::kTooLarge : Code::kOk, code);
    if (code != Code::kOk) return;
    FUZZ_REQUIRE(window_.string().version.load() == before + 1);
    FUZZ_REQUIRE(window_.string().bytes[(before + 1) & 1].load() == size);
    const auto* const shown = window_.string_buffer((before + 1) & 1);
    FUZZ_REQUIRE(
        std::equal(value.data(), value.data() + size, reinterpret_cast<const char*>(shown)));
  }

  void Get(size_t room) {
    const uint64_t version = window_.string().version.load();
    const uint64_t bytes = version == 0 ? 0 : window_.string().bytes[version & 1].load();
    const Code wanted = bytes > capacity_ ? Code::kCorrupt
                        : bytes > room    ? Code::kBufferTooSmall
                                          : Code::kOk;
    Exact buffer(room);
    const Result<StringInfo> info = queue_.GetString(buffer.space());
    FUZZ_REQUIRE_CODE(wanted, info.code());
    FUZZ_REQUIRE(info->version == version && info->size == bytes);
    if (!info.ok()) return;
    const auto* const shown = reinterpret_cast<const char*>(window_.string_buffer(version & 1));
    FUZZ_REQUIRE(std::equal(shown, shown + bytes, buffer.data()));
  }

  void Wait(uint64_t version) {
    if (--waits_left_ < 0) return;
    const uint64_t current = window_.string().version.load();
    const Result<uint64_t> changed = queue_.WaitString(version, Soon());
    FUZZ_REQUIRE_CODE(current == version ? Code::kTimeout : Code::kOk, changed.code());
    FUZZ_REQUIRE(*changed == current);
  }

  Input input_;
  size_t capacity_;
  Queue queue_;
  Window window_;
  int waits_left_ = 20;
  uint32_t serial_ = 0;
};

}  // namespace
}  // namespace fmmq::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fmmq::fuzz;
  Input input(data, size);
  if (input.Letter("mq") == 'm') {
    Bounded([&] { return InMemory(input).All(), 0; });
  } else {
    Bounded([&] { return InQueue(input).All(), 0; });
  }
  return 0;
}
