// A reader that holds nobody back. In a forked child it goes on where its parent was.
#include <new>

#include "fmmq/python/src/queue.h"

namespace fmmq::python {
namespace {

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
ObserverObject* AsObserver(PyObject* object) { return reinterpret_cast<ObserverObject*>(object); }

void Drop(Observing* observing) {
  if (--observing->references != 0) return;
  fmmq_observer_close(&observing->handle);
  observing->~Observing();
  PyMem_Free(observing);
}

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

fmmq_status Observe(ObserverObject* self, fmmq_from from, Observing** out) {
  Use use;
  fmmq_status status = Attach(self->queue, &use);
  if (status != FMMQ_OK) return status;
  void* const memory = PyMem_Malloc(sizeof(Observing));
  if (memory == nullptr) return FMMQ_NO_MEMORY;
  auto* const observing = new (memory) Observing;
  observing->forks = ForkCount();
  errno = 0;
  status = fmmq_queue_observe(&use->queue, &observing->handle, from);
  fmmq_wait_policy policy = FMMQ_WAIT_POLICY_INIT;
  policy.interruptible = true;
  if (status == FMMQ_OK) status = fmmq_observer_set_wait_policy(&observing->handle, &policy);
  if (status == FMMQ_OK) {
    *out = observing;
  } else {
    Drop(observing);
  }
  return status;
}

fmmq_status ObserveAnew(ObserverObject* self) {
  Observing* const old = self->observing;
  Observing* anew = nullptr;
  const fmmq_status status = Observe(self, FMMQ_FROM_OLDEST, &anew);
  if (status != FMMQ_OK) return status;
  anew->skip_before = fmmq_observer_position(&old->handle);
  self->observing = anew;
  Drop(old);
  return FMMQ_OK;
}

fmmq_status Prepare(ObserverObject* self, const Timing& timing, UseObserver* use) {
  for (;;) {
    if (self->observing == nullptr) return FMMQ_CLOSED;
    fmmq_status status = FMMQ_OK;
    if (self->observing->forks != ForkCount()) status = ObserveAnew(self);
    if (status != FMMQ_OK) return status;
    use->Set(self->observing);
    if (!(*use)->gate.held()) return FMMQ_OK;
    status = AwaitGate((*use)->gate, timing);
    if (status != FMMQ_OK) return status;
  }
}

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

PyObject* BytesOf(const void* data, size_t size) {
  return PyBytes_FromStringAndSize(static_cast<const char*>(data), static_cast<Py_ssize_t>(size));
}

// A message longer than the scratch, straight into a new object; it stays until it is read.
fmmq_status ReadLong(Observing& observing, fmmq_received* received, PyObject** bytes) {
  const size_t size = received->size;
  Owned whole(BytesOf(nullptr, size));
  if (!whole) return kRaised;
  const fmmq_status status =
      fmmq_observer_try_read(&observing.handle, PyBytes_AsString(whole.get()), size, received);
  if (status != FMMQ_OK) return status;
  *bytes = received->size == size ? whole.Take()
                                  : BytesOf(PyBytes_AsString(whole.get()), received->size);
  return *bytes != nullptr ? FMMQ_OK : kRaised;
}

fmmq_status ReadAny(ObserverObject* self, const Timing& timing, UseObserver* use,
                    fmmq_received* received, PyObject** bytes) {
  for (;;) {
    fmmq_status status = Run(self, timing, use, [received](Observing& o, fmmq_deadline deadline) {
      return fmmq_observer_read(&o.handle, o.scratch, sizeof(o.scratch), deadline, received);
    });
    if (status == FMMQ_OK) {
      *bytes = BytesOf((*use)->scratch, received->size);
      return *bytes != nullptr ? FMMQ_OK : kRaised;
    }
    while (status == FMMQ_BUFFER_TOO_SMALL) status = ReadLong(**use, received, bytes);
    if (status == FMMQ_OK || !IsWorthWaiting(status)) return status;
    if (timing.IsOver()) return FMMQ_TIMEOUT;
  }
}

fmmq_status Read(ObserverObject* self, const Timing& timing, UseObserver* use,
                 fmmq_received* received, PyObject** bytes) {
  for (;;) {
    const fmmq_status status = ReadAny(self, timing, use, received, bytes);
    if (status != FMMQ_OK || received->position >= (*use)->skip_before) return status;
    Py_DECREF(*bytes);
  }
}

PyObject* RaiseFor(fmmq_status status) {
  return Raise(status == FMMQ_TIMEOUT ? FMMQ_EMPTY : status);
}

void RearmIfWanted(UseObserver& use, fmmq_status status) {
  if (status != FMMQ_TIMEOUT || !use->wants_bell) return;
  int fd;
  if (!use->gate.held()) fmmq_observer_arm(&use->handle, &fd);
}

PyObject* GetOne(ObserverObject* self, const Timing& timing) {
  UseObserver use;
  fmmq_received received;
  PyObject* bytes = nullptr;
  const fmmq_status status = Read(self, timing, &use, &received, &bytes);
  if (status == FMMQ_OK) return bytes;
  RearmIfWanted(use, status);
  return RaiseFor(status);
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
  if (status != FMMQ_OK) return RaiseFor(status);
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
  Owned list(PyList_New(0));
  UseObserver use;
  for (size_t count = 0; list && count < max; ++count, timing = kNoWait) {
    fmmq_received received;
    PyObject* bytes = nullptr;
    const fmmq_status status = Read(AsObserver(self), timing, &use, &received, &bytes);
    if (status != FMMQ_OK) {
      RearmIfWanted(use, status);
      if (count != 0 && status != kRaised) break;
      return RaiseFor(status);
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
  return status == FMMQ_END_OF_STREAM ? nullptr : RaiseFor(status);
}

PyObject* ArmGet(PyObject* self, PyObject*) {
  int fd = -1;
  UseObserver use;
  const fmmq_status status =
      Run(AsObserver(self), kNoWait, &use,
          [&fd](Observing& o, fmmq_deadline) { return fmmq_observer_arm(&o.handle, &fd); });
  if (status == FMMQ_OK) return PyLong_FromLong(fd);
  return Raise(status == FMMQ_TIMEOUT ? FMMQ_BUSY : status);
}

PyObject* Fileno(PyObject* self, PyObject*) {
  PyObject* const fd = ArmGet(self, nullptr);
  if (fd != nullptr) AsObserver(self)->observing->wants_bell = true;
  return fd;
}

PyObject* GetStats(PyObject* self, PyObject*) {
  UseObserver use;
  const fmmq_status status = Prepare(AsObserver(self), Timing{}, &use);
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
  fmmq_observer_cancel(&observing->handle);
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
     "as a list of bytes."},
    {"_get_received", AsMethod(GetReceived), kFast, nullptr},
    {"fileno", Fileno, METH_NOARGS,
     "fileno($self, /)\n--\n\nAs Queue.fileno. Takes a seat of the queue: ReadOnly, NoSeat."},
    {"_arm_get", ArmGet, METH_NOARGS, nullptr},
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
