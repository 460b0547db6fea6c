// The rules: what a ledger must say, whoever was killed at whatever instruction.
//
// Writers. Before a write begins, the life's `started` covers its messages; after it returned ok,
// `reported` does; after it returned anything else, `started` goes back to `reported`. So a message
// below `reported` must come, one from there to `started` may come (its writer was killed before it
// could say so), and one beyond must not.
//
// Members say what came to them, message by message.
//   - What is read in place is written down before Release: a member killed in between leaves a
//     message that comes again, marked. Nothing read in place is ever excused.
//   - TryRead and Read acknowledge by themselves: a member can be killed with a message that nobody
//     will see again. They read into the member's *hand*, a place in the ledger: where a killed
//     member was inside such a call, and a whole message is in its hand, that one message is
//     excused in that group. (This is the one lenient rule: a copy that was not yet acknowledged
//     looks the same.)
//
// So in a durable group of a lossless queue, when all is read:
//   lost        a message below `reported` that came neither unmarked nor marked, nor is excused
//   duplicate   a message came unmarked twice
//   torn        a delivery whose bytes are not those of the message that it says it is
//   invented    a whole message that nobody started to write, or that came unmarked long after it
//               was settled
//   reordered   unmarked messages came to one member, or to an exclusive group, in another order
//               than that of their positions; two positions for one message; positions of one life
//               that do not go up
//   mark        a message marked as redelivered where no member died with messages in hand
//   gap         somebody who sees every message (a lone member, an observer) stepped over some
//               that were written, and the losses that it was told of do not cover them
#ifndef FMMQ_TESTS_STRESS_ORACLE_H_
#define FMMQ_TESTS_STRESS_ORACLE_H_

#include <cstdint>

#include "fmmq/fmmq.h"
#include "tests/stress/ledger.h"
#include "tests/support/payload.h"

namespace fmmq::stress {

inline constexpr uint32_t kNoLife = ~uint32_t{0};

test::PayloadId MessageId(const Ledger& ledger, uint32_t writer, uint32_t number);

// A life as its own producer writes it down.
class WriterLog {
 public:
  // Takes a free entry of the ledger for a new life. Without one open() is false.
  WriterLog(Ledger& ledger, uint32_t slot);
  WriterLog(const WriterLog&) = delete;
  WriterLog& operator=(const WriterLog&) = delete;
  ~WriterLog() { End(); }

  bool open() const { return life_ != nullptr; }
  uint32_t writer() const { return writer_; }
  uint32_t next() const { return next_; }  // number of the next message
  uint32_t room() const { return kLifeMessages - next_; }

  void Start(uint32_t count);
  // The write returned: the first `written` of those that were started are in the queue.
  void Finish(uint32_t written);
  void End();

 private:
  Life* life_ = nullptr;
  uint32_t writer_ = 0;
  uint32_t next_ = 0;
};

// What one delivery is.
struct Delivered {
  ConstBytes bytes;
  uint64_t position = 0;
  bool marked = false;
};

// A message that was found in order by itself.
struct Seen {
  bool good = false;
  bool settled = false;  // of a life that is no longer in the ledger
  uint32_t writer = 0;
  uint32_t number = 0;
  uint64_t blocks = 0;
};

// Torn, invented, and the positions: what holds for every reader.
Seen Inspect(Ledger& ledger, uint32_t slot, const Delivered& delivered);

// One member handle's view of its group's order.
class MemberLog {
 public:
  MemberLog(Ledger& ledger, uint32_t slot, uint32_t group)
      : ledger_(ledger), slot_(slot), group_(group) {}

  // Writes a delivery down, and judges it.
  Seen Deliver(const Delivered& delivered);

 private:
  void CheckOrder(const Seen& seen, uint64_t position);

  Ledger& ledger_;
  uint32_t slot_;
  uint32_t group_;
  uint64_t next_position_ = 0;
};

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_ORACLE_H_
