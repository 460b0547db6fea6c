// Python's limited API, that of 3.11: one build serves 3.11 and later. Comes before all other
// headers.
//
// Nothing here throws, and nothing keeps references to Python objects in static storage but
// errors.cc and module.cc. Functions that return PyObject* or bool say nullptr or false when they
// have raised a Python exception.
#ifndef FMMQ_PYTHON_SRC_PYTHON_H_
#define FMMQ_PYTHON_SRC_PYTHON_H_

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

namespace fmmq::python {

// A reference that is given back at the end of its scope.
class Owned {
 public:
  explicit Owned(PyObject* object) : object_(object) {}
  ~Owned() { Py_XDECREF(object_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;

  PyObject* get() const { return object_; }
  PyObject* Take() {
    PyObject* const object = object_;
    object_ = nullptr;
    return object;
  }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  PyObject* object_;
};

// For tables of methods, which hold every kind of function as one type.
template <typename Function>
PyCFunction AsMethod(Function* function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}
template <typename Function>
void* AsSlot(Function* function) {
  return reinterpret_cast<void*>(function);
}

inline void* AsSlot(const char* text) { return const_cast<char*>(text); }

// What every heap type's tp_dealloc ends with.
inline void FreeObject(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_PYTHON_H_
