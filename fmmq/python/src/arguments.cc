#include "fmmq/python/src/arguments.h"

#include <cmath>

namespace fmmq::python {
namespace {

// The place of a keyword among the names; -1 when it is none of them, -2 with an exception.
int PlaceOf(PyObject* keyword, const char* const* names, int count) {
  for (int i = 0; i < count; ++i) {
    if (PyUnicode_CompareWithASCIIString(keyword, names[i]) == 0) return i;
  }
  return -1;
}

bool TakeKeywords(const char* function, PyObject* const* values, PyObject* keywords,
                  const char* const* names, int count, PyObject** out) {
  const Py_ssize_t given = keywords == nullptr ? 0 : PyTuple_Size(keywords);
  for (Py_ssize_t k = 0; k < given; ++k) {
    PyObject* const keyword = PyTuple_GetItem(keywords, k);
    const int place = PlaceOf(keyword, names, count);
    if (place < 0) {
      PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", function,
                   keyword);
      return false;
    }
    if (out[place] != nullptr) {
      PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%U'", function,
                   keyword);
      return false;
    }
    out[place] = values[k];
  }
  return true;
}

// Nanoseconds; the clock's end is far enough from here.
bool NanosecondsOf(double seconds, uint64_t* nanoseconds) {
  constexpr double kLongest = 4e9;  // seconds: 126 years
  if (std::isnan(seconds) || seconds < 0) {
    PyErr_SetString(PyExc_ValueError, "'timeout' must be a non-negative number");
    return false;
  }
  if (seconds > kLongest) {
    PyErr_SetString(PyExc_OverflowError, "'timeout' is too large: None waits for ever");
    return false;
  }
  *nanoseconds = static_cast<uint64_t>(seconds * 1e9);
  return true;
}

}  // namespace

bool TakeArguments(const char* function, PyObject* const* arguments, Py_ssize_t given,
                   PyObject* keywords, const char* const* names, int count, int required,
                   PyObject** out) {
  if (given > count) {
    PyErr_Format(PyExc_TypeError, "%s() takes at most %d arguments (%zd given)", function, count,
                 given);
    return false;
  }
  for (Py_ssize_t i = 0; i < count; ++i) out[i] = i < given ? arguments[i] : nullptr;
  if (!TakeKeywords(function, arguments + given, keywords, names, count, out)) return false;
  for (int i = 0; i < required; ++i) {
    if (out[i] != nullptr) continue;
    PyErr_Format(PyExc_TypeError, "%s() missing required argument '%s'", function, names[i]);
    return false;
  }
  return true;
}

bool TakeTiming(PyObject* block, PyObject* timeout, Timing* timing) {
  *timing = {};
  if (block != nullptr) {
    const int truth = PyObject_IsTrue(block);
    if (truth < 0) return false;
    if (truth == 0) {
      *timing = kNoWait;
      return true;
    }
  }
  if (timeout == nullptr || timeout == Py_None) return true;
  const double seconds = PyFloat_AsDouble(timeout);
  if (seconds == -1.0 && PyErr_Occurred() != nullptr) return false;
  uint64_t nanoseconds;
  if (!NanosecondsOf(seconds, &nanoseconds)) return false;
  timing->deadline = fmmq_deadline_in(nanoseconds);
  return true;
}

bool TakeCount(PyObject* number, const char* what, size_t* count) {
  const Py_ssize_t value = PyNumber_AsSsize_t(number, PyExc_OverflowError);
  if (value == -1 && PyErr_Occurred() != nullptr) return false;
  if (value < 0) {
    PyErr_Format(PyExc_ValueError, "%s must not be negative", what);
    return false;
  }
  *count = static_cast<size_t>(value);
  return true;
}

bool BytesLike::Take(PyObject* object) {
  if (PyUnicode_Check(object)) {
    PyErr_SetString(PyExc_TypeError, "a message is bytes-like, not str: use text.encode()");
    return false;
  }
  held_ = PyObject_GetBuffer(object, &buffer_, PyBUF_SIMPLE) == 0;
  return held_;
}

}  // namespace fmmq::python
