// A hostile peer: stores to words of the mapping. It never writes the header, which is copied and
// checked at attach (open_segment's business), and marks what it writes to data.
#ifndef FMMQ_FUZZ_SUPPORT_SCRIBBLER_H_
#define FMMQ_FUZZ_SUPPORT_SCRIBBLER_H_

#include <atomic>
#include <cstdint>
#include <thread>

#include "fuzz/support/input.h"
#include "fuzz/support/window.h"

namespace fmmq::fuzz {

// One store. Where, and what:
//
//   c i v    word i of the control lines       $ n k s  the descriptor n blocks behind head: k is s
//   s n i v  word i of seat n                           (start), a (aborted), i (interior), o (of
//   g n i v  word i of group n                          the lap before), n (of the next), r (raw);
//   t i v    word i of the shared string's              s the size
//   % i v    word i of data                    & w v    any word
//
// v: 0, 1; f all ones; t the top bit; + n, - n more, less than it is; h n, H n: n behind, before
// head; e the stream's end at head; r raw; M g member of group g; P producer; O observer; L a live
// group's state; J a joining one's; b b the bits.
void Scribble(const Window& window, Input& input);

// What a word that held `old` gets.
uint64_t ScribbledValue(const Window& window, uint64_t old, Input& input);

// A thread that scribbles until it is destroyed, with chance for input.
class ScribblingThread {
 public:
  ScribblingThread(const Window& window, uint64_t seed);
  ~ScribblingThread();
  ScribblingThread(const ScribblingThread&) = delete;
  ScribblingThread& operator=(const ScribblingThread&) = delete;

  uint64_t stores() const { return stores_.load(std::memory_order_relaxed); }

 private:
  void Run(uint64_t seed);

  const Window& window_;
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> stores_{0};
  std::thread thread_;
};

}  // namespace fmmq::fuzz

#endif  // FMMQ_FUZZ_SUPPORT_SCRIBBLER_H_
