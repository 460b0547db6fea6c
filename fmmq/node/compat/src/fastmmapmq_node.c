/* The predecessor's functions for Node: strings in and out. They go to the C functions of the same
   meaning (fmmq/compat/fastmmapmq.h); index.js makes the asynchronous forms from them. */
#include <node_api.h>
#include <stdlib.h>
#include <string.h>

#include "fmmq/compat/fastmmapmq.h"

#define MAX_ARGUMENTS 3

typedef struct call {
  napi_env env;
  napi_value arguments[MAX_ARGUMENTS];
} call;

static call begin(napi_env env, napi_callback_info info) {
  call c = {.env = env};
  size_t count = MAX_ARGUMENTS;
  napi_get_cb_info(env, info, &count, c.arguments, NULL, NULL);
  return c;
}

/* To be freed; NULL, which the functions below refuse, when it is no string. */
static char* get_text(const call* c, int which) {
  size_t size = 0;
  if (napi_get_value_string_utf8(c->env, c->arguments[which], NULL, 0, &size) != napi_ok) {
    return NULL;
  }
  char* const text = malloc(size + 1);
  if (text != NULL) {
    napi_get_value_string_utf8(c->env, c->arguments[which], text, size + 1, &size);
  }
  return text;
}

/* A queue, or a mode; -1, which is neither, when it is no number. */
static int get_int(const call* c, int which) {
  int32_t value = -1;
  napi_get_value_int32(c->env, c->arguments[which], &value);
  return value;
}

static napi_value say_int(const call* c, int value) {
  napi_value result;
  return napi_create_int32(c->env, value, &result) == napi_ok ? result : NULL;
}

/* Frees the text. */
static napi_value say_text(const call* c, char* text) {
  napi_value result = NULL;
  napi_create_string_utf8(c->env, text != NULL ? text : "", NAPI_AUTO_LENGTH, &result);
  free(text);
  return result;
}

static napi_value create_mmap(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  char* const id = get_text(&c, 0);
  char* const permissions = get_text(&c, 1);
  const int queue = fastmmapmq_createmmap(id, permissions, 0);
  free(id);
  free(permissions);
  return say_int(&c, queue);
}

static napi_value connect_mmap(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  char* const program = get_text(&c, 0);
  char* const id = get_text(&c, 1);
  const int queue = fastmmapmq_connectmmap(program, id);
  free(program);
  free(id);
  return say_int(&c, queue);
}

static napi_value write_text(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  char* const text = get_text(&c, 1);
  const int status = fastmmapmq_writemmap(get_int(&c, 0), text);
  free(text);
  return say_int(&c, status);
}

static napi_value read_text(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  return say_text(&c, fastmmapmq_readmmap(get_int(&c, 0), get_int(&c, 1)));
}

static napi_value write_shared_string(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  char* const text = get_text(&c, 1);
  const int status = fastmmapmq_writesharedstring(get_int(&c, 0), text);
  free(text);
  return say_int(&c, status);
}

static napi_value get_shared_string(napi_env env, napi_callback_info info) {
  const call c = begin(env, info);
  return say_text(&c, fastmmapmq_getsharedstring(get_int(&c, 0)));
}

NAPI_MODULE_INIT() {
  static const struct {
    const char* name;
    napi_callback function;
  } functions[] = {
      {"CreateMmap", create_mmap},
      {"ConnectMmap", connect_mmap},
      {"Write", write_text},
      {"Read", read_text},
      {"WriteSharedString", write_shared_string},
      {"GetSharedString", get_shared_string},
  };
  for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); ++i) {
    napi_value made;
    napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].function, NULL,
                         &made);
    napi_set_named_property(env, exports, functions[i].name, made);
  }
  return exports;
}
