/* Asks epoll_server, waits until it is there, and prints the answer.
     epoll_client QUEUE TEXT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fmmq/c/fmmq.h"

/* Asks for an answer in the queue `own`, which has the name that the request begins with. */
static fmmq_status ask(const char* server, const char* request, fmmq_queue* own,
                       const fmmq_options* options) {
  char answer[4096];
  fmmq_received received;
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_producer producer = FMMQ_CLOSED_HANDLE;
  fmmq_consumer answers = FMMQ_CLOSED_HANDLE;
  const fmmq_deadline deadline = fmmq_deadline_in(30 * FMMQ_SECOND);
  fmmq_status status = fmmq_queue_open_or_create(&queue, server, FMMQ_NUL_TERMINATED, options);
  if (status == FMMQ_OK) status = fmmq_queue_join_default(own, &answers);
  if (status == FMMQ_OK) status = fmmq_queue_new_producer(&queue, &producer);
  if (status == FMMQ_OK) {
    status = fmmq_producer_write(&producer, request, strlen(request), deadline);
  }
  if (status == FMMQ_OK) {
    status = fmmq_consumer_read(&answers, answer, sizeof(answer), deadline, &received);
  }
  if (status == FMMQ_OK) printf("%.*s\n", (int)received.size, answer);
  fmmq_consumer_close(&answers);
  fmmq_producer_close(&producer);
  fmmq_queue_close(&queue);
  return status;
}

int main(int argc, char** argv) {
  char name[256];
  char request[1024];
  if (argc < 3) {
    fputs("usage: epoll_client QUEUE TEXT\n", stderr);
    return 2;
  }
  fmmq_queue own = FMMQ_CLOSED_HANDLE;
  fmmq_options options = FMMQ_OPTIONS_INIT;
  options.capacity = 4096; /* no request and no answer can be longer */
  snprintf(name, sizeof(name), "%s.%d", argv[1], (int)getpid());
  snprintf(request, sizeof(request), "%s %s", name, argv[2]);
  fmmq_status status = fmmq_queue_create(&own, name, FMMQ_NUL_TERMINATED, &options);
  if (status == FMMQ_OK) status = ask(argv[1], request, &own, &options);
  fmmq_queue_close(&own);
  fmmq_remove(name, FMMQ_NUL_TERMINATED);
  if (status == FMMQ_OK) return 0;
  fprintf(stderr, "epoll_client: %s: %s\n", argv[1], fmmq_status_message(status));
  return 1;
}
