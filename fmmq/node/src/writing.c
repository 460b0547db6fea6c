/* Producers. */
#include <stdlib.h>

#include "addon.h"

/* tryWrite(producer, bytes): undefined when written, which is cheaper than a number; else minus a
   status. */
static napi_value try_write(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  addon* own;
  uint32_t place = 0;
  uint8_t* data;
  size_t size;
  napi_get_cb_info(env, info, &count, arguments, NULL, (void**)&own);
  napi_get_value_uint32(env, arguments[0], &place);
  if (!get_bytes(env, arguments[1], &data, &size)) return number(env, -NOT_BYTES);
  handle* const h = find(own, place, KIND_PRODUCER);
  const fmmq_status status =
      h != NULL ? fmmq_producer_try_write(&h->is.producer, data, size) : FMMQ_CLOSED;
  return status == FMMQ_OK ? NULL : number(env, -(int64_t)status);
}

static fmmq_bytes* batch_room(addon* own, size_t count) {
  if (count > own->batch_room) {
    fmmq_bytes* const grown = realloc(own->batch, count * sizeof(fmmq_bytes));
    if (grown == NULL) return NULL;
    own->batch = grown;
    own->batch_room = count;
  }
  return own->batch;
}

static napi_value write_batch(const call* c, const fmmq_bytes* batch, size_t count) {
  handle* const h = find_argument(c, KIND_PRODUCER);
  size_t written = 0;
  const fmmq_status status =
      h != NULL ? fmmq_producer_try_write_batch(&h->is.producer, batch, count, &written)
                : FMMQ_CLOSED;
  return status == FMMQ_OK ? number(c->env, (int64_t)written) : say(c, status);
}

/* writeList(producer, array of bytes, first, count): how many of them were written. */
static napi_value write_list(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  const uint32_t first = get_u32(&c, 2), count = get_u32(&c, 3);
  fmmq_bytes* const batch = batch_room(c.own, count);
  if (batch == NULL && count != 0) return say(&c, FMMQ_NO_MEMORY);
  for (uint32_t i = 0; i < count; ++i) {
    napi_value element;
    uint8_t* data;
    if (napi_get_element(env, c.arguments[1], first + i, &element) != napi_ok ||
        !get_bytes(env, element, &data, &batch[i].size)) {
      return number(env, -NOT_BYTES);
    }
    batch[i].data = data;
  }
  return write_batch(&c, batch, count);
}

/* writePacked(producer, bytes, offsets, first, count): message i lies between offsets i and i + 1
   in `bytes`. */
static napi_value write_packed(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  const size_t first = get_u32(&c, 3), count = get_u32(&c, 4);
  uint8_t* data;
  uint32_t* offsets;
  size_t size, length;
  if (!get_bytes(env, c.arguments[1], &data, &size) ||
      !get_offsets(env, c.arguments[2], &offsets, &length)) {
    return number(env, -NOT_BYTES);
  }
  if (count == 0 || first >= length || count >= length - first) {
    return say(&c, FMMQ_INVALID_ARGUMENT);
  }
  fmmq_bytes* const batch = batch_room(c.own, count);
  if (batch == NULL) return say(&c, FMMQ_NO_MEMORY);
  for (size_t i = 0; i < count; ++i) {
    const uint32_t begins = offsets[first + i], ends = offsets[first + i + 1];
    if (begins > ends || ends > size) return say(&c, FMMQ_INVALID_ARGUMENT);
    batch[i].data = data + begins;
    batch[i].size = ends - begins;
  }
  return write_batch(&c, batch, count);
}

/* end(producer) */
static napi_value end(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  handle* const h = find_argument(&c, KIND_PRODUCER);
  return say(&c, h != NULL ? fmmq_producer_end(&h->is.producer) : FMMQ_CLOSED);
}

void define_writing(addon* own, napi_value exports) {
  static const function functions[] = {
      {"tryWrite", try_write},
      {"writeList", write_list},
      {"writePacked", write_packed},
      {"end", end},
  };
  define(own, exports, functions, sizeof(functions) / sizeof(*functions));
}
