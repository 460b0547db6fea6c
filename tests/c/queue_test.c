/* Queues: made, opened, looked at, removed. */
#include <errno.h>
#include <stdlib.h>

#include "tests/c/check.h"

static void test_life(void) {
  const unique_name name = make_name();
  fmmq_queue first = FMMQ_CLOSED_HANDLE;
  fmmq_queue second = FMMQ_CLOSED_HANDLE;
  fmmq_options options = FMMQ_OPTIONS_INIT;
  options.capacity = 8192;
  options.string_size = 100;

  errno = 0;
  CHECK_STATUS(fmmq_queue_open(&first, name.text, FMMQ_NUL_TERMINATED, FMMQ_ACCESS_BEST),
               FMMQ_NOT_FOUND);
  CHECK(errno == ENOENT);
  CHECK(!fmmq_queue_is_open(&first));

  CHECK_OK(fmmq_queue_create(&first, name.text, strlen(name.text), &options));
  CHECK(fmmq_queue_is_open(&first));
  CHECK_STATUS(fmmq_queue_create(&second, name.text, FMMQ_NUL_TERMINATED, NULL),
               FMMQ_ALREADY_EXISTS);
  CHECK_OK(fmmq_queue_open(&second, name.text, FMMQ_NUL_TERMINATED, FMMQ_ACCESS_READ_ONLY));
  CHECK(fmmq_queue_max_message_size(&second) == 8192);
  CHECK(fmmq_queue_fd(&first) >= 0 && fmmq_queue_fd(&second) >= 0);
  CHECK(fmmq_queue_fd(&first) != fmmq_queue_fd(&second));
  CHECK_OK(fmmq_queue_prefault(&first));

  /* An open handle is left as it is. */
  CHECK_STATUS(fmmq_queue_open(&second, name.text, FMMQ_NUL_TERMINATED, FMMQ_ACCESS_BEST),
               FMMQ_OUT_OF_ORDER);
  CHECK(fmmq_queue_max_message_size(&second) == 8192);

  CHECK_OK(fmmq_queue_close(&first));
  CHECK_STATUS(fmmq_queue_close(&first), FMMQ_CLOSED);
  /* Reusable once closed; an existing queue keeps its options. */
  CHECK_OK(fmmq_queue_open_or_create(&first, name.text, FMMQ_NUL_TERMINATED, NULL));
  CHECK(fmmq_queue_max_message_size(&first) == 8192);

  CHECK_OK(fmmq_remove(name.text, FMMQ_NUL_TERMINATED));
  CHECK_STATUS(fmmq_remove(name.text, FMMQ_NUL_TERMINATED), FMMQ_NOT_FOUND);
  CHECK_OK(fmmq_queue_close(&first));
  CHECK_OK(fmmq_queue_close(&second));
}

static void test_info(void) {
  static const char kId[] = "an id \0 of any bytes";
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_producer producer = FMMQ_CLOSED_HANDLE;
  fmmq_consumer consumer = FMMQ_CLOSED_HANDLE;
  fmmq_options options = FMMQ_OPTIONS_INIT;
  fmmq_info info;
  fmmq_group_info groups[4];
  fmmq_presence presence;
  struct {
    fmmq_presence known;
    uint64_t unknown;
  } newer;
  size_t count = 99;
  options.policy = FMMQ_POLICY_COMPAT;
  CHECK_OK(fmmq_queue_create_anonymous(&queue, kId, sizeof(kId) - 1, &options));
  CHECK_OK(fmmq_queue_new_producer(&queue, &producer));
  CHECK_OK(fmmq_queue_join(&queue, &consumer, "readers", FMMQ_NUL_TERMINATED, NULL));
  CHECK_OK(fmmq_producer_try_write(&producer, "12345", 5));

  CHECK_OK(fmmq_queue_get_info(&queue, &info, sizeof(info)));
  CHECK(info.anonymous && info.writable && !info.single_producer && !info.ended);
  CHECK(info.policy == FMMQ_POLICY_COMPAT && info.capacity == UINT64_C(1) << 20);
  CHECK(info.segment_bytes == fmmq_required_size(&options));
  CHECK(memcmp(info.id, kId, sizeof(kId)) == 0);
  CHECK(info.written_messages == 1 && info.written_bytes == 5 && info.head == 1);
  CHECK(info.producers == 1 && info.members == 1);

  CHECK_OK(fmmq_queue_get_groups(&queue, groups, sizeof(groups[0]), 4, &count));
  CHECK(count == 2);
  CHECK(strcmp(groups[0].name, "default") == 0 && groups[0].durable && groups[0].lag == 1);
  CHECK(strcmp(groups[1].name, "readers") == 0 && !groups[1].durable && groups[1].members == 1);
  CHECK_STATUS(fmmq_queue_get_groups(&queue, groups, sizeof(groups[0]) - 1, 4, &count),
               FMMQ_INVALID_ARGUMENT);

  CHECK_OK(fmmq_queue_get_presence(&queue, &presence, sizeof(presence)));
  CHECK(presence.producers == 1 && presence.members == 1 && presence.observers == 0);
  /* A caller that knows more gets zeros, one that knows less gets less. */
  memset(&newer, 0xff, sizeof(newer));
  CHECK_OK(fmmq_queue_get_presence(&queue, &newer.known, sizeof(newer)));
  CHECK(newer.known.members == 1 && newer.unknown == 0);
  memset(&presence, 0xff, sizeof(presence));
  CHECK_OK(fmmq_queue_get_presence(&queue, &presence, sizeof(uint32_t)));
  CHECK(presence.producers == 1 && presence.members == UINT32_MAX);

  CHECK_STATUS(fmmq_queue_drop_group(&queue, "readers", FMMQ_NUL_TERMINATED), FMMQ_TAKEN);
  CHECK_STATUS(fmmq_queue_drop_group(&queue, "nobody", FMMQ_NUL_TERMINATED), FMMQ_NOT_FOUND);
  CHECK_OK(fmmq_queue_drop_group(&queue, "default", FMMQ_NUL_TERMINATED));
  CHECK_OK(fmmq_queue_let_writers_overwrite(&queue));
  CHECK_OK(fmmq_consumer_close(&consumer));
  CHECK_OK(fmmq_producer_close(&producer));
  CHECK_OK(fmmq_queue_close(&queue));
}

typedef struct search {
  const char* wanted;
  int found;
  int seen;
} search;

static bool look(void* context, const char* name, size_t name_size) {
  search* s = context;
  ++s->seen;
  if (name_size != strlen(s->wanted) || memcmp(name, s->wanted, name_size) != 0) return true;
  ++s->found;
  return false;
}

static void test_list(void) {
  const unique_name name = make_name();
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  search before = {name.text, 0, 0};
  search after = {name.text, 0, 0};
  CHECK_OK(fmmq_list(look, &before));
  CHECK(before.found == 0);
  CHECK_OK(fmmq_queue_create(&queue, name.text, FMMQ_NUL_TERMINATED, NULL));
  CHECK_OK(fmmq_list(look, &after));
  CHECK(after.found == 1);
  CHECK_OK(fmmq_remove(name.text, FMMQ_NUL_TERMINATED));
  CHECK_OK(fmmq_queue_close(&queue));
}

static void test_names(void) {
  char text[300];
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  memset(text, 'x', sizeof(text));
  CHECK_STATUS(fmmq_queue_create(&queue, "", 0, NULL), FMMQ_BAD_NAME);
  CHECK_STATUS(fmmq_queue_create(&queue, NULL, 0, NULL), FMMQ_BAD_NAME);
  CHECK_STATUS(fmmq_queue_create(&queue, "a/b", 3, NULL), FMMQ_BAD_NAME);
  CHECK_STATUS(fmmq_queue_create(&queue, "a\0b", 3, NULL), FMMQ_BAD_NAME);
  CHECK_STATUS(fmmq_queue_create(&queue, text, FMMQ_MAX_NAME_BYTES + 1, NULL), FMMQ_NAME_TOO_LONG);
  CHECK_STATUS(fmmq_queue_create_anonymous(&queue, text, FMMQ_MAX_ID_BYTES + 1, NULL),
               FMMQ_NAME_TOO_LONG);
  CHECK_OK(fmmq_queue_create_anonymous(&queue, text, FMMQ_MAX_ID_BYTES, NULL));
  CHECK_OK(fmmq_queue_close(&queue));
  CHECK_OK(fmmq_queue_create_anonymous(&queue, "a/b", FMMQ_NUL_TERMINATED, NULL));
  CHECK_OK(fmmq_queue_close(&queue));
  CHECK_OK(fmmq_queue_create_anonymous(&queue, NULL, 0, NULL));
  CHECK_OK(fmmq_queue_close(&queue));
}

static void test_string(void) {
  static const char kValue[] = "any\0bytes";
  char buffer[64];
  fmmq_string_info info;
  uint64_t version = 99;
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_options options = FMMQ_OPTIONS_INIT;
  CHECK_OK(fmmq_queue_create_anonymous(&queue, "plain", 5, NULL));
  CHECK_STATUS(fmmq_queue_set_string(&queue, "x", 1, 0), FMMQ_NOT_SUPPORTED);
  CHECK_OK(fmmq_queue_close(&queue));

  options.string_size = 20;
  CHECK_OK(fmmq_queue_create_anonymous(&queue, "string", 6, &options));
  CHECK_OK(fmmq_queue_get_string(&queue, NULL, 0, &info, sizeof(info)));
  CHECK(info.size == 0 && info.version == 0);
  CHECK_OK(fmmq_queue_set_string(&queue, kValue, sizeof(kValue), FMMQ_NEVER));
  CHECK_STATUS(fmmq_queue_get_string(&queue, buffer, 3, &info, sizeof(info)),
               FMMQ_BUFFER_TOO_SMALL);
  CHECK(info.size == sizeof(kValue));
  CHECK_OK(fmmq_queue_get_string(&queue, buffer, sizeof(buffer), &info, sizeof(info)));
  CHECK(info.size == sizeof(kValue) && info.version == 1);
  CHECK(memcmp(buffer, kValue, sizeof(kValue)) == 0);
  CHECK_OK(fmmq_queue_wait_string(&queue, 0, 0, &version));
  CHECK(version == 1);
  CHECK_STATUS(fmmq_queue_wait_string(&queue, 1, fmmq_deadline_in(FMMQ_MILLISECOND), &version),
               FMMQ_TIMEOUT);
  CHECK_STATUS(fmmq_queue_set_string(&queue, "a value of 21 bytes..", 21, 0), FMMQ_TOO_LARGE);
  CHECK_OK(fmmq_queue_close(&queue));
}

static void test_little_things(void) {
  uint32_t mode = 0;
  CHECK_OK(fmmq_parse_permissions("rwxr-x---", FMMQ_NUL_TERMINATED, &mode));
  CHECK(mode == 0750);
  CHECK_STATUS(fmmq_parse_permissions("rwx", 3, &mode), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_parse_permissions("rwxr-x--t", 9, &mode), FMMQ_INVALID_ARGUMENT);
  CHECK(mode == 0750);
  CHECK(strcmp(fmmq_library_version(), FMMQ_LIBRARY_VERSION) == 0);
  CHECK(fmmq_format_version() == FMMQ_FORMAT_VERSION);
  CHECK(fmmq_deadline_in(FMMQ_NEVER) == FMMQ_NEVER);
  CHECK(fmmq_deadline_in(FMMQ_NEVER - 1) == FMMQ_NEVER);
  CHECK(fmmq_deadline_in(FMMQ_SECOND) > fmmq_deadline_in(0));
  CHECK(strcmp(fmmq_status_message(FMMQ_OK), "ok") == 0);
}

int main(void) {
  test_life();
  test_info();
  test_list();
  test_names();
  test_string();
  test_little_things();
  return failures();
}
