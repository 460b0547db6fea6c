#include "fmmq/c/queue.h"

#include "fmmq/c/convert.h"
#include "fmmq/format/geometry.h"
#include "fmmq/format/names.h"
#include "fmmq/os/clock.h"

namespace fmmq::c {
namespace {

Code CheckAccess(fmmq_access access) {
  return access <= FMMQ_ACCESS_READ_WRITE ? Code::kOk : Code::kInvalidArgument;
}

// What the calls that create have in common: `create(name, options)` does it.
template <typename Create>
fmmq_status CreateAs(fmmq_queue* queue, const void* name, size_t name_size,
                     const fmmq_options* given, Create&& create) {
  if (const Code code = CheckClosed(queue); code != Code::kOk) return Say(code);
  std::string_view text;
  Options options;
  if (!TakeText(name, name_size, &text) || !TakeOptions(given, &options)) {
    return FMMQ_INVALID_ARGUMENT;
  }
  return Keep(create(text, options), queue);
}

// What the calls that attach by a text have in common.
template <typename Attach>
fmmq_status AttachTo(fmmq_queue* queue, const void* name, size_t name_size, fmmq_access access,
                     Attach&& attach) {
  if (const Code code = CheckClosed(queue); code != Code::kOk) return Say(code);
  std::string_view text;
  if (!TakeText(name, name_size, &text) || CheckAccess(access) != Code::kOk) {
    return FMMQ_INVALID_ARGUMENT;
  }
  return Keep(attach(text, static_cast<Access>(access)), queue);
}

bool TakeGroupOptions(const fmmq_group_options* given, GroupOptions* options) {
  return TakeStruct(given, sizeof(fmmq_group_options),
                    offsetof(fmmq_group_options, reserved) - sizeof(uint64_t), options) &&
         options->kind <= GroupKind::kExclusive && options->from <= From::kOldest;
}

}  // namespace
}  // namespace fmmq::c

using namespace fmmq;     // NOLINT: the functions below are C's
using namespace fmmq::c;  // NOLINT

extern "C" {

fmmq_deadline fmmq_deadline_in(uint64_t nanoseconds) {
  const uint64_t now = os::MonotonicNs();
  return nanoseconds < FMMQ_NEVER - now ? now + nanoseconds : FMMQ_NEVER;
}

uint64_t fmmq_required_size(const fmmq_options* given) {
  Options options;
  return TakeOptions(given, &options) ? RequiredSize(options) : 0;
}

fmmq_status fmmq_parse_permissions(const char* text, size_t text_size, uint32_t* mode) {
  std::string_view view;
  if (mode == nullptr || !TakeText(text, text_size, &view)) return FMMQ_INVALID_ARGUMENT;
  return SayValue(ParsePermissions(view), mode);
}

fmmq_status fmmq_queue_create(fmmq_queue* queue, const char* name, size_t name_size,
                              const fmmq_options* options) {
  return CreateAs(queue, name, name_size, options, Queue::Create);
}

fmmq_status fmmq_queue_open(fmmq_queue* queue, const char* name, size_t name_size,
                            fmmq_access access) {
  return AttachTo(queue, name, name_size, access, Queue::Open);
}

fmmq_status fmmq_queue_open_or_create(fmmq_queue* queue, const char* name, size_t name_size,
                                      const fmmq_options* options) {
  return CreateAs(queue, name, name_size, options, Queue::OpenOrCreate);
}

fmmq_status fmmq_queue_create_anonymous(fmmq_queue* queue, const void* id, size_t id_size,
                                        const fmmq_options* options) {
  return CreateAs(queue, id, id_size, options, Queue::CreateAnonymous);
}

fmmq_status fmmq_queue_open_fd(fmmq_queue* queue, int fd, fmmq_access access) {
  return AttachTo(queue, nullptr, 0, access,
                  [fd](std::string_view, Access a) { return Queue::OpenFd(fd, a); });
}

fmmq_status fmmq_queue_connect(fmmq_queue* queue, const char* program, size_t program_size,
                               const void* id, size_t id_size, fmmq_access access) {
  std::string_view where;
  if (!TakeText(program, program_size, &where)) return FMMQ_INVALID_ARGUMENT;
  return AttachTo(queue, id, id_size, access, [where](std::string_view text, Access a) {
    return Queue::Connect(where, text, a);
  });
}

fmmq_status fmmq_queue_connect_pid(fmmq_queue* queue, int pid, const void* id, size_t id_size,
                                   fmmq_access access) {
  return AttachTo(queue, id, id_size, access, [pid](std::string_view text, Access a) {
    return Queue::ConnectPid(pid, text, a);
  });
}

fmmq_status fmmq_queue_close(fmmq_queue* queue) { return Say(In<Queue>(queue).Close()); }

fmmq_status fmmq_remove(const char* name, size_t name_size) {
  std::string_view text;
  if (!TakeText(name, name_size, &text)) return FMMQ_INVALID_ARGUMENT;
  return Say(Queue::Remove(text));
}

fmmq_status fmmq_list(bool (*visit)(void* context, const char* name, size_t name_size),
                      void* context) {
  if (visit == nullptr) return FMMQ_INVALID_ARGUMENT;
  return Say(Queue::List([visit, context](std::string_view name) {
    return visit(context, name.data(), name.size());
  }));
}

fmmq_status fmmq_find_anonymous(const char* program, size_t program_size, const void* id,
                                size_t id_size, fmmq_match* matches, size_t match_size, size_t max,
                                size_t* count) {
  static_assert(sizeof(fmmq_match) == sizeof(MatchInfo));
  std::string_view where;
  std::string_view text;
  if (!TakeText(program, program_size, &where) || !TakeText(id, id_size, &text) ||
      !IsSpan(matches, max) || match_size != sizeof(fmmq_match) || count == nullptr) {
    return FMMQ_INVALID_ARGUMENT;
  }
  return SayValue(Queue::FindAnonymous(where, text, reinterpret_cast<MatchInfo*>(matches), max),
                  count);
}

fmmq_status fmmq_queue_new_producer(fmmq_queue* queue, fmmq_producer* producer) {
  if (const Code code = CheckClosed(producer); code != Code::kOk) return Say(code);
  return Keep(In<Queue>(queue).NewProducer(), producer);
}

fmmq_status fmmq_queue_join(fmmq_queue* queue, fmmq_consumer* consumer, const char* group,
                            size_t group_size, const fmmq_group_options* given) {
  if (const Code code = CheckClosed(consumer); code != Code::kOk) return Say(code);
  std::string_view name;
  GroupOptions options;
  if (!TakeText(group, group_size, &name) || !TakeGroupOptions(given, &options)) {
    return FMMQ_INVALID_ARGUMENT;
  }
  return Keep(In<Queue>(queue).Join(name, options), consumer);
}

fmmq_status fmmq_queue_join_default(fmmq_queue* queue, fmmq_consumer* consumer) {
  if (const Code code = CheckClosed(consumer); code != Code::kOk) return Say(code);
  return Keep(In<Queue>(queue).Join(), consumer);
}

fmmq_status fmmq_queue_observe(fmmq_queue* queue, fmmq_observer* observer, fmmq_from from) {
  if (const Code code = CheckClosed(observer); code != Code::kOk) return Say(code);
  if (from > FMMQ_FROM_OLDEST) return FMMQ_INVALID_ARGUMENT;
  return Keep(In<Queue>(queue).Observe(static_cast<From>(from)), observer);
}

fmmq_status fmmq_queue_set_string(fmmq_queue* queue, const void* value, size_t value_size,
                                  fmmq_deadline deadline) {
  if (!IsSpan(value, value_size)) return FMMQ_INVALID_ARGUMENT;
  return Say(In<Queue>(queue).SetString({value, value_size}, Deadline::AtNs(deadline)));
}

fmmq_status fmmq_queue_get_string(const fmmq_queue* queue, void* buffer, size_t buffer_size,
                                  fmmq_string_info* info, size_t info_size) {
  if (!IsSpan(buffer, buffer_size) || !IsSpan(info, info_size)) return FMMQ_INVALID_ARGUMENT;
  const Result<StringInfo> result = In<Queue>(queue).GetString({buffer, buffer_size});
  Fill(info, info_size, &*result, sizeof(*result));
  return Say(result.status());
}

fmmq_status fmmq_queue_wait_string(const fmmq_queue* queue, uint64_t version,
                                   fmmq_deadline deadline, uint64_t* new_version) {
  if (new_version == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayValue(In<Queue>(queue).WaitString(version, Deadline::AtNs(deadline)), new_version);
}

fmmq_status fmmq_queue_get_info(const fmmq_queue* queue, fmmq_info* info, size_t info_size) {
  static_assert(sizeof(fmmq_info) == sizeof(QueueInfo));
  if (!fmmq_queue_is_open(queue)) return FMMQ_CLOSED;
  const QueueInfo snapshot = In<Queue>(queue).Info();
  return Fill(info, info_size, &snapshot, sizeof(snapshot));
}

fmmq_status fmmq_queue_get_groups(const fmmq_queue* queue, fmmq_group_info* groups,
                                  size_t group_size, size_t max, size_t* count) {
  static_assert(sizeof(fmmq_group_info) == sizeof(GroupInfo));
  if (!IsSpan(groups, max) || group_size != sizeof(fmmq_group_info) || count == nullptr) {
    return FMMQ_INVALID_ARGUMENT;
  }
  if (!fmmq_queue_is_open(queue)) return FMMQ_CLOSED;
  *count = In<Queue>(queue).Groups(reinterpret_cast<GroupInfo*>(groups), max);
  return FMMQ_OK;
}

fmmq_status fmmq_queue_get_presence(const fmmq_queue* queue, fmmq_presence* presence,
                                    size_t presence_size) {
  if (!IsSpan(presence, presence_size)) return FMMQ_INVALID_ARGUMENT;
  const Result<PresenceInfo> result = In<Queue>(queue).Presence();
  if (result.ok()) Fill(presence, presence_size, &*result, sizeof(*result));
  return Say(result.status());
}

fmmq_status fmmq_queue_drop_group(fmmq_queue* queue, const char* group, size_t group_size) {
  std::string_view name;
  if (!TakeText(group, group_size, &name)) return FMMQ_INVALID_ARGUMENT;
  return Say(In<Queue>(queue).DropGroup(name));
}

fmmq_status fmmq_queue_let_writers_overwrite(fmmq_queue* queue) {
  return Say(In<Queue>(queue).LetWritersOverwrite());
}

fmmq_status fmmq_queue_prefault(fmmq_queue* queue) { return Say(In<Queue>(queue).Prefault()); }

fmmq_status fmmq_queue_lock_in_memory(fmmq_queue* queue) {
  return Say(In<Queue>(queue).LockInMemory());
}

size_t fmmq_queue_max_message_size(const fmmq_queue* queue) {
  return In<Queue>(queue).max_message_size();
}

int fmmq_queue_fd(const fmmq_queue* queue) { return In<Queue>(queue).fd(); }
}
