// A member's reading half in a group of a lossless queue: claim records, use them in place,
// release.
#ifndef FMMQ_RING_MEMBER_H_
#define FMMQ_RING_MEMBER_H_

#include <cstdint>
#include <utility>

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
      : view_(view), seat_(seat), group_(group), exclusive_(exclusive), next_(LoadCursor()) {}

  bool holds() const { return begin_ != end_; }
  uint64_t end() const { return end_; }

  // Takes the next message, *first, and with max_messages > 1 more that follow, and aborted records
  // among them; *messages says how many messages. The first must not be longer than `max_bytes`:
  // kBufferTooSmall, *first says how long it is.
  Code Claim(uint64_t max_messages, uint64_t max_bytes, uint64_t* messages, Record* first) {
    for (int tries = 0; tries < kMaxTries; ++tries) {
      const uint64_t cursor = exclusive_ ? next_ : LoadCursor();
      *first = view_.LookAt(cursor);
      if (!first->present()) {
        if (!exclusive_ && LoadCursor() != cursor) continue;  // another member was faster
        return first->found == Found::kNothing ? Code::kEmpty : Code::kCorrupt;
      }
      if (first->found == Found::kMessage && first->bytes > max_bytes) return Code::kBufferTooSmall;
      uint64_t end = cursor + first->blocks;
      *messages = first->found == Found::kMessage ? 1 : 0;
      if (*messages == 0) end = view_.SkipAborted(cursor, end);  // a run of them is one claim
      if (*messages != 0 && max_messages > 1) Extend(cursor, max_messages, &end, messages);
      const bool batch = end != cursor + first->blocks;
      if (!Take(cursor, end, batch)) continue;
      if (*messages != 0) return Code::kOk;
      Release();  // nothing but aborted records
    }
    return Code::kBusy;
  }

  // The next message of what is held, from *position on: kOk moves *position behind it; kEmpty when
  // there is none left.
  Code Next(uint64_t* position, Record* record, uint64_t* at) const {
    while (*position != end_) {
      *record = view_.LookAt(*position);
      if (!record->present() || record->blocks > end_ - *position) return Code::kCorrupt;
      *at = *position;
      *position += record->blocks;
      if (record->found == Found::kMessage) return Code::kOk;
    }
    return Code::kEmpty;
  }

  uint64_t begin() const { return begin_; }

  // Whether room was given back since the last time that this was asked.
  bool TakeFreed() { return std::exchange(freed_, false); }

  // Gives the room back to writers: the messages are done with.
  void Release() {
    begin_ = end_;
    freed_ = true;
    Seat().intent.store(0, std::memory_order_release);           // E4
    if (batch_) Seat().end.store(0, std::memory_order_release);  // I6: after intent
  }

  // Where the group stands, as far as this member can know.
  uint64_t Cursor() const { return exclusive_ ? next_ : LoadCursor(); }

 private:
  auto& Seat() const { return view_.seats[seat_]; }
  uint64_t LoadCursor() const {
    return view_.groups[group_].cursor.load(std::memory_order_acquire);
  }

  void Extend(uint64_t cursor, uint64_t max_messages, uint64_t* end, uint64_t* messages) const {
    while (*messages < max_messages) {
      const Record record = view_.LookAt(*end);
      if (!record.present() || *end + record.blocks - cursor > view_.block_count) return;
      *end += record.blocks;
      if (record.found == Found::kMessage) ++*messages;
    }
  }

  // The intent is stored before the cursor moves: at no moment does neither hold the record back.
  bool Take(uint64_t cursor, uint64_t end, bool batch) {
    batch_ = batch;
    if (batch) {
      Seat().intent.store(0, std::memory_order_release);  // the end word changes only now
      Seat().end.store(end, std::memory_order_release);
    }
    Seat().intent.store(cursor + 1, std::memory_order_release);
    if (!MoveCursor(cursor, end)) {
      Release();
      return false;
    }
    begin_ = cursor;
    end_ = next_ = end;
    return true;
  }

  bool MoveCursor(uint64_t cursor, uint64_t end) {
    auto& shared = view_.groups[group_].cursor;
    if (exclusive_) {
      shared.store(end, std::memory_order_release);  // E3
      return true;
    }
    return shared.compare_exchange_strong(cursor, end, std::memory_order_release,
                                          std::memory_order_relaxed);  // E3
  }

  View<A> view_;
  uint32_t seat_;
  uint32_t group_;
  bool exclusive_;
  bool batch_ = false;
  bool freed_ = false;
  uint64_t next_;  // an exclusive member's cursor: it alone moves it
  uint64_t begin_ = 0;
  uint64_t end_ = 0;  // == begin_: nothing held
};

}  // namespace fmmq::ring

#endif  // FMMQ_RING_MEMBER_H_
