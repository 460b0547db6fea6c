/* The native half of the package: numbers and bytes in, numbers out. Classes, promises, options and
 * errors are JavaScript's (../lib), which is also the only caller: it hands in the right types.
 *
 * A handle (a queue, a producer, a consumer, an observer) is a number: its place in a table of this
 * environment. Numbers that JavaScript keeps cannot dangle: what is closed is FMMQ_CLOSED. Each
 * environment (the main thread, each worker) has a table of its own; a handle serves one thread.
 *
 * Results. A function returns a number: 0 or more is the result, below 0 is a status with its sign
 * changed. What else there is to say stands in `facts`, memory that JavaScript sees as a
 * Float64Array.
 */
#ifndef FMMQ_NODE_SRC_ADDON_H_
#define FMMQ_NODE_SRC_ADDON_H_

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fmmq/c/fmmq.h"

/* No status of the library: an argument of this type is JavaScript's to convert, or to refuse. */
#define NOT_BYTES 255

/* lib/native.js has the same numbers. */
enum fact {
  FACT_SIZE,        /* what a message or value needs, after FMMQ_BUFFER_TOO_SMALL */
  FACT_POSITION,    /* of the message that was read last; the version of a shared string */
  FACT_LOST,        /* positions lost before the messages that were read last */
  FACT_REDELIVERED, /* whether the last message that was read is marked so */
  FACT_ERRNO,       /* after a status of FMMQ_ALREADY_EXISTS to FMMQ_SYSTEM */
  FACT_COUNT
};

enum kind { KIND_NONE, KIND_QUEUE, KIND_PRODUCER, KIND_CONSUMER, KIND_OBSERVER };

struct bell;

typedef struct handle {
  enum kind kind;
  union {
    fmmq_queue queue;
    fmmq_producer producer;
    fmmq_consumer consumer;
    fmmq_observer observer;
  } is;
  struct bell* bell; /* NULL until it is armed first */
} handle;

/* What belongs to one environment. */
typedef struct addon {
  napi_env env;
  handle* handles; /* 0 is never used */
  uint32_t handle_count;
  uint32_t next_free; /* no free place is before this one */
  double* facts;
  napi_ref facts_buffer;
  napi_ref on_ring; /* what a doorbell calls */
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
  uint32_t users;      /* the environment, and each open bell */
  uint32_t open_bells; /* whose memory libuv still has */
  fmmq_bytes* batch;   /* room for a batch that is written */
  size_t batch_room;
} addon;

#define MAX_ARGUMENTS 8

typedef struct call {
  napi_env env;
  addon* own;
  napi_value arguments[MAX_ARGUMENTS];
} call;

/* Fetches arguments; those that were not given are undefined. */
static inline call begin(napi_env env, napi_callback_info info) {
  call c = {.env = env, .own = NULL};
  size_t count = MAX_ARGUMENTS;
  napi_get_cb_info(env, info, &count, c.arguments, NULL, (void**)&c.own);
  return c;
}

static inline napi_value number(napi_env env, int64_t value) {
  napi_value result = NULL;
  if (value == (int32_t)value) {
    napi_create_int32(env, (int32_t)value, &result);
  } else {
    napi_create_double(env, (double)value, &result);
  }
  return result;
}

/* A status as JavaScript gets it; errno goes into the facts. */
napi_value say(const call* c, fmmq_status status);

/* Whether its memory was given away (transferred), which leaves nothing of it. */
static inline bool is_detached(napi_env env, napi_value buffer) {
  bool detached = false;
  return napi_is_detached_arraybuffer(env, buffer, &detached) == napi_ok && detached;
}

/* The bytes of a Uint8Array; false for anything else, and for one that is detached. */
static inline bool get_bytes(napi_env env, napi_value value, uint8_t** data, size_t* size) {
  napi_typedarray_type type;
  napi_value buffer;
  void* place = NULL;
  if (napi_get_typedarray_info(env, value, &type, size, &place, &buffer, NULL) != napi_ok ||
      type != napi_uint8_array || (*size == 0 && is_detached(env, buffer))) {
    return false;
  }
  *data = place;
  return true;
}

/* The numbers of a Uint32Array; false for anything else. */
bool get_offsets(napi_env env, napi_value value, uint32_t** data, size_t* length);

/* 0 for anything that is not a number. */
static inline uint32_t get_u32(const call* c, int which) {
  uint32_t value = 0;
  napi_get_value_uint32(c->env, c->arguments[which], &value);
  return value;
}

/* The handle of this number, when it is open and of this kind; else NULL. */
static inline handle* find(addon* own, uint32_t place, enum kind kind) {
  if (place >= own->handle_count) return NULL;
  handle* const found = &own->handles[place];
  return found->kind == kind ? found : NULL;
}
/* The first argument's. */
static inline handle* find_argument(const call* c, enum kind kind) {
  return find(c->own, get_u32(c, 0), kind);
}

/* A new place in the table for `made`, which may not have a bell: its number, or minus a status. */
int64_t keep(addon* own, const handle* made);
/* Closes what is behind a handle, but for its bell. */
fmmq_status close_kind(handle* h);

/* One that needed the addon needs it no longer. */
void leave(addon* own);

/* Members of result objects. */
void set_number(napi_env env, napi_value object, const char* name, double value);
void set_bool(napi_env env, napi_value object, const char* name, bool value);
void set_text(napi_env env, napi_value object, const char* name, const char* text);
void set_uuid(napi_env env, napi_value object, const uint8_t* uuid);

/* What a file of this folder brings. */
typedef struct function {
  const char* name;
  napi_callback call;
} function;
void define(addon* own, napi_value exports, const function* functions, size_t count);

void define_queue(addon* own, napi_value exports);
void define_looking(addon* own, napi_value exports);
void define_writing(addon* own, napi_value exports);
void define_reading(addon* own, napi_value exports);
void define_bells(addon* own, napi_value exports);

#endif /* FMMQ_NODE_SRC_ADDON_H_ */
