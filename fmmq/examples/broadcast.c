/* Everybody gets everything.

     broadcast listen QUEUE NAME               a group of its own: loses nothing, holds writers up
     broadcast watch QUEUE                     an observer: holds nobody up, says what it lost
     broadcast speak QUEUE LISTENERS TEXT...   once there are so many listeners */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fmmq/c/fmmq.h"

#define MAX_LISTENERS 16

static fmmq_status open_queue(fmmq_queue* queue, const char* name) {
  fmmq_options options = FMMQ_OPTIONS_INIT;
  options.groups = MAX_LISTENERS;
  options.default_group = false; /* nobody reads it here: it would hold the speaker up for ever */
  return fmmq_queue_open_or_create(queue, name, FMMQ_NUL_TERMINATED, &options);
}

static void wait_for_listeners(fmmq_queue* queue, size_t wanted) {
  static const struct timespec nap = {0, 10000000L};
  fmmq_group_info groups[MAX_LISTENERS];
  size_t count = 0;
  while (fmmq_queue_get_groups(queue, groups, sizeof(groups[0]), MAX_LISTENERS, &count) ==
             FMMQ_OK &&
         count < wanted) {
    nanosleep(&nap, NULL);
  }
}

static fmmq_status speak(fmmq_queue* queue, char** texts) {
  fmmq_producer producer = FMMQ_CLOSED_HANDLE;
  fmmq_status status = fmmq_queue_new_producer(queue, &producer);
  for (; status == FMMQ_OK && *texts != NULL; ++texts) {
    status = fmmq_producer_write(&producer, *texts, strlen(*texts), FMMQ_NEVER);
  }
  if (status == FMMQ_OK) status = fmmq_producer_end(&producer);
  fmmq_producer_close(&producer);
  return status;
}

static void print(const char* text, const fmmq_received* message) {
  if (message->lost != 0) printf("lost %zu blocks\n", (size_t)message->lost);
  printf("%.*s\n", (int)message->size, text);
  fflush(stdout);
}

static void say_ready(fmmq_status status) {
  if (status == FMMQ_OK) puts("ready");
  fflush(stdout);
}

static fmmq_status listen(fmmq_queue* queue, const char* name) {
  char text[256];
  fmmq_received message;
  fmmq_consumer consumer = FMMQ_CLOSED_HANDLE;
  fmmq_group_options group = FMMQ_GROUP_OPTIONS_INIT;
  group.durable = true; /* it goes on where it was if the listener dies and comes again */
  fmmq_status status = fmmq_queue_join(queue, &consumer, name, FMMQ_NUL_TERMINATED, &group);
  say_ready(status);
  while (status == FMMQ_OK) {
    status = fmmq_consumer_read(&consumer, text, sizeof(text), FMMQ_NEVER, &message);
    if (status == FMMQ_OK) print(text, &message);
  }
  fmmq_consumer_close(&consumer);
  return status;
}

static fmmq_status watch(fmmq_queue* queue) {
  char text[256];
  fmmq_received message;
  fmmq_observer observer = FMMQ_CLOSED_HANDLE;
  fmmq_status status = fmmq_queue_observe(queue, &observer, FMMQ_FROM_OLDEST);
  say_ready(status);
  while (status == FMMQ_OK) {
    status = fmmq_observer_read(&observer, text, sizeof(text), FMMQ_NEVER, &message);
    if (status == FMMQ_OK) print(text, &message);
  }
  fmmq_observer_close(&observer);
  return status;
}

int main(int argc, char** argv) {
  const char* role = argc > 2 ? argv[1] : "";
  const bool watches = strcmp(role, "watch") == 0;
  const bool speaks = strcmp(role, "speak") == 0;
  if (!watches && (argc < 4 || (!speaks && strcmp(role, "listen") != 0))) {
    fputs("usage: broadcast listen QUEUE NAME | watch QUEUE | speak QUEUE LISTENERS TEXT...\n",
          stderr);
    return 2;
  }
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_status status = open_queue(&queue, argv[2]);
  if (status == FMMQ_OK && speaks) {
    wait_for_listeners(&queue, strtoul(argv[3], NULL, 10));
    status = speak(&queue, argv + 4);
  } else if (status == FMMQ_OK) {
    status = watches ? watch(&queue) : listen(&queue, argv[3]);
  }
  fmmq_queue_close(&queue);
  if (status == FMMQ_END_OF_STREAM) {
    fmmq_remove(argv[2], FMMQ_NUL_TERMINATED); /* who still has it open keeps it */
    status = FMMQ_OK;
  }
  if (status == FMMQ_OK) return 0;
  fprintf(stderr, "broadcast: %s: %s\n", role, fmmq_status_message(status));
  return 1;
}
