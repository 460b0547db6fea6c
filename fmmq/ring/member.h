// A member's reading half in a group of a lossless queue: claim records, use them in place,
// release.
#ifndef FMMQ_RING_MEMBER_H_
#define FMMQ_RING_MEMBER_H_

#include <cstdint>
#include <utility>

#include "fmmq/base/bytes.h"
#include "fmmq/base/status.h"
#include "fmmq/ring/view.h"

namespace fmmq::ring {

// One member's private state. Its seat is the caller's alone; so is the group's cursor, when the
// group is exclusive.
//
//          Claim                          Release
//   idle  -------->  [begin, end) held  ----------->  idle
//         intent begin+1, cursor = end    intent 0
template <typename A>
class Member {
 public:
  Member(const View<A>& view, uint32_t seat, uint32_t group, bool exclusive)
      : view_(view),
        own_(&view.seats[seat]),
        group_(group),
        cursor_(&view.groups[group].cursor),
        exclusive_(exclusive),
        next_(LoadCursor()),
        evicted_(next_) {}

  bool holds() const { return begin_ != end_; }
  uint64_t end() const { return end_; }

  // Takes the next message, and with max_messages > 1 more that follow, and aborted records among
  // them; says how many messages, of how many bytes together. The first must not be longer than
  // `max_bytes`: kBufferTooSmall, *bytes says how long it is.
  Code Claim(uint64_t max_messages, uint64_t max_bytes, uint64_t* messages, uint64_t* bytes) {
    for (int tries = 0; tries < kMaxTries; ++tries) {
      const uint64_t cursor = exclusive_ ? next_ : LoadCursor();
      const Record first = view_.LookAt(cursor);
      *bytes = first.bytes;
      if (!first.present()) {
        Waits(cursor);
        if (!exclusive_ && LoadCursor() != cursor) continue;  // another member was faster
        return first.found == Found::kNothing ? Code::kEmpty : Code::kCorrupt;
      }
      if (first.bytes > max_bytes) return Code::kBufferTooSmall;
      uint64_t end = cursor + first.blocks;
      *messages = first.found == Found::kMessage ? 1 : 0;
      if (*messages == 0) end = view_.SkipAborted(cursor, end);  // a run of them is one claim
      if (*messages != 0 && max_messages > 1) Extend(cursor, max_messages, &end, messages, bytes);
      const bool batch = end != cursor + first.blocks;
      if (!Take(cursor, end, batch)) continue;
      if (*messages != 0) return Code::kOk;
      Release();  // nothing but aborted records
    }
    return Code::kBusy;
  }

  // The everyday case of Claim, for one message, in few instructions. False: nothing was taken, and
  // Claim says why.
  [[gnu::always_inline]] bool ClaimAtOnce(uint64_t max_bytes, uint64_t* bytes) {
    const uint64_t cursor = Cursor();
    if (view_.IsMessage(cursor, max_bytes, bytes)) {
      return Take(cursor, cursor + view_.Blocks(*bytes), /*batch=*/false);
    }
    Waits(cursor);
    return false;
  }

  // The everyday case of claiming, copying and releasing one message, in few instructions. False:
  // nothing was taken, and Claim says why. `known`: as for View::ReadAhead.
  //
  // An exclusive member copies first and then moves the cursor, which alone protects the message
  // until then: no intent, and nothing to adopt should it die.
  [[gnu::always_inline]] bool Read(MutableBytes buffer, uint64_t known, uint64_t* position,
                                   uint64_t* bytes) {
    const bool exclusive = exclusive_;
    const uint64_t cursor = exclusive ? next_ : LoadCursor();
    if (!view_.IsMessage(cursor, buffer.size(), bytes)) {
      Waits(cursor);
      return false;
    }
    const uint64_t end = cursor + view_.Blocks(*bytes);
    if (!exclusive && !Take(cursor, end, /*batch=*/false)) return false;
    view_.ReadAhead(cursor, *bytes, known);
    A::CopyOut(buffer.data(), view_.Data(cursor), static_cast<size_t>(*bytes));
    *position = cursor;
    if (!exclusive) {
      Release();
    } else {
      next_ = end;
      cursor_->store(end, std::memory_order_release);  // E4
      if (base::kMayEvict && view_.evicts) EvictUpTo(cursor);
    }
    return true;
  }

  // The next message of what is held, from *position on: kOk moves *position behind it; kEmpty when
  // there is none left.
  Code Next(uint64_t* position, uint64_t* at, uint64_t* bytes) const {
    while (*position != end_) {
      const Record record = view_.LookAt(*position);
      if (!record.present() || record.blocks > end_ - *position) return Code::kCorrupt;
      *at = *position;
      *bytes = record.bytes;
      *position += record.blocks;
      if (record.found == Found::kMessage) return Code::kOk;
    }
    return Code::kEmpty;
  }

  uint64_t begin() const { return begin_; }

  // Whether room was given back since the last time that this was asked.
  bool TakeFreed() { return std::exchange(freed_, false); }

  // Gives the room back to writers: the messages are done with.
  void Release() {
    if (base::kMayEvict && exclusive_ && view_.evicts) EvictUpTo(begin_);
    begin_ = end_;
    freed_ = true;
    own_->intent.store(0, std::memory_order_release);           // E4
    if (batch_) own_->end.store(0, std::memory_order_release);  // I6: after intent
  }

  // Where the group stands, as far as this member can know.
  uint64_t Cursor() const { return exclusive_ ? next_ : LoadCursor(); }

 private:
  // The caches let go of the lines before `position`, eight blocks at a time: a line of
  // descriptors. Not of what was read last: only when more was there at once does a writer stream,
  // and only then does it pay. Not when other groups read the same lines. Members that share a
  // cursor move it by locked operations, which would wait for it.
  void EvictUpTo(uint64_t position) {
    if (Distance(look_again_, position) >= 0) {
      look_again_ = position + view_.block_count / 8;
      evicts_ = !OthersRead();
    }
    constexpr uint64_t kStep = base::kCacheLineBytes / sizeof(uint64_t);
    const uint64_t end = position / kStep * kStep;
    for (uint64_t at = evicted_ / kStep * kStep; evicts_ && Distance(at, end) > 0; at += kStep) {
      A::Evict(&view_.Descriptor(at), base::kCacheLineBytes);
      A::Evict(view_.Data(at), static_cast<size_t>(kStep) << view_.block_shift);
    }
    evicted_ = position;
  }

  // Nothing is there at `cursor`: no stream, for now.
  void Waits(uint64_t cursor) {
    if (base::kMayEvict) evicted_ = cursor;
  }

  // Relaxed, and whatever peers say there: it only costs speed.
  bool OthersRead() const {
    for (uint32_t i = 0; i < view_.group_count; ++i) {
      if (i == group_) continue;
      if (format::HoldsWriters(view_.groups[i].state.load(std::memory_order_relaxed))) return true;
    }
    return false;
  }

  uint64_t LoadCursor() const { return cursor_->load(std::memory_order_acquire); }

  void Extend(uint64_t cursor, uint64_t max_messages, uint64_t* end, uint64_t* messages,
              uint64_t* bytes) const {
    while (*messages < max_messages) {
      const Record record = view_.LookAt(*end);
      if (!record.present() || *end + record.blocks - cursor > view_.block_count) return;
      *end += record.blocks;
      *bytes += record.bytes;
      if (record.found == Found::kMessage) ++*messages;
    }
  }

  // The intent is stored before the cursor moves: at no moment does neither hold the record back.
  bool Take(uint64_t cursor, uint64_t end, bool batch) {
    batch_ = batch;
    if (batch) {
      own_->intent.store(0, std::memory_order_release);  // the end word changes only now
      own_->end.store(end, std::memory_order_release);
    }
    own_->intent.store(cursor + 1, std::memory_order_release);
    if (!MoveCursor(cursor, end)) {
      Release();
      return false;
    }
    begin_ = cursor;
    end_ = next_ = end;
    return true;
  }

  bool MoveCursor(uint64_t cursor, uint64_t end) {
    if (exclusive_) {
      cursor_->store(end, std::memory_order_release);  // E3
      return true;
    }
    return cursor_->compare_exchange_strong(cursor, end, std::memory_order_release,
                                            std::memory_order_relaxed);  // E3
  }

  View<A> view_;
  format::Seat<typename A::Word>* own_;
  uint32_t group_;
  typename A::Word* cursor_;
  bool exclusive_;
  bool batch_ = false;
  bool freed_ = false;
  uint64_t next_;     // an exclusive member's cursor: it alone moves it
  uint64_t evicted_;  // up to here; or nothing was there behind it, and what lies before stays
  uint64_t look_again_ = next_;  // here: whether others read, too
  bool evicts_ = false;
  uint64_t begin_ = 0;
  uint64_t end_ = 0;  // == begin_: nothing held
};

}  // namespace fmmq::ring

#endif  // FMMQ_RING_MEMBER_H_
