#include "fmmq/python/src/errors.h"

#include <fcntl.h>

#include <cerrno>

namespace fmmq::python {
namespace {

constexpr int kCodes = 64;
PyObject* g_by_code[kCodes];  // classes; they live as long as the module's interpreter
PyObject* g_error;            // for codes that this module does not know

bool Load(PyObject* classes) {
  PyObject *key, *value;
  Py_ssize_t place = 0;
  while (PyDict_Next(classes, &place, &key, &value) != 0) {
    const long code = PyLong_AsLong(key);
    if (code == -1 && PyErr_Occurred() != nullptr) return false;
    if (code < 0 || code >= kCodes) continue;
    Py_INCREF(value);
    Py_XDECREF(g_by_code[code]);
    g_by_code[code] = value;
  }
  return true;
}

PyObject* ClassOf(fmmq_status status) {
  const int code = status;
  PyObject* const found = code >= 0 && code < kCodes ? g_by_code[code] : nullptr;
  return found != nullptr ? found : g_error;
}

bool ComesFromTheSystem(fmmq_status status) {
  return status >= FMMQ_ALREADY_EXISTS && status <= FMMQ_SYSTEM;
}

}  // namespace

bool LoadErrors() {
  const Owned module(PyImport_ImportModule("fmmq.errors"));
  if (!module) return false;
  PyObject* const error = PyObject_GetAttrString(module.get(), "Error");
  if (error == nullptr) return false;
  Py_XDECREF(g_error);
  g_error = error;
  const Owned classes(PyObject_GetAttrString(module.get(), "BY_CODE"));
  return classes && Load(classes.get());
}

PyObject* Raise(fmmq_status status, PyObject* about) {
  const int error = errno;
  if (status == kRaised) return nullptr;
  if (!ComesFromTheSystem(status) || error == 0) {
    return RaiseSaying(status, fmmq_status_message(status));
  }
  const Owned arguments(about == nullptr
                            ? Py_BuildValue("(is)", error, fmmq_status_message(status))
                            : Py_BuildValue("(isO)", error, fmmq_status_message(status), about));
  if (arguments) PyErr_SetObject(ClassOf(status), arguments.get());
  return nullptr;
}

PyObject* RaiseSaying(fmmq_status status, const char* message) {
  PyErr_SetString(ClassOf(status), message);
  return nullptr;
}

PyObject* CopyDescriptor(int fd) {
  errno = 0;
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return copy >= 0 ? PyLong_FromLong(copy) : Raise(FMMQ_SYSTEM);
}

PyObject* NoneOr(fmmq_status status) {
  if (status != FMMQ_OK) return Raise(status);
  Py_RETURN_NONE;
}

}  // namespace fmmq::python
