/* What there is to know about queues and handles, and the shared string. */
#include <string.h>

#include "addon.h"

static napi_value new_object(napi_env env) {
  napi_value object = NULL;
  napi_create_object(env, &object);
  return object;
}

static void set_geometry(napi_env env, napi_value object, const fmmq_info* info) {
  static const char* const policies[] = {"lossless", "overwrite", "compat"};
  set_text(env, object, "policy", info->policy < 3 ? policies[info->policy] : "unknown");
  set_bool(env, object, "singleProducer", info->single_producer);
  set_number(env, object, "capacity", (double)info->capacity);
  set_number(env, object, "blockSize", info->block_size);
  set_number(env, object, "seats", info->seats);
  set_number(env, object, "groups", info->groups);
  set_number(env, object, "stringSize", info->string_size);
  set_number(env, object, "segmentBytes", (double)info->segment_bytes);
}

static napi_value info_object(napi_env env, const fmmq_info* info) {
  const napi_value object = new_object(env);
  set_text(env, object, "id", info->id);
  set_uuid(env, object, info->uuid);
  set_bool(env, object, "anonymous", info->anonymous);
  set_bool(env, object, "writable", info->writable);
  set_geometry(env, object, info);
  set_number(env, object, "created", (double)(info->created_ns / 1000000));
  set_number(env, object, "head", (double)info->head);
  set_number(env, object, "recoveries", (double)info->recoveries);
  set_number(env, object, "writtenMessages", (double)info->written_messages);
  set_number(env, object, "writtenBytes", (double)info->written_bytes);
  set_number(env, object, "readMessages", (double)info->read_messages);
  set_number(env, object, "readBytes", (double)info->read_bytes);
  set_bool(env, object, "ended", info->ended);
  set_number(env, object, "producers", info->producers);
  set_number(env, object, "members", info->members);
  return object;
}

static napi_value get_info(napi_env env, napi_callback_info callback) {
  const call c = begin(env, callback);
  handle* const h = find_argument(&c, KIND_QUEUE);
  fmmq_info info;
  if (h == NULL) return say(&c, FMMQ_CLOSED);
  const fmmq_status status = fmmq_queue_get_info(&h->is.queue, &info, sizeof(info));
  return status == FMMQ_OK ? info_object(env, &info) : say(&c, status);
}

static napi_value group_object(napi_env env, const fmmq_group_info* group) {
  const napi_value object = new_object(env);
  set_text(env, object, "name", group->name);
  set_text(env, object, "kind", group->kind == FMMQ_GROUP_EXCLUSIVE ? "exclusive" : "shared");
  set_bool(env, object, "durable", group->durable);
  set_number(env, object, "cursor", (double)group->cursor);
  set_number(env, object, "lag", (double)group->lag);
  set_number(env, object, "lost", (double)group->lost);
  set_number(env, object, "redelivered", (double)group->redelivered);
  set_number(env, object, "members", group->members);
  return object;
}

#define MAX_GROUPS 256

static napi_value get_groups(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_QUEUE);
  fmmq_group_info groups[MAX_GROUPS];
  size_t count = 0;
  napi_value found = NULL;
  if (h == NULL) return say(&c, FMMQ_CLOSED);
  const fmmq_status status =
      fmmq_queue_get_groups(&h->is.queue, groups, sizeof(*groups), MAX_GROUPS, &count);
  if (status != FMMQ_OK) return say(&c, status);
  napi_create_array(env, &found);
  for (size_t i = 0; i < count; ++i) {
    napi_set_element(env, found, (uint32_t)i, group_object(env, &groups[i]));
  }
  return found;
}

static napi_value get_presence(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_QUEUE);
  fmmq_presence presence;
  if (h == NULL) return say(&c, FMMQ_CLOSED);
  const fmmq_status status = fmmq_queue_get_presence(&h->is.queue, &presence, sizeof(presence));
  if (status != FMMQ_OK) return say(&c, status);
  const napi_value object = new_object(env);
  set_number(env, object, "producers", presence.producers);
  set_number(env, object, "members", presence.members);
  set_number(env, object, "observers", presence.observers);
  return object;
}

static fmmq_status stats_of(const handle* h, fmmq_stats* stats) {
  switch (h->kind) {
    case KIND_PRODUCER:
      return fmmq_producer_get_stats(&h->is.producer, stats, sizeof(*stats));
    case KIND_CONSUMER:
      return fmmq_consumer_get_stats(&h->is.consumer, stats, sizeof(*stats));
    case KIND_OBSERVER:
      return fmmq_observer_get_stats(&h->is.observer, stats, sizeof(*stats));
    default:
      return FMMQ_CLOSED;
  }
}

/* getStats(producer, consumer or observer) */
static napi_value get_stats(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  const uint32_t place = get_u32(&c, 0);
  fmmq_stats stats;
  if (place >= c.own->handle_count) return say(&c, FMMQ_CLOSED);
  const fmmq_status status = stats_of(&c.own->handles[place], &stats);
  if (status != FMMQ_OK) return say(&c, status);
  const napi_value object = new_object(env);
  set_number(env, object, "messages", (double)stats.messages);
  set_number(env, object, "bytes", (double)stats.bytes);
  set_number(env, object, "misses", (double)stats.misses);
  set_number(env, object, "lost", (double)stats.lost);
  set_number(env, object, "redelivered", (double)stats.redelivered);
  set_number(env, object, "rescues", (double)stats.rescues);
  return object;
}

static napi_value get_max_message_size(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_QUEUE);
  return number(env, h != NULL ? (int64_t)fmmq_queue_max_message_size(&h->is.queue) : 0);
}

static napi_value get_descriptor(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_QUEUE);
  return number(env, h != NULL ? fmmq_queue_fd(&h->is.queue) : -1);
}

/* ---- the shared string ---- */

/* getString(queue, bytes): the value's size; its version in facts. */
static napi_value get_string(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_QUEUE);
  uint8_t* data;
  size_t size;
  fmmq_string_info value = {0, 0};
  if (h == NULL) return say(&c, FMMQ_CLOSED);
  if (!get_bytes(env, c.arguments[1], &data, &size)) return number(env, -NOT_BYTES);
  const fmmq_status status = fmmq_queue_get_string(&h->is.queue, data, size, &value, sizeof(value));
  c.own->facts[FACT_SIZE] = (double)value.size;
  c.own->facts[FACT_POSITION] = (double)value.version;
  return status == FMMQ_OK ? number(env, (int64_t)value.size) : say(&c, status);
}

/* setString(queue, bytes): tries once; minus FMMQ_TIMEOUT when another writer is in the way. */
static napi_value set_string(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_QUEUE);
  uint8_t* data;
  size_t size;
  if (h == NULL) return say(&c, FMMQ_CLOSED);
  if (!get_bytes(env, c.arguments[1], &data, &size)) return number(env, -NOT_BYTES);
  return say(&c, fmmq_queue_set_string(&h->is.queue, data, size, 0));
}

/* stringVersion(queue): how often it was set. */
static napi_value string_version(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_QUEUE);
  uint64_t version = 0;
  if (h == NULL) return say(&c, FMMQ_CLOSED);
  /* No version is UINT64_MAX: this returns at once. */
  const fmmq_status status = fmmq_queue_wait_string(&h->is.queue, UINT64_MAX, 0, &version);
  return status == FMMQ_OK ? number(env, (int64_t)version) : say(&c, status);
}

void define_looking(addon* own, napi_value exports) {
  static const function functions[] = {
      {"getInfo", get_info},
      {"getGroups", get_groups},
      {"getPresence", get_presence},
      {"getStats", get_stats},
      {"getMaxMessageSize", get_max_message_size},
      {"getDescriptor", get_descriptor},
      {"getString", get_string},
      {"setString", set_string},
      {"stringVersion", string_version},
  };
  define(own, exports, functions, sizeof(functions) / sizeof(*functions));
}
