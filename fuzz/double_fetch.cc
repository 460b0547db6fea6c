// Every shared word changes between two loads of it. The core of this target is compiled with words
// that call BeforeAccess first (fuzz/watched_words.bzl); what an operation accessed once is changed
// before it accesses it again, as a peer would that waits for just that.
//
// What must hold is said in support/party.h, and in spite of the changes a message's bytes are
// those of the ring at its position.
//
// Input: policy (l, o, c); flags (1 single producer, 2 without the group "default", 4 a string);
// seats less 1; groups; then operations (support/party.h), and
//   ~ n n bytes   from now on words change: the bytes say, again and again, what they become
//                 (support/scribbler.h); a byte '.' leaves the word as it is
//   _             they do not
//   ! ...         one store at once
#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "fmmq/fmmq.h"
#include "fuzz/support/bounded.h"
#include "fuzz/support/input.h"
#include "fuzz/support/party.h"
#include "fuzz/support/require.h"
#include "fuzz/support/scribbler.h"

namespace fmmq::fuzz {
namespace {

constexpr int kMaxOperations = 200;

// The words that the running operation has accessed.
class Watch {
 public:
  explicit Watch(const Window& window) : window_(window) {}

  void SetChanges(std::string_view changes) {
    changes_ = changes;
    at_ = 0;
  }
  void BeginOperation() { seen_.fill(nullptr); }

  void BeforeAccess(Window::Word* word) {
    if (changes_.empty() || IsFirst(word)) return;
    if (at_ >= changes_.size()) at_ = 0;
    if (changes_[at_] == '.') return void(++at_);
    Input input(reinterpret_cast<const uint8_t*>(changes_.data()) + at_, changes_.size() - at_);
    word->store(ScribbledValue(window_, word->load(), input));
    at_ = changes_.size() - input.Rest().size();
  }

 private:
  // Where two words share a place, the older one is forgotten.
  bool IsFirst(Window::Word* word) {
    Window::Word*& place = seen_[reinterpret_cast<uintptr_t>(word) / sizeof(*word) % seen_.size()];
    const bool first = place != word;
    place = word;
    return first;
  }

  const Window& window_;
  std::string_view changes_;
  size_t at_ = 0;
  std::array<Window::Word*, 1024> seen_ = {};
};
Watch* watch = nullptr;

// The core's own calls while the watch changes a word would change words, too.
struct Watching {
  explicit Watching(Watch* now) { watch = now; }
  ~Watching() { watch = nullptr; }
};

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
  options.string_size = (flags & 4) != 0 ? 100 : 0;
  options.seats = 1 + input.Below(8);
  options.groups = input.Below(4) + (options.default_group ? 1 : 0);
  return options;
}

// Returns how many calls were patient.
int Run(Input input) {
  Result<Queue> queue = Queue::CreateAnonymous("double_fetch", ReadOptions(input));
  FUZZ_REQUIRE_CODE(Code::kOk, queue.code());
  const Window window(queue->fd());
  window.MarkAll();
  Party party(*queue, window, /*alone=*/true);
  Watch own(window);
  const Watching watching(&own);
  std::string letters = std::string(Party::kLetters) + "~~~~_!!";
  letters.erase(letters.find('Q'), 1);  // a mapping that is read only cannot be changed here
  for (int left = kMaxOperations; left != 0 && !input.empty(); --left) {
    own.BeginOperation();
    const char letter = input.Letter(letters);
    if (letter == '~') {
      own.SetChanges(input.Bytes(input.Number() % 64));
    } else if (letter == '_') {
      own.SetChanges({});
    } else if (letter == '!') {
      Scribble(window, input);
    } else {
      party.Operate(letter, input);
    }
  }
  own.SetChanges({});
  party.CloseAll();
  return party.patient_calls();
}

}  // namespace
}  // namespace fmmq::fuzz

// Called by the core before each access of a shared word.
extern "C" void fmmq_before_access(std::atomic<uint64_t>* word) {
  if (fmmq::fuzz::watch != nullptr) fmmq::fuzz::watch->BeforeAccess(word);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fmmq::fuzz;
  Bounded([&] { return Run(Input(data, size)); });
  return 0;
}
