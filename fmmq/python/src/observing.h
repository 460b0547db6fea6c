// What stands behind an observer: the core's handle, and how calls get at it.
#ifndef FMMQ_PYTHON_SRC_OBSERVING_H_
#define FMMQ_PYTHON_SRC_OBSERVING_H_

#include "fmmq/python/src/call.h"
#include "fmmq/python/src/removal.h"

namespace fmmq::python {

// What has to stay where it is while another thread is in a wait.
struct Observing {
  fmmq_observer handle = FMMQ_CLOSED_HANDLE;
  Gate gate;
  SegmentFile segment;
  uint64_t forks = 0;
  uint64_t skip_before = 0;  // a parent had what stands before that
  uint32_t references = 1;
  bool wants_bell = false;
  bool closing = false;
  char scratch[4096];

  void Cancel() { fmmq_observer_cancel(&handle); }
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
fmmq_status Prepare(ObserverObject* self, const Timing& timing, bool newcomer, UseObserver* use);

// As RunOn's target.
template <typename Function>
struct ObserverTarget {
  ObserverObject* self;
  UseObserver* use;
  Function& call;

  fmmq_status Prepare(const Timing& timing, bool newcomer) {
    return python::Prepare(self, timing, newcomer, use);
  }
  Gate& gate() { return (*use)->gate; }
  fmmq_status Call(fmmq_deadline deadline) { return call(**use, deadline); }
  bool closing() const { return (*use)->closing; }
  fmmq_status AttachAnew() { return FMMQ_FORKED; }  // Prepare would have, if it were one
};

// As Run in call.h: with the GIL first, then in slices without it.
template <typename Function>
fmmq_status Run(ObserverObject* self, const Timing& timing, UseObserver* use, Function&& call) {
  return RunOn(ObserverTarget<std::remove_reference_t<Function>>{self, use, call}, timing);
}

// Takes one message. On FMMQ_OK *bytes is a new object.
fmmq_status Read(ObserverObject* self, const Timing& timing, UseObserver* use,
                 fmmq_received* received, PyObject** bytes);

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_OBSERVING_H_
