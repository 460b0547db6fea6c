// What stands behind an observer: the core's handle, and how calls get at it.
#ifndef FMMQ_PYTHON_SRC_OBSERVING_H_
#define FMMQ_PYTHON_SRC_OBSERVING_H_

#include "fmmq/python/src/call.h"

namespace fmmq::python {

// What has to stay where it is while another thread is in a wait.
struct Observing {
  fmmq_observer handle = FMMQ_CLOSED_HANDLE;
  Gate gate;
  uint64_t forks = 0;
  uint64_t skip_before = 0;  // a parent had what stands before that
  uint32_t references = 1;
  bool wants_bell = false;
  bool closing = false;
  char scratch[4096];
};

struct ObserverObject {
  PyObject_HEAD QueueObject* queue;  // owned; what a forked child observes anew
  Observing* observing;
};
inline ObserverObject* AsObserver(PyObject* object) {
  return reinterpret_cast<ObserverObject*>(object);
}

// Gives a reference back; closes with the last one.
void Drop(Observing* observing);

// A reference for the length of a call.
class UseObserver {
 public:
  ~UseObserver() { Set(nullptr); }
  void Set(Observing* observing) {
    if (observing != nullptr) ++observing->references;
    if (observing_ != nullptr) Drop(observing_);
    observing_ = observing;
  }
  Observing* operator->() const { return observing_; }
  Observing& operator*() const { return *observing_; }

 private:
  Observing* observing_ = nullptr;
};

// A new observer of the object's queue, with one reference. FMMQ_CLOSED, FMMQ_NO_MEMORY; kRaised.
fmmq_status Observe(ObserverObject* self, fmmq_from from, Observing** out);
// What every call does first: attaches anew after a fork, and waits for its turn.
fmmq_status Prepare(ObserverObject* self, const Timing& timing, UseObserver* use);

// As Run in call.h: with the GIL first, then in slices without it.
template <typename Call>
fmmq_status Run(ObserverObject* self, const Timing& timing, UseObserver* use, Call&& call) {
  for (bool tried = false;; tried = true) {
    fmmq_status status = Prepare(self, timing, use);
    if (status != FMMQ_OK) return status;
    if (!tried) {
      errno = 0;
      status = call(**use, fmmq_deadline{0});
    } else {
      (*use)->gate.Hold();
      PyThreadState* const thread = PyEval_SaveThread();
      errno = 0;
      status = call(**use, timing.Slice());
      const int error = errno;
      PyEval_RestoreThread(thread);
      (*use)->gate.Leave();
      errno = error;
      if (status != FMMQ_OK && (*use)->closing) return FMMQ_CLOSED;
    }
    if (!IsWorthWaiting(status)) return status;
    if (timing.IsOver()) return FMMQ_TIMEOUT;
    if (PyErr_CheckSignals() < 0) return kRaised;
  }
}

// Takes one message. On FMMQ_OK *bytes is a new object.
fmmq_status Read(ObserverObject* self, const Timing& timing, UseObserver* use,
                 fmmq_received* received, PyObject** bytes);

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_OBSERVING_H_
