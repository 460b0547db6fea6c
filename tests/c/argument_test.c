/* Wrong arguments: closed handles, NULL, sizes that nobody set. Each call says which, changes
   nothing, and does not crash. */
#include <errno.h>

#include "tests/c/check.h"

static const size_t kNul = FMMQ_NUL_TERMINATED;

static bool visit_none(void* context, const char* name, size_t name_size) {
  (void)context, (void)name, (void)name_size;
  return true;
}

/* All calls on a closed handle, or NULL. */
static void call_closed_queue(fmmq_queue* queue) {
  char buffer[8];
  size_t count;
  uint64_t version;
  fmmq_info info;
  fmmq_group_info group;
  fmmq_presence presence;
  fmmq_string_info string;
  fmmq_producer new_producer = FMMQ_CLOSED_HANDLE;
  fmmq_consumer new_consumer = FMMQ_CLOSED_HANDLE;
  fmmq_observer new_observer = FMMQ_CLOSED_HANDLE;
  CHECK_STATUS(fmmq_queue_close(queue), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_new_producer(queue, &new_producer), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_join(queue, &new_consumer, "group", kNul, NULL), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_join_default(queue, &new_consumer), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_observe(queue, &new_observer, FMMQ_FROM_NOW), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_set_string(queue, "x", 1, 0), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_get_string(queue, buffer, sizeof(buffer), &string, sizeof(string)),
               FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_wait_string(queue, 0, 0, &version), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_get_info(queue, &info, sizeof(info)), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_get_groups(queue, &group, sizeof(group), 1, &count), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_get_presence(queue, &presence, sizeof(presence)), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_drop_group(queue, "group", kNul), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_let_writers_overwrite(queue), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_prefault(queue), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_queue_lock_in_memory(queue), FMMQ_CLOSED);
  CHECK(fmmq_queue_max_message_size(queue) == 0 && fmmq_queue_fd(queue) == -1);
  CHECK(!fmmq_queue_is_open(queue));
}

static void call_closed_producer(fmmq_producer* producer) {
  void* place;
  size_t count;
  int fd;
  fmmq_stats stats;
  const fmmq_bytes bytes = {"x", 1};
  CHECK_STATUS(fmmq_producer_try_write(producer, "x", 1), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_producer_write(producer, "x", 1, 0), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_producer_try_write_batch(producer, &bytes, 1, &count), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_producer_try_reserve(producer, 1, &place), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_producer_reserve(producer, 1, 0, &place), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_producer_commit(producer, 1), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_producer_abort(producer), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_producer_end(producer), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_producer_arm(producer, 1, &fd), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_producer_set_wait_policy(producer, NULL), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_producer_get_stats(producer, &stats, sizeof(stats)), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_producer_close(producer), FMMQ_CLOSED);
  CHECK(!fmmq_producer_is_open(producer));
  fmmq_producer_cancel(producer);
}

static void call_closed_consumer(fmmq_consumer* consumer) {
  char buffer[8];
  size_t count;
  int fd;
  fmmq_received received;
  fmmq_message message;
  fmmq_stats stats;
  CHECK_STATUS(fmmq_consumer_try_read(consumer, buffer, 8, &received), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_consumer_read(consumer, buffer, 8, 0, &received), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_consumer_try_peek(consumer, &message), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_consumer_peek(consumer, 0, &message), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_consumer_release(consumer), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_consumer_try_peek_batch(consumer, 1, &count), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_consumer_peek_batch(consumer, 1, 0, &count), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_consumer_next(consumer, &message), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_consumer_arm(consumer, &fd), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_consumer_set_wait_policy(consumer, NULL), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_consumer_get_stats(consumer, &stats, sizeof(stats)), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_consumer_close(consumer), FMMQ_CLOSED);
  CHECK(!fmmq_consumer_is_open(consumer) && fmmq_consumer_lost(consumer) == 0);
  fmmq_consumer_cancel(consumer);
}

static void call_closed_observer(fmmq_observer* observer) {
  char buffer[8];
  int fd;
  fmmq_received received;
  fmmq_stats stats;
  CHECK_STATUS(fmmq_observer_try_read(observer, buffer, 8, &received), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_observer_read(observer, buffer, 8, 0, &received), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_observer_arm(observer, &fd), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_observer_set_wait_policy(observer, NULL), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_observer_get_stats(observer, &stats, sizeof(stats)), FMMQ_CLOSED);
  CHECK_STATUS(fmmq_observer_close(observer), FMMQ_CLOSED);
  CHECK(!fmmq_observer_is_open(observer) && fmmq_observer_lost(observer) == 0);
  CHECK(fmmq_observer_position(observer) == 0);
  fmmq_observer_cancel(observer);
}

static void test_closed(void) {
  static fmmq_queue queue; /* static storage is closed, too */
  static fmmq_producer producer;
  static fmmq_consumer consumer;
  static fmmq_observer observer;
  call_closed_queue(&queue);
  call_closed_queue(NULL);
  call_closed_producer(&producer);
  call_closed_producer(NULL);
  call_closed_consumer(&consumer);
  call_closed_consumer(NULL);
  call_closed_observer(&observer);
  call_closed_observer(NULL);
}

static void test_null_without_handles(void) {
  size_t count;
  fmmq_match match;
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  CHECK_STATUS(fmmq_queue_create(NULL, "x", 1, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_create(&queue, NULL, 1, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_create(&queue, NULL, kNul, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_open(NULL, "x", 1, 0), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_open(&queue, NULL, 1, 0), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_open(&queue, "x", 1, 3), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_open_or_create(NULL, "x", 1, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_create_anonymous(NULL, "x", 1, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_open_fd(NULL, 0, 0), FMMQ_INVALID_ARGUMENT);
  errno = 0;
  CHECK_STATUS(fmmq_queue_open_fd(&queue, -1, 0), FMMQ_SYSTEM);
  CHECK(errno == EBADF);
  CHECK_STATUS(fmmq_queue_connect(NULL, "x", 1, "x", 1, 0), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_connect(&queue, NULL, 1, "x", 1, 0), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_connect(&queue, "x", 1, NULL, 1, 0), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_connect_pid(&queue, 0, "x", 1, 0), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_remove(NULL, 1), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_list(NULL, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_OK(fmmq_list(visit_none, NULL));
  CHECK_STATUS(fmmq_find_anonymous("x", 1, "x", 1, NULL, sizeof(match), 1, &count),
               FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_find_anonymous("x", 1, "x", 1, &match, 0, 1, &count), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_find_anonymous("x", 1, "x", 1, &match, sizeof(match), 1, NULL),
               FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_parse_permissions(NULL, 9, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_parse_permissions("rwxrwxrwx", 9, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK(!fmmq_queue_is_open(&queue));
}

static void null_for_queue(fmmq_queue* queue) {
  size_t count;
  fmmq_consumer consumer = FMMQ_CLOSED_HANDLE;
  fmmq_observer observer = FMMQ_CLOSED_HANDLE;
  CHECK_STATUS(fmmq_queue_new_producer(queue, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_join(queue, NULL, "x", 1, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_join(queue, &consumer, NULL, 1, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_join_default(queue, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_observe(queue, NULL, 0), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_observe(queue, &observer, 2), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_get_info(queue, NULL, sizeof(fmmq_info)), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_get_groups(queue, NULL, sizeof(fmmq_group_info), 1, &count),
               FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_get_groups(queue, NULL, sizeof(fmmq_group_info), 0, NULL),
               FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_get_presence(queue, NULL, 1), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_set_string(queue, NULL, 1, 0), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_get_string(queue, NULL, 1, NULL, 0), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_wait_string(queue, 0, 0, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_queue_drop_group(queue, NULL, 1), FMMQ_INVALID_ARGUMENT);
}

static void null_for_producer(fmmq_queue* queue) {
  size_t count;
  fmmq_producer producer = FMMQ_CLOSED_HANDLE;
  CHECK_OK(fmmq_queue_new_producer(queue, &producer));
  CHECK_STATUS(fmmq_queue_new_producer(queue, &producer), FMMQ_OUT_OF_ORDER);
  CHECK_STATUS(fmmq_producer_try_write(&producer, NULL, 1), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_producer_write(&producer, NULL, 1, 0), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_producer_try_write_batch(&producer, NULL, 1, &count), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_producer_try_reserve(&producer, 1, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_producer_reserve(&producer, 1, 0, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_producer_arm(&producer, 1, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_producer_get_stats(&producer, NULL, 1), FMMQ_INVALID_ARGUMENT);
  CHECK_OK(fmmq_producer_try_write(&producer, "kept", 4));
  CHECK_OK(fmmq_producer_close(&producer));
}

/* Nothing is taken by a call that cannot say what. */
static void null_for_consumer(fmmq_queue* queue) {
  char buffer[8];
  fmmq_received received;
  fmmq_consumer consumer = FMMQ_CLOSED_HANDLE;
  CHECK_OK(fmmq_queue_join_default(queue, &consumer));
  CHECK_STATUS(fmmq_queue_join_default(queue, &consumer), FMMQ_OUT_OF_ORDER);
  CHECK_STATUS(fmmq_consumer_try_read(&consumer, buffer, sizeof(buffer), NULL),
               FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_consumer_try_read(&consumer, NULL, 8, &received), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_consumer_read(&consumer, buffer, 8, 0, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_consumer_try_peek(&consumer, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_consumer_peek(&consumer, 0, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_consumer_try_peek_batch(&consumer, 1, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_consumer_peek_batch(&consumer, 1, 0, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_consumer_next(&consumer, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_consumer_arm(&consumer, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_consumer_get_stats(&consumer, NULL, 1), FMMQ_INVALID_ARGUMENT);
  CHECK_OK(fmmq_consumer_try_read(&consumer, buffer, sizeof(buffer), &received));
  CHECK_OK(fmmq_consumer_close(&consumer));
}

static void null_for_observer(fmmq_queue* queue) {
  char buffer[8];
  fmmq_received received;
  fmmq_observer observer = FMMQ_CLOSED_HANDLE;
  CHECK_OK(fmmq_queue_observe(queue, &observer, FMMQ_FROM_OLDEST));
  CHECK_STATUS(fmmq_observer_try_read(&observer, buffer, 8, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_observer_read(&observer, NULL, 8, 0, &received), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_observer_arm(&observer, NULL), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_observer_get_stats(&observer, NULL, 1), FMMQ_INVALID_ARGUMENT);
  CHECK_OK(fmmq_observer_try_read(&observer, buffer, sizeof(buffer), &received));
  CHECK_OK(fmmq_observer_close(&observer));
}

static void test_null_with_handles(void) {
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  CHECK_OK(fmmq_queue_create_anonymous(&queue, "arguments", 9, NULL));
  null_for_queue(&queue);
  null_for_producer(&queue); /* writes a message */
  null_for_consumer(&queue);
  null_for_observer(&queue);
  CHECK_OK(fmmq_queue_close(&queue));
}

static fmmq_status create_with(const fmmq_options* options) {
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  const fmmq_status status = fmmq_queue_create_anonymous(&queue, "options", 7, options);
  fmmq_queue_close(&queue);
  return status;
}

/* Option structs of programs that were compiled against other headers. */
static void test_struct_sizes(void) {
  struct {
    fmmq_options known;
    uint64_t unknown;
  } newer = {FMMQ_OPTIONS_INIT, 0};
  fmmq_options options = FMMQ_OPTIONS_INIT;
  newer.known.size = sizeof(newer);
  CHECK_OK(create_with(&newer.known));
  newer.unknown = 1;
  CHECK_STATUS(create_with(&newer.known), FMMQ_INVALID_ARGUMENT);
  CHECK(fmmq_required_size(&newer.known) == 0);

  options.size = 0;
  CHECK_STATUS(create_with(&options), FMMQ_INVALID_ARGUMENT);
  options.size = sizeof(options) - 1;
  CHECK_STATUS(create_with(&options), FMMQ_INVALID_ARGUMENT);
  options.size = UINT64_MAX;
  CHECK_STATUS(create_with(&options), FMMQ_INVALID_ARGUMENT);
  options.size = sizeof(options);
  options.reserved = 1;
  CHECK_STATUS(create_with(&options), FMMQ_INVALID_ARGUMENT);
  options.reserved = 0;
  options.policy = 3;
  CHECK_STATUS(create_with(&options), FMMQ_INVALID_ARGUMENT);
  options.policy = FMMQ_POLICY_OVERWRITE;
  options.mode = 01000;
  CHECK_STATUS(create_with(&options), FMMQ_INVALID_ARGUMENT);
  options.mode = 0600;
  CHECK_OK(create_with(&options));
}

static void test_other_options(void) {
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_consumer consumer = FMMQ_CLOSED_HANDLE;
  fmmq_group_options group = FMMQ_GROUP_OPTIONS_INIT;
  fmmq_wait_policy policy = FMMQ_WAIT_POLICY_INIT;
  CHECK_OK(fmmq_queue_create_anonymous(&queue, "options", 7, NULL));
  group.kind = 2;
  CHECK_STATUS(fmmq_queue_join(&queue, &consumer, "x", 1, &group), FMMQ_INVALID_ARGUMENT);
  group.kind = FMMQ_GROUP_SHARED;
  group.from = 2;
  CHECK_STATUS(fmmq_queue_join(&queue, &consumer, "x", 1, &group), FMMQ_INVALID_ARGUMENT);
  group.from = FMMQ_FROM_NOW;
  group.reserved = 1;
  CHECK_STATUS(fmmq_queue_join(&queue, &consumer, "x", 1, &group), FMMQ_INVALID_ARGUMENT);
  group.reserved = 0;
  CHECK_OK(fmmq_queue_join(&queue, &consumer, "x", 1, &group));
  CHECK_OK(fmmq_consumer_set_wait_policy(&consumer, &policy));
  CHECK_OK(fmmq_consumer_set_wait_policy(&consumer, NULL));
  policy.size = 8;
  CHECK_STATUS(fmmq_consumer_set_wait_policy(&consumer, &policy), FMMQ_INVALID_ARGUMENT);
  CHECK_OK(fmmq_consumer_close(&consumer));
  CHECK_OK(fmmq_queue_close(&queue));
}

int main(void) {
  test_closed();
  test_null_without_handles();
  test_null_with_handles();
  test_struct_sizes();
  test_other_options();
  return failures();
}
