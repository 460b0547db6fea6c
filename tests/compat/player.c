/* Makes the calls that it reads, one a line, and answers each with one line: "=" and a result.
     create ID PERMISSIONS | connect PROGRAM ID | write QUEUE TEXT | read QUEUE MODE
     set QUEUE TEXT | get QUEUE
   Words after the program's name are not looked at: others find the program by them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fastmmapmq.h"

static void answer_text(char* text) {
  printf("=%s\n", text);
  free(text);
}

/* Cuts the next word off the line. */
static char* word(char** line) {
  char* start = *line;
  char* end = strchr(start, ' ');
  if (end == NULL) {
    *line = start + strlen(start);
  } else {
    *end = '\0';
    *line = end + 1;
  }
  return start;
}

static void play(char* line) {
  const char* call = word(&line);
  char* first = word(&line);
  const int queue = atoi(first);
  if (strcmp(call, "create") == 0) {
    printf("=%d\n", fastmmapmq_createmmap(first, line, 1));
  } else if (strcmp(call, "connect") == 0) {
    printf("=%d\n", fastmmapmq_connectmmap(first, line));
  } else if (strcmp(call, "write") == 0) {
    printf("=%d\n", fastmmapmq_writemmap(queue, line));
  } else if (strcmp(call, "read") == 0) {
    answer_text(fastmmapmq_readmmap(queue, atoi(line)));
  } else if (strcmp(call, "set") == 0) {
    printf("=%d\n", fastmmapmq_writesharedstring(queue, line));
  } else if (strcmp(call, "get") == 0) {
    answer_text(fastmmapmq_getsharedstring(queue));
  } else {
    printf("?%s\n", call);
  }
  fflush(stdout);
}

int main(void) {
  static char line[2000000];
  while (fgets(line, sizeof(line), stdin) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    play(line);
  }
  return 0;
}
