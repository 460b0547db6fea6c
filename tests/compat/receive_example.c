/* As programs for FastMmapMQ are: waits for a message of send_example. */
#include <stdio.h>
#include <stdlib.h>

#include "src/fastmmapmq.h"

int main(void) {
  int queue = fastmmapmq_createmmap("sendtestmmapid", "rwx------", 1);
  char* message = fastmmapmq_readmmap(queue, 1);
  while (message[0] == '\0') {
    free(message);
    message = fastmmapmq_readmmap(queue, 1);
  }
  printf("Received message from ./send_example: %s\n", message);
  free(message);
  return 0;
}
