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

// None, or the exception.
PyObject* NoneOr(fmmq_status status);

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_ERRORS_H_
