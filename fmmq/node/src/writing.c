/* Producers. */
#include <stdlib.h>
#include <string.h>

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

/* Elements of an array, fetched before any is looked into: fetching may run JavaScript (getters,
   proxies), which may write, close this producer, or free what an element stands for. */
typedef struct elements {
  napi_value few[64];
  napi_value* all; /* `few`, or memory of its own */
  size_t room;
} elements;

static bool grow_elements(elements* list, size_t count) {
  const bool first = list->all == list->few;
  napi_value* const grown = realloc(first ? NULL : list->all, 2 * list->room * sizeof(napi_value));
  if (grown == NULL) return false;
  if (first) memcpy(grown, list->few, count * sizeof(napi_value));
  list->all = grown;
  list->room *= 2;
  return true;
}

static void free_elements(elements* list) {
  if (list->all != list->few) free(list->all);
}

/* 0, NOT_BYTES or FMMQ_NO_MEMORY. It ends at the first element that cannot be written: an array of
   a few elements may be billions long. */
static int fetch(const call* c, uint32_t first, uint32_t count, elements* list) {
  for (uint32_t i = 0; i < count; ++i) {
    bool fits = false;
    if (i == list->room && !grow_elements(list, i)) return FMMQ_NO_MEMORY;
    if (napi_get_element(c->env, c->arguments[1], first + i, &list->all[i]) != napi_ok ||
        napi_is_typedarray(c->env, list->all[i], &fits) != napi_ok || !fits) {
      return NOT_BYTES;
    }
  }
  return 0;
}

/* No JavaScript runs from here on. */
static napi_value write_elements(const call* c, const elements* list, uint32_t count) {
  fmmq_bytes* const batch = batch_room(c->own, count);
  if (batch == NULL) return say(c, FMMQ_NO_MEMORY);
  for (uint32_t i = 0; i < count; ++i) {
    uint8_t* data;
    if (!get_bytes(c->env, list->all[i], &data, &batch[i].size)) return number(c->env, -NOT_BYTES);
    batch[i].data = data;
  }
  return write_batch(c, batch, count);
}

/* writeList(producer, array of bytes, first, count): how many of them were written. When a getter
   threw, that is thrown. */
static napi_value write_list(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  const uint32_t count = get_u32(&c, 3);
  elements list = {.room = sizeof(list.few) / sizeof(*list.few)};
  list.all = list.few;
  if (count == 0) return say(&c, FMMQ_INVALID_ARGUMENT);
  const int status = fetch(&c, get_u32(&c, 2), count, &list);
  const napi_value result =
      status == 0 ? write_elements(&c, &list, count) : number(env, -(int64_t)status);
  free_elements(&list);
  return result;
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
