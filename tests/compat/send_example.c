/* As programs for FastMmapMQ are: sends a message to receive_example, once that is there. */
#include "src/fastmmapmq.h"

int main(void) {
  int queue = fastmmapmq_connectmmap("receive_example", "sendtestmmapid");
  while (queue == -1) queue = fastmmapmq_connectmmap("receive_example", "sendtestmmapid");
  return fastmmapmq_writemmap(queue, "Hello from ./send_example !!!") == 0 ? 0 : 1;
}
