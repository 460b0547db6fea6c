/* As programs for FastMmapMQ are: the C demonstration, from a program named test. */
#include <stdio.h>
#include <stdlib.h>

#include "fastmmapmq.h"

static void print_and_free(char* text) {
  printf("%s\n", text);
  free(text);
}

int main(void) {
  int a = fastmmapmq_createmmap("testmmapidb", "rwx------", 1);
  fastmmapmq_createmmap("testmmapbe", "rwx------", 1);
  int b = fastmmapmq_connectmmap("test", "testmmapidb");
  fastmmapmq_writemmap(a, "aaab");
  fastmmapmq_writemmap(a, "aaab");
  print_and_free(fastmmapmq_readmmap(b, 1));
  fastmmapmq_writemmap(a, "aaac");
  print_and_free(fastmmapmq_readmmap(b, 1));
  fastmmapmq_writesharedstring(a, "shared string");
  print_and_free(fastmmapmq_getsharedstring(b));
  return 0;
}
