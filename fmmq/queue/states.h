// The private state behind each kind of handle.
#ifndef FMMQ_QUEUE_STATES_H_
#define FMMQ_QUEUE_STATES_H_

#include <cstdint>

#include "fmmq/queue/instances.h"
#include "fmmq/ring/copying_reader.h"
#include "fmmq/ring/member.h"
#include "fmmq/ring/recovery.h"
#include "fmmq/ring/writer.h"

namespace fmmq::internal {

// A full ring is an everyday state, and looking after the dead costs a system call a seat: rarely.
// A reader that waits at an unfinished record is rare and looks soon.
inline constexpr uint64_t kFullPatienceNs = 10'000'000;
inline constexpr uint64_t kStallPatienceNs = 1'000'000;

struct ProducerState : HandleState {
  ProducerState(segment::Mapping* m, uint32_t taken_seat)
      : HandleState(m, taken_seat, kFullPatienceNs), writer(view, taken_seat, os::MonotonicNs) {
    waits.for_room = true;
  }

  ring::Writer<ring::HardwareAtomics> writer;
  uint64_t reserved_bytes = 0;  // what TryReserve was asked for
};

// Positions that a copying reader found overwritten.
struct Losses {
  uint64_t total = 0;
  uint64_t unreported = 0;  // since the last message
  void Add(uint64_t positions) {
    total += positions;
    unreported += positions;
  }
};

// A dead member's message that was delivered and is not acknowledged yet.
struct Adopted {
  bool any = false;
  uint32_t seat = 0;  // the dead one's, or the own one when that was taken over with what it held
  uint64_t next = 0;  // the position behind the message
};

struct ConsumerState : HandleState {
  ConsumerState(segment::Mapping* m, uint32_t taken_seat, uint32_t group_index, bool exclusive,
                bool durable_group)
      : HandleState(m, taken_seat, kStallPatienceNs),
        member(view, taken_seat, group_index, exclusive),
        shared_cursor{&view.groups[group_index].cursor},
        group(group_index),
        durable(durable_group) {}

  bool InPlace() const { return view.policy == Policy::kLossless; }
  uint64_t Cursor() const { return InPlace() ? member.Cursor() : shared_cursor.Load(); }

  // Lossless queues read in place through `member`; the other policies copy at `shared_cursor`.
  ring::Member<ring::HardwareAtomics> member;
  ring::SharedCursor<ring::HardwareAtomics> shared_cursor;
  uint32_t group;
  bool durable;
  Adopted adopted;
  // A dead member may have left messages: a new member looks before its first claim.
  bool adopt = InPlace();
  uint64_t last_bytes = 0;  // of the last message, for a guess at the next
  uint64_t next = 0;        // of a batch: what Next shows next
  Losses losses;
};

struct ObserverState : HandleState {
  ObserverState(segment::Mapping* m, uint64_t position)
      : HandleState(m, kNoSeatTaken, kStallPatienceNs), cursor{position} {}

  ring::PrivateCursor cursor;
  Losses losses;
};

}  // namespace fmmq::internal

#endif  // FMMQ_QUEUE_STATES_H_
