// The extension module fastmmapmq._fastmmapmq: the predecessor's functions, str in and str out, as
// fmmq/compat does them.
//
// Calls that may wait, or look at every process of the machine, release the GIL; reads and writes
// do not: they do neither. A thread that has the GIL and comes to a connection that is in use waits
// for one that needs no GIL to finish.
#include "fmmq/python/src/python.h"

// First Python.h.
#include <cstdlib>
#include <cstring>

#include "fmmq/compat/fastmmapmq.h"

namespace fmmq::python {
namespace {

// What other programs wrote need not be UTF-8: it comes and goes as lone surrogates then.
constexpr char kErrors[] = "surrogateescape";

// A str as C sees it; ValueError where it has a NUL.
class Text {
 public:
  explicit Text(PyObject* text) : bytes_(PyUnicode_AsEncodedString(text, "utf-8", kErrors)) {
    if (bytes_ && PyBytes_AsStringAndSize(bytes_.get(), &data_, nullptr) != 0) data_ = nullptr;
  }
  char* data() const { return data_; }  // nullptr with an exception

 private:
  Owned bytes_;
  char* data_ = nullptr;
};

PyObject* TakeText(char* text) {
  if (text == nullptr) return PyErr_NoMemory();
  PyObject* const result =
      PyUnicode_Decode(text, static_cast<Py_ssize_t>(std::strlen(text)), "utf-8", kErrors);
  std::free(text);
  return result;
}

template <typename Call>
int WithoutGil(Call&& call) {
  PyThreadState* const thread = PyEval_SaveThread();
  const int result = call();
  PyEval_RestoreThread(thread);
  return result;
}

PyObject* CreateMmap(PyObject*, PyObject* arguments) {
  PyObject *id, *permissions;
  int locking = 0;
  if (!PyArg_ParseTuple(arguments, "UU|i:createmmap", &id, &permissions, &locking)) return nullptr;
  const Text name(id);
  if (name.data() == nullptr) return nullptr;
  const Text letters(permissions);
  if (letters.data() == nullptr) return nullptr;
  return PyLong_FromLong(
      WithoutGil([&] { return fastmmapmq_createmmap(name.data(), letters.data(), locking); }));
}

PyObject* ConnectMmap(PyObject*, PyObject* arguments) {
  PyObject *program, *id;
  if (!PyArg_ParseTuple(arguments, "UU:connectmmap", &program, &id)) return nullptr;
  const Text where(program);
  if (where.data() == nullptr) return nullptr;
  const Text name(id);
  if (name.data() == nullptr) return nullptr;
  return PyLong_FromLong(
      WithoutGil([&] { return fastmmapmq_connectmmap(where.data(), name.data()); }));
}

PyObject* Write(PyObject*, PyObject* arguments) {
  int queue;
  PyObject* text;
  if (!PyArg_ParseTuple(arguments, "iU:write", &queue, &text)) return nullptr;
  const Text message(text);
  if (message.data() == nullptr) return nullptr;
  return PyLong_FromLong(fastmmapmq_writemmap(queue, message.data()));
}

PyObject* Read(PyObject*, PyObject* arguments) {
  int queue, mode;
  if (!PyArg_ParseTuple(arguments, "ii:read", &queue, &mode)) return nullptr;
  return TakeText(fastmmapmq_readmmap(queue, mode));
}

PyObject* GetSharedString(PyObject*, PyObject* arguments) {
  int queue;
  if (!PyArg_ParseTuple(arguments, "i:getsharedstring", &queue)) return nullptr;
  char* text = nullptr;
  WithoutGil([&] { return (text = fastmmapmq_getsharedstring(queue)) != nullptr; });
  return TakeText(text);
}

PyObject* WriteSharedString(PyObject*, PyObject* arguments) {
  int queue;
  PyObject* text;
  if (!PyArg_ParseTuple(arguments, "iU:writesharedstring", &queue, &text)) return nullptr;
  const Text value(text);
  if (value.data() == nullptr) return nullptr;
  return PyLong_FromLong(
      WithoutGil([&] { return fastmmapmq_writesharedstring(queue, value.data()); }));
}

PyMethodDef g_functions[] = {
    {"createmmap", CreateMmap, METH_VARARGS, nullptr},
    {"connectmmap", ConnectMmap, METH_VARARGS, nullptr},
    {"write", Write, METH_VARARGS, nullptr},
    {"read", Read, METH_VARARGS, nullptr},
    {"getsharedstring", GetSharedString, METH_VARARGS, nullptr},
    {"writesharedstring", WriteSharedString, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef_Slot g_module_slots[] = {{0, nullptr}};

PyModuleDef g_definition = {PyModuleDef_HEAD_INIT,
                            "fastmmapmq._fastmmapmq",
                            "What fastmmapmq is made of.",
                            0,
                            g_functions,
                            g_module_slots,
                            nullptr,
                            nullptr,
                            nullptr};

}  // namespace
}  // namespace fmmq::python

PyMODINIT_FUNC PyInit__fastmmapmq();
PyMODINIT_FUNC PyInit__fastmmapmq() { return PyModuleDef_Init(&fmmq::python::g_definition); }
