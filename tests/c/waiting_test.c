/* Waiting, cancelling, doorbells. */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

#include "tests/c/check.h"

typedef struct ends {
  fmmq_queue queue;
  fmmq_producer producer;
  fmmq_consumer consumer;
  fmmq_observer observer;
} ends;

static ends open_ends(void) {
  ends e = {FMMQ_CLOSED_HANDLE, FMMQ_CLOSED_HANDLE, FMMQ_CLOSED_HANDLE, FMMQ_CLOSED_HANDLE};
  fmmq_options options = FMMQ_OPTIONS_INIT;
  options.capacity = 4096;
  options.string_size = 16;
  CHECK_OK(fmmq_queue_create_anonymous(&e.queue, "waiting", 7, &options));
  CHECK_OK(fmmq_queue_new_producer(&e.queue, &e.producer));
  CHECK_OK(fmmq_queue_join_default(&e.queue, &e.consumer));
  CHECK_OK(fmmq_queue_observe(&e.queue, &e.observer, FMMQ_FROM_NOW));
  return e;
}

static void close_ends(ends* e) {
  CHECK_OK(fmmq_observer_close(&e->observer));
  CHECK_OK(fmmq_consumer_close(&e->consumer));
  CHECK_OK(fmmq_producer_close(&e->producer));
  CHECK_OK(fmmq_queue_close(&e->queue));
}

static void nap(void) { usleep(2000); }

static void* write_later(void* arg) {
  ends* e = arg;
  nap();
  CHECK_OK(fmmq_producer_try_write(&e->producer, "late", 4));
  nap();
  CHECK_OK(fmmq_queue_set_string(&e->queue, "new", 3, FMMQ_NEVER));
  return NULL;
}

static void test_waiting(void) {
  char buffer[8];
  uint64_t version = 0;
  fmmq_received received;
  pthread_t thread;
  ends e = open_ends();
  CHECK_STATUS(
      fmmq_consumer_read(&e.consumer, buffer, 8, fmmq_deadline_in(FMMQ_MILLISECOND), &received),
      FMMQ_TIMEOUT);
  CHECK_STATUS(fmmq_observer_read(&e.observer, buffer, 8, 0, &received), FMMQ_TIMEOUT);
  CHECK(pthread_create(&thread, NULL, write_later, &e) == 0);
  CHECK_OK(fmmq_consumer_read(&e.consumer, buffer, 8, fmmq_deadline_in(PATIENCE), &received));
  CHECK(received.size == 4 && memcmp(buffer, "late", 4) == 0);
  CHECK_OK(fmmq_observer_read(&e.observer, buffer, 8, fmmq_deadline_in(PATIENCE), &received));
  CHECK_OK(fmmq_queue_wait_string(&e.queue, 0, fmmq_deadline_in(PATIENCE), &version));
  CHECK(version == 1);
  pthread_join(thread, NULL);
  close_ends(&e);
}

static void* cancel_all(void* arg) {
  ends* e = arg;
  nap();
  fmmq_consumer_cancel(&e->consumer);
  fmmq_observer_cancel(&e->observer);
  fmmq_producer_cancel(&e->producer);
  return NULL;
}

static void test_cancelling(void) {
  static char big[4096];
  char buffer[8];
  fmmq_received received;
  fmmq_message message;
  void* place;
  pthread_t thread;
  ends e = open_ends();
  CHECK(pthread_create(&thread, NULL, cancel_all, &e) == 0);
  CHECK_STATUS(fmmq_consumer_read(&e.consumer, buffer, 8, FMMQ_NEVER, &received), FMMQ_CANCELLED);
  CHECK_STATUS(fmmq_observer_read(&e.observer, buffer, 8, FMMQ_NEVER, &received), FMMQ_CANCELLED);
  CHECK_OK(fmmq_producer_try_write(&e.producer, big, 4096));
  CHECK_STATUS(fmmq_producer_write(&e.producer, "x", 1, FMMQ_NEVER), FMMQ_CANCELLED);
  pthread_join(thread, NULL);

  /* Before the call it ends the next wait. */
  fmmq_producer_cancel(&e.producer);
  CHECK_STATUS(fmmq_producer_reserve(&e.producer, 1, FMMQ_NEVER, &place), FMMQ_CANCELLED);
  CHECK_OK(fmmq_consumer_peek(&e.consumer, FMMQ_NEVER, &message));
  CHECK_OK(fmmq_consumer_release(&e.consumer));
  fmmq_consumer_cancel(&e.consumer);
  CHECK_STATUS(fmmq_consumer_peek(&e.consumer, FMMQ_NEVER, &message), FMMQ_CANCELLED);
  close_ends(&e);
}

static void on_alarm(int signal) { (void)signal; }

static void test_interrupting(void) {
  char buffer[8];
  fmmq_received received;
  struct sigaction action;
  const struct itimerval every_37_ms = {{0, 37000}, {0, 37000}};
  const struct itimerval never = {{0, 0}, {0, 0}};
  fmmq_wait_policy policy = FMMQ_WAIT_POLICY_INIT;
  ends e = open_ends();
  memset(&action, 0, sizeof(action));
  action.sa_handler = on_alarm;
  sigaction(SIGALRM, &action, NULL);
  policy.spin_ns = 0;
  policy.interruptible = true;
  CHECK_OK(fmmq_consumer_set_wait_policy(&e.consumer, &policy));
  CHECK_OK(fmmq_producer_set_wait_policy(&e.producer, &policy));
  CHECK_OK(fmmq_observer_set_wait_policy(&e.observer, &policy));
  /* Again and again: a signal that comes just before the sleep is not noticed. */
  setitimer(ITIMER_REAL, &every_37_ms, NULL);
  CHECK_STATUS(fmmq_consumer_read(&e.consumer, buffer, 8, fmmq_deadline_in(PATIENCE), &received),
               FMMQ_INTERRUPTED);
  setitimer(ITIMER_REAL, &never, NULL);
  close_ends(&e);
}

static bool rings(int fd) {
  struct pollfd look = {0, POLLIN, 0};
  look.fd = fd;
  return poll(&look, 1, 0) == 1;
}

static void test_doorbells(void) {
  static char big[4096];
  char buffer[4096];
  int consumer_bell = -1;
  int observer_bell = -1;
  int producer_bell = -1;
  fmmq_received received;
  ends e = open_ends();
  /* A new member may have something to adopt; it looks with its first read. */
  CHECK_STATUS(fmmq_consumer_try_read(&e.consumer, buffer, sizeof(buffer), &received), FMMQ_EMPTY);
  CHECK_OK(fmmq_consumer_arm(&e.consumer, &consumer_bell));
  CHECK(!rings(consumer_bell));
  CHECK_OK(fmmq_observer_arm(&e.observer, &observer_bell));
  CHECK(!rings(observer_bell));
  CHECK_OK(fmmq_producer_try_write(&e.producer, big, 4096));
  CHECK(rings(consumer_bell) && rings(observer_bell));

  CHECK_OK(fmmq_producer_arm(&e.producer, 4096, &producer_bell));
  CHECK(!rings(producer_bell));
  CHECK_OK(fmmq_consumer_try_read(&e.consumer, buffer, sizeof(buffer), &received));
  CHECK(rings(producer_bell));
  CHECK_STATUS(fmmq_producer_arm(&e.producer, 4097, &producer_bell), FMMQ_TOO_LARGE);
  close_ends(&e);
}

int main(void) {
  test_waiting();
  test_cancelling();
  test_interrupting();
  test_doorbells();
  return failures();
}
