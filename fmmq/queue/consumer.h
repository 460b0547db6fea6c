// The reading end of a group.
#ifndef FMMQ_QUEUE_CONSUMER_H_
#define FMMQ_QUEUE_CONSUMER_H_

#include <cstddef>
#include <cstdint>

#include "fmmq/base/bytes.h"
#include "fmmq/base/result.h"
#include "fmmq/queue/message.h"
#include "fmmq/wait/deadline.h"

namespace fmmq {

namespace internal {
struct ConsumerState;
}

// A member of a group, made by Queue::Join. Members of one group share its messages: each message
// goes to one of them. Takes a seat of the segment until it is closed or its process dies.
//
// Threads: a handle serves one thread at a time; a call out of a signal handler that interrupted
// another call of the same handle gets kBusy (but for Cancel). Processes: not usable in a forked
// child (kForked). Try... calls finish in a bounded number of steps; after the first read, which
// looks after dead members, no call but Arm and Close makes a system call while messages come and
// no writer sleeps.
//
// Any call may return kCorrupt (a peer wrote nonsense), kClosed, kForked.
class Consumer {
 public:
  Consumer() = default;
  Consumer(Consumer&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }
  Consumer& operator=(Consumer&& other) noexcept;
  ~Consumer() { Close().IgnoreError(); }

  // Takes the group's next message, copied into `buffer`. kEmpty; kEndOfStream; kBufferTooSmall
  // (the message stays, and Received::size says what it needs); kBusy (64 other members came first,
  // or writers kept overtaking the copy); kOutOfOrder (a peek is open). Works with every policy.
  //
  // A message marked redelivered was in the hand of a member that died. It stays that one's until
  // this handle acknowledges it, by Release, by its next read, or by Close; if this process dies
  // before, another member gets it.
  Result<Received> TryRead(MutableBytes buffer);

  // The same, and waits for a message. Also kTimeout, kCancelled, kInterrupted, kRemoved.
  Result<Received> Read(MutableBytes buffer, Deadline deadline);

  // Takes the group's next message and shows it in place, in the ring. Until Release it holds
  // writers back, and belongs to this member: if the process dies before, another member gets it,
  // marked redelivered. As TryRead, and kRedelivery (TryRead can deliver it), kNotSupported
  // (writers may overwrite: not the lossless policy).
  Result<Message> TryPeek();
  // The same, and waits for a message; as Read.
  Result<Message> Peek(Deadline deadline);
  // Acknowledges what TryPeek or TryPeekBatch took. kOutOfOrder when nothing is held.
  Status Release();

  // Takes up to `max_messages` messages at once and returns how many, at least 1. Next then shows
  // them one by one and says kEmpty after the last; Release acknowledges all. As TryPeek.
  Result<size_t> TryPeekBatch(size_t max_messages);
  Result<size_t> PeekBatch(size_t max_messages, Deadline deadline);  // waits for the first message
  // kOutOfOrder when nothing is held.
  Result<Message> Next();

  // For epoll and event loops: arms this handle's doorbell once, and returns its descriptor, which
  // stays the handle's. It becomes readable when there is something to read (at once when there is
  // already) or the stream ended; read until kEmpty and arm again. It may ring for
  // nothing; do not read it. A death rings no bell, nor does a peer that has no descriptor left:
  // try every now and then all the same. kNotSupported (who writes comes from several network
  // namespaces), kBusy (somebody else has the name).
  Result<int> Arm();

  // Ends this handle's wait with kCancelled: the one that a call is in now, or else the next one.
  // The only call that another thread, or a signal handler, may make while the handle is in a call.
  void Cancel();
  // kBusy while another call runs.
  Status SetWaitPolicy(const WaitPolicy& policy);

  // Positions that this group lost to overwriting writers, as far as this member noticed them.
  uint64_t lost() const;

  HandleStats Stats() const;  // all zero when closed

  // Leaves the group; an ephemeral group ends with its last member. A message still held counts as
  // that of a dead member: another one will get it. The destructor does the same.
  Status Close();
  bool is_open() const { return state_ != nullptr; }

 private:
  friend class Queue;
  explicit Consumer(internal::ConsumerState* state) : state_(state) {}

  internal::ConsumerState* state_ = nullptr;
};

}  // namespace fmmq

#endif  // FMMQ_QUEUE_CONSUMER_H_
