// Which thread is using a handle, for handles serve one thread at a time.
//
// A call that keeps the GIL needs no more than that: it looks whether the gate is held, and then
// works. A gate is held through what goes on without the GIL, and while a view is open. Everything
// here but AwaitFree is called with the GIL.
#ifndef FMMQ_PYTHON_SRC_GATE_H_
#define FMMQ_PYTHON_SRC_GATE_H_

#include "fmmq/python/src/python.h"

// First Python.h.
#include <pthread.h>

#include "fmmq/c/types.h"

namespace fmmq::python {

class Gate {
 public:
  Gate();
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  bool held() const { return held_; }
  // By a view of this thread's: it would wait for itself.
  bool IsMine() const { return held_ && owner_ == PyThread_get_thread_ident(); }
  void Hold();
  void Leave();

  // Without the GIL: sleeps until nobody holds it, at most until `deadline`.
  void AwaitFree(fmmq_deadline deadline);

 private:
  pthread_mutex_t mutex_;
  pthread_cond_t changed_;
  unsigned long owner_ = 0;  // NOLINT: Python's type
  bool held_ = false;        // written with both the GIL and the mutex, read with either
};

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_GATE_H_
