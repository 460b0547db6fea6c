/* Handles, bytes, deadlines. The conventions are in fmmq/c/fmmq.h. */
#ifndef FMMQ_C_TYPES_H_
#define FMMQ_C_TYPES_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The library sees these structs as the C++ types that they hold. */
#ifdef __GNUC__
#define FMMQ_MAY_ALIAS __attribute__((may_alias))
#else
#define FMMQ_MAY_ALIAS
#endif

/* A queue: one mapped segment. Producers, consumers and observers keep it mapped and may outlive
   their fmmq_queue. */
typedef struct FMMQ_MAY_ALIAS fmmq_queue {
  void* state;
} fmmq_queue;

/* The writing end. Takes a seat of the segment until it is closed or its process dies, however. */
typedef struct FMMQ_MAY_ALIAS fmmq_producer {
  void* state;
} fmmq_producer;

/* A member of a group: each message goes to one of a group's members. Takes a seat, too. */
typedef struct FMMQ_MAY_ALIAS fmmq_consumer {
  void* state;
} fmmq_consumer;

/* A reader that holds nobody back, and notices what it lost. */
typedef struct FMMQ_MAY_ALIAS fmmq_observer {
  void* state;
} fmmq_observer;

/* How every handle begins: fmmq_queue queue = FMMQ_CLOSED_HANDLE; */
#define FMMQ_CLOSED_HANDLE \
  { NULL }

/* One message of a batch that is written. */
typedef struct FMMQ_MAY_ALIAS fmmq_bytes {
  const void* data;
  size_t size; /* bytes */
} fmmq_bytes;

/* A message that was copied into the caller's buffer. */
typedef struct fmmq_received {
  size_t size;       /* bytes; with FMMQ_BUFFER_TOO_SMALL, what the message needs */
  uint64_t position; /* where it stands in the ring, in blocks since creation */
  uint64_t lost;     /* positions overwritten between the reader's last message and this one */
  bool redelivered;  /* a member died with it in hand: it may have worked on it already */
} fmmq_received;

/* A message in place. The bytes stay valid and unchanged until fmmq_consumer_release. */
typedef struct fmmq_message {
  const void* data;
  size_t size;       /* bytes */
  uint64_t position; /* in blocks since creation */
} fmmq_message;

/* Instead of the size of a text: it ends before its first NUL. Not for messages. */
#define FMMQ_NUL_TERMINATED SIZE_MAX

#define FMMQ_MAX_NAME_BYTES 250u      /* of a named segment; its file is /dev/shm/fmmq.<name> */
#define FMMQ_MAX_ID_BYTES 255u        /* of an anonymous segment */
#define FMMQ_MAX_GROUP_NAME_BYTES 64u /* of a group */
#define FMMQ_MAX_PROGRAM_BYTES 4096u  /* of the piece of command line to search for */

/* A point of CLOCK_MONOTONIC in nanoseconds. A call that gets FMMQ_TIMEOUT may have outlived it by
   the time that the system takes to wake a process. */
typedef uint64_t fmmq_deadline;
#define FMMQ_NEVER UINT64_MAX
#define FMMQ_MILLISECOND UINT64_C(1000000)
#define FMMQ_SECOND UINT64_C(1000000000)

/* So many nanoseconds from now: fmmq_deadline_in(5 * FMMQ_SECOND). What lies past the clock's end
   is FMMQ_NEVER. Any thread, any signal handler. */
fmmq_deadline fmmq_deadline_in(uint64_t nanoseconds);

#ifdef __cplusplus
}
#endif

#endif /* FMMQ_C_TYPES_H_ */
