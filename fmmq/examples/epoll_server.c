/* A server whose event loop has a queue in it: answers each request in capitals, in the queue that
   the request names. Ends with SIGTERM or SIGINT. Its client is epoll_client.
     epoll_server QUEUE */
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "fmmq/c/fmmq.h"

/* A death rings no bell: whatever epoll says, look now and then. */
#define LOOK_MS 100
#define MAX_REQUEST 4096 /* the whole ring: none can be longer */

static int watch_signals(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

static bool watch(int epoll, int descriptor) {
  struct epoll_event event;
  memset(&event, 0, sizeof(event));
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

/* "QUEUE TEXT". Clients that are gone, or do not read, are their own problem. */
static void answer(char* request, size_t size) {
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_producer producer = FMMQ_CLOSED_HANDLE;
  char* space = memchr(request, ' ', size);
  if (space == NULL) return;
  char* text = space + 1;
  char* end = request + size;
  for (char* c = text; c != end; ++c) *c = (char)toupper((unsigned char)*c);
  fmmq_queue_open(&queue, request, (size_t)(space - request), FMMQ_ACCESS_READ_WRITE);
  fmmq_queue_new_producer(&queue, &producer);
  fmmq_producer_try_write(&producer, text, (size_t)(end - text));
  fmmq_producer_close(&producer);
  fmmq_queue_close(&queue);
}

/* All requests that are there. */
static fmmq_status answer_all(fmmq_consumer* requests) {
  while (1) {
    char request[MAX_REQUEST];
    fmmq_received received;
    const fmmq_status status =
        fmmq_consumer_try_read(requests, request, sizeof(request), &received);
    if (status != FMMQ_OK) return status;
    answer(request, received.size);
  }
}

/* Reads until there is nothing, arms the doorbell, sleeps until something happens. */
static fmmq_status serve(fmmq_consumer* requests, int epoll, int signals) {
  bool watched = false;
  while (1) {
    int doorbell; /* always the same descriptor */
    struct epoll_event event;
    fmmq_status status = answer_all(requests);
    if (status != FMMQ_EMPTY && status != FMMQ_BUSY) return status;
    status = fmmq_consumer_arm(requests, &doorbell);
    if (status != FMMQ_OK) return status;
    if (!watched && !(watched = watch(epoll, doorbell))) return FMMQ_SYSTEM;
    if (epoll_wait(epoll, &event, 1, LOOK_MS) == 1 && event.data.fd == signals) return FMMQ_OK;
  }
}

int main(int argc, char** argv) {
  const char* name = argc > 1 ? argv[1] : "example";
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_consumer requests = FMMQ_CLOSED_HANDLE;
  fmmq_options options = FMMQ_OPTIONS_INIT;
  options.capacity = MAX_REQUEST;
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  const int signals = watch_signals();
  if (epoll < 0 || signals < 0 || !watch(epoll, signals)) {
    perror("epoll_server");
    return 1;
  }
  fmmq_status status = fmmq_queue_open_or_create(&queue, name, FMMQ_NUL_TERMINATED, &options);
  if (status == FMMQ_OK) status = fmmq_queue_join_default(&queue, &requests);
  if (status == FMMQ_OK) status = serve(&requests, epoll, signals);
  fmmq_consumer_close(&requests);
  fmmq_queue_close(&queue);
  fmmq_remove(name, FMMQ_NUL_TERMINATED);
  if (status == FMMQ_OK) return 0;
  fprintf(stderr, "epoll_server: %s: %s\n", name, fmmq_status_message(status));
  return 1;
}
