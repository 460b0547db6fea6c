#include "fmmq/python/src/queue.h"

namespace fmmq::python {
namespace {

PyTypeObject* g_type;

void Dealloc(PyObject* self) {
  Attachment* const attachment = AsQueue(self)->attachment;
  AsQueue(self)->attachment = nullptr;
  if (attachment != nullptr) DropReference(attachment);
  FreeObject(self);
}

PyObject* Closed(PyObject* self, void*) {
  return PyBool_FromLong(AsQueue(self)->attachment == nullptr);
}

constexpr int kFast = METH_FASTCALL | METH_KEYWORDS;

PyMethodDef g_methods[] = {
    {"_create", Create, METH_VARARGS, nullptr},
    {"_open", Open, METH_VARARGS, nullptr},
    {"_open_fd", OpenFd, METH_VARARGS, nullptr},
    {"_connect", Connect, METH_VARARGS, nullptr},
    {"_connect_pid", ConnectPid, METH_VARARGS, nullptr},
    {"close", Close, METH_NOARGS,
     "close($self, /)\n--\n\nLeaves the queue; the second time does nothing. Waits in other "
     "threads end with Closed.\n\nBufferError: a view of a message is open."},
    {"put", AsMethod(Put), kFast,
     "put($self, item, block=True, timeout=None)\n--\n\nWrites one message: any bytes-like "
     "object, copied.\n\n`timeout` is in seconds; None waits for ever. Full: no room, or not in "
     "time. TooLarge:\nlonger than max_message_size. EndOfStream: somebody called end(). Removed: "
     "the queue's\nname is gone, and no room came for a while."},
    {"put_nowait", PutNowait, METH_O,
     "put_nowait($self, item, /)\n--\n\nAs put(item, block=False)."},
    {"put_many", AsMethod(PutMany), kFast,
     "put_many($self, items, block=True, timeout=None)\n--\n\nWrites messages in order, many at a "
     "time; returns how many were written.\n\nThat is all of them, unless the time was over or "
     "the stream ended: then those that come\nfirst, and at least one; Full or EndOfStream when "
     "it is none."},
    {"end", End, METH_NOARGS,
     "end($self, /)\n--\n\nEnds the stream for good and for all: readers get EndOfStream after "
     "the last message,\nwriters at once."},
    {"get", AsMethod(Get), kFast,
     "get($self, block=True, timeout=None)\n--\n\nTakes the group's next message, as "
     "bytes.\n\n`timeout` is in seconds; None waits for ever. Empty: nothing there, or not in "
     "time.\nEndOfStream: somebody called end(), and everything is read. Removed: the queue's "
     "name is\ngone, and nothing came for a while."},
    {"get_nowait", GetNowait, METH_NOARGS, "get_nowait($self, /)\n--\n\nAs get(block=False)."},
    {"get_many", AsMethod(GetMany), kFast,
     "get_many($self, max, block=True, timeout=None)\n--\n\nTakes up to `max` messages, at least "
     "one, as a list of bytes; waits for the first.\n\nNever more than 1 << 20. Errors as get(); "
     "an empty list for a max of 0."},
    {"_get_received", AsMethod(GetReceived), kFast, nullptr},
    {"join", JoinGroup, METH_NOARGS,
     "join($self, /)\n--\n\nJoins the group now; otherwise the first get does.\n\nNoSeat, NoGroup, "
     "GroupMismatch, Taken, ReadOnly."},
    {"fileno", Fileno, METH_NOARGS,
     "fileno($self, /)\n--\n\nA descriptor that becomes readable when there is something to get, "
     "for loop.add_reader\nor select.\n\nThen get until Empty: every get that raises arms it "
     "again. It may be readable for\nnothing; a death makes nothing readable: try now and then all "
     "the same."},
    {"_arm_get", ArmGet, METH_NOARGS, nullptr},
    {"_arm_put", ArmPut, METH_O, nullptr},
    {"_reserve", AsMethod(Reserve), kFast, nullptr},
    {"_peek", AsMethod(Peek), kFast, nullptr},
    {"_info", GetInfo, METH_NOARGS, nullptr},
    {"_groups", GetGroups, METH_NOARGS, nullptr},
    {"_presence", GetPresence, METH_NOARGS, nullptr},
    {"_stats", GetStats, METH_NOARGS, nullptr},
    {"_count", CountWaiting, METH_O, nullptr},
    {"_check_not_removed", CheckNotRemoved, METH_NOARGS, nullptr},
    {"full", IsFull, METH_NOARGS,
     "full($self, /)\n--\n\nWhether there is no room for any message at this moment."},
    {"_drop_group", DropGroup, METH_O, nullptr},
    {"let_writers_overwrite", LetWritersOverwrite, METH_NOARGS,
     "let_writers_overwrite($self, /)\n--\n\nFrom now on, and for good, writers overwrite what "
     "groups have not read.\n\nNotSupported: the policy is not Policy.COMPAT. ReadOnly."},
    {"prefault", Prefault, METH_NOARGS,
     "prefault($self, /)\n--\n\nMaps every page now, so that no first touch costs a page fault "
     "later (Linux 5.14)."},
    {"lock_in_memory", LockInMemory, METH_NOARGS,
     "lock_in_memory($self, /)\n--\n\nKeeps the segment from being swapped, for this "
     "process.\n\nPermissionDenied, NoMemory (RLIMIT_MEMLOCK)."},
    {"segment_fileno", SegmentFileno, METH_NOARGS,
     "segment_fileno($self, /)\n--\n\nThe segment's descriptor, close-on-exec: what "
     "Queue.from_fd takes in another process.\nStays the queue's."},
    {"_get_string", GetString, METH_NOARGS, nullptr},
    {"_set_string", AsMethod(SetString), kFast, nullptr},
    {"_wait_string", AsMethod(WaitString), kFast, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef g_properties[] = {
    {"closed", Closed, nullptr, "Whether close() was called.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot g_slots[] = {
    {Py_tp_doc, AsSlot("The base of fmmq.Queue.")},
    {Py_tp_dealloc, AsSlot(Dealloc)},
    {Py_tp_iter, AsSlot(PyObject_SelfIter)},
    {Py_tp_iternext, AsSlot(IterateNext)},
    {Py_tp_methods, g_methods},
    {Py_tp_getset, g_properties},
    {0, nullptr},
};
PyType_Spec g_spec = {"fmmq._fmmq.Queue", sizeof(QueueObject), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, g_slots};

}  // namespace

PyTypeObject* MakeQueueType(PyObject* module) {
  PyObject* const type = PyType_FromModuleAndSpec(module, &g_spec, nullptr);
  g_type = reinterpret_cast<PyTypeObject*>(type);
  return g_type;
}

bool IsQueue(PyObject* object) {
  if (PyObject_TypeCheck(object, g_type)) return true;
  PyErr_SetString(PyExc_TypeError, "a fmmq.Queue is needed");
  return false;
}

}  // namespace fmmq::python
