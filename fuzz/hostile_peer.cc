// Operations of every kind of handle, in between stores of a peer to any word of the mapping. What
// must hold (support/party.h): each call returns, within a bounded number of steps; a message, and
// the shared string, is bytes of the ring, at the place that its position says; every handle
// closes.
//
// With a second thread that keeps scribbling meanwhile, all but the place holds.
//
// Input: policy (l lossless, o overwrite, c compat); flags (1 single producer, 2 without the group
// "default", 4 a scribbling thread); seats less 1; groups; then operations (support/party.h), and
// "!" with a store (support/scribbler.h).
#include <cstdint>
#include <optional>
#include <string>

#include "fmmq/fmmq.h"
#include "fuzz/support/bounded.h"
#include "fuzz/support/input.h"
#include "fuzz/support/party.h"
#include "fuzz/support/require.h"
#include "fuzz/support/scribbler.h"

namespace fmmq::fuzz {
namespace {

constexpr int kMaxOperations = 300;

struct Shape {
  Options options;
  bool thread = false;
};

Shape ReadShape(Input& input) {
  Shape shape;
  const char policy = input.Letter("loc");
  const uint32_t flags = input.Number();
  Options& options = shape.options;
  options.policy = policy == 'l'   ? Policy::kLossless
                   : policy == 'o' ? Policy::kOverwrite
                                   : Policy::kCompat;
  options.capacity = 4096;
  options.string_size = 1000;
  options.single_producer = (flags & 1) != 0;
  options.default_group = (flags & 2) == 0;
  options.seats = 1 + input.Below(8);
  options.groups = input.Below(5) + (options.default_group ? 1 : 0);
  shape.thread = (flags & 4) != 0;
  return shape;
}

// Returns how many calls were patient.
int Run(Input input) {
  const Shape shape = ReadShape(input);
  Result<Queue> queue = Queue::CreateAnonymous("hostile_peer", shape.options);
  FUZZ_REQUIRE_CODE(Code::kOk, queue.code());
  const Window window(queue->fd());
  window.MarkAll();
  std::optional<ScribblingThread> thread;
  if (shape.thread) thread.emplace(window, input.Word());
  Party party(*queue, window, !shape.thread);
  const std::string letters = std::string(Party::kLetters) + "!!!!!!!!";
  for (int left = kMaxOperations; left != 0 && !input.empty(); --left) {
    const char letter = input.Letter(letters);
    if (letter == '!') {
      Scribble(window, input);
    } else {
      party.Operate(letter, input);
    }
  }
  party.CloseAll();
  return party.patient_calls();
}

}  // namespace
}  // namespace fmmq::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fmmq::fuzz;
  Bounded([&] { return Run(Input(data, size)); });
  return 0;
}
