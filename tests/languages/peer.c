/* The peer in C. See README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fmmq/c/fmmq.h"

#define MAX_BYTES (2 * 4096)
#define PATIENCE (60 * FMMQ_SECOND)

static uint32_t next(uint32_t* state) { return *state = *state * 1664525u + 1013904223u; }

static size_t make(uint32_t seed, uint32_t i, unsigned char* out) {
  uint32_t state = seed + i * 2654435761u;
  size_t size = 0;
  if (i % 16 != 0) size = (next(&state) >> 20) << (i % 16 == 1);
  for (size_t k = 0; k < size; ++k) out[k] = (unsigned char)(next(&state) >> 24);
  return size;
}

static int fail(const char* call, fmmq_status status) {
  fprintf(stderr, "c: %s: %s\n", call, fmmq_status_message(status));
  return 1;
}

static int send_all(fmmq_queue* queue, uint32_t count, uint32_t seed) {
  static unsigned char message[MAX_BYTES];
  fmmq_producer producer = FMMQ_CLOSED_HANDLE;
  unsigned long bytes = 0;
  fmmq_status status = fmmq_queue_new_producer(queue, &producer);
  for (uint32_t i = 0; status == FMMQ_OK && i < count; ++i) {
    const size_t size = make(seed, i, message);
    status = fmmq_producer_write(&producer, message, size, fmmq_deadline_in(PATIENCE));
    bytes += size;
  }
  if (status == FMMQ_OK) status = fmmq_producer_end(&producer);
  fmmq_producer_close(&producer);
  if (status != FMMQ_OK) return fail("send", status);
  printf("%u messages, %lu bytes\n", count, bytes);
  return 0;
}

static int receive_all(fmmq_queue* queue, uint32_t count, uint32_t seed) {
  static unsigned char expected[MAX_BYTES], message[MAX_BYTES];
  fmmq_consumer consumer = FMMQ_CLOSED_HANDLE;
  unsigned long bytes = 0;
  uint32_t i = 0;
  fmmq_status status = fmmq_queue_join_default(queue, &consumer);
  for (; status == FMMQ_OK; ++i) {
    fmmq_received received;
    status = fmmq_consumer_read(&consumer, message, sizeof(message), fmmq_deadline_in(PATIENCE),
                                &received);
    if (status != FMMQ_OK) break;
    const size_t size = make(seed, i, expected);
    if (received.size != size || memcmp(message, expected, size) != 0) {
      fprintf(stderr, "c: message %u is wrong\n", i);
      return 1;
    }
    bytes += size;
  }
  fmmq_consumer_close(&consumer);
  if (status != FMMQ_END_OF_STREAM || i != count) return fail("receive", status);
  printf("%u messages, %lu bytes\n", i, bytes);
  return 0;
}

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_options options = FMMQ_OPTIONS_INIT;
  options.capacity = 65536;
  const fmmq_status status =
      fmmq_queue_open_or_create(&queue, argv[2], FMMQ_NUL_TERMINATED, &options);
  if (status != FMMQ_OK) return fail("open", status);
  const uint32_t count = (uint32_t)strtoul(argv[3], NULL, 10);
  const uint32_t seed = (uint32_t)strtoul(argv[4], NULL, 10);
  const int result = strcmp(argv[1], "send") == 0 ? send_all(&queue, count, seed)
                                                  : receive_all(&queue, count, seed);
  fmmq_queue_close(&queue);
  return result;
}
