// A reader that holds nobody back. In a forked child it goes on where its parent was.
#include "fmmq/python/src/observing.h"
#include "fmmq/python/src/queue.h"

namespace fmmq::python {
namespace {

fmmq_status Arm(ObserverObject* self, UseObserver* use, int* fd) {
  return Run(self, kNoWait, use,
             [fd](Observing& o, fmmq_deadline) { return fmmq_observer_arm(&o.handle, fd); });
}

// As RaiseForGet.
PyObject* RaiseFor(ObserverObject* self, fmmq_status status) {
  Raise(status == FMMQ_TIMEOUT ? FMMQ_EMPTY : status);
  if (self->observing == nullptr || !self->observing->wants_bell) return nullptr;
  BesideException([self] {
    UseObserver use;
    int fd;
    return Arm(self, &use, &fd);
  });
  return nullptr;
}

PyObject* GetOne(ObserverObject* self, const Timing& timing) {
  UseObserver use;
  fmmq_received received;
  PyObject* bytes = nullptr;
  const fmmq_status status = Read(self, timing, &use, &received, &bytes);
  if (status == FMMQ_OK) return bytes;
  return RaiseFor(self, status);
}

bool TakeGetArguments(const char* function, PyObject* const* arguments, Py_ssize_t given,
                      PyObject* keywords, Timing* timing) {
  static constexpr const char* kNames[] = {"block", "timeout"};
  PyObject* taken[2];
  return TakeArguments(function, arguments, given, keywords, kNames, 2, 0, taken) &&
         TakeTiming(taken[0], taken[1], timing);
}

PyObject* Get(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keywords) {
  Timing timing;
  if (!TakeGetArguments("get", arguments, given, keywords, &timing)) return nullptr;
  return GetOne(AsObserver(self), timing);
}

PyObject* GetNowait(PyObject* self, PyObject*) { return GetOne(AsObserver(self), kNoWait); }

PyObject* GetReceived(PyObject* self, PyObject* const* arguments, Py_ssize_t given,
                      PyObject* keywords) {
  Timing timing;
  if (!TakeGetArguments("get_received", arguments, given, keywords, &timing)) return nullptr;
  UseObserver use;
  fmmq_received received;
  PyObject* bytes = nullptr;
  const fmmq_status status = Read(AsObserver(self), timing, &use, &received, &bytes);
  if (status != FMMQ_OK) return RaiseFor(AsObserver(self), status);
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
  Owned list(PyList_New(0));
  UseObserver use;
  for (size_t count = 0; list && count < max; ++count, timing = kNoWait) {
    fmmq_received received;
    PyObject* bytes = nullptr;
    const fmmq_status status = Read(AsObserver(self), timing, &use, &received, &bytes);
    if (status != FMMQ_OK) {
      if (count != 0 && status != kRaised) break;
      return RaiseFor(AsObserver(self), status);
    }
    const Owned owned(bytes);
    if (PyList_Append(list.get(), bytes) != 0) return nullptr;
  }
  return list.Take();
}

PyObject* IterateNext(PyObject* self) {
  UseObserver use;
  fmmq_received received;
  PyObject* bytes = nullptr;
  const fmmq_status status = Read(AsObserver(self), Timing{}, &use, &received, &bytes);
  if (status == FMMQ_OK) return bytes;
  return status == FMMQ_END_OF_STREAM ? nullptr : RaiseFor(AsObserver(self), status);
}

PyObject* ArmGet(PyObject* self, PyObject*) {
  int fd = -1;
  UseObserver use;
  const fmmq_status status = Arm(AsObserver(self), &use, &fd);
  if (status == FMMQ_OK) return CopyDescriptor(fd);
  return Raise(status == FMMQ_TIMEOUT ? FMMQ_BUSY : status);
}

PyObject* Fileno(PyObject* self, PyObject*) {
  int fd = -1;
  UseObserver use;
  const fmmq_status status = Arm(AsObserver(self), &use, &fd);
  if (status != FMMQ_OK) return Raise(status == FMMQ_TIMEOUT ? FMMQ_BUSY : status);
  use->wants_bell = true;
  return PyLong_FromLong(fd);
}

PyObject* CheckNotRemoved(PyObject* self, PyObject*) {
  const Observing* const observing = AsObserver(self)->observing;
  if (observing == nullptr) return Raise(FMMQ_CLOSED);
  return NoneOr(observing->segment.IsRemoved() ? FMMQ_REMOVED : FMMQ_OK);
}

PyObject* GetStats(PyObject* self, PyObject*) {
  UseObserver use;
  const fmmq_status status = Prepare(AsObserver(self), Timing{}, /*newcomer=*/true, &use);
  if (status != FMMQ_OK) return Raise(status);
  fmmq_stats stats{};
  fmmq_observer_get_stats(&use->handle, &stats, sizeof(stats));
  return StatsDict(stats);
}

PyObject* Close(PyObject* self, PyObject*) {
  Observing* const observing = AsObserver(self)->observing;
  if (observing == nullptr) Py_RETURN_NONE;
  AsObserver(self)->observing = nullptr;
  observing->closing = true;
  observing->Cancel();
  Drop(observing);
  Py_RETURN_NONE;
}

// _start(queue, from_oldest)
PyObject* Start(PyObject* object, PyObject* arguments) {
  ObserverObject* const self = AsObserver(object);
  PyObject* queue;
  int oldest;
  if (!PyArg_ParseTuple(arguments, "Op", &queue, &oldest) || !IsQueue(queue)) return nullptr;
  if (self->queue != nullptr) return Raise(FMMQ_OUT_OF_ORDER);
  Py_INCREF(queue);
  self->queue = AsQueue(queue);
  return NoneOr(Observe(self, oldest != 0 ? FMMQ_FROM_OLDEST : FMMQ_FROM_NOW, &self->observing));
}

PyObject* Closed(PyObject* self, void*) {
  return PyBool_FromLong(AsObserver(self)->observing == nullptr);
}
PyObject* Position(PyObject* self, void*) {
  Observing* const observing = AsObserver(self)->observing;
  const uint64_t at = observing == nullptr ? 0 : fmmq_observer_position(&observing->handle);
  const uint64_t skip = observing == nullptr ? 0 : observing->skip_before;
  return PyLong_FromUnsignedLongLong(at < skip ? skip : at);
}
PyObject* Lost(PyObject* self, void*) {
  Observing* const observing = AsObserver(self)->observing;
  return PyLong_FromUnsignedLongLong(observing == nullptr ? 0
                                                          : fmmq_observer_lost(&observing->handle));
}

int Traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(reinterpret_cast<PyObject*>(AsObserver(self)->queue));
  return 0;
}

void Dealloc(PyObject* self) {
  PyObject_GC_UnTrack(self);
  Observing* const observing = AsObserver(self)->observing;
  AsObserver(self)->observing = nullptr;
  if (observing != nullptr) Drop(observing);
  Py_XDECREF(reinterpret_cast<PyObject*>(AsObserver(self)->queue));
  FreeObject(self);
}

constexpr int kFast = METH_FASTCALL | METH_KEYWORDS;

PyMethodDef g_methods[] = {
    {"_start", Start, METH_VARARGS, nullptr},
    {"close", Close, METH_NOARGS,
     "close($self, /)\n--\n\nStops observing; the second time does nothing."},
    {"get", AsMethod(Get), kFast,
     "get($self, block=True, timeout=None)\n--\n\nThe next message, as bytes. As Queue.get, but "
     "it takes the message from nobody."},
    {"get_nowait", GetNowait, METH_NOARGS, "get_nowait($self, /)\n--\n\nAs get(block=False)."},
    {"get_many", AsMethod(GetMany), kFast,
     "get_many($self, max, block=True, timeout=None)\n--\n\nUp to `max` messages, at least one, "
     "as a list of bytes; never more than 1 << 20."},
    {"_get_received", AsMethod(GetReceived), kFast, nullptr},
    {"fileno", Fileno, METH_NOARGS,
     "fileno($self, /)\n--\n\nAs Queue.fileno. Takes a seat of the queue: ReadOnly, NoSeat."},
    {"_arm_get", ArmGet, METH_NOARGS, nullptr},
    {"_check_not_removed", CheckNotRemoved, METH_NOARGS, nullptr},
    {"_stats", GetStats, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyGetSetDef g_properties[] = {
    {"closed", Closed, nullptr, "Whether close() was called.", nullptr},
    {"position", Position, nullptr, "The next position to look at, in blocks since creation.",
     nullptr},
    {"lost", Lost, nullptr, "Positions (blocks) that writers overwrote before they were read.",
     nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
PyType_Slot g_slots[] = {
    {Py_tp_doc, AsSlot("The base of fmmq.Observer.")},
    {Py_tp_dealloc, AsSlot(Dealloc)},
    {Py_tp_traverse, AsSlot(Traverse)},
    {Py_tp_iter, AsSlot(PyObject_SelfIter)},
    {Py_tp_iternext, AsSlot(IterateNext)},
    {Py_tp_methods, g_methods},
    {Py_tp_getset, g_properties},
    {0, nullptr},
};
PyType_Spec g_spec = {"fmmq._fmmq.Observer", sizeof(ObserverObject), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, g_slots};

}  // namespace

bool AddObserverType(PyObject* module) {
  const Owned type(PyType_FromModuleAndSpec(module, &g_spec, nullptr));
  return type && PyModule_AddType(module, reinterpret_cast<PyTypeObject*>(type.get())) == 0;
}

}  // namespace fmmq::python
