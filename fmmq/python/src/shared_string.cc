// The shared string. Any thread may use it at any time: the core needs no gate.
#include "fmmq/python/src/queue.h"

namespace fmmq::python {
namespace {

// As Run, for calls on the queue itself.
template <typename Call>
fmmq_status RunOnQueue(QueueObject* queue, const Timing& timing, Call&& call) {
  for (bool tried = false;; tried = true) {
    Use use;
    fmmq_status status = Attach(queue, &use);
    if (status != FMMQ_OK) return status;
    if (!tried) {
      errno = 0;
      status = call(*use, fmmq_deadline{0});
    } else {
      PyThreadState* const thread = PyEval_SaveThread();
      errno = 0;
      status = call(*use, timing.Slice());
      const int error = errno;
      PyEval_RestoreThread(thread);
      errno = error;
      if (use->closing) return FMMQ_CLOSED;
    }
    if (status == FMMQ_FORKED)
      status = AttachAnew(queue);
    else if (!IsWorthWaiting(status))
      return status;
    if (status != FMMQ_OK && timing.IsOver()) return FMMQ_TIMEOUT;
    if (PyErr_CheckSignals() < 0) return kRaised;
  }
}

PyObject* Read(const fmmq_queue* queue) {
  constexpr int kMostTries = 64;  // writers may be faster, or the value grow meanwhile
  fmmq_string_info info{};
  fmmq_status status = FMMQ_BUSY;
  for (int i = 0; i < kMostTries; ++i) {
    const Owned value(PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(info.size)));
    if (!value) return nullptr;
    const size_t room = info.size;
    status = fmmq_queue_get_string(queue, PyBytes_AsString(value.get()), room, &info, sizeof(info));
    if (status == FMMQ_OK) {
      return Py_BuildValue("(y#K)", PyBytes_AsString(value.get()),
                           static_cast<Py_ssize_t>(info.size),
                           static_cast<unsigned long long>(info.version));
    }
    if (status != FMMQ_BUFFER_TOO_SMALL && status != FMMQ_BUSY) break;
  }
  return Raise(status == FMMQ_BUFFER_TOO_SMALL ? FMMQ_BUSY : status);
}

}  // namespace

PyObject* GetString(PyObject* self, PyObject*) {
  Use use;
  const fmmq_status status = Attach(AsQueue(self), &use);
  return status == FMMQ_OK ? Read(&use->queue) : Raise(status);
}

PyObject* SetString(PyObject* self, PyObject* const* arguments, Py_ssize_t given,
                    PyObject* keywords) {
  static constexpr const char* kNames[] = {"value", "timeout"};
  PyObject* taken[2];
  Timing timing;
  BytesLike value;
  if (!TakeArguments("set", arguments, given, keywords, kNames, 2, 1, taken) ||
      !TakeTiming(nullptr, taken[1], &timing) || !value.Take(taken[0])) {
    return nullptr;
  }
  return NoneOr(
      RunOnQueue(AsQueue(self), timing, [&value](Attachment& attachment, fmmq_deadline deadline) {
        return fmmq_queue_set_string(&attachment.queue, value.data(), value.size(), deadline);
      }));
}

PyObject* WaitString(PyObject* self, PyObject* const* arguments, Py_ssize_t given,
                     PyObject* keywords) {
  static constexpr const char* kNames[] = {"version", "timeout"};
  PyObject* taken[2];
  Timing timing;
  if (!TakeArguments("wait", arguments, given, keywords, kNames, 2, 1, taken) ||
      !TakeTiming(nullptr, taken[1], &timing)) {
    return nullptr;
  }
  const uint64_t version = PyLong_AsUnsignedLongLong(taken[0]);
  if (PyErr_Occurred() != nullptr) return nullptr;
  uint64_t now = 0;
  const fmmq_status status = RunOnQueue(
      AsQueue(self), timing, [version, &now](Attachment& attachment, fmmq_deadline deadline) {
        return fmmq_queue_wait_string(&attachment.queue, version, deadline, &now);
      });
  return status == FMMQ_OK ? PyLong_FromUnsignedLongLong(now) : Raise(status);
}

}  // namespace fmmq::python
