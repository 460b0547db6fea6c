// What reads, as a member of a group.
#include "fmmq/python/src/queue.h"

namespace fmmq::python {
namespace {

PyObject* BytesOf(const void* data, size_t size) {
  return PyBytes_FromStringAndSize(static_cast<const char*>(data), static_cast<Py_ssize_t>(size));
}

fmmq_status ReadIntoScratch(ReadEnd& end, fmmq_deadline deadline, fmmq_received* received) {
  return fmmq_consumer_read(&end.handle, end.scratch, sizeof(end.scratch), deadline, received);
}

// The everyday case: a small message is there. nullptr without an exception: the others say why.
inline PyObject* ReadAtOnce(QueueObject* queue) {
  Attachment* const attachment = queue->attachment;
  if (attachment == nullptr || attachment->reading.gate.held()) return nullptr;
  fmmq_received received;
  if (ReadIntoScratch(attachment->reading, 0, &received) != FMMQ_OK) return nullptr;
  return BytesOf(attachment->reading.scratch, received.size);
}

fmmq_status Arm(QueueObject* queue, Use* use, int* fd) {
  return Run(queue, &Attachment::reading, kNoWait, use,
             [fd](Attachment& attachment, fmmq_deadline) {
               return fmmq_consumer_arm(&attachment.reading.handle, fd);
             });
}

// A message that is too long for the scratch: straight into a new object. BUFFER_TOO_SMALL again:
// another member took it, and the next one is longer.
fmmq_status ReadLong(ReadEnd& end, fmmq_received* received, PyObject** bytes) {
  const size_t size = received->size;
  Owned whole(BytesOf(nullptr, size));
  if (!whole) return kRaised;
  const fmmq_status status =
      fmmq_consumer_try_read(&end.handle, PyBytes_AsString(whole.get()), size, received);
  if (status != FMMQ_OK) return status;
  *bytes = received->size == size ? whole.Take()
                                  : BytesOf(PyBytes_AsString(whole.get()), received->size);
  return *bytes != nullptr ? FMMQ_OK : kRaised;
}

// Takes one message. On FMMQ_OK *bytes is a new object.
fmmq_status Read(QueueObject* queue, const Timing& timing, Use* use, fmmq_received* received,
                 PyObject** bytes) {
  for (;;) {
    fmmq_status status = Run(queue, &Attachment::reading, timing, use,
                             [received](Attachment& attachment, fmmq_deadline deadline) {
                               return ReadIntoScratch(attachment.reading, deadline, received);
                             });
    if (status == FMMQ_OK) {
      *bytes = BytesOf((*use)->reading.scratch, received->size);
      return *bytes != nullptr ? FMMQ_OK : kRaised;
    }
    while (status == FMMQ_BUFFER_TOO_SMALL) status = ReadLong((*use)->reading, received, bytes);
    if (status == FMMQ_OK || !IsWorthWaiting(status)) return status;
    // Another member was faster.
    if (timing.IsOver()) return FMMQ_TIMEOUT;
  }
}

PyObject* GetOne(QueueObject* queue, const Timing& timing) {
  Use use;
  fmmq_received received;
  PyObject* bytes = nullptr;
  const fmmq_status status = Read(queue, timing, &use, &received, &bytes);
  if (status == FMMQ_OK) return bytes;
  return RaiseForGet(queue, status);
}

// Makes a list of what a batch took, and acknowledges it. Nothing of this gives up the GIL or
// starts a garbage collection (the list is made without one), so nobody else can meet the open
// batch. Where memory ends, the handle is closed with the batch in hand: then the group gets it
// again, marked redelivered.
PyObject* CollectBatch(ReadEnd& end, size_t count) {
  const int collects = PyGC_Disable();
  Owned list(PyList_New(static_cast<Py_ssize_t>(count)));
  if (collects != 0) PyGC_Enable();
  fmmq_message message;
  for (size_t i = 0; list && i < count; ++i) {
    const fmmq_status status = fmmq_consumer_next(&end.handle, &message);
    PyObject* const bytes = status == FMMQ_OK ? BytesOf(message.data, message.size) : nullptr;
    if (bytes != nullptr) {
      PyList_SetItem(list.get(), static_cast<Py_ssize_t>(i), bytes);
      continue;
    }
    fmmq_consumer_close(&end.handle);
    return status == FMMQ_OK ? nullptr : Raise(status);
  }
  if (list) {
    fmmq_consumer_release(&end.handle);
  } else {
    fmmq_consumer_close(&end.handle);
  }
  return list.Take();
}

// Messages that cannot be taken in place: one, and then what is there.
PyObject* GetManyByCopy(QueueObject* queue, size_t max, const Timing& timing, Use* use) {
  Owned list(PyList_New(0));
  Timing patience = timing;
  for (size_t taken = 0; list && taken < max; ++taken, patience = kNoWait) {
    fmmq_received received;
    PyObject* bytes = nullptr;
    const fmmq_status status = Read(queue, patience, use, &received, &bytes);
    if (status != FMMQ_OK && taken > 0 && status != kRaised) break;
    if (status != FMMQ_OK) return RaiseForGet(queue, status);
    const Owned owned(bytes);
    if (PyList_Append(list.get(), bytes) != 0) return nullptr;
  }
  return list.Take();
}

// One message or more, up to `max`: those that are there when the first one is.
PyObject* GetBatch(QueueObject* queue, size_t max, const Timing& timing) {
  Use use;
  size_t count = 0;
  const fmmq_status status =
      Run(queue, &Attachment::reading, timing, &use,
          [&](Attachment& attachment, fmmq_deadline deadline) {
            return fmmq_consumer_peek_batch(&attachment.reading.handle, max, deadline, &count);
          });
  if (status == FMMQ_OK) return CollectBatch(use->reading, count);
  if (status == FMMQ_REDELIVERY || status == FMMQ_NOT_SUPPORTED) {
    return GetManyByCopy(queue, max, timing, &use);
  }
  return RaiseForGet(queue, status);
}

}  // namespace

PyObject* Get(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keywords) {
  QueueObject* const queue = AsQueue(self);
  if (given == 0 && keywords == nullptr) {
    PyObject* const bytes = ReadAtOnce(queue);
    if (bytes != nullptr) return bytes;
    if (PyErr_Occurred() != nullptr) return nullptr;
  }
  static constexpr const char* kNames[] = {"block", "timeout"};
  PyObject* taken[2];
  Timing timing;
  if (!TakeArguments("get", arguments, given, keywords, kNames, 2, 0, taken) ||
      !TakeTiming(taken[0], taken[1], &timing)) {
    return nullptr;
  }
  return GetOne(queue, timing);
}

PyObject* GetNowait(PyObject* self, PyObject*) {
  PyObject* const bytes = ReadAtOnce(AsQueue(self));
  if (bytes != nullptr || PyErr_Occurred() != nullptr) return bytes;
  return GetOne(AsQueue(self), kNoWait);
}

PyObject* GetReceived(PyObject* self, PyObject* const* arguments, Py_ssize_t given,
                      PyObject* keywords) {
  static constexpr const char* kNames[] = {"block", "timeout"};
  PyObject* taken[2];
  Timing timing;
  if (!TakeArguments("get_received", arguments, given, keywords, kNames, 2, 0, taken) ||
      !TakeTiming(taken[0], taken[1], &timing)) {
    return nullptr;
  }
  Use use;
  fmmq_received received;
  PyObject* bytes = nullptr;
  const fmmq_status status = Read(AsQueue(self), timing, &use, &received, &bytes);
  if (status != FMMQ_OK) return RaiseForGet(AsQueue(self), status);
  return Py_BuildValue("(NKKN)", bytes, static_cast<unsigned long long>(received.position),
                       static_cast<unsigned long long>(received.lost),
                       PyBool_FromLong(received.redelivered));
}

PyObject* GetMany(PyObject* self, PyObject* const* arguments, Py_ssize_t given,
                  PyObject* keywords) {
  static constexpr const char* kNames[] = {"max", "block", "timeout"};
  PyObject* taken[3];
  Timing timing;
  size_t max;
  if (!TakeArguments("get_many", arguments, given, keywords, kNames, 3, 1, taken) ||
      !TakeCount(taken[0], "max", &max) || !TakeTiming(taken[1], taken[2], &timing)) {
    return nullptr;
  }
  if (max > kMostAtOnce) max = kMostAtOnce;
  return max == 0 ? PyList_New(0) : GetBatch(AsQueue(self), max, timing);
}

PyObject* IterateNext(PyObject* self) {
  PyObject* const bytes = ReadAtOnce(AsQueue(self));
  if (bytes != nullptr || PyErr_Occurred() != nullptr) return bytes;
  Use use;
  fmmq_received received;
  PyObject* message = nullptr;
  const fmmq_status status = Read(AsQueue(self), Timing{}, &use, &received, &message);
  if (status == FMMQ_OK) return message;
  return status == FMMQ_END_OF_STREAM ? nullptr : RaiseForGet(AsQueue(self), status);
}

PyObject* JoinGroup(PyObject* self, PyObject*) {
  Use use;
  return NoneOr(Prepare(AsQueue(self), &Attachment::reading, Timing{}, /*newcomer=*/true, &use));
}

PyObject* RaiseForGet(QueueObject* queue, fmmq_status status) {
  Raise(status == FMMQ_TIMEOUT ? FMMQ_EMPTY : status);
  const Attachment* const attachment = queue->attachment;
  if (attachment == nullptr || !attachment->reading.wants_bell) return nullptr;
  BesideException([queue] {
    Use use;
    int fd;
    return Arm(queue, &use, &fd);
  });
  return nullptr;
}

PyObject* ArmGet(PyObject* self, PyObject*) {
  int fd = -1;
  Use use;
  const fmmq_status status = Arm(AsQueue(self), &use, &fd);
  if (status == FMMQ_OK) return CopyDescriptor(fd);
  return Raise(status == FMMQ_TIMEOUT ? FMMQ_BUSY : status);
}

PyObject* Fileno(PyObject* self, PyObject*) {
  int fd = -1;
  Use use;
  const fmmq_status status = Arm(AsQueue(self), &use, &fd);
  if (status != FMMQ_OK) return Raise(status == FMMQ_TIMEOUT ? FMMQ_BUSY : status);
  use->reading.wants_bell = true;
  return PyLong_FromLong(fd);
}

}  // namespace fmmq::python
