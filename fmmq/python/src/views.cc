// Messages in place: reservations to write into, and messages to look at.
//
//   kIdle --(__enter__)--> kOpen --(commit, abort, release, __exit__)--> kIdle
//     kOpen --(__exit__ while somebody keeps a slice of the view)--> kLeft
//     kLeft --(the last of them is gone: the reservation is aborted, the message released)--> kIdle
//
// A view is a memoryview over this object, which counts them: as long as there is one, the ring
// keeps the message's place, and the mapping stays. The gate of its end is held from __enter__ on,
// so that no other thread gets into the core's half-done call.
#include "fmmq/python/src/queue.h"

namespace fmmq::python {
namespace {

enum class State { kIdle, kOpen, kLeft };

struct ViewObject {
  PyObject_HEAD QueueObject* queue;  // owned
  Attachment* attachment;            // with a reference, unless kIdle
  PyObject* view;                    // a weak reference to the memoryview that __enter__ gave out
  void* data;
  size_t size;
  uint32_t exports;
  State state;
  bool writes;        // a reservation; else a message that is read
  PyObject* block;    // as given, owned; nullptr: the default
  PyObject* timeout;  // the same
};
ViewObject* AsView(PyObject* object) { return reinterpret_cast<ViewObject*>(object); }

PyTypeObject* g_reservation_type;
PyTypeObject* g_peek_type;

Gate& GateOf(ViewObject* self) {
  return self->writes ? self->attachment->writing.gate : self->attachment->reading.gate;
}

// Ends what the core has open: kIdle afterwards, whatever it says. In a forked child there is
// nothing to end, and the gate is a copy of the parent's.
template <typename Call>
fmmq_status Finish(ViewObject* self, Call&& call) {
  Attachment* const attachment = self->attachment;
  const bool own = attachment->forks == ForkCount();
  const fmmq_status status = call(*attachment);
  if (own) GateOf(self).Leave();
  self->state = State::kIdle;
  self->data = nullptr;
  self->attachment = nullptr;
  Py_XDECREF(self->view);
  self->view = nullptr;
  DropReference(attachment);
  return status;
}

fmmq_status GiveUp(ViewObject* self) {
  return Finish(self, [self](Attachment& attachment) {
    return self->writes ? fmmq_producer_abort(&attachment.writing.handle)
                        : fmmq_consumer_release(&attachment.reading.handle);
  });
}

int GetBuffer(PyObject* object, Py_buffer* buffer, int flags) {
  ViewObject* const self = AsView(object);
  if (self->state != State::kOpen) {
    buffer->obj = nullptr;
    PyErr_SetString(PyExc_BufferError, "the message is not open");
    return -1;
  }
  const auto size = static_cast<Py_ssize_t>(self->size);
  if (PyBuffer_FillInfo(buffer, object, self->data, size, self->writes ? 0 : 1, flags) != 0) {
    return -1;
  }
  ++self->exports;
  ++self->attachment->views;
  return 0;
}

void ReleaseBuffer(PyObject* object, Py_buffer*) {
  ViewObject* const self = AsView(object);
  --self->exports;
  --self->attachment->views;
  if (self->exports == 0 && self->state == State::kLeft) GiveUp(self);
}

// Releases the view that __enter__ gave out. BufferError when somebody keeps another one.
fmmq_status ReleaseViews(ViewObject* self) {
  PyObject* const view = PyWeakref_GetObject(self->view);
  if (view != nullptr && view != Py_None) {
    Py_INCREF(view);
    const Owned kept(view);
    const Owned released(PyObject_CallMethod(view, "release", nullptr));
    if (!released) return kRaised;
  }
  if (self->exports == 0) return FMMQ_OK;
  RaiseSaying(FMMQ_OUT_OF_ORDER, "slices or other views of the message are still alive");
  return kRaised;
}

fmmq_status OpenMessage(ViewObject* self, const Timing& timing, Use* use) {
  fmmq_message message{};
  const fmmq_status status =
      Run(self->queue, &Attachment::reading, timing, use,
          [&message](Attachment& attachment, fmmq_deadline deadline) {
            return fmmq_consumer_peek(&attachment.reading.handle, deadline, &message);
          });
  self->data = const_cast<void*>(message.data);
  self->size = message.size;
  return status;
}

fmmq_status OpenReservation(ViewObject* self, const Timing& timing, Use* use) {
  const fmmq_status status = Run(self->queue, &Attachment::writing, timing, use,
                                 [self](Attachment& attachment, fmmq_deadline deadline) {
                                   return fmmq_producer_reserve(&attachment.writing.handle,
                                                                self->size, deadline, &self->data);
                                 });
  return status == FMMQ_TIMEOUT ? FMMQ_FULL : status;
}

PyObject* RaiseFor(ViewObject* self, fmmq_status status) {
  return self->writes ? Raise(status) : RaiseForGet(self->queue, status);
}

PyObject* GiveOutView(ViewObject* self) {
  Owned view(PyMemoryView_FromObject(reinterpret_cast<PyObject*>(self)));
  if (view) self->view = PyWeakref_NewRef(view.get(), nullptr);
  return self->view != nullptr ? view.Take() : nullptr;
}

PyObject* Enter(PyObject* object, PyObject*) {
  ViewObject* const self = AsView(object);
  if (self->state != State::kIdle) return RaiseSaying(FMMQ_OUT_OF_ORDER, "it is open already");
  Timing timing;
  if (!TakeTiming(self->block, self->timeout, &timing)) return nullptr;
  Use use;
  const fmmq_status status =
      self->writes ? OpenReservation(self, timing, &use) : OpenMessage(self, timing, &use);
  if (status != FMMQ_OK) return RaiseFor(self, status);
  self->attachment = &*use;
  AddReference(self->attachment);
  self->state = State::kOpen;
  GateOf(self).Hold(Gate::Use::kView);
  PyObject* const view = GiveOutView(self);
  if (view == nullptr) GiveUp(self);
  return view;
}

// The end of the `with` block. What cannot end because of a slice that somebody keeps is left to
// that slice's end; it is an error only where the block itself had none: the exception that is on
// its way may be what keeps it.
PyObject* Exit(PyObject* object, PyObject* const* arguments, Py_ssize_t given) {
  ViewObject* const self = AsView(object);
  if (self->state != State::kOpen) Py_RETURN_FALSE;  // ended in the block
  const bool failed = given > 0 && arguments[0] != Py_None;
  fmmq_status status = ReleaseViews(self);
  if (status != FMMQ_OK) {
    self->state = State::kLeft;
    if (!failed) return nullptr;
    PyErr_Clear();
    Py_RETURN_FALSE;
  }
  status = !self->writes || failed ? GiveUp(self) : Finish(self, [self](Attachment& attachment) {
    return fmmq_producer_commit(&attachment.writing.handle, self->size);
  });
  if (status != FMMQ_OK && !failed) return Raise(status);
  Py_RETURN_FALSE;
}

// What may be called within the block, and ends the message there.
fmmq_status CheckOpen(ViewObject* self) {
  if (self->state == State::kOpen) return ReleaseViews(self);
  RaiseSaying(FMMQ_OUT_OF_ORDER, "the message is not open");
  return kRaised;
}

PyObject* Commit(PyObject* object, PyObject* const* arguments, Py_ssize_t given) {
  ViewObject* const self = AsView(object);
  size_t size = self->size;
  if (given > 1) {
    PyErr_SetString(PyExc_TypeError, "commit() takes at most 1 argument");
    return nullptr;
  }
  if (given == 1 && arguments[0] != Py_None && !TakeCount(arguments[0], "a size", &size)) {
    return nullptr;
  }
  if (self->state == State::kOpen && size > self->size) {
    return RaiseSaying(FMMQ_INVALID_ARGUMENT, "more bytes than were reserved");
  }
  const fmmq_status status = CheckOpen(self);
  if (status != FMMQ_OK) return Raise(status);
  return NoneOr(Finish(self, [size](Attachment& attachment) {
    return fmmq_producer_commit(&attachment.writing.handle, size);
  }));
}

PyObject* End(PyObject* object, PyObject*) {
  ViewObject* const self = AsView(object);
  const fmmq_status status = CheckOpen(self);
  return NoneOr(status == FMMQ_OK ? GiveUp(self) : status);
}

int Traverse(PyObject* object, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(reinterpret_cast<PyObject*>(AsView(object)->queue));
  return 0;
}

void Dealloc(PyObject* object) {
  PyObject_GC_UnTrack(object);
  ViewObject* const self = AsView(object);
  if (self->state != State::kIdle) GiveUp(self);
  Py_XDECREF(self->block);
  Py_XDECREF(self->timeout);
  Py_XDECREF(reinterpret_cast<PyObject*>(self->queue));
  FreeObject(object);
}

PyMethodDef g_reservation_methods[] = {
    {"__enter__", Enter, METH_NOARGS, nullptr},
    {"__exit__", AsMethod(Exit), METH_FASTCALL, nullptr},
    {"commit", AsMethod(Commit), METH_FASTCALL,
     "commit($self, size=None, /)\n--\n\nPublishes the first `size` bytes, or all; the view is "
     "released.\n\nBufferError: nothing is reserved, or slices of the view are still alive."},
    {"abort", End, METH_NOARGS,
     "abort($self, /)\n--\n\nGives the reservation up: readers never see it."},
    {nullptr, nullptr, 0, nullptr},
};
PyMethodDef g_peek_methods[] = {
    {"__enter__", Enter, METH_NOARGS, nullptr},
    {"__exit__", AsMethod(Exit), METH_FASTCALL, nullptr},
    {"release", End, METH_NOARGS,
     "release($self, /)\n--\n\nAcknowledges the message; the view is released.\n\nBufferError: "
     "none is open, or slices of the view are still alive."},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot g_reservation_slots[] = {
    {Py_tp_doc, AsSlot("What Queue.reserve gives: `with` it, and write into the view.")},
    {Py_tp_dealloc, AsSlot(Dealloc)},
    {Py_tp_traverse, AsSlot(Traverse)},
    {Py_tp_methods, g_reservation_methods},
    {Py_bf_getbuffer, AsSlot(GetBuffer)},
    {Py_bf_releasebuffer, AsSlot(ReleaseBuffer)},
    {0, nullptr},
};
PyType_Slot g_peek_slots[] = {
    {Py_tp_doc, AsSlot("What Queue.peek gives: `with` it, and read the view.")},
    {Py_tp_dealloc, AsSlot(Dealloc)},
    {Py_tp_traverse, AsSlot(Traverse)},
    {Py_tp_methods, g_peek_methods},
    {Py_bf_getbuffer, AsSlot(GetBuffer)},
    {Py_bf_releasebuffer, AsSlot(ReleaseBuffer)},
    {0, nullptr},
};
constexpr unsigned kFlags =
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION;
PyType_Spec g_reservation_spec = {"fmmq._fmmq.Reservation", sizeof(ViewObject), 0, kFlags,
                                  g_reservation_slots};
PyType_Spec g_peek_spec = {"fmmq._fmmq.Peek", sizeof(ViewObject), 0, kFlags, g_peek_slots};

PyObject* KeepOrNull(PyObject* object) {
  Py_XINCREF(object);
  return object;
}

PyObject* NewView(PyTypeObject* type, PyObject* queue, PyObject* block, PyObject* timeout) {
  Timing timing;  // checked now; counts from __enter__ on
  if (!TakeTiming(block, timeout, &timing)) return nullptr;
  PyObject* const object = PyType_GenericAlloc(type, 0);
  if (object == nullptr) return nullptr;
  ViewObject* const self = AsView(object);
  self->queue = AsQueue(KeepOrNull(queue));
  self->block = KeepOrNull(block);
  self->timeout = KeepOrNull(timeout);
  self->writes = type == g_reservation_type;
  return object;
}

// Stays for good: what is in static storage must not go with the module.
PyTypeObject* AddType(PyObject* module, PyType_Spec* spec) {
  auto* const made =
      reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, spec, nullptr));
  return made != nullptr && PyModule_AddType(module, made) == 0 ? made : nullptr;
}

}  // namespace

bool AddViewTypes(PyObject* module) {
  g_reservation_type = AddType(module, &g_reservation_spec);
  g_peek_type = AddType(module, &g_peek_spec);
  return g_reservation_type != nullptr && g_peek_type != nullptr;
}

PyObject* Reserve(PyObject* self, PyObject* const* arguments, Py_ssize_t given,
                  PyObject* keywords) {
  static constexpr const char* kNames[] = {"size", "block", "timeout"};
  PyObject* taken[3];
  size_t size;
  if (!TakeArguments("reserve", arguments, given, keywords, kNames, 3, 1, taken) ||
      !TakeCount(taken[0], "a size", &size)) {
    return nullptr;
  }
  PyObject* const view = NewView(g_reservation_type, self, taken[1], taken[2]);
  if (view != nullptr) AsView(view)->size = size;
  return view;
}

PyObject* Peek(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keywords) {
  static constexpr const char* kNames[] = {"block", "timeout"};
  PyObject* taken[2];
  if (!TakeArguments("peek", arguments, given, keywords, kNames, 2, 0, taken)) return nullptr;
  return NewView(g_peek_type, self, taken[0], taken[1]);
}

}  // namespace fmmq::python
