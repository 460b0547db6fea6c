// What writes.
#include "fmmq/python/src/queue.h"

namespace fmmq::python {
namespace {

// The everyday case: bytes, and room. False: the others say why.
inline bool WriteAtOnce(QueueObject* queue, PyObject* message) {
  Attachment* const attachment = queue->attachment;
  char* data;
  Py_ssize_t size;
  if (attachment == nullptr || attachment->writing.gate.held()) return false;
  if (!PyBytes_CheckExact(message) || PyBytes_AsStringAndSize(message, &data, &size) != 0) {
    return false;
  }
  return fmmq_producer_write(&attachment->writing.handle, data, static_cast<size_t>(size), 0) ==
         FMMQ_OK;
}

PyObject* RaiseFor(fmmq_status status) {
  return Raise(status == FMMQ_TIMEOUT ? FMMQ_FULL : status);
}

fmmq_status Write(QueueObject* queue, const void* data, size_t size, const Timing& timing) {
  Use use;
  return Run(queue, &Attachment::writing, timing, &use,
             [data, size](Attachment& attachment, fmmq_deadline deadline) {
               return fmmq_producer_write(&attachment.writing.handle, data, size, deadline);
             });
}

PyObject* PutAnything(QueueObject* queue, PyObject* message, const Timing& timing) {
  BytesLike bytes;
  if (!bytes.Take(message)) return nullptr;
  const fmmq_status status = Write(queue, bytes.data(), bytes.size(), timing);
  if (status != FMMQ_OK) return RaiseFor(status);
  Py_RETURN_NONE;
}

// As many of the messages from `first` on as are plain bytes, up to a chunk. `get` is that of the
// list or tuple: what it says is borrowed.
constexpr Py_ssize_t kChunk = 256;

template <typename Get>
Py_ssize_t CollectBytes(Get&& get, PyObject* items, Py_ssize_t first, Py_ssize_t count,
                        fmmq_bytes* chunk) {
  Py_ssize_t collected = 0;
  for (; collected < kChunk && first + collected < count; ++collected) {
    PyObject* const message = get(items, first + collected);
    char* data;
    Py_ssize_t size;
    if (!PyBytes_CheckExact(message) || PyBytes_AsStringAndSize(message, &data, &size) != 0) break;
    chunk[collected] = {data, static_cast<size_t>(size)};
  }
  return collected;
}

// Writes one or more of the messages from `first` on. Where there is no room, waits for that of the
// first one.
fmmq_status WriteSome(QueueObject* queue, PyObject* tuple, Py_ssize_t first, Py_ssize_t count,
                      const Timing& timing, size_t* written) {
  fmmq_bytes chunk[kChunk];
  const Py_ssize_t collected = CollectBytes(PyTuple_GetItem, tuple, first, count, chunk);
  *written = 1;
  if (collected == 0) {
    BytesLike bytes;
    if (!bytes.Take(PyTuple_GetItem(tuple, first))) return kRaised;
    return Write(queue, bytes.data(), bytes.size(), timing);
  }
  Use use;
  const auto batch = [&](Attachment& attachment, fmmq_deadline) {
    return fmmq_producer_try_write_batch(&attachment.writing.handle, chunk,
                                         static_cast<size_t>(collected), written);
  };
  const fmmq_status status = Run(queue, &Attachment::writing, kNoWait, &use, batch);
  if (status != FMMQ_TIMEOUT) return status;
  *written = 1;
  return Write(queue, chunk[0].data, chunk[0].size, timing);
}

bool MayBePartOf(fmmq_status status) {
  return status == FMMQ_TIMEOUT || status == FMMQ_FULL || status == FMMQ_END_OF_STREAM;
}

// The everyday case of many: a list of bytes, and room. Says how many it wrote; the others say why
// not all. It runs nothing of Python's that could change the list.
Py_ssize_t WriteListAtOnce(QueueObject* queue, PyObject* list) {
  Attachment* const attachment = queue->attachment;
  if (attachment == nullptr || attachment->writing.gate.held()) return 0;
  const Py_ssize_t count = PyList_Size(list);
  Py_ssize_t done = 0;
  while (done < count) {
    fmmq_bytes chunk[kChunk];
    const Py_ssize_t collected = CollectBytes(PyList_GetItem, list, done, count, chunk);
    size_t written;
    if (fmmq_producer_try_write_batch(&attachment->writing.handle, chunk,
                                      static_cast<size_t>(collected), &written) != FMMQ_OK) {
      break;
    }
    done += static_cast<Py_ssize_t>(written);
  }
  return done;
}

// From the one after `done` on.
PyObject* PutAll(QueueObject* queue, PyObject* tuple, Py_ssize_t done, const Timing& timing) {
  const Py_ssize_t count = PyTuple_Size(tuple);
  while (done < count) {
    size_t written = 0;
    const fmmq_status status = WriteSome(queue, tuple, done, count, timing, &written);
    if (status == FMMQ_OK) {
      done += static_cast<Py_ssize_t>(written);
    } else if (done > 0 && MayBePartOf(status)) {
      break;
    } else {
      return RaiseFor(status);
    }
  }
  return PyLong_FromSsize_t(done);
}

}  // namespace

PyObject* Put(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keywords) {
  QueueObject* const queue = AsQueue(self);
  if (given == 1 && keywords == nullptr && WriteAtOnce(queue, arguments[0])) Py_RETURN_NONE;
  static constexpr const char* kNames[] = {"item", "block", "timeout"};
  PyObject* taken[3];
  Timing timing;
  if (!TakeArguments("put", arguments, given, keywords, kNames, 3, 1, taken) ||
      !TakeTiming(taken[1], taken[2], &timing)) {
    return nullptr;
  }
  return PutAnything(queue, taken[0], timing);
}

PyObject* PutNowait(PyObject* self, PyObject* message) {
  if (WriteAtOnce(AsQueue(self), message)) Py_RETURN_NONE;
  return PutAnything(AsQueue(self), message, kNoWait);
}

PyObject* PutMany(PyObject* self, PyObject* const* arguments, Py_ssize_t given,
                  PyObject* keywords) {
  static constexpr const char* kNames[] = {"items", "block", "timeout"};
  PyObject* taken[3];
  Timing timing;
  if (!TakeArguments("put_many", arguments, given, keywords, kNames, 3, 1, taken) ||
      !TakeTiming(taken[1], taken[2], &timing)) {
    return nullptr;
  }
  if (PyUnicode_Check(taken[0]) || PyObject_CheckBuffer(taken[0])) {
    PyErr_SetString(PyExc_TypeError, "put_many() takes an iterable of messages, not one message");
    return nullptr;
  }
  Py_ssize_t done = 0;
  if (PyList_CheckExact(taken[0])) {
    done = WriteListAtOnce(AsQueue(self), taken[0]);
    if (done == PyList_Size(taken[0])) return PyLong_FromSsize_t(done);
  }
  // A tuple keeps its items, whatever other threads do to the list meanwhile.
  const Owned tuple(PySequence_Tuple(taken[0]));
  return tuple ? PutAll(AsQueue(self), tuple.get(), done, timing) : nullptr;
}

PyObject* End(PyObject* self, PyObject*) {
  Use use;
  return NoneOr(Run(AsQueue(self), &Attachment::writing, Timing{}, &use,
                    [](Attachment& attachment, fmmq_deadline) {
                      return fmmq_producer_end(&attachment.writing.handle);
                    }));
}

PyObject* ArmPut(PyObject* self, PyObject* size) {
  size_t bytes;
  if (!TakeCount(size, "a size", &bytes)) return nullptr;
  int fd = -1;
  Use use;
  const fmmq_status status = Run(AsQueue(self), &Attachment::writing, kNoWait, &use,
                                 [&](Attachment& attachment, fmmq_deadline) {
                                   return fmmq_producer_arm(&attachment.writing.handle, bytes, &fd);
                                 });
  if (status == FMMQ_OK) return CopyDescriptor(fd);
  return Raise(status == FMMQ_TIMEOUT ? FMMQ_BUSY : status);
}

}  // namespace fmmq::python
