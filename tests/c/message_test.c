/* Messages through producers, consumers and observers: copied, in place, in batches. */
#include <stdlib.h>

#include "tests/c/check.h"

typedef struct ends {
  fmmq_queue queue;
  fmmq_producer producer;
  fmmq_consumer consumer;
  fmmq_observer observer;
} ends;

static ends open_ends(const fmmq_options* options) {
  ends e = {FMMQ_CLOSED_HANDLE, FMMQ_CLOSED_HANDLE, FMMQ_CLOSED_HANDLE, FMMQ_CLOSED_HANDLE};
  CHECK_OK(fmmq_queue_create_anonymous(&e.queue, "messages", 8, options));
  CHECK_OK(fmmq_queue_new_producer(&e.queue, &e.producer));
  CHECK_OK(fmmq_queue_join_default(&e.queue, &e.consumer));
  CHECK_OK(fmmq_queue_observe(&e.queue, &e.observer, FMMQ_FROM_NOW));
  return e;
}

static void close_ends(ends* e) {
  CHECK_OK(fmmq_queue_close(&e->queue)); /* the others outlive it */
  CHECK_OK(fmmq_observer_close(&e->observer));
  CHECK_OK(fmmq_consumer_close(&e->consumer));
  CHECK_OK(fmmq_producer_close(&e->producer));
}

static bool holds(const void* data, size_t size, const char* text) {
  return size == strlen(text) && memcmp(data, text, size) == 0;
}

static void test_copies(void) {
  char buffer[16];
  fmmq_received received;
  fmmq_stats stats;
  ends e = open_ends(NULL);
  CHECK_STATUS(fmmq_consumer_try_read(&e.consumer, buffer, sizeof(buffer), &received), FMMQ_EMPTY);
  CHECK_OK(fmmq_producer_try_write(&e.producer, "one", 3));
  CHECK_OK(fmmq_producer_try_write(&e.producer, NULL, 0));
  CHECK_OK(fmmq_producer_write(&e.producer, "a longer message", 16, FMMQ_NEVER));

  CHECK_OK(fmmq_consumer_try_read(&e.consumer, buffer, sizeof(buffer), &received));
  CHECK(holds(buffer, received.size, "one") && received.position == 0);
  CHECK(received.lost == 0 && !received.redelivered);
  CHECK_OK(fmmq_consumer_try_read(&e.consumer, NULL, 0, &received));
  CHECK(received.size == 0 && received.position == 1);
  CHECK_STATUS(fmmq_consumer_try_read(&e.consumer, buffer, 4, &received), FMMQ_BUFFER_TOO_SMALL);
  CHECK(received.size == 16);
  CHECK_OK(fmmq_consumer_read(&e.consumer, buffer, sizeof(buffer), 0, &received));
  CHECK(holds(buffer, received.size, "a longer message"));

  CHECK_OK(fmmq_observer_try_read(&e.observer, buffer, sizeof(buffer), &received));
  CHECK(holds(buffer, received.size, "one"));
  CHECK(fmmq_observer_position(&e.observer) == 1 && fmmq_observer_lost(&e.observer) == 0);

  CHECK_OK(fmmq_producer_get_stats(&e.producer, &stats, sizeof(stats)));
  CHECK(stats.messages == 3 && stats.bytes == 19);
  CHECK_OK(fmmq_consumer_get_stats(&e.consumer, &stats, sizeof(stats)));
  CHECK(stats.messages == 3 && stats.bytes == 19 && stats.misses == 1);
  CHECK(fmmq_consumer_lost(&e.consumer) == 0);
  CHECK_OK(fmmq_observer_get_stats(&e.observer, &stats, sizeof(stats)));
  CHECK(stats.messages == 1);
  close_ends(&e);
}

static void test_in_place(void) {
  void* place = NULL;
  fmmq_message message;
  ends e = open_ends(NULL);
  CHECK_STATUS(fmmq_producer_commit(&e.producer, 0), FMMQ_OUT_OF_ORDER);
  CHECK_OK(fmmq_producer_try_reserve(&e.producer, 100, &place));
  CHECK_STATUS(fmmq_producer_try_write(&e.producer, "x", 1), FMMQ_OUT_OF_ORDER);
  CHECK_STATUS(fmmq_consumer_try_peek(&e.consumer, &message), FMMQ_EMPTY);
  memcpy(place, "in place", 8);
  CHECK_STATUS(fmmq_producer_commit(&e.producer, 101), FMMQ_INVALID_ARGUMENT);
  CHECK_OK(fmmq_producer_commit(&e.producer, 8));
  CHECK_OK(fmmq_producer_reserve(&e.producer, 100, FMMQ_NEVER, &place));
  CHECK_OK(fmmq_producer_abort(&e.producer));
  CHECK_STATUS(fmmq_producer_abort(&e.producer), FMMQ_OUT_OF_ORDER);

  CHECK_STATUS(fmmq_consumer_release(&e.consumer), FMMQ_OUT_OF_ORDER);
  CHECK_OK(fmmq_consumer_peek(&e.consumer, 0, &message));
  CHECK(holds(message.data, message.size, "in place") && message.position == 0);
  CHECK_OK(fmmq_consumer_release(&e.consumer));
  CHECK_STATUS(fmmq_consumer_try_peek(&e.consumer, &message), FMMQ_EMPTY);
  close_ends(&e);
}

static void test_batches(void) {
  const fmmq_bytes messages[3] = {{"one", 3}, {NULL, 0}, {"three", 5}};
  const fmmq_bytes bad[2] = {{"one", 3}, {NULL, 1}};
  size_t count = 0;
  fmmq_message message;
  ends e = open_ends(NULL);
  CHECK_STATUS(fmmq_producer_try_write_batch(&e.producer, bad, 2, &count), FMMQ_INVALID_ARGUMENT);
  CHECK_STATUS(fmmq_producer_try_write_batch(&e.producer, messages, 0, &count),
               FMMQ_INVALID_ARGUMENT);
  CHECK_OK(fmmq_producer_try_write_batch(&e.producer, messages, 3, &count));
  CHECK(count == 3);

  CHECK_STATUS(fmmq_consumer_try_peek_batch(&e.consumer, 0, &count), FMMQ_INVALID_ARGUMENT);
  CHECK_OK(fmmq_consumer_try_peek_batch(&e.consumer, 2, &count));
  CHECK(count == 2);
  CHECK_OK(fmmq_consumer_next(&e.consumer, &message));
  CHECK(holds(message.data, message.size, "one"));
  CHECK_OK(fmmq_consumer_next(&e.consumer, &message));
  CHECK(message.size == 0);
  CHECK_STATUS(fmmq_consumer_next(&e.consumer, &message), FMMQ_EMPTY);
  CHECK_OK(fmmq_consumer_release(&e.consumer));
  CHECK_OK(fmmq_consumer_peek_batch(&e.consumer, 100, FMMQ_NEVER, &count));
  CHECK(count == 1);
  CHECK_OK(fmmq_consumer_next(&e.consumer, &message));
  CHECK(holds(message.data, message.size, "three"));
  CHECK_OK(fmmq_consumer_release(&e.consumer));
  close_ends(&e);
}

static void test_full_and_too_large(void) {
  static char big[4097];
  fmmq_options options = FMMQ_OPTIONS_INIT;
  ends e;
  options.capacity = 4096;
  e = open_ends(&options);
  CHECK_STATUS(fmmq_producer_try_write(&e.producer, big, 4097), FMMQ_TOO_LARGE);
  CHECK_STATUS(fmmq_producer_try_write(&e.producer, big, SIZE_MAX), FMMQ_TOO_LARGE);
  CHECK_OK(fmmq_producer_try_write(&e.producer, big, 4096));
  CHECK_STATUS(fmmq_producer_try_write(&e.producer, "x", 1), FMMQ_FULL);
  CHECK_STATUS(fmmq_producer_write(&e.producer, "x", 1, fmmq_deadline_in(FMMQ_MILLISECOND)),
               FMMQ_TIMEOUT);
  close_ends(&e);
}

static void test_overwriting(void) {
  char buffer[64];
  int i;
  fmmq_received received;
  fmmq_options options = FMMQ_OPTIONS_INIT;
  ends e;
  options.capacity = 4096; /* 128 blocks */
  options.policy = FMMQ_POLICY_OVERWRITE;
  e = open_ends(&options);
  for (i = 0; i < 1000; ++i) CHECK_OK(fmmq_producer_try_write(&e.producer, &i, sizeof(i)));
  CHECK_OK(fmmq_observer_try_read(&e.observer, buffer, sizeof(buffer), &received));
  CHECK(received.lost > 0 && received.lost == received.position);
  CHECK(fmmq_observer_lost(&e.observer) == received.lost);
  memcpy(&i, buffer, sizeof(i));
  CHECK((uint64_t)i == received.position);
  CHECK_OK(fmmq_consumer_try_read(&e.consumer, buffer, sizeof(buffer), &received));
  CHECK(fmmq_consumer_lost(&e.consumer) == received.lost && received.lost > 0);
  close_ends(&e);
}

static void test_groups(void) {
  fmmq_consumer first = FMMQ_CLOSED_HANDLE;
  fmmq_consumer second = FMMQ_CLOSED_HANDLE;
  char buffer[8];
  fmmq_received received;
  fmmq_group_options options = FMMQ_GROUP_OPTIONS_INIT;
  ends e = open_ends(NULL);
  CHECK_OK(fmmq_producer_try_write(&e.producer, "before", 6));
  options.kind = FMMQ_GROUP_EXCLUSIVE;
  options.durable = true;
  options.from = FMMQ_FROM_OLDEST;
  CHECK_OK(fmmq_queue_join(&e.queue, &first, "mine", FMMQ_NUL_TERMINATED, &options));
  CHECK_STATUS(fmmq_queue_join(&e.queue, &second, "mine", FMMQ_NUL_TERMINATED, &options),
               FMMQ_TAKEN);
  CHECK_STATUS(fmmq_queue_join(&e.queue, &second, "mine", FMMQ_NUL_TERMINATED, NULL),
               FMMQ_GROUP_MISMATCH);
  CHECK_STATUS(fmmq_queue_join(&e.queue, &second, "", 0, NULL), FMMQ_BAD_NAME);
  CHECK(!fmmq_consumer_is_open(&second));
  CHECK_OK(fmmq_consumer_try_read(&first, buffer, sizeof(buffer), &received));
  CHECK(holds(buffer, received.size, "before"));
  CHECK_OK(fmmq_consumer_close(&first));
  close_ends(&e);
}

static void test_end_of_stream(void) {
  char buffer[8];
  fmmq_received received;
  ends e = open_ends(NULL);
  CHECK_OK(fmmq_producer_try_write(&e.producer, "last", 4));
  CHECK_OK(fmmq_producer_end(&e.producer));
  CHECK_STATUS(fmmq_producer_try_write(&e.producer, "no", 2), FMMQ_END_OF_STREAM);
  CHECK_OK(fmmq_consumer_read(&e.consumer, buffer, sizeof(buffer), FMMQ_NEVER, &received));
  CHECK_STATUS(fmmq_consumer_read(&e.consumer, buffer, sizeof(buffer), FMMQ_NEVER, &received),
               FMMQ_END_OF_STREAM);
  CHECK_OK(fmmq_observer_read(&e.observer, buffer, sizeof(buffer), FMMQ_NEVER, &received));
  CHECK_STATUS(fmmq_observer_read(&e.observer, buffer, sizeof(buffer), FMMQ_NEVER, &received),
               FMMQ_END_OF_STREAM);
  close_ends(&e);
}

/* A handle may be moved by assignment. */
static void test_moving(void) {
  ends e = open_ends(NULL);
  fmmq_producer moved = e.producer;
  e.producer.state = NULL;
  CHECK_OK(fmmq_producer_try_write(&moved, "x", 1));
  CHECK_STATUS(fmmq_producer_try_write(&e.producer, "x", 1), FMMQ_CLOSED);
  e.producer = moved;
  close_ends(&e);
}

int main(void) {
  test_copies();
  test_in_place();
  test_batches();
  test_full_and_too_large();
  test_overwriting();
  test_groups();
  test_end_of_stream();
  test_moving();
  return failures();
}
