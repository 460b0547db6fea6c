/* Sends messages to receiver.c, or its twin in C++, in any order of start; then ends the stream.
     sender [QUEUE [COUNT]] */
#include <stdio.h>
#include <stdlib.h>

#include "fmmq/c/fmmq.h"

static int fail(const char* what, fmmq_status status) {
  fprintf(stderr, "sender: %s: %s\n", what, fmmq_status_message(status));
  return 1;
}

static fmmq_status send_all(fmmq_producer* producer, int count) {
  for (int i = 1; i <= count; ++i) {
    char text[64];
    const int size = snprintf(text, sizeof(text), "Hello number %d from the sender", i);
    const fmmq_status status = fmmq_producer_write(producer, text, (size_t)size, FMMQ_NEVER);
    if (status != FMMQ_OK) return status;
  }
  return fmmq_producer_end(producer);
}

int main(int argc, char** argv) {
  const char* name = argc > 1 ? argv[1] : "example";
  const int count = argc > 2 ? atoi(argv[2]) : 3;
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_producer producer = FMMQ_CLOSED_HANDLE;
  fmmq_options options = FMMQ_OPTIONS_INIT;
  options.capacity = 4096; /* so small that whoever is ahead waits for the other */

  fmmq_status status = fmmq_queue_open_or_create(&queue, name, FMMQ_NUL_TERMINATED, &options);
  if (status == FMMQ_OK) status = fmmq_queue_new_producer(&queue, &producer);
  if (status == FMMQ_OK) status = send_all(&producer, count);
  fmmq_producer_close(&producer); /* closing what never opened does no harm */
  fmmq_queue_close(&queue);
  return status == FMMQ_OK ? 0 : fail(name, status);
}
