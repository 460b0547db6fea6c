// The methods of _fmmq.Queue, by file. What they do for users is said in fmmq/_fmmq.pyi and
// fmmq/queue.py.
#ifndef FMMQ_PYTHON_SRC_QUEUE_H_
#define FMMQ_PYTHON_SRC_QUEUE_H_

#include "fmmq/python/src/call.h"

namespace fmmq::python {

// queue.cc
PyTypeObject* MakeQueueType(PyObject* module);
bool IsQueue(PyObject* object);

// opening.cc
PyObject* Create(PyObject* self, PyObject* arguments);
PyObject* Open(PyObject* self, PyObject* arguments);
PyObject* OpenFd(PyObject* self, PyObject* arguments);
PyObject* Connect(PyObject* self, PyObject* arguments);
PyObject* ConnectPid(PyObject* self, PyObject* arguments);
PyObject* Close(PyObject* self, PyObject*);
PyObject* Remove(PyObject* module, PyObject* name);
PyObject* ListNames(PyObject* module, PyObject*);
PyObject* Find(PyObject* module, PyObject* arguments);

// put.cc
PyObject* Put(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keywords);
PyObject* PutNowait(PyObject* self, PyObject* message);
PyObject* PutMany(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keywords);
PyObject* End(PyObject* self, PyObject*);
PyObject* ArmPut(PyObject* self, PyObject* size);

// get.cc

// The most messages of one get_many: where writers are as fast as the reader, it ends all the same.
inline constexpr size_t kMostAtOnce = size_t{1} << 20;

PyObject* Get(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keywords);
PyObject* GetNowait(PyObject* self, PyObject*);
PyObject* GetReceived(PyObject* self, PyObject* const* arguments, Py_ssize_t given,
                      PyObject* keywords);
PyObject* GetMany(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keywords);
PyObject* IterateNext(PyObject* self);
PyObject* JoinGroup(PyObject* self, PyObject*);
PyObject* ArmGet(PyObject* self, PyObject*);
PyObject* Fileno(PyObject* self, PyObject*);
// What a get ends with that has no message: the exception, and the doorbell armed again, if
// fileno() gave it out.
PyObject* RaiseForGet(QueueObject* queue, fmmq_status status);

// views.cc
bool AddViewTypes(PyObject* module);
PyObject* Reserve(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keywords);
PyObject* Peek(PyObject* self, PyObject* const* arguments, Py_ssize_t given, PyObject* keywords);

// info.cc
PyObject* GetInfo(PyObject* self, PyObject*);
PyObject* GetGroups(PyObject* self, PyObject*);
PyObject* GetPresence(PyObject* self, PyObject*);
PyObject* GetStats(PyObject* self, PyObject*);
PyObject* StatsDict(const fmmq_stats& stats);
PyObject* CountWaiting(PyObject* self, PyObject* limit);
PyObject* CheckNotRemoved(PyObject* self, PyObject*);
PyObject* IsFull(PyObject* self, PyObject*);
PyObject* DropGroup(PyObject* self, PyObject* name);
PyObject* LetWritersOverwrite(PyObject* self, PyObject*);
PyObject* Prefault(PyObject* self, PyObject*);
PyObject* LockInMemory(PyObject* self, PyObject*);
PyObject* SegmentFileno(PyObject* self, PyObject*);

// shared_string.cc
PyObject* GetString(PyObject* self, PyObject*);
PyObject* SetString(PyObject* self, PyObject* const* arguments, Py_ssize_t given,
                    PyObject* keywords);
PyObject* WaitString(PyObject* self, PyObject* const* arguments, Py_ssize_t given,
                     PyObject* keywords);

// observer.cc
bool AddObserverType(PyObject* module);

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_QUEUE_H_
