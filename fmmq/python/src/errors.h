// From statuses to the exceptions of fmmq/errors.py.
#ifndef FMMQ_PYTHON_SRC_ERRORS_H_
#define FMMQ_PYTHON_SRC_ERRORS_H_

#include "fmmq/python/src/python.h"

// First Python.h.
#include "fmmq/c/fmmq.h"

namespace fmmq::python {

// Beside the statuses: a Python exception is set already.
inline constexpr fmmq_status kRaised = static_cast<fmmq_status>(-1);

// Imports fmmq.errors.
bool LoadErrors();

// Raises what stands for `status`, with errno where the system said no: callers clear errno before
// the call that may fail. `about` is a file name or nullptr. Returns nullptr. Leaves an exception
// that is set already (kRaised).
PyObject* Raise(fmmq_status status, PyObject* about = nullptr);
// The same with words of our own.
PyObject* RaiseSaying(fmmq_status status, const char* message);

// Makes a call of the core's beside an exception that is set already: that one stays, unless the
// call raises (kRaised).
template <typename Call>
void BesideException(Call&& call) {
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  if (call() != kRaised) return PyErr_Restore(type, value, trace);
  Py_XDECREF(type);
  Py_XDECREF(value);
  Py_XDECREF(trace);
}

// A copy of a descriptor, the caller's own: what it is of may be closed at any time. Python's int.
PyObject* CopyDescriptor(int fd);

// None, or the exception.
PyObject* NoneOr(fmmq_status status);

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_ERRORS_H_
