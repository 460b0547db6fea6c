/* Several processes: forked children, death, anonymous segments found and passed on. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "tests/c/check.h"

/* In a child, `body` runs and the child ends with the number of its failures. */
static pid_t run_child(void (*body)(void*), void* arg) {
  pid_t child;
  fflush(stdout);
  child = fork();
  if (child == 0) {
    g_failures = 0;
    alarm(60);
    body(arg);
    fflush(stdout);
    _exit(g_failures == 0 ? 0 : 1);
  }
  return child;
}

static bool ended_well(pid_t child) {
  int status = -1;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

typedef struct ends {
  fmmq_queue queue;
  fmmq_producer producer;
  fmmq_consumer consumer;
} ends;

static void use_inherited(void* arg) {
  char buffer[16];
  fmmq_received received;
  ends* e = arg;
  fmmq_queue own = FMMQ_CLOSED_HANDLE;
  fmmq_consumer consumer = FMMQ_CLOSED_HANDLE;
  CHECK_STATUS(fmmq_producer_try_write(&e->producer, "x", 1), FMMQ_FORKED);
  CHECK_STATUS(fmmq_consumer_try_read(&e->consumer, buffer, 16, &received), FMMQ_FORKED);
  CHECK_STATUS(fmmq_queue_join_default(&e->queue, &consumer), FMMQ_FORKED);
  /* The descriptor is good for attaching anew. */
  CHECK_OK(fmmq_queue_open_fd(&own, fmmq_queue_fd(&e->queue), FMMQ_ACCESS_READ_WRITE));
  CHECK_OK(fmmq_producer_close(&e->producer));
  CHECK_OK(fmmq_consumer_close(&e->consumer));
  CHECK_OK(fmmq_queue_close(&e->queue));
  CHECK_OK(fmmq_queue_new_producer(&own, &e->producer));
  CHECK_OK(fmmq_producer_try_write(&e->producer, "from the child", 14));
}

static ends open_ends(void) {
  ends e = {FMMQ_CLOSED_HANDLE, FMMQ_CLOSED_HANDLE, FMMQ_CLOSED_HANDLE};
  CHECK_OK(fmmq_queue_create_anonymous(&e.queue, "forks", 5, NULL));
  CHECK_OK(fmmq_queue_new_producer(&e.queue, &e.producer));
  CHECK_OK(fmmq_queue_join_default(&e.queue, &e.consumer));
  return e;
}

static void close_ends(ends* e) {
  CHECK_OK(fmmq_consumer_close(&e->consumer));
  CHECK_OK(fmmq_producer_close(&e->producer));
  CHECK_OK(fmmq_queue_close(&e->queue));
}

static void test_forked(void) {
  char buffer[16];
  fmmq_received received;
  ends e = open_ends();
  CHECK(ended_well(run_child(use_inherited, &e)));
  CHECK_OK(fmmq_producer_try_write(&e.producer, "parent", 6));
  CHECK_OK(fmmq_consumer_try_read(&e.consumer, buffer, 16, &received));
  CHECK(received.size == 14 && memcmp(buffer, "from the child", 14) == 0);
  CHECK_OK(fmmq_consumer_try_read(&e.consumer, buffer, 16, &received));
  CHECK(received.size == 6);
  close_ends(&e);
}

static void take_and_die(void* arg) {
  fmmq_message message;
  ends* e = arg;
  fmmq_queue own = FMMQ_CLOSED_HANDLE;
  fmmq_consumer consumer = FMMQ_CLOSED_HANDLE;
  CHECK_OK(fmmq_queue_open_fd(&own, fmmq_queue_fd(&e->queue), FMMQ_ACCESS_BEST));
  CHECK_OK(fmmq_queue_join_default(&own, &consumer));
  CHECK_OK(fmmq_consumer_try_peek(&consumer, &message));
  if (g_failures == 0) raise(SIGKILL);
}

static void test_redelivery(void) {
  char buffer[16];
  int status = 0;
  pid_t child;
  fmmq_received received;
  fmmq_message message;
  fmmq_consumer consumer = FMMQ_CLOSED_HANDLE;
  ends e = open_ends();
  CHECK_OK(fmmq_producer_try_write(&e.producer, "precious", 8));
  child = run_child(take_and_die, &e);
  CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
  CHECK_OK(fmmq_queue_join_default(&e.queue, &consumer));
  CHECK_STATUS(fmmq_consumer_try_peek(&consumer, &message), FMMQ_REDELIVERY);
  CHECK_OK(fmmq_consumer_read(&consumer, buffer, 16, fmmq_deadline_in(PATIENCE), &received));
  CHECK(received.redelivered && received.size == 8 && memcmp(buffer, "precious", 8) == 0);
  CHECK_OK(fmmq_consumer_release(&consumer));
  CHECK_OK(fmmq_consumer_close(&consumer));
  close_ends(&e);
}

static void connect_and_write(void* arg) {
  const unique_name* id = arg;
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_producer producer = FMMQ_CLOSED_HANDLE;
  CHECK_OK(fmmq_queue_connect_pid(&queue, (int)getppid(), id->text, FMMQ_NUL_TERMINATED,
                                  FMMQ_ACCESS_BEST));
  CHECK_OK(fmmq_queue_new_producer(&queue, &producer));
  CHECK_OK(fmmq_producer_try_write(&producer, "found", 5));
}

static void test_discovery(void) {
  char buffer[8];
  size_t count = 0;
  unique_name id = make_name();
  const unique_name other = make_name();
  fmmq_received received;
  fmmq_match matches[2];
  fmmq_info info;
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_queue again = FMMQ_CLOSED_HANDLE;
  fmmq_consumer consumer = FMMQ_CLOSED_HANDLE;
  CHECK_OK(fmmq_queue_create_anonymous(&queue, id.text, FMMQ_NUL_TERMINATED, NULL));
  CHECK_OK(fmmq_queue_join_default(&queue, &consumer));
  CHECK(ended_well(run_child(connect_and_write, &id)));
  CHECK_OK(fmmq_consumer_read(&consumer, buffer, 8, fmmq_deadline_in(PATIENCE), &received));
  CHECK(received.size == 5 && memcmp(buffer, "found", 5) == 0);

  CHECK_OK(fmmq_find_anonymous("process_test", FMMQ_NUL_TERMINATED, id.text, FMMQ_NUL_TERMINATED,
                               matches, sizeof(matches[0]), 2, &count));
  CHECK_OK(fmmq_queue_get_info(&queue, &info, sizeof(info)));
  CHECK(count == 1 && matches[0].pid == (int)getpid());
  CHECK(memcmp(matches[0].uuid, info.uuid, sizeof(info.uuid)) == 0);
  CHECK_OK(fmmq_queue_connect(&again, "process_test", FMMQ_NUL_TERMINATED, id.text,
                              FMMQ_NUL_TERMINATED, FMMQ_ACCESS_READ_ONLY));
  CHECK_OK(fmmq_queue_close(&again));
  CHECK_STATUS(fmmq_queue_connect(&again, "process_test", FMMQ_NUL_TERMINATED, other.text,
                                  FMMQ_NUL_TERMINATED, FMMQ_ACCESS_BEST),
               FMMQ_NOT_FOUND);
  CHECK_OK(fmmq_consumer_close(&consumer));
  CHECK_OK(fmmq_queue_close(&queue));
}

int main(void) {
  test_forked();
  test_redelivery();
  test_discovery();
  return failures();
}
