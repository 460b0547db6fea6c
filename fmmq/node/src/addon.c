/* An environment's own: the table of handles, and how it begins and ends. */
#include "addon.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bell.h"

napi_value say(const call* c, fmmq_status status) {
  c->own->facts[FACT_ERRNO] = status >= FMMQ_ALREADY_EXISTS && status <= FMMQ_SYSTEM ? errno : 0;
  return number(c->env, -(int64_t)status);
}

bool get_offsets(napi_env env, napi_value value, uint32_t** data, size_t* length) {
  napi_typedarray_type type;
  void* place = NULL;
  if (napi_get_typedarray_info(env, value, &type, length, &place, NULL, NULL) != napi_ok ||
      type != napi_uint32_array) {
    return false;
  }
  *data = place;
  return true;
}

/* ---- the table ---- */

static bool grow(addon* own) {
  const uint32_t count = own->handle_count == 0 ? 16 : 2 * own->handle_count;
  handle* const grown = realloc(own->handles, count * sizeof(handle));
  if (grown == NULL) return false;
  memset(grown + own->handle_count, 0, (count - own->handle_count) * sizeof(handle));
  own->handles = grown;
  own->handle_count = count;
  return true;
}

int64_t keep(addon* own, const handle* made) {
  uint32_t place = own->next_free;
  while (place < own->handle_count && own->handles[place].kind != KIND_NONE) ++place;
  if (place >= own->handle_count && !grow(own)) return -FMMQ_NO_MEMORY;
  own->handles[place] = *made;
  own->next_free = place + 1;
  return place;
}

fmmq_status close_kind(handle* h) {
  switch (h->kind) {
    case KIND_QUEUE:
      return fmmq_queue_close(&h->is.queue);
    case KIND_PRODUCER:
      return fmmq_producer_close(&h->is.producer);
    case KIND_CONSUMER:
      return fmmq_consumer_close(&h->is.consumer);
    case KIND_OBSERVER:
      return fmmq_observer_close(&h->is.observer);
    default:
      return FMMQ_CLOSED;
  }
}

/* Closes a handle, with its bell, and frees its place. */
static fmmq_status close_place(addon* own, uint32_t place) {
  if (place >= own->handle_count) return FMMQ_CLOSED;
  handle* const h = &own->handles[place];
  if (h->bell != NULL) bell_close(h->bell); /* before its descriptor */
  h->bell = NULL;
  const fmmq_status status = close_kind(h);
  if (status == FMMQ_BUSY) return status;
  memset(h, 0, sizeof(*h));
  if (place != 0 && place < own->next_free) own->next_free = place;
  return status;
}

static napi_value close_one(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  return say(&c, close_place(c.own, get_u32(&c, 0)));
}

/* ---- results ---- */

void set_number(napi_env env, napi_value object, const char* name, double value) {
  napi_value made;
  napi_create_double(env, value, &made);
  napi_set_named_property(env, object, name, made);
}

void set_bool(napi_env env, napi_value object, const char* name, bool value) {
  napi_value made;
  napi_get_boolean(env, value, &made);
  napi_set_named_property(env, object, name, made);
}

void set_text(napi_env env, napi_value object, const char* name, const char* text) {
  napi_value made;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &made);
  napi_set_named_property(env, object, name, made);
}

void set_uuid(napi_env env, napi_value object, const uint8_t* uuid) {
  static const char digits[] = "0123456789abcdef";
  char text[33];
  for (int i = 0; i < 16; ++i) {
    text[2 * i] = digits[uuid[i] >> 4];
    text[2 * i + 1] = digits[uuid[i] & 15];
  }
  text[32] = '\0';
  set_text(env, object, "uuid", text);
}

/* { "kFull": { status, message } } for every status. */
static napi_value statuses(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value list;
  napi_create_object(env, &list);
  for (int status = 1; status < 100; ++status) {
    const char* const name = fmmq_status_name(status);
    if (strcmp(name, "unknown") == 0) continue;
    napi_value entry;
    napi_create_object(env, &entry);
    set_number(env, entry, "status", status);
    set_text(env, entry, "message", fmmq_status_message(status));
    napi_set_named_property(env, list, name, entry);
  }
  return list;
}

/* ---- yardsticks of bench/node: what a call costs that takes a Buffer ---- */

/* It does not even look at it. */
static napi_value nothing(napi_env env, napi_callback_info info) {
  (void)env;
  (void)info;
  return NULL;
}

/* It asks where the bytes are, which every call that uses a Buffer has to. */
static napi_value bytes_only(napi_env env, napi_callback_info info) {
  size_t count = 1, size = 0;
  napi_value argument;
  uint8_t* data;
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  get_bytes(env, argument, &data, &size);
  return NULL;
}

/* ---- beginning and end ---- */

void leave(addon* own) {
  if (--own->users != 0) return;
  free(own->handles);
  free(own->batch);
  free(own);
}

static void finish_instance(napi_env env, void* data, void* hint) {
  (void)env;
  (void)hint;
  leave(data);
}

/* Bells hold the addon, and so the cleanup, until libuv has closed them. */
static void finish_cleanup(addon* own) {
  if (own->cleanup == NULL || own->open_bells != 0) return;
  const napi_async_cleanup_hook_handle cleanup = own->cleanup;
  own->cleanup = NULL;
  napi_remove_async_cleanup_hook(cleanup);
}

void bell_closed(addon* own) {
  --own->open_bells;
  finish_cleanup(own);
  leave(own);
}

/* The environment ends: a worker terminates, or the process exits. Seats are given back now;
   memory, when libuv has closed what it watched. */
static void clean_up(napi_async_cleanup_hook_handle cleanup, void* data) {
  addon* const own = data;
  for (uint32_t i = 1; i < own->handle_count; ++i) close_place(own, i);
  own->cleanup = cleanup;
  finish_cleanup(own);
}

void define(addon* own, napi_value exports, const function* functions, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    napi_value made;
    napi_create_function(own->env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].call, own,
                         &made);
    napi_set_named_property(own->env, exports, functions[i].name, made);
  }
}

static bool share_facts(addon* own, napi_value exports) {
  napi_value buffer, facts;
  void* data = NULL;
  if (napi_create_arraybuffer(own->env, FACT_COUNT * sizeof(double), &data, &buffer) != napi_ok ||
      napi_create_typedarray(own->env, napi_float64_array, FACT_COUNT, buffer, 0, &facts) !=
          napi_ok ||
      napi_create_reference(own->env, buffer, 1, &own->facts_buffer) != napi_ok) {
    return false;
  }
  own->facts = data;
  return napi_set_named_property(own->env, exports, "facts", facts) == napi_ok;
}

NAPI_MODULE_INIT() {
  addon* const own = calloc(1, sizeof(addon));
  if (own == NULL) return NULL;
  own->env = env;
  own->users = 1;
  own->next_free = 1;
  if (!share_facts(own, exports) ||
      napi_set_instance_data(env, own, finish_instance, NULL) != napi_ok) {
    free(own);
    return NULL;
  }
  napi_add_async_cleanup_hook(env, clean_up, own, NULL);
  static const function functions[] = {
      {"close", close_one},
      {"statuses", statuses},
      {"nothing", nothing},
      {"bytesOnly", bytes_only},
  };
  define(own, exports, functions, sizeof(functions) / sizeof(*functions));
  define_queue(own, exports);
  define_looking(own, exports);
  define_writing(own, exports);
  define_reading(own, exports);
  define_bells(own, exports);
  set_text(env, exports, "libraryVersion", fmmq_library_version());
  return exports;
}
