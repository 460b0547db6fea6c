// How a method calls the core: tries with the GIL first, and gives it up only to wait.
//
// A wait goes in slices. Between them signals are looked at, so that KeyboardInterrupt ends it; a
// queue that another thread closed is noticed; one that belongs to a parent process is attached
// anew; and other threads have their turn (gate.h), who cancel the slice if they need not wait. The
// core looks after the dead at the end of each slice.
#ifndef FMMQ_PYTHON_SRC_CALL_H_
#define FMMQ_PYTHON_SRC_CALL_H_

#include "fmmq/python/src/python.h"

// First Python.h.
#include <cerrno>
#include <type_traits>

#include "fmmq/python/src/arguments.h"
#include "fmmq/python/src/attachment.h"
#include "fmmq/python/src/errors.h"

namespace fmmq::python {

// What Python sees as _fmmq.Queue.
struct QueueObject {
  PyObject_HEAD Attachment* attachment;  // nullptr when closed, or not opened yet
  fmmq_access access;
};
inline QueueObject* AsQueue(PyObject* object) { return reinterpret_cast<QueueObject*>(object); }

// A reference to an attachment for the length of a call: another thread may close the queue while
// this one waits.
class Use {
 public:
  Use() = default;
  ~Use() { Set(nullptr); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  void Set(Attachment* attachment) {
    if (attachment != nullptr) AddReference(attachment);
    if (attachment_ != nullptr) DropReference(attachment_);
    attachment_ = attachment;
  }
  Attachment* operator->() const { return attachment_; }
  Attachment& operator*() const { return *attachment_; }

 private:
  Attachment* attachment_ = nullptr;
};

// The queue's attachment in this process: after a fork a new one. FMMQ_CLOSED, kRaised.
fmmq_status Attach(QueueObject* queue, Use* use);
// Attaches to the same segment again, and joins again when next used.
fmmq_status AttachAnew(QueueObject* queue);

// Waits, without the GIL, until no other thread holds the gate, and at most a slice. FMMQ_OK: look
// again. FMMQ_OUT_OF_ORDER: a view of this thread's does. FMMQ_TIMEOUT, kRaised.
fmmq_status AwaitGate(Gate& gate, const Timing& timing, bool newcomer);
// Lets one that stands in line have its turn.
void GiveWay(Gate& gate, const Timing& timing);

// The turn at an end: a newcomer is a call that has not tried yet.
template <typename End>
fmmq_status AwaitEnd(End& end, const Timing& timing, bool newcomer) {
  if (newcomer && end.gate.use() == Gate::Use::kWaits) end.Cancel();
  return AwaitGate(end.gate, timing, newcomer);
}

// Makes an end ready to be called: open, and used by nobody else. Also FMMQ_CLOSED, and what
// opening says.
template <typename End>
fmmq_status Prepare(QueueObject* queue, End Attachment::*side, const Timing& timing, bool newcomer,
                    Use* use) {
  for (;;) {
    fmmq_status status = Attach(queue, use);
    if (status != FMMQ_OK) return status;
    End& end = (**use).*side;
    if (end.gate.held()) {
      status = AwaitEnd(end, timing, newcomer);
    } else if (!end.is_open()) {
      status = OpenEnd(**use, end);
    } else {
      return FMMQ_OK;
    }
    if (status != FMMQ_OK) return status;
  }
}

inline bool IsWorthWaiting(fmmq_status status) {
  switch (status) {
    case FMMQ_EMPTY:
    case FMMQ_FULL:
    case FMMQ_BUSY:
    case FMMQ_TIMEOUT:
    case FMMQ_CANCELLED:
    case FMMQ_INTERRUPTED:
      return true;
    default:
      return false;
  }
}

// The loop of every call at an end, which `Target` stands for:
//
//   Prepare(timing, newcomer)   makes it ready, as Prepare does
//   gate()                      of what Prepare made ready
//   Call(deadline)              calls the core
//   closing()                   whether another thread closed it
//   AttachAnew()                after FMMQ_FORKED
//
// Goes on until the core says something final. FMMQ_TIMEOUT stands for all that waiting might have
// changed. On FMMQ_OK nothing else happens to the end before the caller gives up the GIL, so that
// what the core shows in place stays. kRaised: a signal's handler raised, or attaching anew did.
template <typename Target>
fmmq_status RunOn(Target&& target, const Timing& timing) {
  bool tried = false;
  bool had_slice = false;
  for (;;) {
    fmmq_status status = target.Prepare(timing, !tried);
    if (status != FMMQ_OK) return status;
    Gate& gate = target.gate();
    if (!tried) {
      errno = 0;
      status = target.Call(fmmq_deadline{0});
    } else if (gate.has_newcomers() || (had_slice && gate.has_line())) {
      GiveWay(gate, timing);
      had_slice = false;
      status = FMMQ_TIMEOUT;
    } else {
      status = HoldAndCall(gate, Gate::Use::kWaits, [&] { return target.Call(timing.Slice()); });
      if (status != FMMQ_OK && target.closing()) return FMMQ_CLOSED;
      had_slice = true;
    }
    tried = status != FMMQ_FORKED;
    if (!tried) {
      status = target.AttachAnew();
      if (status != FMMQ_OK) return status;
      continue;
    }
    if (!IsWorthWaiting(status)) return status;
    if (timing.IsOver()) return FMMQ_TIMEOUT;
    if (PyErr_CheckSignals() < 0) return kRaised;
  }
}

// An end of a queue, as RunOn's target.
template <typename End, typename Function>
struct EndTarget {
  QueueObject* queue;
  End Attachment::*side;
  Use* use;
  Function& call;

  fmmq_status Prepare(const Timing& timing, bool newcomer) {
    return python::Prepare(queue, side, timing, newcomer, use);
  }
  Gate& gate() { return ((**use).*side).gate; }
  fmmq_status Call(fmmq_deadline deadline) { return call(**use, deadline); }
  bool closing() const { return (*use)->closing; }
  fmmq_status AttachAnew() { return python::AttachAnew(queue); }
};

// Runs `call(Attachment&, deadline)`, which calls the core and nothing of Python.
template <typename End, typename Function>
fmmq_status Run(QueueObject* queue, End Attachment::*side, const Timing& timing, Use* use,
                Function&& call) {
  return RunOn(EndTarget<End, std::remove_reference_t<Function>>{queue, side, use, call}, timing);
}

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_CALL_H_
