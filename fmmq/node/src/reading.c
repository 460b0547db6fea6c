/* Consumers and observers. */
#include "addon.h"

static inline fmmq_status read_one(handle* h, void* buffer, size_t size, fmmq_received* received) {
  return h->kind == KIND_CONSUMER ? fmmq_consumer_try_read(&h->is.consumer, buffer, size, received)
                                  : fmmq_observer_try_read(&h->is.observer, buffer, size, received);
}

static handle* find_reader(const call* c) {
  const uint32_t place = get_u32(c, 0);
  handle* const h = find(c->own, place, KIND_CONSUMER);
  return h != NULL ? h : find(c->own, place, KIND_OBSERVER);
}

static void say_facts(addon* own, const fmmq_received* received) {
  own->facts[FACT_POSITION] = (double)received->position;
  own->facts[FACT_LOST] = (double)received->lost;
  own->facts[FACT_REDELIVERED] = received->redelivered;
}

/* read(reader, bytes, from): reads a message into `bytes` behind `from`; its size. */
static napi_value read_message(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  const uint32_t from = get_u32(&c, 2);
  uint8_t* data;
  size_t size;
  fmmq_received received = {0, 0, 0, false};
  if (!get_bytes(env, c.arguments[1], &data, &size) || from > size) {
    return number(env, -NOT_BYTES);
  }
  handle* const h = find_reader(&c);
  if (h == NULL) return number(env, -FMMQ_CLOSED);
  const fmmq_status status = read_one(h, data + from, size - from, &received);
  c.own->facts[FACT_SIZE] = (double)received.size;
  if (status != FMMQ_OK) return say(&c, status);
  say_facts(c.own, &received);
  return number(env, (int64_t)received.size);
}

typedef struct packing {
  uint8_t* data;
  size_t size;
  uint32_t* offsets;
  size_t max;
} packing;

/* Reads messages one behind the other until something ends it: the status of the last look. A
   redelivered message is the last of its batch: it stays its dead reader's until the next read. */
static fmmq_status pack(handle* h, const packing* to, size_t* count, fmmq_received* facts) {
  uint32_t filled = 0;
  size_t messages = 0;
  fmmq_status status = FMMQ_OK;
  to->offsets[0] = 0;
  while (messages < to->max && !facts->redelivered) {
    fmmq_received received;
    status = read_one(h, to->data + filled, to->size - filled, &received);
    if (status != FMMQ_OK) {
      facts->size = received.size;
      break;
    }
    filled += (uint32_t)received.size;
    to->offsets[++messages] = filled;
    facts->position = received.position;
    facts->lost += received.lost;
    facts->redelivered = received.redelivered;
  }
  *count = messages;
  return status;
}

/* readBatch(reader, bytes, offsets, max): how many messages now lie in `bytes`; the first one from
   offset 0 on, each up to the next one's. Whatever ended it, messages come first: the next call
   says why. */
static napi_value read_batch(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  packing to;
  size_t length, count = 0;
  fmmq_received facts = {0, 0, 0, false};
  if (!get_bytes(env, c.arguments[1], &to.data, &to.size) ||
      !get_offsets(env, c.arguments[2], &to.offsets, &length) || to.size > UINT32_MAX) {
    return number(env, -NOT_BYTES);
  }
  to.max = get_u32(&c, 3);
  if (to.max == 0 || to.max >= length) return number(env, -FMMQ_INVALID_ARGUMENT);
  handle* const h = find_reader(&c);
  if (h == NULL) return number(env, -FMMQ_CLOSED);
  const fmmq_status status = pack(h, &to, &count, &facts);
  c.own->facts[FACT_SIZE] = (double)facts.size;
  if (count == 0) return say(&c, status);
  say_facts(c.own, &facts);
  return number(env, (int64_t)count);
}

/* lost(reader): positions that it lost since it was opened. */
static napi_value lost(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_reader(&c);
  if (h == NULL) return number(env, 0);
  return number(env, (int64_t)(h->kind == KIND_CONSUMER ? fmmq_consumer_lost(&h->is.consumer)
                                                        : fmmq_observer_lost(&h->is.observer)));
}

void define_reading(addon* own, napi_value exports) {
  static const function functions[] = {
      {"read", read_message},
      {"readBatch", read_batch},
      {"lost", lost},
  };
  define(own, exports, functions, sizeof(functions) / sizeof(*functions));
}
