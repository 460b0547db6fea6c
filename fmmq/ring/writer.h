// The writing half of the ring: reserve, fill, publish.
#ifndef FMMQ_RING_WRITER_H_
#define FMMQ_RING_WRITER_H_

#include <cstdint>
#include <utility>

#include "fmmq/base/bytes.h"
#include "fmmq/base/cpu_pause.h"
#include "fmmq/base/prefetch.h"
#include "fmmq/base/relaxed_copy.h"
#include "fmmq/base/status.h"
#include "fmmq/ring/end_of_stream.h"
#include "fmmq/ring/gate.h"
#include "fmmq/ring/view.h"

namespace fmmq::ring {

// How long a big message's claim to the room that appears is honoured, unless it is renewed.
inline constexpr uint64_t kWantedNs = 10'000'000;

// One producer's private state. Its seat, and with it the sole right to write that seat's words, is
// the caller's.
//
//            Reserve                    PublishMessage ... Finish
//   idle  ------------->  [p, p+k) ours  ------------------------>  idle
//         intent p+1, head += k          start with release, intent 0
template <typename A>
class Writer {
 public:
  // The first gate leaves no room, so that the first reservation scans.
  // `clock` says nanoseconds of CLOCK_MONOTONIC.
  Writer(const View<A>& view, uint32_t seat, uint64_t (*clock)())
      : view_(view),
        seat_(seat),
        own_(&view.seats[seat]),
        next_(view.Head()),
        gate_(next_ - view.block_count),
        clock_(clock) {}

  uint64_t begin() const { return begin_; }
  uint64_t blocks() const { return blocks_; }
  bool reserved() const { return blocks_ != 0; }

  // Takes `blocks` blocks, 1 to block_count. kFull, kBusy, kCorrupt, kEndOfStream: nothing was
  // taken. `batch` tells recovery that the whole stretch is one producer's, although its records
  // are published one by one.
  Code Reserve(uint64_t blocks, bool batch = false) {
    if (HasEnded(view_))
      return Code::kEndOfStream;  // and take nothing: head would push out old messages
    return view_.single_producer ? ReserveAlone(blocks, batch) : ReserveAmongMany(blocks, batch);
  }

  // The everyday case of Reserve, for one message of `bytes`, in few instructions. False: nothing
  // was taken, and Reserve says why.
  [[gnu::always_inline]] bool ReserveAtOnce(uint64_t bytes) {
    const uint64_t blocks = view_.Blocks(bytes);
    if (!TakeAtOnce(bytes, blocks, &begin_)) return false;
    blocks_ = blocks;
    return true;
  }

  // The same, and fills and publishes it.
  [[gnu::always_inline]] bool Write(ConstBytes message) {
    const uint64_t blocks = view_.Blocks(message.size());
    uint64_t head;
    if (!TakeAtOnce(message.size(), blocks, &head)) return false;
    CopyIn(head, message);
    PublishMessage(head, message.size(), blocks);
    own_->intent.store(0, std::memory_order_release);  // E4
    return true;
  }

  // Blocks that a reservation could take now, as far as the last look for room showed. Looks again
  // when that is less than `enough`.
  uint64_t Room(uint64_t enough) {
    uint64_t head =
        view_.single_producer ? next_ : view_.control->head.load(std::memory_order_relaxed);
    if (!Fits(head, enough)) Refresh(&head, enough);
    const uint64_t used = head - gate_;
    return used < view_.block_count ? view_.block_count - used : 0;
  }

  // After a reservation that found no room. Small messages take each bit of it as it appears, and a
  // big one would wait for ever: it claims it, by saying where it waits, and the others, when they
  // next look for room, leave it to that one for a moment. True while somebody's claim stands: it
  // has to be renewed, or lapses, and no bell tells. Look again before kWantedNs are over.
  bool Claims(uint64_t blocks) {
    if (view_.single_producer) return false;
    if (blocks < view_.block_count / 8) return held_back_;
    wanted_ = view_.control->head.load(std::memory_order_relaxed) + 1;
    view_.control->wanted_until.store(clock_() + kWantedNs, std::memory_order_relaxed);
    view_.control->wanted.store(wanted_, std::memory_order_relaxed);
    return true;
  }

  // The room is not waited for any more. True: that may have been what others waited for.
  bool DropClaim() {
    if (wanted_ == 0) return false;
    StopWanting();
    return true;
  }

  // Writes the descriptors of a message at `position` inside the reservation; its bytes are in
  // place already. From the last store on, readers have it.
  void PublishMessage(uint64_t position, uint64_t bytes) {
    PublishMessage(position, bytes, view_.Blocks(bytes));
  }
  void PublishMessage(uint64_t position, uint64_t bytes, uint64_t blocks) {
    StoreInteriors(position, blocks);
    view_.Descriptor(position).store(format::StartWord(view_.Lap(position), bytes),
                                     std::memory_order_release);  // E1
  }

  void PublishAborted(uint64_t position, uint64_t blocks) {
    StoreInteriors(position, blocks);
    view_.Descriptor(position).store(format::AbortedWord(view_.Lap(position), blocks),
                                     std::memory_order_release);  // E1
  }

  // Whether a reservation that failed was about to take something: others may have found no room
  // because of that. Asking forgets it.
  bool TakeGaveUp() { return std::exchange(gave_up_, false); }

  // Ends the reservation, all of which is published.
  void Finish() {
    blocks_ = 0;
    ClearIntent();
  }

  void CopyIn(uint64_t position, ConstBytes bytes) {
    A::CopyIn(view_.Data(position), bytes.data(), bytes.size());
  }

 private:
  bool Fits(uint64_t head, uint64_t blocks) const {
    const uint64_t used = head - gate_;  // huge when the cached gate is newer than `head`
    return used <= view_.block_count && blocks <= view_.block_count - used;
  }

  // What ReserveAtOnce and Write have in common: room for a message, and the intent that says so.
  [[gnu::always_inline]] bool TakeAtOnce(uint64_t bytes, uint64_t blocks, uint64_t* position) {
    const bool alone = view_.single_producer;
    const uint64_t head = alone ? next_ : view_.control->head.load(std::memory_order_relaxed);
    if (bytes > view_.max_message_bytes || (blocks_ | wanted_) != 0 || !Fits(head, blocks) ||
        HasEnded(view_)) {
      return false;
    }
    own_->intent.store(head + 1, std::memory_order_release);
    if (alone) {
      next_ = head + blocks;
      view_.control->head.store(next_, std::memory_order_release);  // E2
    } else if (!MoveHead(head, blocks)) {
      GiveUp(Code::kBusy);
      base::Pause(base::kLongPause);  // before the two pull at head's cache line again
      return false;
    } else if (HasEnded(view_)) {
      GiveBack(head, blocks);
      return false;
    }
    A::Fence(std::memory_order_release);  // E5: no payload store may come before head's
    if (base::kPrefetchForWriting) FetchAhead(head, bytes);
    *position = head;
    return true;
  }

  // Stores leave a core in order, each when its cache line has come from the reader that had it, and
  // those of a few messages fill its queue. So the lines of a message that begins kAhead bytes later
  // are asked for now. Only inside the room that it knows of: what lies behind that is still being
  // read. Long copies ask for their lines themselves.
  void FetchAhead(uint64_t head, uint64_t bytes) const {
    constexpr uint64_t kAhead = 1024, kDescriptorsAhead = 32;
    if (bytes >= base::kLongCopy) return;
    if (!Fits(head, ((kAhead + base::kLongCopy) >> view_.block_shift) + kDescriptorsAhead)) return;
    base::PrefetchForWriting(&view_.Descriptor(head + kDescriptorsAhead));
    const std::byte* const ahead = view_.Data(head) + kAhead;
    for (uint64_t i = 0; i < bytes; i += base::kCacheLineBytes) {
      base::PrefetchForWriting(ahead + i);
    }
  }

  Code ReserveAmongMany(uint64_t blocks, bool batch) {
    for (int tries = 0; tries < kMaxTries; ++tries) {
      uint64_t head = view_.control->head.load(std::memory_order_relaxed);
      if (!Fits(head, blocks)) {
        const Code code = Refresh(&head, blocks);
        if (code != Code::kOk) return tries == 0 ? code : GiveUp(code);
      }
      StoreIntent(head, blocks, batch);
      if (MoveHead(head, blocks)) return Take(head, blocks);
    }
    return GiveUp(Code::kBusy);
  }

  // A single producer: it alone moves head, by a plain store.
  Code ReserveAlone(uint64_t blocks, bool batch) {
    uint64_t head = next_;
    if (!Fits(head, blocks)) {
      const Code code = Refresh(&head, blocks);
      if (code != Code::kOk) return code;
    }
    StoreIntent(head, blocks, batch);
    next_ = head + blocks;
    view_.control->head.store(next_, std::memory_order_release);  // E2
    return Take(head, blocks);
  }

  bool MoveHead(uint64_t head, uint64_t blocks) {
    return view_.control->head.compare_exchange_strong(head, head + blocks,
                                                       std::memory_order_acq_rel,  // E2, E8
                                                       std::memory_order_relaxed);
  }

  // Recomputes the gate and loads head anew; but leaves room alone that somebody else claims.
  Code Refresh(uint64_t* head, uint64_t blocks) {
    held_back_ = SomebodyWants(*head);
    if (held_back_ || !ComputeGate(view_, seat_, &gate_)) return Code::kFull;
    if (!view_.single_producer) *head = view_.control->head.load(std::memory_order_relaxed);
    if (Distance(gate_, *head) < 0) return Code::kCorrupt;
    return Fits(*head, blocks) ? Code::kOk : Code::kFull;
  }

  // Whether another producer waits for room at `head`. Not for longer than it may: the word may be
  // a lie.
  bool SomebodyWants(uint64_t head) const {
    const uint64_t wanted = view_.control->wanted.load(std::memory_order_relaxed);
    if (wanted == 0 || wanted == wanted_ || Distance(wanted - 1, head) < 0) return false;
    const int64_t left =
        Distance(clock_(), view_.control->wanted_until.load(std::memory_order_relaxed));
    return left > 0 && left <= static_cast<int64_t>(kWantedNs);
  }

  void StopWanting() {
    if (view_.control->wanted.load(std::memory_order_relaxed) == wanted_) {
      view_.control->wanted.store(0, std::memory_order_relaxed);
    }
    wanted_ = 0;
  }

  Code Take(uint64_t position, uint64_t blocks) {
    A::Fence(std::memory_order_release);  // E5: no payload store may come before head's
    begin_ = position;
    blocks_ = blocks;
    if (wanted_ != 0) StopWanting();
    if (!HasEnded(view_)) return Code::kOk;
    GiveBack(position, blocks);
    return Code::kEndOfStream;
  }

  // The stream ended while the reservation was made.
  void GiveBack(uint64_t position, uint64_t blocks) {
    PublishAborted(position, blocks);
    Finish();
    gave_up_ = true;
  }

  // The end word changes only while the start word is 0, so that nobody pairs it with another
  // claim's start.
  void StoreIntent(uint64_t head, uint64_t blocks, bool batch) {
    if (batch) {
      own_->intent.store(0, std::memory_order_release);
      own_->end.store(head + blocks, std::memory_order_release);  // I6: after intent
    }
    batch_ = batch;
    own_->intent.store(head + 1, std::memory_order_release);
  }

  void ClearIntent() {
    own_->intent.store(0, std::memory_order_release);           // E4
    if (batch_) own_->end.store(0, std::memory_order_release);  // I6: after intent
    batch_ = false;
  }

  Code GiveUp(Code code) {
    ClearIntent();
    gave_up_ = true;
    return code;
  }

  void StoreInteriors(uint64_t position, uint64_t blocks) {
    if (blocks == 1) return;
    const size_t first = view_.Index(position);
    const size_t before_wrap = static_cast<size_t>(view_.block_count) - first;
    const uint32_t lap = view_.Lap(position);
    if (blocks <= before_wrap) return FillInteriors(first + 1, first + blocks, lap);
    FillInteriors(first + 1, first + before_wrap, lap);
    FillInteriors(0, blocks - before_wrap, lap + 1);
  }
  void FillInteriors(size_t begin, size_t end, uint32_t lap) {
    auto* const descriptors = view_.descriptors;
    const uint64_t word = format::InteriorWord(lap);
    for (size_t i = begin; i != end; ++i) descriptors[i].store(word, std::memory_order_relaxed);
  }

  View<A> view_;
  uint32_t seat_;
  format::Seat<typename A::Word>* own_;
  uint64_t next_;  // a single producer's head: it alone moves it
  uint64_t gate_;  // as of the last scan
  uint64_t (*clock_)();
  uint64_t wanted_ = 0;  // what Claims stored last
  uint64_t begin_ = 0;
  uint64_t blocks_ = 0;  // 0: no reservation
  bool batch_ = false;   // the seat's end word is set
  bool gave_up_ = false;
  bool held_back_ = false;  // the last look for room left it to somebody else
};

}  // namespace fmmq::ring

#endif  // FMMQ_RING_WRITER_H_
