// How a method calls the core: tries with the GIL first, and gives it up only to wait.
//
// A wait goes in slices. Between them signals are looked at, so that KeyboardInterrupt ends it; a
// queue that another thread closed is noticed; and one that belongs to a parent process is attached
// anew. The core looks after the dead at the end of each slice.
#ifndef FMMQ_PYTHON_SRC_CALL_H_
#define FMMQ_PYTHON_SRC_CALL_H_

#include "fmmq/python/src/python.h"

// First Python.h.
#include <cerrno>

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

// Waits, without the GIL, until no other thread holds the gate. FMMQ_OUT_OF_ORDER: a view of this
// thread's does. FMMQ_TIMEOUT, kRaised.
fmmq_status AwaitGate(Gate& gate, const Timing& timing);

// Makes an end ready to be called: open, and used by nobody else. Also FMMQ_CLOSED, and what
// opening says.
template <typename End>
fmmq_status Prepare(QueueObject* queue, End Attachment::*side, const Timing& timing, Use* use) {
  for (;;) {
    fmmq_status status = Attach(queue, use);
    if (status != FMMQ_OK) return status;
    End& end = (**use).*side;
    if (end.gate.held()) {
      status = AwaitGate(end.gate, timing);
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
    case FMMQ_INTERRUPTED:
      return true;
    default:
      return false;
  }
}

// One slice of a wait, without the GIL.
template <typename End, typename Call>
fmmq_status WaitSlice(Use& use, End& end, const Timing& timing, Call&& call) {
  end.gate.Hold();
  PyThreadState* const thread = PyEval_SaveThread();
  errno = 0;
  const fmmq_status status = call(*use, timing.Slice());
  const int error = errno;
  PyEval_RestoreThread(thread);
  end.gate.Leave();
  errno = error;
  return status != FMMQ_OK && use->closing ? FMMQ_CLOSED : status;
}

// Runs `call(Attachment&, deadline)`, which calls the core and nothing of Python, until it says
// something final. FMMQ_TIMEOUT stands for all that waiting might have changed. On FMMQ_OK nothing
// else happens to the end before the caller gives up the GIL, so that what the core shows in place
// stays. kRaised: a signal's handler raised, or attaching anew did.
template <typename End, typename Call>
fmmq_status Run(QueueObject* queue, End Attachment::*side, const Timing& timing, Use* use,
                Call&& call) {
  bool tried = false;
  for (;;) {
    fmmq_status status = Prepare(queue, side, timing, use);
    if (status != FMMQ_OK) return status;
    if (tried) {
      status = WaitSlice(*use, (**use).*side, timing, call);
    } else {
      errno = 0;
      status = call(**use, fmmq_deadline{0});
    }
    tried = status != FMMQ_FORKED;
    if (!tried) {
      status = AttachAnew(queue);
      if (status != FMMQ_OK) return status;
      continue;
    }
    if (!IsWorthWaiting(status)) return status;
    if (timing.IsOver()) return FMMQ_TIMEOUT;
    if (PyErr_CheckSignals() < 0) return kRaised;
  }
}

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_CALL_H_
