// The extension module fmmq._fmmq.
#include "fmmq/python/src/queue.h"

namespace fmmq::python {
namespace {

// Classes and types are kept in static storage, so the module serves one interpreter of a process.
bool IsFirstInterpreter() {
  static int64_t first = -1;
  const int64_t id = PyInterpreterState_GetID(PyInterpreterState_Get());
  if (first == -1) first = id;
  if (first == id) return true;
  PyErr_SetString(PyExc_ImportError, "fmmq can be used in one interpreter of a process only");
  return false;
}

int Execute(PyObject* module) {
  if (!IsFirstInterpreter() || !LoadErrors()) return -1;
  PyTypeObject* const queue = MakeQueueType(module);
  if (queue == nullptr || PyModule_AddType(module, queue) != 0) return -1;
  if (!AddViewTypes(module) || !AddObserverType(module)) return -1;
  if (PyModule_AddStringConstant(module, "library_version", fmmq_library_version()) != 0) return -1;
  return PyModule_AddIntConstant(module, "format_version",
                                 static_cast<long>(fmmq_format_version()));
}

// What the benchmark compares with: a call of one argument that does nothing.
PyObject* Nothing(PyObject*, PyObject*) { Py_RETURN_NONE; }

PyMethodDef g_functions[] = {
    {"remove", Remove, METH_O, nullptr},
    {"names", ListNames, METH_NOARGS, nullptr},
    {"find", Find, METH_VARARGS, nullptr},
    {"nothing", Nothing, METH_O, "nothing($module, item, /)\n--\n\nDoes nothing; for benchmarks."},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef_Slot g_module_slots[] = {{Py_mod_exec, AsSlot(Execute)}, {0, nullptr}};

PyModuleDef g_definition = {PyModuleDef_HEAD_INIT,
                            "fmmq._fmmq",
                            "What fmmq is made of. Use the package fmmq.",
                            0,
                            g_functions,
                            g_module_slots,
                            nullptr,
                            nullptr,
                            nullptr};

}  // namespace
}  // namespace fmmq::python

PyMODINIT_FUNC PyInit__fmmq();
PyMODINIT_FUNC PyInit__fmmq() { return PyModuleDef_Init(&fmmq::python::g_definition); }
