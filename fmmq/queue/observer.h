// A reader that holds nobody back.
#ifndef FMMQ_QUEUE_OBSERVER_H_
#define FMMQ_QUEUE_OBSERVER_H_

#include <cstddef>
#include <cstdint>

#include "fmmq/base/bytes.h"
#include "fmmq/base/result.h"
#include "fmmq/queue/message.h"
#include "fmmq/wait/deadline.h"

namespace fmmq {

namespace internal {
struct ObserverState;
}

// Made by Queue::Observe; read rights are enough. Sees every message until writers lap it; then it
// goes on at a later message and says exactly how many positions (blocks) it lost. Takes no seat;
// any number can look on.
//
// Threads and processes as for Consumer. Any call may return kCorrupt, kClosed, kForked.
class Observer {
 public:
  Observer() = default;
  Observer(Observer&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }
  Observer& operator=(Observer&& other) noexcept;
  ~Observer() { Close().IgnoreError(); }

  // Copies the next message into `buffer`. kEmpty; kEndOfStream; kBufferTooSmall (the message
  // stays, Received::size says what it needs); kBusy (writers overtook the copy again after one
  // resync: what was lost is reported with the next message).
  Result<Received> TryRead(MutableBytes buffer);

  // The same, and waits for a message. Also kTimeout, kCancelled, kInterrupted, kRemoved. Without
  // write rights the sleep is in slices of up to 8 ms, for writers cannot see it.
  Result<Received> Read(MutableBytes buffer, Deadline deadline);

  // For epoll and event loops: arms this handle's doorbell once, and returns its descriptor, which
  // stays the handle's. It becomes readable when there is something to read (at once when there is
  // already) or the stream ended; read until kEmpty and arm again. It may ring for
  // nothing; do not read it. A death rings no bell, nor does a peer that has no descriptor left:
  // try every now and then all the same. Takes a seat: kReadOnly, kNoSeat; kNotSupported (who
  // writes comes from several network namespaces), kBusy (somebody else has the name).
  Result<int> Arm();

  // Ends this handle's wait with kCancelled: the one that a call is in now, or else the next one.
  // The only call that another thread, or a signal handler, may make while the handle is in a call.
  void Cancel();
  // kBusy while another call runs.
  Status SetWaitPolicy(const WaitPolicy& policy);

  // The next position to look at, in blocks since creation.
  uint64_t position() const;
  // Positions lost since Observe.
  uint64_t lost() const;

  HandleStats Stats() const;  // all zero when closed

  Status Close();
  bool is_open() const { return state_ != nullptr; }

 private:
  friend class Queue;
  explicit Observer(internal::ObserverState* state) : state_(state) {}

  internal::ObserverState* state_ = nullptr;
};

}  // namespace fmmq

#endif  // FMMQ_QUEUE_OBSERVER_H_
