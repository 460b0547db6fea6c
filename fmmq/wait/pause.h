// Polling without hammering the line that the other side writes.
#ifndef FMMQ_WAIT_PAUSE_H_
#define FMMQ_WAIT_PAUSE_H_

#include <cstdint>

#include "fmmq/base/cpu_pause.h"
#include "fmmq/ring/view.h"

namespace fmmq::wait {

// When a reader that keeps up leaves the ring alone for a moment.
//
// A reader right behind a writer that streams takes each cache line away from it while it is being
// written, and both crawl. If it lets the writer get ahead, it finds many messages, and both run.
// But where the writer waits for an answer, a pause is nothing but latency. Which of the two it is,
// the pause itself tells: a stream goes on meanwhile, by several messages. So a pause that
// brought them makes the next one longer, one that did not ends them; now and then a short one is
// tried. What one look at head showed is read without looking at it again.
class Drain {
 public:
  // Before a read: whether it is time to look how far writers are. Not before everything was read
  // that the last look showed; and where messages come one by one, only after several that were
  // there at once: a look takes a cache line away from writers.
  bool IsOver(uint64_t position) {
    if (ring::Distance(position, until_) > 0) return false;
    return pauses_ != 0 || ++streak_ >= kStreak;
  }

  // Looks, and perhaps pauses. `head()` loads head; `message_blocks`: a message's likely size.
  template <typename Head>
  void Begin(uint64_t position, uint64_t message_blocks, uint64_t block_count, Head&& head) {
    streak_ = 0;
    until_ = head();
    if (until_ - position >= block_count / 8) return;  // far enough
    if (pauses_ == 0) pauses_ = kFirstPauses;
    const uint64_t before = until_;
    base::Pause(pauses_);
    until_ = head();
    const bool streams = until_ - before >= kStream * message_blocks;
    pauses_ = !streams ? 0 : pauses_ < kMaxPauses ? pauses_ * 2 : pauses_;
  }

  // How far writers have come, as far as the last look showed: a peer's word.
  uint64_t until() const { return until_; }

  // A read found nothing: what is there next is answered at once.
  void Miss() { streak_ = ++misses_ % kTryEvery == 0 ? kStreak : 0; }

 private:
  static constexpr uint32_t kFirstPauses = 8;
  static constexpr uint32_t kMaxPauses = 128;  // some microseconds
  static constexpr uint32_t kStreak = 16;
  static constexpr uint32_t kTryEvery = 256;
  static constexpr uint64_t kStream = 3;  // messages

  uint64_t until_ = 0;
  uint32_t pauses_ = 0;
  uint32_t streak_ = 0;
  uint32_t misses_ = 0;
};

}  // namespace fmmq::wait

#endif  // FMMQ_WAIT_PAUSE_H_
