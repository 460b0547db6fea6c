/* One value that all processes see, always whole.
     shared_string set QUEUE TEXT
     shared_string get QUEUE
     shared_string watch QUEUE    prints each new value, until that is empty; then removes the queue
 */
#include <stdio.h>
#include <string.h>

#include "fmmq/c/fmmq.h"

#define MAX_BYTES 1000

/* Prints the value; *info says which it was. */
static fmmq_status print(const fmmq_queue* queue, fmmq_string_info* info) {
  char text[MAX_BYTES];
  fmmq_status status = FMMQ_BUSY;
  while (status == FMMQ_BUSY) { /* writers were faster */
    status = fmmq_queue_get_string(queue, text, sizeof(text), info, sizeof(*info));
  }
  if (status == FMMQ_OK) printf("%.*s\n", (int)info->size, text);
  fflush(stdout);
  return status;
}

/* A slow watcher skips values, but never the newest. */
static fmmq_status watch(const fmmq_queue* queue, const char* name) {
  fmmq_string_info info = {1, 0};
  fmmq_status status = FMMQ_OK;
  while (status == FMMQ_OK && info.size != 0) {
    uint64_t version;
    status = fmmq_queue_wait_string(queue, info.version, FMMQ_NEVER, &version);
    if (status == FMMQ_OK) status = print(queue, &info);
  }
  fmmq_remove(name, FMMQ_NUL_TERMINATED); /* of several watchers, one is the first */
  return status;
}

int main(int argc, char** argv) {
  const char* role = argc > 2 ? argv[1] : "";
  const bool sets = strcmp(role, "set") == 0;
  const bool watches = strcmp(role, "watch") == 0;
  if (!watches && strcmp(role, "get") != 0 && (!sets || argc < 4)) {
    fputs("usage: shared_string set QUEUE TEXT | get QUEUE | watch QUEUE\n", stderr);
    return 2;
  }
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  fmmq_options options = FMMQ_OPTIONS_INIT;
  options.capacity = 4096; /* no messages here */
  options.string_size = MAX_BYTES;
  fmmq_status status = fmmq_queue_open_or_create(&queue, argv[2], FMMQ_NUL_TERMINATED, &options);
  if (status == FMMQ_OK && watches) {
    status = watch(&queue, argv[2]);
  } else if (status == FMMQ_OK && sets) {
    status =
        fmmq_queue_set_string(&queue, argv[3], strlen(argv[3]), fmmq_deadline_in(10 * FMMQ_SECOND));
  } else if (status == FMMQ_OK) {
    fmmq_string_info info;
    status = print(&queue, &info);
  }
  fmmq_queue_close(&queue);
  if (status == FMMQ_OK) return 0;
  fprintf(stderr, "shared_string: %s: %s\n", role, fmmq_status_message(status));
  return 1;
}
