// Opening and closing queues, and what is known of them without opening.
#include <cstring>
#include <limits>

#include "fmmq/python/src/queue.h"

namespace fmmq::python {
namespace {

struct Bytes {
  const char* data = nullptr;
  Py_ssize_t size = 0;
  size_t length() const { return static_cast<size_t>(size); }
};

enum class Making { kCreate = 0, kOpenOrCreate = 1, kAnonymous = 2 };

// Every number of a C struct comes as a long long: what does not fit is out of its limits anyway.
bool Narrow(long long value, uint32_t* out) {
  if (value < 0 || value > std::numeric_limits<uint32_t>::max()) return false;
  *out = static_cast<uint32_t>(value);
  return true;
}

// (capacity, block_size, seats, groups, string_size, policy, single_producer, default_group, mode)
fmmq_status TakeOptions(PyObject* tuple, fmmq_options* options) {
  *options = FMMQ_OPTIONS_INIT;
  long long capacity, block, seats, groups, string, policy, mode;
  int single, with_default;
  if (!PyArg_ParseTuple(tuple, "LLLLLLppL", &capacity, &block, &seats, &groups, &string, &policy,
                        &single, &with_default, &mode)) {
    return kRaised;
  }
  if (capacity < 0) return FMMQ_INVALID_ARGUMENT;
  options->capacity = static_cast<uint64_t>(capacity);
  options->single_producer = single != 0;
  options->default_group = with_default != 0;
  const bool fits = Narrow(block, &options->block_size) && Narrow(seats, &options->seats) &&
                    Narrow(groups, &options->groups) && Narrow(string, &options->string_size) &&
                    Narrow(policy, &options->policy) && Narrow(mode, &options->mode);
  return fits ? FMMQ_OK : FMMQ_INVALID_ARGUMENT;
}

// None for the default group; else (name, exclusive, durable, from_oldest).
fmmq_status TakeMembership(PyObject* group, Membership* membership) {
  if (group == Py_None) return FMMQ_OK;
  Bytes name;
  int exclusive, durable, oldest;
  if (!PyArg_ParseTuple(group, "y#ppp", &name.data, &name.size, &exclusive, &durable, &oldest)) {
    return kRaised;
  }
  if (name.size == 0 || std::memchr(name.data, 0, name.length()) != nullptr) return FMMQ_BAD_NAME;
  if (name.length() >= sizeof(membership->name)) return FMMQ_NAME_TOO_LONG;
  membership->is_default = false;
  std::memcpy(membership->name, name.data, name.length());
  membership->name[name.length()] = '\0';
  membership->options.kind = exclusive != 0 ? FMMQ_GROUP_EXCLUSIVE : FMMQ_GROUP_SHARED;
  membership->options.durable = durable != 0;
  membership->options.from = oldest != 0 ? FMMQ_FROM_OLDEST : FMMQ_FROM_NOW;
  return FMMQ_OK;
}

// A group of its own choice is joined at once, for it has what is written from then on.
fmmq_status JoinAtOnce(QueueObject* queue) {
  if (queue->attachment->membership.is_default) return FMMQ_OK;
  Use use;
  return Prepare(queue, &Attachment::reading, Timing{}, /*newcomer=*/true, &use);
}

// `open(fmmq_queue*)` runs without the GIL.
template <typename OpenCall>
fmmq_status OpenWith(QueueObject* queue, PyObject* group, long long access, OpenCall&& open) {
  if (queue->attachment != nullptr) return FMMQ_OUT_OF_ORDER;
  if (access < 0 || access > FMMQ_ACCESS_READ_WRITE) return FMMQ_INVALID_ARGUMENT;
  Attachment* const attachment = NewAttachment();
  if (attachment == nullptr) return kRaised;
  fmmq_status status = TakeMembership(group, &attachment->membership);
  if (status == FMMQ_OK) {
    PyThreadState* const thread = PyEval_SaveThread();
    errno = 0;
    status = open(&attachment->queue);
    const int error = errno;
    PyEval_RestoreThread(thread);
    errno = error;
  }
  if (status != FMMQ_OK) {
    const int error = errno;
    DropReference(attachment);
    errno = error;
    return status;
  }
  queue->access = static_cast<fmmq_access>(access);
  queue->attachment = attachment;
  status = JoinAtOnce(queue);
  if (status != FMMQ_OK) {
    const int error = errno;
    queue->attachment = nullptr;
    DropReference(attachment);
    errno = error;
  }
  return status;
}

// None, or the exception, which names what was looked for.
PyObject* NoneOrAbout(fmmq_status status, const Bytes& name) {
  if (status == FMMQ_OK) Py_RETURN_NONE;
  if (status == kRaised) return nullptr;
  const int error = errno;
  const Owned text(PyUnicode_DecodeFSDefaultAndSize(name.data, name.size));
  if (!text) return nullptr;
  errno = error;
  return Raise(status, text.get());
}

fmmq_status Make(Making how, fmmq_queue* queue, const Bytes& name, const fmmq_options& options) {
  switch (how) {
    case Making::kCreate:
      return fmmq_queue_create(queue, name.data, name.length(), &options);
    case Making::kOpenOrCreate:
      return fmmq_queue_open_or_create(queue, name.data, name.length(), &options);
    case Making::kAnonymous:
      return fmmq_queue_create_anonymous(queue, name.data, name.length(), &options);
  }
  return FMMQ_INVALID_ARGUMENT;
}

}  // namespace

PyObject* Create(PyObject* self, PyObject* arguments) {
  int how;
  Bytes name;
  PyObject *option_tuple, *group;
  if (!PyArg_ParseTuple(arguments, "iy#O!O", &how, &name.data, &name.size, &PyTuple_Type,
                        &option_tuple, &group)) {
    return nullptr;
  }
  fmmq_options options;
  fmmq_status status = TakeOptions(option_tuple, &options);
  if (status == FMMQ_OK) {
    status = OpenWith(AsQueue(self), group, FMMQ_ACCESS_BEST, [&](fmmq_queue* queue) {
      return Make(static_cast<Making>(how), queue, name, options);
    });
  }
  return NoneOrAbout(status, name);
}

PyObject* Open(PyObject* self, PyObject* arguments) {
  Bytes name;
  long long access;
  PyObject* group;
  if (!PyArg_ParseTuple(arguments, "y#LO", &name.data, &name.size, &access, &group)) return nullptr;
  const fmmq_status status = OpenWith(AsQueue(self), group, access, [&](fmmq_queue* queue) {
    return fmmq_queue_open(queue, name.data, name.length(), static_cast<fmmq_access>(access));
  });
  return NoneOrAbout(status, name);
}

PyObject* OpenFd(PyObject* self, PyObject* arguments) {
  int fd;
  long long access;
  PyObject* group;
  if (!PyArg_ParseTuple(arguments, "iLO", &fd, &access, &group)) return nullptr;
  return NoneOr(OpenWith(AsQueue(self), group, access, [&](fmmq_queue* queue) {
    return fmmq_queue_open_fd(queue, fd, static_cast<fmmq_access>(access));
  }));
}

PyObject* Connect(PyObject* self, PyObject* arguments) {
  Bytes program, id;
  long long access;
  PyObject* group;
  if (!PyArg_ParseTuple(arguments, "y#y#LO", &program.data, &program.size, &id.data, &id.size,
                        &access, &group)) {
    return nullptr;
  }
  const fmmq_status status = OpenWith(AsQueue(self), group, access, [&](fmmq_queue* queue) {
    return fmmq_queue_connect(queue, program.data, program.length(), id.data, id.length(),
                              static_cast<fmmq_access>(access));
  });
  return NoneOrAbout(status, id);
}

PyObject* ConnectPid(PyObject* self, PyObject* arguments) {
  int pid;
  Bytes id;
  long long access;
  PyObject* group;
  if (!PyArg_ParseTuple(arguments, "iy#LO", &pid, &id.data, &id.size, &access, &group)) {
    return nullptr;
  }
  const fmmq_status status = OpenWith(AsQueue(self), group, access, [&](fmmq_queue* queue) {
    return fmmq_queue_connect_pid(queue, pid, id.data, id.length(),
                                  static_cast<fmmq_access>(access));
  });
  return NoneOrAbout(status, id);
}

PyObject* Close(PyObject* self, PyObject*) {
  QueueObject* const queue = AsQueue(self);
  Attachment* const attachment = queue->attachment;
  if (attachment == nullptr) Py_RETURN_NONE;
  if (attachment->views != 0) {
    return RaiseSaying(FMMQ_OUT_OF_ORDER, "a view of a message is open: release it first");
  }
  queue->attachment = nullptr;
  attachment->closing = true;
  attachment->writing.Cancel();
  attachment->reading.Cancel();
  DropReference(attachment);
  Py_RETURN_NONE;
}

PyObject* Remove(PyObject*, PyObject* name) {
  Bytes text;
  Py_ssize_t size;
  char* data;
  if (PyBytes_AsStringAndSize(name, &data, &size) != 0) return nullptr;
  text = {data, size};
  errno = 0;
  return NoneOrAbout(fmmq_remove(text.data, text.length()), text);
}

PyObject* ListNames(PyObject*, PyObject*) {
  Owned names(PyList_New(0));
  if (!names) return nullptr;
  const auto add = [](void* list, const char* name, size_t size) {
    const Owned text(PyUnicode_DecodeFSDefaultAndSize(name, static_cast<Py_ssize_t>(size)));
    return text && PyList_Append(static_cast<PyObject*>(list), text.get()) == 0;
  };
  errno = 0;
  const fmmq_status status = fmmq_list(add, names.get());
  if (PyErr_Occurred() != nullptr) return nullptr;
  return status == FMMQ_OK ? names.Take() : Raise(status);
}

PyObject* Find(PyObject*, PyObject* arguments) {
  constexpr size_t kMost = 64;
  Bytes program, id;
  if (!PyArg_ParseTuple(arguments, "y#y#", &program.data, &program.size, &id.data, &id.size)) {
    return nullptr;
  }
  fmmq_match matches[kMost];
  size_t count = 0;
  PyThreadState* const thread = PyEval_SaveThread();
  errno = 0;
  const fmmq_status status =
      fmmq_find_anonymous(program.data, program.length(), id.data, id.length(), matches,
                          sizeof(fmmq_match), kMost, &count);
  const int error = errno;
  PyEval_RestoreThread(thread);
  errno = error;
  if (status != FMMQ_OK) return NoneOrAbout(status, id);
  Owned list(PyList_New(0));
  for (size_t i = 0; list && i < count; ++i) {
    const fmmq_match& m = matches[i];
    const Owned match(Py_BuildValue("(iiKy#)", m.pid, m.fd,
                                    static_cast<unsigned long long>(m.created_ns), m.uuid,
                                    static_cast<Py_ssize_t>(sizeof(m.uuid))));
    if (!match || PyList_Append(list.get(), match.get()) != 0) return nullptr;
  }
  return list.Take();
}

}  // namespace fmmq::python
