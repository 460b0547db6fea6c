// The extension module fmmq._fmmq.
#include "fmmq/python/src/queue.h"

namespace fmmq::python {
namespace {

// Classes and types are kept in static storage, so there is one module in a process. The dictionary
// of its interpreter has it, under this name, and whoever loads it again there gets the same one:
// Python forgets modules that are taken out of sys.modules, and has several interpreters, and new
// ones after the end of the first.
constexpr char kLoaded[] = "fmmq._fmmq.loaded";
PyObject* g_module = nullptr;  // the dictionary's reference

PyObject* Dictionary() { return PyInterpreterState_GetDict(PyInterpreterState_Get()); }

bool Keep(PyObject* module) {
  PyObject* const dictionary = Dictionary();
  if (dictionary == nullptr || PyDict_SetItemString(dictionary, kLoaded, module) != 0) return false;
  g_module = module;
  return true;
}

PyObject* CreateModule(PyObject* spec, PyModuleDef*) {
  if (g_module == nullptr) {
    const Owned name(PyObject_GetAttrString(spec, "name"));
    return name ? PyModule_NewObject(name.get()) : nullptr;
  }
  PyObject* const dictionary = Dictionary();
  if (dictionary != nullptr && PyDict_GetItemString(dictionary, kLoaded) == g_module) {
    Py_INCREF(g_module);
    return g_module;
  }
  PyErr_SetString(PyExc_ImportError, "fmmq can be used in one interpreter of a process only");
  return nullptr;
}

bool AddTypes(PyObject* module) {
  PyTypeObject* const queue = MakeQueueType(module);
  return queue != nullptr && PyModule_AddType(module, queue) == 0 && AddViewTypes(module) &&
         AddObserverType(module);
}

// Of a module that is there already, only the exceptions are new: those of who imports it now.
int Execute(PyObject* module) {
  if (!LoadErrors()) return -1;
  if (module == g_module) return 0;
  if (!AddTypes(module)) return -1;
  if (PyModule_AddStringConstant(module, "library_version", fmmq_library_version()) != 0) return -1;
  if (PyModule_AddIntConstant(module, "format_version", static_cast<long>(fmmq_format_version())) !=
      0) {
    return -1;
  }
  return Keep(module) ? 0 : -1;
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

PyModuleDef_Slot g_module_slots[] = {
    {Py_mod_create, AsSlot(CreateModule)}, {Py_mod_exec, AsSlot(Execute)}, {0, nullptr}};

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
