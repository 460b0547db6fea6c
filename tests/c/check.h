/* What the C tests share: checks that print and count, names that nobody else uses. A test program
   ends with `return failures();`. */
#ifndef FMMQ_TESTS_C_CHECK_H_
#define FMMQ_TESTS_C_CHECK_H_

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "fmmq/c/fmmq.h"

static int g_failures = 0;

static inline void check_at(bool condition, const char* what, const char* file, int line) {
  if (condition) return;
  ++g_failures;
  printf("%s:%d: %s\n", file, line, what);
}

static inline void check_status_at(int got, int expected, const char* what, const char* file,
                                   int line) {
  if (got == expected) return;
  ++g_failures;
  printf("%s:%d: %s: %s, not %s\n", file, line, what, fmmq_status_name(got),
         fmmq_status_name(expected));
}

#define CHECK(condition) check_at((condition), #condition, __FILE__, __LINE__)
#define CHECK_STATUS(call, expected) check_status_at((call), (expected), #call, __FILE__, __LINE__)
#define CHECK_OK(call) CHECK_STATUS(call, FMMQ_OK)

static inline int failures(void) {
  printf("%d failures\n", g_failures);
  return g_failures == 0 ? 0 : 1;
}

/* Process ids alone do not do: sandboxes have process namespaces of their own and share
   /dev/shm. */
typedef struct unique_name {
  char text[64];
} unique_name;

static inline unique_name make_name(void) {
  uint64_t random = 0;
  unique_name name;
  if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random)) ++g_failures;
  snprintf(name.text, sizeof(name.text), "c-test-%d-%016llx", (int)getpid(),
           (unsigned long long)random);
  return name;
}

/* More than any of these tests takes; only says "this hangs". */
#define PATIENCE (60 * FMMQ_SECOND)

#endif /* FMMQ_TESTS_C_CHECK_H_ */
