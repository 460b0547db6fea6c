/* Waiting without a thread: a handle's doorbell is a descriptor, and the loop watches it. */
#include "bell.h"

#include <stdlib.h>
#include <uv.h>

struct bell {
  uv_poll_t poll; /* first: libuv hands this back */
  addon* own;
  uint32_t place; /* of its handle */
};

static void free_bell(uv_handle_t* poll) {
  struct bell* const bell = (struct bell*)poll;
  addon* const own = bell->own;
  free(bell);
  bell_closed(own);
}

void bell_close(struct bell* bell) { uv_close((uv_handle_t*)&bell->poll, free_bell); }

/* Calls JavaScript: onRing(number of the handle). */
static void ring(uv_poll_t* poll, int status, int events) {
  (void)status; /* an error, too, is a reason to look */
  (void)events;
  struct bell* const bell = (struct bell*)poll;
  addon* const own = bell->own;
  const napi_env env = own->env;
  uv_poll_stop(poll); /* it stays readable until it is armed again */

  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  napi_value global, on_ring, argument, result, error;
  napi_get_global(env, &global);
  napi_get_reference_value(env, own->on_ring, &on_ring);
  napi_create_uint32(env, bell->place, &argument);
  if (napi_make_callback(env, own->context, global, on_ring, 1, &argument, &result) ==
          napi_pending_exception &&
      napi_get_and_clear_last_exception(env, &error) == napi_ok) {
    napi_fatal_exception(env, error);
  }
  napi_close_handle_scope(env, scope);
}

static struct bell* make_bell(addon* own, uint32_t place, int descriptor) {
  uv_loop_t* loop;
  struct bell* const bell = calloc(1, sizeof(*bell));
  if (bell == NULL || napi_get_uv_event_loop(own->env, &loop) != napi_ok ||
      uv_poll_init(loop, &bell->poll, descriptor) != 0) {
    free(bell);
    return NULL;
  }
  bell->own = own;
  bell->place = place;
  ++own->users;
  ++own->open_bells;
  return bell;
}

static fmmq_status arm_kind(handle* h, size_t size, int* descriptor) {
  switch (h->kind) {
    case KIND_PRODUCER:
      return fmmq_producer_arm(&h->is.producer, size, descriptor);
    case KIND_CONSUMER:
      return fmmq_consumer_arm(&h->is.consumer, descriptor);
    case KIND_OBSERVER:
      return fmmq_observer_arm(&h->is.observer, descriptor);
    default:
      return FMMQ_CLOSED;
  }
}

/* arm(handle, size of the message to write, whether the process stays for it). A handle keeps the
   same descriptor for its life. */
static napi_value arm(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  const uint32_t place = get_u32(&c, 0);
  bool keeps_alive = true;
  int descriptor = -1;
  if (place >= c.own->handle_count) return say(&c, FMMQ_CLOSED);
  handle* const h = &c.own->handles[place];
  const fmmq_status status = arm_kind(h, get_u32(&c, 1), &descriptor);
  if (status != FMMQ_OK) return say(&c, status);
  if (h->bell == NULL) h->bell = make_bell(c.own, place, descriptor);
  if (h->bell == NULL) return say(&c, FMMQ_NO_MEMORY);
  napi_get_value_bool(env, c.arguments[2], &keeps_alive);
  if (keeps_alive) {
    uv_ref((uv_handle_t*)&h->bell->poll);
  } else {
    uv_unref((uv_handle_t*)&h->bell->poll);
  }
  return say(&c, uv_poll_start(&h->bell->poll, UV_READABLE, ring) == 0 ? FMMQ_OK : FMMQ_SYSTEM);
}

/* disarm(handle): nobody waits for it any more. */
static napi_value disarm(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  const uint32_t place = get_u32(&c, 0);
  if (place < c.own->handle_count && c.own->handles[place].bell != NULL) {
    uv_poll_stop(&c.own->handles[place].bell->poll);
  }
  return NULL;
}

/* onRing(function): once, before anything is armed. */
static napi_value on_ring(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  napi_value name;
  napi_create_string_utf8(env, "fmmq", NAPI_AUTO_LENGTH, &name);
  if (c.own->on_ring == NULL) {
    napi_async_init(env, NULL, name, &c.own->context);
    napi_create_reference(env, c.arguments[0], 1, &c.own->on_ring);
  }
  return NULL;
}

void define_bells(addon* own, napi_value exports) {
  static const function functions[] = {{"arm", arm}, {"disarm", disarm}, {"onRing", on_ring}};
  define(own, exports, functions, sizeof(functions) / sizeof(*functions));
}
