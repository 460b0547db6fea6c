/* Queues: made, opened, found, removed; the handles that are made from them. */
#include "addon.h"

typedef struct text {
  uint8_t* data;
  size_t size;
} text;

static bool get_text(const call* c, int which, text* out) {
  return get_bytes(c->env, c->arguments[which], &out->data, &out->size);
}

/* The number of a handle that was made, or minus a status. */
static napi_value say_made(const call* c, fmmq_status status, handle* made) {
  if (status != FMMQ_OK) return say(c, status);
  const int64_t place = keep(c->own, made);
  if (place < 0) close_kind(made);
  return number(c->env, place);
}

/* ---- opening ---- */

/* UINT32_MAX is more than any option allows. */
static uint32_t narrow(double value) {
  return value >= 0 && value <= 4294967295.0 ? (uint32_t)value : UINT32_MAX;
}

/* Options are a Float64Array in the order of lib/options.js. */
static bool get_options(const call* c, int which, fmmq_options* options) {
  const fmmq_options defaults = FMMQ_OPTIONS_INIT;
  napi_typedarray_type type;
  size_t length;
  void* data;
  *options = defaults;
  if (napi_get_typedarray_info(c->env, c->arguments[which], &type, &length, &data, NULL, NULL) !=
          napi_ok ||
      type != napi_float64_array || length != 9) {
    return false;
  }
  const double* const given = data;
  options->capacity = given[0] >= 0 && given[0] < 1e18 ? (uint64_t)given[0] : UINT64_MAX;
  options->block_size = narrow(given[1]);
  options->seats = narrow(given[2]);
  options->groups = narrow(given[3]);
  options->string_size = narrow(given[4]);
  options->policy = narrow(given[5]);
  options->single_producer = given[6] != 0;
  options->default_group = given[7] != 0;
  options->mode = narrow(given[8]);
  return true;
}

/* create(how, name or id, options): how is 0 for a new name, 1 for open or create, 2 for an
   anonymous queue. */
static napi_value create(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  text name;
  fmmq_options options;
  handle made = {.kind = KIND_QUEUE};
  fmmq_queue* const queue = &made.is.queue;
  if (!get_text(&c, 1, &name) || !get_options(&c, 2, &options)) return number(env, -NOT_BYTES);
  fmmq_status status;
  switch (get_u32(&c, 0)) {
    case 0:
      status = fmmq_queue_create(queue, (const char*)name.data, name.size, &options);
      break;
    case 1:
      status = fmmq_queue_open_or_create(queue, (const char*)name.data, name.size, &options);
      break;
    default:
      status = fmmq_queue_create_anonymous(queue, name.data, name.size, &options);
  }
  return say_made(&c, status, &made);
}

/* open(name, access) */
static napi_value open_named(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  text name;
  handle made = {.kind = KIND_QUEUE};
  if (!get_text(&c, 0, &name)) return number(env, -NOT_BYTES);
  return say_made(
      &c, fmmq_queue_open(&made.is.queue, (const char*)name.data, name.size, get_u32(&c, 1)),
      &made);
}

/* openDescriptor(descriptor, access) */
static napi_value open_descriptor(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle made = {.kind = KIND_QUEUE};
  int32_t descriptor = -1;
  napi_get_value_int32(env, c.arguments[0], &descriptor);
  return say_made(&c, fmmq_queue_open_fd(&made.is.queue, descriptor, get_u32(&c, 1)), &made);
}

/* connect(program or process number, id, access) */
static napi_value connect(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  text program, id;
  int32_t process = 0;
  handle made = {.kind = KIND_QUEUE};
  fmmq_status status;
  if (!get_text(&c, 1, &id)) return number(env, -NOT_BYTES);
  if (get_text(&c, 0, &program)) {
    status = fmmq_queue_connect(&made.is.queue, (const char*)program.data, program.size, id.data,
                                id.size, get_u32(&c, 2));
  } else {
    napi_get_value_int32(env, c.arguments[0], &process);
    status = fmmq_queue_connect_pid(&made.is.queue, process, id.data, id.size, get_u32(&c, 2));
  }
  return say_made(&c, status, &made);
}

/* ---- without opening ---- */

static napi_value remove_name(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  text name;
  if (!get_text(&c, 0, &name)) return number(env, -NOT_BYTES);
  return say(&c, fmmq_remove((const char*)name.data, name.size));
}

typedef struct names {
  napi_env env;
  napi_value list;
  uint32_t count;
} names;

static bool add_name(void* context, const char* name, size_t size) {
  names* const found = context;
  napi_value made;
  if (napi_create_string_utf8(found->env, name, size, &made) != napi_ok) return false;
  return napi_set_element(found->env, found->list, found->count++, made) == napi_ok;
}

static napi_value list(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  names found = {.env = env, .list = NULL, .count = 0};
  napi_create_array(env, &found.list);
  const fmmq_status status = fmmq_list(add_name, &found);
  return status == FMMQ_OK ? found.list : say(&c, status);
}

/* ---- ends ---- */

static napi_value new_producer(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_QUEUE);
  handle made = {.kind = KIND_PRODUCER};
  if (h == NULL) return say(&c, FMMQ_CLOSED);
  return say_made(&c, fmmq_queue_new_producer(&h->is.queue, &made.is.producer), &made);
}

/* join(queue): the default group; join(queue, group, kind, durable, from) */
static napi_value join(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_QUEUE);
  handle made = {.kind = KIND_CONSUMER};
  fmmq_group_options options = FMMQ_GROUP_OPTIONS_INIT;
  text group;
  if (h == NULL) return say(&c, FMMQ_CLOSED);
  if (!get_text(&c, 1, &group)) {
    return say_made(&c, fmmq_queue_join_default(&h->is.queue, &made.is.consumer), &made);
  }
  options.kind = get_u32(&c, 2);
  napi_get_value_bool(env, c.arguments[3], &options.durable);
  options.from = get_u32(&c, 4);
  return say_made(&c,
                  fmmq_queue_join(&h->is.queue, &made.is.consumer, (const char*)group.data,
                                  group.size, &options),
                  &made);
}

static napi_value observe(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_QUEUE);
  handle made = {.kind = KIND_OBSERVER};
  if (h == NULL) return say(&c, FMMQ_CLOSED);
  return say_made(&c, fmmq_queue_observe(&h->is.queue, &made.is.observer, get_u32(&c, 1)), &made);
}

static napi_value drop_group(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_QUEUE);
  text group;
  if (h == NULL) return say(&c, FMMQ_CLOSED);
  if (!get_text(&c, 1, &group)) return number(env, -NOT_BYTES);
  return say(&c, fmmq_queue_drop_group(&h->is.queue, (const char*)group.data, group.size));
}

static napi_value let_writers_overwrite(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_QUEUE);
  return say(&c, h != NULL ? fmmq_queue_let_writers_overwrite(&h->is.queue) : FMMQ_CLOSED);
}

static napi_value prefault(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_QUEUE);
  return say(&c, h != NULL ? fmmq_queue_prefault(&h->is.queue) : FMMQ_CLOSED);
}

void define_queue(addon* own, napi_value exports) {
  static const function functions[] = {
      {"create", create},
      {"open", open_named},
      {"openDescriptor", open_descriptor},
      {"connect", connect},
      {"remove", remove_name},
      {"list", list},
      {"newProducer", new_producer},
      {"join", join},
      {"observe", observe},
      {"dropGroup", drop_group},
      {"letWritersOverwrite", let_writers_overwrite},
      {"prefault", prefault},
  };
  define(own, exports, functions, sizeof(functions) / sizeof(*functions));
}
