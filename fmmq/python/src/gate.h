// Which thread is using a handle, for handles serve one thread at a time.
//
// A call that keeps the GIL needs no more than that: it looks whether the gate is held, and then
// works. A gate is held through what goes on without the GIL, and while a view is open.
//
// Who waits for the queue holds its gate for a slice of the wait, and gives way to others:
//
//   newcomer   another thread's call that has not tried yet. It cancels the slice, and has its turn
//              as soon as that ends: a call that does not wait comes through.
//   patient    a call that tried, found nothing, and waits as well: it has its turn when the slice
//              is over. So nobody cancels anybody twice, and all who wait take turns.
//
// Who ended a slice, or comes to take one, lets those who stand in line go first. Everything here
// but AwaitFree and AwaitTurn is called with the GIL.
#ifndef FMMQ_PYTHON_SRC_GATE_H_
#define FMMQ_PYTHON_SRC_GATE_H_

#include "fmmq/python/src/python.h"

// First Python.h.
#include <pthread.h>

#include <cerrno>

#include "fmmq/c/status.h"
#include "fmmq/c/types.h"

namespace fmmq::python {

class Gate {
 public:
  enum class Use : uint8_t {
    kNone,
    kView,   // a view is open: for as long as its owner likes
    kOpens,  // a handle is being opened
    kWaits,  // a slice of a wait: a cancel ends it
  };

  Gate();
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  bool held() const { return use_ != Use::kNone; }
  Use use() const { return use_; }
  // By a view of this thread's: it would wait for itself.
  bool IsMine() const { return held() && owner_ == PyThread_get_thread_ident(); }
  void Hold(Use use);
  void Leave();

  // Whether somebody stands in line, and whether one of them is a newcomer.
  bool has_line() const { return line_ != 0; }
  bool has_newcomers() const { return newcomers_ != 0; }
  // Around AwaitFree. A place in line ends with a turn: the gate is that thread's to try until it
  // gives up the GIL.
  void Join(bool newcomer);
  void TakeTurn(bool newcomer);
  // How many turns there were.
  uint64_t turns() const { return turns_; }

  // Without the GIL: sleeps until nobody holds it, at most until `deadline`.
  void AwaitFree(fmmq_deadline deadline);
  // Without the GIL: sleeps until somebody had a turn since `turns`, or nobody stands in line.
  void AwaitTurn(uint64_t turns, fmmq_deadline deadline);

 private:
  // Sleeps until `done()`, which reads with the mutex.
  template <typename Done>
  void Await(fmmq_deadline deadline, Done&& done);

  pthread_mutex_t mutex_;
  pthread_cond_t changed_;
  unsigned long owner_ = 0;  // NOLINT: Python's type
  // Written with both the GIL and the mutex, read with either:
  Use use_ = Use::kNone;
  uint32_t line_ = 0;
  uint32_t newcomers_ = 0;
  uint64_t turns_ = 0;
};

// Calls `call` without the GIL, and holds the gate meanwhile. errno is what the call left.
template <typename Call>
fmmq_status HoldAndCall(Gate& gate, Gate::Use use, Call&& call) {
  gate.Hold(use);
  PyThreadState* const thread = PyEval_SaveThread();
  errno = 0;
  const fmmq_status status = call();
  const int error = errno;
  PyEval_RestoreThread(thread);
  gate.Leave();
  errno = error;
  return status;
}

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_GATE_H_
