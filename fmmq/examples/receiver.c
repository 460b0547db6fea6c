/* Prints what sender.c sends, or its twin in C++, in any order of start, until the stream ends.
     receiver [QUEUE] */
#include <stdio.h>

#include "fmmq/c/fmmq.h"

static int fail(const char* what, fmmq_status status) {
  fprintf(stderr, "receiver: %s: %s\n", what, fmmq_status_message(status));
  return 1;
}

static fmmq_status print_all(fmmq_consumer* consumer) {
  while (1) {
    char text[256];
    fmmq_received message;
    const fmmq_status status =
        fmmq_consumer_read(consumer, text, sizeof(text), FMMQ_NEVER, &message);
    if (status == FMMQ_END_OF_STREAM) return FMMQ_OK;
    if (status != FMMQ_OK) return status;
    printf("%.*s\n", (int)message.size, text);
    fflush(stdout);
  }
}

int main(int argc, char** argv) {
  const char* name = argc > 1 ? argv[1] : "example";
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_consumer consumer = FMMQ_CLOSED_HANDLE;
  fmmq_options options = FMMQ_OPTIONS_INIT;
  options.capacity = 4096;

  fmmq_status status = fmmq_queue_open_or_create(&queue, name, FMMQ_NUL_TERMINATED, &options);
  if (status == FMMQ_OK) status = fmmq_queue_join_default(&queue, &consumer);
  if (status == FMMQ_OK) status = print_all(&consumer);
  fmmq_consumer_close(&consumer); /* closing what never opened does no harm */
  fmmq_queue_close(&queue);
  if (status == FMMQ_OK) status = fmmq_remove(name, FMMQ_NUL_TERMINATED);
  return status == FMMQ_OK ? 0 : fail(name, status);
}
