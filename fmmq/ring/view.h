// The ring as one process sees it: pointers into the mapping, and a private copy of the geometry.
//
// THREAT MODEL for everything in ring/. The words behind these pointers belong to peers that may be
// dead, stopped, buggy or hostile. Each word is loaded once for each decision; positions are masked
// before they index anything; every loop is bounded by private geometry or a constant. A lie costs
// a wrong payload, a stall or kCorrupt; never more.
//
// Memory-order edges, named here and quoted at both their ends:
//   E1 commit    start or aborted descriptor, release
//                -> reader's load of the descriptor, acquire
//   E2 reserve   intent, then head, release
//                -> load of head, acquire: who sees a head past p sees p's intent
//   E3 claim     intent, then cursor, release
//                -> load of cursor, acquire: likewise for members
//   E4 free      last use of a record, then intent, cursor, seat or group, release
//                -> the gate scan's loads, and the fence behind them: the room is free
//   E5 overtake  head, release fence, payload stores
//                -> payload loads, acquire fence, load of head: a torn copy is seen
//   E6 join      group, epoch, seq_cst fence, load of head
//                <-> load of head, scan, seq_cst fence, load of epoch: one sees the other
//   E7 bell      publish, barrier, load of the wait word
//                <-> wait bit, barrier everywhere, look again, sleep: one sees the other
//   E8 end       ended, read-modify-write of head, release
//                -> CAS of head, acquire, then load of ended: no writer after the end
//
// Kernel locks order, too: what their last holder did, also if it died, comes before what the next
// one does. Words that are only read and written under a lock need no order of their own. (A shared
// lock orders its holders after the owner before them, and before the next one; not each other.)
//
// Templates take an atomics policy `A`, so that a model checker can run this very code: tests/model
// weakens each order here, one at a time, and finds what goes wrong.
#ifndef FMMQ_RING_VIEW_H_
#define FMMQ_RING_VIEW_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "fmmq/base/evict.h"
#include "fmmq/base/prefetch.h"
#include "fmmq/format/geometry.h"
#include "fmmq/format/layout.h"
#include "fmmq/format/words.h"
#include "fmmq/ring/hardware_atomics.h"

namespace fmmq::ring {

// Bound of every retry loop over a word that peers change.
inline constexpr int kMaxTries = 64;

// What stands at a position.
enum class Found {
  kMessage,
  kAborted,
  kNothing,     // not written yet in this lap: the ring ends here, or a record is unfinished
  kPassed,      // written in a later lap: the position was overtaken, or the word is a lie
  kImpossible,  // current, but no record can start like this
};

struct Record {
  Found found = Found::kNothing;
  uint64_t bytes = 0;   // of a message
  uint64_t blocks = 0;  // of a message or an aborted record: 1 to block_count
  bool present() const { return found == Found::kMessage || found == Found::kAborted; }
};

template <typename A>
struct View {
  using Word = typename A::Word;

  format::Control<Word>* control = nullptr;
  format::Seat<Word>* seats = nullptr;
  format::Group<Word>* groups = nullptr;
  Word* descriptors = nullptr;
  std::byte* data = nullptr;  // mapped twice in a row
  uint64_t block_count = 0;
  uint64_t max_message_bytes = 0;
  uint32_t block_shift = 0;
  uint32_t lap_shift = 0;
  uint32_t seat_count = 0;
  uint32_t group_count = 0;
  Policy policy = Policy::kLossless;
  bool single_producer = false;
  bool evicts = false;  // what was read: see base/evict.h

  uint32_t Lap(uint64_t position) const {
    return static_cast<uint32_t>((position >> lap_shift) + 1);
  }
  size_t Index(uint64_t position) const {
    return static_cast<size_t>(position & (block_count - 1));
  }
  Word& Descriptor(uint64_t position) const { return descriptors[Index(position)]; }
  std::byte* Data(uint64_t position) const { return data + (Index(position) << block_shift); }

  // An empty message takes a block, too: a zero advance would be an endless loop.
  uint64_t Blocks(uint64_t bytes) const {
    return ((bytes + (uint64_t{1} << block_shift) - 1) >> block_shift) + (bytes == 0 ? 1 : 0);
  }

  uint64_t Head() const { return control->head.load(std::memory_order_acquire); }  // E2

  // Whether writers go on over what groups have not read.
  bool Overwriting() const {
    if (policy != Policy::kCompat) return policy == Policy::kOverwrite;
    return (control->flags.load(std::memory_order_relaxed) & format::kOverwriting) != 0;
  }

  Record LookAt(uint64_t position) const {
    const uint64_t word = Descriptor(position).load(std::memory_order_acquire);  // E1
    const uint32_t lap = Lap(position);
    // Mostly it is a message of one block, or none.
    const uint64_t small = word ^ format::StartWord(lap, 0);
    if (small <= (uint64_t{1} << block_shift)) return {Found::kMessage, small, 1};
    const int32_t laps_ahead = static_cast<int32_t>(format::LapOf(word) - lap);
    if (laps_ahead != 0) return {laps_ahead < 0 ? Found::kNothing : Found::kPassed};
    const format::Kind kind = format::KindOf(word);
    if (kind == format::Kind::kInterior) return {Found::kImpossible};
    const bool message = kind == format::Kind::kStart;
    const uint64_t bytes = message ? format::MessageBytes(word) : 0;
    const uint64_t blocks = message ? Blocks(bytes) : format::AbortedBlocks(word);
    if (blocks == 0 || blocks > block_count) return {Found::kImpossible};
    return {message ? Found::kMessage : Found::kAborted, bytes, blocks};
  }

  // The everyday case of LookAt, in few instructions: whether a whole message starts at `position`
  // that is at most `max_bytes` long.
  bool IsMessage(uint64_t position, uint64_t max_bytes, uint64_t* bytes) const {
    const uint64_t word = Descriptor(position).load(std::memory_order_acquire);  // E1
    *bytes = word ^ format::StartWord(Lap(position), 0);  // huge, unless lap and kind are right
    return *bytes <= max_bytes && *bytes <= max_message_bytes;
  }

  // Fetches what a reader comes to soon: of the bytes kReadAhead behind the `bytes` at `position`,
  // as many, up to a page, and a line of descriptors. Not beyond `known`, how far writers have
  // come: that would take lines away from one who writes them. A wrong `known` costs speed, no
  // more.
  void ReadAhead(uint64_t position, uint64_t bytes, uint64_t known) const {
    constexpr uint64_t kReadAhead = 2048;
    constexpr uint64_t kPage = 4096;
    constexpr uint64_t kDescriptorsAhead = 128;
    const uint64_t fetched = ((kReadAhead + kPage) >> block_shift) + kDescriptorsAhead + 8;
    if (static_cast<int64_t>(known - position - fetched) < 0) return;
    const uint64_t size = bytes < kPage ? bytes : kPage;
    base::Prefetch(&Descriptor(position + kDescriptorsAhead));
    const std::byte* const ahead = Data(position) + kReadAhead;
    for (uint64_t i = 0; i < size; i += base::kCacheLineBytes) base::Prefetch(ahead + i);
  }

  // The end of the run of aborted records from `end` on, not more than a ring past `begin`.
  uint64_t SkipAborted(uint64_t begin, uint64_t end) const {
    for (;;) {
      const Record record = LookAt(end);
      if (record.found != Found::kAborted || end + record.blocks - begin > block_count) return end;
      end += record.blocks;
    }
  }

  // Calls visit(seat index) for each seat that somebody took.
  template <typename Visit>
  void ForEachOccupied(Visit&& visit) const {
    for (uint32_t base = 0; base < seat_count; base += 64) {
      uint64_t bits = control->occupied[base / 64].load(std::memory_order_acquire);
      if (seat_count - base < 64) bits &= (uint64_t{1} << (seat_count - base)) - 1;
      for (; bits != 0; bits &= bits - 1)
        visit(base + static_cast<uint32_t>(__builtin_ctzll(bits)));
    }
  }
};

// Signed: positive when `later` is after `earlier`. Positions never wrap, but a lying word may hold
// anything.
constexpr int64_t Distance(uint64_t earlier, uint64_t later) {
  return static_cast<int64_t>(later - earlier);
}

}  // namespace fmmq::ring

#endif  // FMMQ_RING_VIEW_H_
