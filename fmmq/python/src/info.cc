// What there is to know about queues.
#include <cstring>

#include "fmmq/python/src/count.h"
#include "fmmq/python/src/queue.h"
#include "fmmq/python/src/removal.h"

namespace fmmq::python {
namespace {

using Unsigned = unsigned long long;  // NOLINT: what Py_BuildValue's K takes

PyObject* TextOf(const char* text) {
  return PyUnicode_DecodeFSDefaultAndSize(text, static_cast<Py_ssize_t>(std::strlen(text)));
}

// Any queue, whatever thread uses its ends. `call(Attachment&)` does not wait.
template <typename Call>
fmmq_status With(PyObject* self, Use* use, Call&& call) {
  const fmmq_status status = Attach(AsQueue(self), use);
  errno = 0;
  return status == FMMQ_OK ? call(**use) : status;
}

constexpr size_t kMostGroups = 256;

struct Groups {
  fmmq_group_info info[kMostGroups];
  size_t count = 0;
};

fmmq_status LookAtGroups(PyObject* self, Use* use, Groups* groups) {
  return With(self, use, [groups](Attachment& attachment) {
    return fmmq_queue_get_groups(&attachment.queue, groups->info, sizeof(fmmq_group_info),
                                 kMostGroups, &groups->count);
  });
}

const fmmq_group_info* FindGroup(const Groups& groups, const char* name) {
  for (size_t i = 0; i < groups.count; ++i) {
    if (std::strcmp(groups.info[i].name, name) == 0) return &groups.info[i];
  }
  return nullptr;
}

PyObject* Describe(const fmmq_info& i) {
  return Py_BuildValue(
      "{sK sK sI sI sI sI sI sN sN sN sK sy# sN sK sK sK sK sK sK sN sI sI}", "segment_bytes",
      static_cast<Unsigned>(i.segment_bytes), "capacity", static_cast<Unsigned>(i.capacity),
      "block_size", i.block_size, "seats", i.seats, "groups", i.groups, "string_size",
      i.string_size, "policy", i.policy, "single_producer", PyBool_FromLong(i.single_producer),
      "anonymous", PyBool_FromLong(i.anonymous), "writable", PyBool_FromLong(i.writable),
      "created_ns", static_cast<Unsigned>(i.created_ns), "uuid", i.uuid,
      static_cast<Py_ssize_t>(sizeof(i.uuid)), "name", TextOf(i.id), "head",
      static_cast<Unsigned>(i.head), "recoveries", static_cast<Unsigned>(i.recoveries),
      "written_messages", static_cast<Unsigned>(i.written_messages), "written_bytes",
      static_cast<Unsigned>(i.written_bytes), "read_messages",
      static_cast<Unsigned>(i.read_messages), "read_bytes", static_cast<Unsigned>(i.read_bytes),
      "ended", PyBool_FromLong(i.ended), "producers", i.producers, "members", i.members);
}

PyObject* Describe(const fmmq_group_info& g) {
  return Py_BuildValue("{sN sN sN sK sK sK sK sI}", "name", TextOf(g.name), "exclusive",
                       PyBool_FromLong(g.kind == FMMQ_GROUP_EXCLUSIVE), "durable",
                       PyBool_FromLong(g.durable), "cursor", static_cast<Unsigned>(g.cursor), "lag",
                       static_cast<Unsigned>(g.lag), "lost", static_cast<Unsigned>(g.lost),
                       "redelivered", static_cast<Unsigned>(g.redelivered), "members", g.members);
}

}  // namespace

PyObject* GetInfo(PyObject* self, PyObject*) {
  Use use;
  fmmq_info info;
  const fmmq_status status = With(self, &use, [&info](Attachment& attachment) {
    return fmmq_queue_get_info(&attachment.queue, &info, sizeof(info));
  });
  return status == FMMQ_OK ? Describe(info) : Raise(status);
}

PyObject* GetGroups(PyObject* self, PyObject*) {
  Use use;
  Groups groups;
  const fmmq_status status = LookAtGroups(self, &use, &groups);
  if (status != FMMQ_OK) return Raise(status);
  Owned list(PyList_New(0));
  for (size_t i = 0; list && i < groups.count; ++i) {
    const Owned group(Describe(groups.info[i]));
    if (!group || PyList_Append(list.get(), group.get()) != 0) return nullptr;
  }
  return list.Take();
}

PyObject* GetPresence(PyObject* self, PyObject*) {
  Use use;
  fmmq_presence presence;
  const fmmq_status status = With(self, &use, [&presence](Attachment& attachment) {
    return fmmq_queue_get_presence(&attachment.queue, &presence, sizeof(presence));
  });
  if (status != FMMQ_OK) return Raise(status);
  return Py_BuildValue("{sI sI sI}", "producers", presence.producers, "members", presence.members,
                       "observers", presence.observers);
}

PyObject* StatsDict(const fmmq_stats& s) {
  return Py_BuildValue("{sK sK sK sK sK sK}", "messages", static_cast<Unsigned>(s.messages),
                       "bytes", static_cast<Unsigned>(s.bytes), "misses",
                       static_cast<Unsigned>(s.misses), "lost", static_cast<Unsigned>(s.lost),
                       "redelivered", static_cast<Unsigned>(s.redelivered), "rescues",
                       static_cast<Unsigned>(s.rescues));
}

PyObject* GetStats(PyObject* self, PyObject*) {
  Use use;
  const fmmq_status status = Attach(AsQueue(self), &use);
  if (status != FMMQ_OK) return Raise(status);
  fmmq_stats put{}, get{};
  fmmq_producer_get_stats(&use->writing.handle, &put, sizeof(put));
  fmmq_consumer_get_stats(&use->reading.handle, &get, sizeof(get));
  return Py_BuildValue("(NN)", StatsDict(put), StatsDict(get));
}

PyObject* CountWaiting(PyObject* self, PyObject* limit) {
  size_t most, count = 0;
  if (!TakeCount(limit, "a limit", &most)) return nullptr;
  constexpr int kMostTries = 8;
  Use use;
  fmmq_status status = FMMQ_BUSY;
  for (int i = 0; i < kMostTries && status == FMMQ_BUSY; ++i) {
    Groups groups;
    status = LookAtGroups(self, &use, &groups);
    if (status != FMMQ_OK) break;
    const fmmq_group_info* const group = FindGroup(groups, use->membership.name);
    // A default group that nobody joined yet begins when somebody does.
    if (group == nullptr) break;
    status = CountMessages(*use, group->cursor, group->lag, most, &count);
  }
  // Writers were faster each time: what was counted before they came is as good as any other.
  if (status != FMMQ_OK && status != FMMQ_BUSY) return Raise(status);
  return PyLong_FromSize_t(count);
}

PyObject* CheckNotRemoved(PyObject* self, PyObject*) {
  Use use;
  return NoneOr(With(self, &use, [](Attachment& attachment) {
    return IsRemoved(attachment.queue) ? FMMQ_REMOVED : FMMQ_OK;
  }));
}

PyObject* IsFull(PyObject* self, PyObject*) {
  Use use;
  Groups groups;
  fmmq_info info;
  fmmq_status status = LookAtGroups(self, &use, &groups);
  if (status == FMMQ_OK) status = fmmq_queue_get_info(&use->queue, &info, sizeof(info));
  if (status != FMMQ_OK) return Raise(status);
  bool full = false;
  for (size_t i = 0; i < groups.count; ++i) {
    full = full || groups.info[i].lag >= info.capacity / info.block_size;
  }
  return PyBool_FromLong(full && info.policy == FMMQ_POLICY_LOSSLESS);
}

PyObject* DropGroup(PyObject* self, PyObject* name) {
  char* text;
  Py_ssize_t size;
  if (PyBytes_AsStringAndSize(name, &text, &size) != 0) return nullptr;
  Use use;
  return NoneOr(With(self, &use, [text, size](Attachment& attachment) {
    return fmmq_queue_drop_group(&attachment.queue, text, static_cast<size_t>(size));
  }));
}

PyObject* LetWritersOverwrite(PyObject* self, PyObject*) {
  Use use;
  return NoneOr(With(self, &use, [](Attachment& attachment) {
    return fmmq_queue_let_writers_overwrite(&attachment.queue);
  }));
}

PyObject* Prefault(PyObject* self, PyObject*) {
  Use use;
  return NoneOr(With(
      self, &use, [](Attachment& attachment) { return fmmq_queue_prefault(&attachment.queue); }));
}

PyObject* LockInMemory(PyObject* self, PyObject*) {
  Use use;
  return NoneOr(With(self, &use, [](Attachment& attachment) {
    return fmmq_queue_lock_in_memory(&attachment.queue);
  }));
}

PyObject* SegmentFileno(PyObject* self, PyObject*) {
  Use use;
  const fmmq_status status = Attach(AsQueue(self), &use);
  return status == FMMQ_OK ? PyLong_FromLong(fmmq_queue_fd(&use->queue)) : Raise(status);
}

}  // namespace fmmq::python
