// The writing end of a queue.
#ifndef FMMQ_QUEUE_PRODUCER_H_
#define FMMQ_QUEUE_PRODUCER_H_

#include <cstddef>

#include "fmmq/base/bytes.h"
#include "fmmq/base/result.h"
#include "fmmq/queue/message.h"
#include "fmmq/wait/deadline.h"

namespace fmmq {

namespace internal {
struct ProducerState;
}

// Made by Queue::NewProducer. Takes a seat of the segment until it is closed or its process dies,
// however it dies.
//
// Threads: a handle serves one thread at a time; a call out of a signal handler that interrupted
// another call of the same handle gets kBusy (but for Cancel). Processes: not usable in a forked
// child (kForked). Try... calls finish in a bounded number of steps; no call but Arm and Close
// makes a system call while the queue has room and nobody sleeps at it.
//
// Any call may return kCorrupt (a peer wrote nonsense), kClosed, kForked.
class Producer {
 public:
  Producer() = default;
  Producer(Producer&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }
  Producer& operator=(Producer&& other) noexcept;
  ~Producer() { Close().IgnoreError(); }

  // Copies one message of 0 bytes or more into the ring and publishes it. Ok means written: it will
  // be delivered whatever dies from now on. kFull, kTooLarge (over Queue::max_message_size), kBusy
  // (64 other producers came first), kOutOfOrder (a reservation is open), kEndOfStream (somebody
  // called End). Who loses a race for room to another producer pauses some microseconds, once.
  Status TryWrite(ConstBytes message);

  // The same, and waits for room. Also kTimeout, kCancelled, kInterrupted, kRemoved. A message of
  // an eighth of the ring or more is not overtaken by small ones for ever: while its writer waits
  // (and for 10 ms after it was seen to), other producers leave room that appears to it, and find
  // the ring full. A writer that found the ring full lets readers that stream, 2 bytes a nanosecond
  // or more, get half a ring ahead, at most 8 MiB, before it goes on: some microseconds beyond its
  // deadline at most.
  Status Write(ConstBytes message, Deadline deadline);

  // Writes as many of `messages` as fit, in order, with one reservation: they are published front
  // to back, so that a crash leaves a prefix. Returns how many were written, at least 1; else as
  // TryWrite. kInvalidArgument: none were given. Where there is room, but not for all of them, nor
  // half a ring, gives readers some microseconds first (not with a spin_ns of 0).
  Result<size_t> TryWriteBatch(const ConstBytes* messages, size_t count);

  // Opens a reservation of `size` bytes and returns the place to write the message to. Readers see
  // nothing of it until Commit; messages reserved later wait behind it, so do not keep it for long.
  // As TryWrite.
  Result<MutableBytes> TryReserve(size_t size);
  // The same, and waits for room; as Write.
  Result<MutableBytes> Reserve(size_t size, Deadline deadline);
  // Publishes the first `size` bytes of the reservation, at most what was reserved (else
  // kInvalidArgument, and the reservation stays open). kOutOfOrder without one.
  Status Commit(size_t size);
  // Gives the reservation up; readers never see it. kOutOfOrder without one.
  Status Abort();

  // For epoll and event loops: arms this handle's doorbell once, and returns its descriptor, which
  // stays the handle's. It becomes readable when there is room for a message of `size` bytes (at
  // once when there is already) or the stream ended; write until kFull and arm again. It may ring
  // for nothing; do not read it. A death rings no bell, nor does a peer that has no descriptor
  // left: try every now and then all the same. kNotSupported (who writes comes from several network
  // namespaces), kBusy (somebody else has the name).
  Result<int> Arm(size_t size);

  // Ends this handle's wait with kCancelled: the one that a call is in now, or else the next one.
  // The only call that another thread, or a signal handler, may make while the handle is in a call.
  void Cancel();
  // kBusy while another call runs.
  Status SetWaitPolicy(const WaitPolicy& policy);

  // Ends the stream, for good and for all producers: readers get kEndOfStream after the last
  // message, writers at once. kOutOfOrder (a reservation is open).
  Status End();

  HandleStats Stats() const;  // all zero when closed

  // Aborts an open reservation and leaves the seat. The destructor does the same.
  Status Close();
  bool is_open() const { return state_ != nullptr; }

 private:
  friend class Queue;
  explicit Producer(internal::ProducerState* state) : state_(state) {}

  internal::ProducerState* state_ = nullptr;
};

}  // namespace fmmq

#endif  // FMMQ_QUEUE_PRODUCER_H_
