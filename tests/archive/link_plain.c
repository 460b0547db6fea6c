/* A C99 program that uses nothing but libfmmq_c.a and its headers: create, write, read, compare,
   remove. gcc alone builds and links it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fmmq/c/fmmq.h"

static int ok(const char* what, fmmq_status status) {
  if (status != FMMQ_OK) {
    printf("%s: %s: %s\n", what, fmmq_status_name(status), fmmq_status_message(status));
  }
  return status == FMMQ_OK;
}

static int pass_messages(const char* name) {
  static char message[100000];
  static char buffer[100000];
  static const size_t sizes[] = {0, 1, 31, 32, 33, 1000, 100000};
  size_t i;
  fmmq_received received;
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_producer producer = FMMQ_CLOSED_HANDLE;
  fmmq_consumer consumer = FMMQ_CLOSED_HANDLE;
  int passed = ok("create", fmmq_queue_create(&queue, name, FMMQ_NUL_TERMINATED, NULL)) &&
               ok("join", fmmq_queue_join_default(&queue, &consumer)) &&
               ok("new producer", fmmq_queue_new_producer(&queue, &producer));
  for (i = 0; passed && i < sizeof(sizes) / sizeof(sizes[0]); ++i) {
    memset(message, 'a' + (int)i, sizes[i]);
    passed = ok("write", fmmq_producer_try_write(&producer, message, sizes[i])) &&
             ok("read", fmmq_consumer_try_read(&consumer, buffer, sizeof(buffer), &received)) &&
             received.size == sizes[i] && memcmp(message, buffer, sizes[i]) == 0;
  }
  fmmq_consumer_close(&consumer);
  fmmq_producer_close(&producer);
  fmmq_queue_close(&queue);
  return passed;
}

int main(void) {
  char name[64];
  int passed;
  snprintf(name, sizeof(name), "link_plain_c.%d", (int)getpid());
  passed = pass_messages(name);
  passed = ok("remove", fmmq_remove(name, FMMQ_NUL_TERMINATED)) && passed;
  puts(passed ? "every message came back as it was written" : "FAILED");
  return passed ? 0 : 1;
}
