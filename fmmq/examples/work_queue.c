/* Jobs for whoever is free. A job whose worker dies goes to another one.
     work_queue submit QUEUE MILLISECONDS...   jobs that take so long
     work_queue work QUEUE                     works until all is done; start any number of these */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fmmq/c/fmmq.h"

static fmmq_status submit(fmmq_queue* queue, char** jobs) {
  fmmq_producer producer = FMMQ_CLOSED_HANDLE;
  fmmq_status status = fmmq_queue_new_producer(queue, &producer);
  for (; status == FMMQ_OK && *jobs != NULL; ++jobs) {
    status = fmmq_producer_write(&producer, *jobs, strlen(*jobs), FMMQ_NEVER);
  }
  if (status == FMMQ_OK) status = fmmq_producer_end(&producer);
  fmmq_producer_close(&producer);
  return status;
}

static void do_job(const void* job, size_t size, bool again) {
  char text[256];
  snprintf(text, sizeof(text), "%.*s", (int)size, (const char*)job);
  printf("started %s%s\n", text, again ? " again" : "");
  fflush(stdout);
  const int milliseconds = atoi(text);
  const struct timespec length = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  nanosleep(&length, NULL);
  printf("done %s\n", text);
  fflush(stdout);
}

/* A dead worker's job; perhaps somebody else takes it before us. */
static fmmq_status take_over(fmmq_consumer* worker) {
  char copy[256];
  fmmq_received taken;
  const fmmq_status status = fmmq_consumer_try_read(worker, copy, sizeof(copy), &taken);
  if (status == FMMQ_EMPTY || status == FMMQ_BUSY) return FMMQ_OK;
  if (status != FMMQ_OK) return status;
  do_job(copy, taken.size, taken.redelivered);
  return taken.redelivered ? fmmq_consumer_release(worker) : FMMQ_OK;
}

/* Takes the next job, does it, and only then says so: until release it is this worker's, and would
   go to another one if this one died. */
static fmmq_status work_once(fmmq_consumer* worker) {
  fmmq_message job;
  const fmmq_status status = fmmq_consumer_peek(worker, FMMQ_NEVER, &job);
  if (status == FMMQ_REDELIVERY) return take_over(worker);
  if (status != FMMQ_OK) return status;
  do_job(job.data, job.size, false);
  return fmmq_consumer_release(worker);
}

static fmmq_status work(fmmq_queue* queue, const char* name) {
  fmmq_consumer worker = FMMQ_CLOSED_HANDLE;
  fmmq_status status = fmmq_queue_join_default(queue, &worker);
  if (status == FMMQ_OK) puts("ready");
  fflush(stdout);
  while (status == FMMQ_OK) status = work_once(&worker);
  fmmq_consumer_close(&worker);
  /* The first worker that sees the end removes the queue; the others still have it open. */
  if (status == FMMQ_END_OF_STREAM) fmmq_remove(name, FMMQ_NUL_TERMINATED);
  return status == FMMQ_END_OF_STREAM || status == FMMQ_REMOVED ? FMMQ_OK : status;
}

int main(int argc, char** argv) {
  const char* role = argc > 2 ? argv[1] : "";
  if (strcmp(role, "submit") != 0 && strcmp(role, "work") != 0) {
    fputs("usage: work_queue submit QUEUE MILLISECONDS... | work QUEUE\n", stderr);
    return 2;
  }
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_status status = fmmq_queue_open_or_create(&queue, argv[2], FMMQ_NUL_TERMINATED, NULL);
  if (status == FMMQ_OK) {
    status = role[0] == 's' ? submit(&queue, argv + 3) : work(&queue, argv[2]);
  }
  fmmq_queue_close(&queue);
  if (status == FMMQ_OK) return 0;
  fprintf(stderr, "work_queue: %s: %s\n", role, fmmq_status_message(status));
  return 1;
}
