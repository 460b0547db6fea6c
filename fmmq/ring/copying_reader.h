// Readers of records that writers may overwrite meanwhile: observers, and members where the policy
// lets writers go on. They copy, and then ask whether the copy was good: a seqlock with head as its
// version.
#ifndef FMMQ_RING_COPYING_READER_H_
#define FMMQ_RING_COPYING_READER_H_

#include <cstdint>

#include "fmmq/base/bytes.h"
#include "fmmq/base/status.h"
#include "fmmq/ring/view.h"

namespace fmmq::ring {

// Whether writers have reserved past position + block_count. Ordered after the copy that came
// before it.
template <typename A>
bool Overtaken(const View<A>& view, uint64_t position) {
  A::Fence(std::memory_order_acquire);  // E5
  const uint64_t head = view.control->head.load(std::memory_order_relaxed);
  return Distance(position, head) > static_cast<int64_t>(view.block_count);
}

// The first record in [from, head), or head.
template <typename A>
uint64_t FindRecord(const View<A>& view, uint64_t from, uint64_t head) {
  for (uint64_t left = view.block_count; from != head && left != 0; ++from, --left) {
    if (view.LookAt(from).present()) return from;
  }
  return head;
}

// Where a lapped reader goes on: a quarter of the ring ahead of the oldest, or it would be lapped
// again at once.
template <typename A>
uint64_t ResyncPosition(const View<A>& view) {
  const uint64_t head = view.Head();
  return FindRecord(view, head - view.block_count / 4 * 3, head);
}

// The oldest record that is still whole. While the ring was not full once, that is the very first.
template <typename A>
uint64_t OldestPosition(const View<A>& view) {
  const uint64_t head = view.Head();
  return head <= view.block_count ? 0 : FindRecord(view, head - view.block_count, head);
}

enum class Copied {
  kMessage,  // the copy is whole
  kAborted,  // nothing to deliver: step over it
  kTooLong,  // *record says how long the message is
  kNothing,  // not written yet
  kOvertaken,
  kCorrupt,
};

// Copies what stands at `position` and judges the copy.
template <typename A>
Copied CopyRecord(const View<A>& view, uint64_t position, MutableBytes buffer, Record* record) {
  *record = view.LookAt(position);
  switch (record->found) {
    case Found::kNothing:
      return Copied::kNothing;
    case Found::kPassed:
    case Found::kImpossible:
      return Overtaken(view, position) ? Copied::kOvertaken : Copied::kCorrupt;
    case Found::kAborted:
      return Overtaken(view, position) ? Copied::kOvertaken : Copied::kAborted;
    case Found::kMessage:
      break;
  }
  const bool fits = record->bytes <= buffer.size();
  if (fits) A::CopyOut(buffer.data(), view.Data(position), static_cast<size_t>(record->bytes));
  if (Overtaken(view, position)) return Copied::kOvertaken;
  return fits ? Copied::kMessage : Copied::kTooLong;
}

// An observer's place in the ring: private, so it holds nobody back.
struct PrivateCursor {
  uint64_t position = 0;
  uint64_t Load() const { return position; }
  bool Move(uint64_t, uint64_t to) {
    position = to;
    return true;
  }
};

// A group's place, shared by its members. Moving it with release also says that the copy is done
// (E4): the compat policy holds writers back by this cursor alone while it is lossless.
template <typename A>
struct SharedCursor {
  typename A::Word* word = nullptr;
  uint64_t Load() const { return word->load(std::memory_order_relaxed); }
  bool Move(uint64_t from, uint64_t to) {
    return word->compare_exchange_strong(from, to, std::memory_order_release,
                                         std::memory_order_relaxed);
  }
};

struct Delivery {
  uint64_t position = 0;
  uint64_t bytes = 0;
  uint64_t lost = 0;  // positions that this call skipped
};

// Delivers the next message at `cursor`, which may have to be found first: one resync a call.
template <typename A, typename Cursor>
Code ReadByCopy(const View<A>& view, Cursor& cursor, MutableBytes buffer, Delivery* delivery) {
  bool resynced = false;
  for (int tries = 0; tries < kMaxTries; ++tries) {
    const uint64_t at = cursor.Load();
    Record record;
    switch (CopyRecord(view, at, buffer, &record)) {
      case Copied::kMessage:
        if (!cursor.Move(at, at + record.blocks)) break;
        delivery->position = at;
        delivery->bytes = record.bytes;
        return Code::kOk;
      case Copied::kAborted:
        cursor.Move(at, view.SkipAborted(at, at + record.blocks));
        break;
      case Copied::kTooLong:
        delivery->bytes = record.bytes;
        return Code::kBufferTooSmall;
      case Copied::kOvertaken: {
        if (resynced) return Code::kBusy;
        resynced = true;
        const uint64_t target = ResyncPosition(view);
        if (Distance(at, target) > 0 && cursor.Move(at, target)) delivery->lost += target - at;
        break;
      }
      case Copied::kNothing:
        if (cursor.Load() == at) return Code::kEmpty;
        break;
      case Copied::kCorrupt:
        if (cursor.Load() == at) return Code::kCorrupt;
        break;
    }
  }
  return Code::kBusy;
}

}  // namespace fmmq::ring

#endif  // FMMQ_RING_COPYING_READER_H_
