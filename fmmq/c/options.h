/* What a caller chooses. The conventions are in fmmq/c/fmmq.h: 10 is about these structs. */
#ifndef FMMQ_C_OPTIONS_H_
#define FMMQ_C_OPTIONS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fmmq/c/status.h"
#include "fmmq/c/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Choices have 32 bits wherever they are stored or passed; other values than the named ones are
   FMMQ_INVALID_ARGUMENT. */

/* What happens when a writer reaches messages that a group has not read yet. */
typedef uint32_t fmmq_policy;
enum {
  FMMQ_POLICY_LOSSLESS = 0,  /* the writer gets FMMQ_FULL: groups hold writers back */
  FMMQ_POLICY_OVERWRITE = 1, /* the writer goes on; groups lose the oldest messages, whole ones */
  FMMQ_POLICY_COMPAT = 2     /* lossless until fmmq_queue_let_writers_overwrite, then overwrite */
};

typedef uint32_t fmmq_access;
enum {
  FMMQ_ACCESS_BEST = 0,      /* read and write where permissions allow it, else read only */
  FMMQ_ACCESS_READ_ONLY = 1, /* observers and statistics only */
  FMMQ_ACCESS_READ_WRITE = 2 /* FMMQ_PERMISSION_DENIED when permissions do not allow it */
};

typedef uint32_t fmmq_from;
enum {
  FMMQ_FROM_NOW = 0,   /* what is written from now on */
  FMMQ_FROM_OLDEST = 1 /* the oldest that is still whole: for an observer what the ring holds, for a
                          new group what another group still holds back */
};

typedef uint32_t fmmq_group_kind;
enum {
  FMMQ_GROUP_SHARED = 0,   /* members compete */
  FMMQ_GROUP_EXCLUSIVE = 1 /* one member at a time */
};

/* What the creator of a segment chooses, for the segment's life. */
typedef struct fmmq_options {
  uint64_t size; /* sizeof(fmmq_options); FMMQ_OPTIONS_INIT sets it */
  /* Bytes of the ring; rounded up to a power of two of at least a page. A message of n bytes takes
     max(1, ceil(n / block_size)) blocks of it. Keep messages below a quarter of the ring. */
  uint64_t capacity;
  uint32_t block_size;  /* the unit of the ring in bytes: a power of two, 16 to 4096 */
  uint32_t seats;       /* producers and consumers at the same time: 1 to 1024; 128 bytes each */
  uint32_t groups;      /* groups at the same time: 0 to 256; 128 bytes each */
  uint32_t string_size; /* bytes of the shared string: 0 for none, at most 16 MiB */
  fmmq_policy policy;
  bool single_producer; /* one producer at a time, which then writes without contention */
  bool default_group;   /* the durable shared group "default" exists from creation */
  uint32_t mode;        /* permission bits as for chmod: 0 to 0777 */
  uint32_t reserved;    /* 0 */
} fmmq_options;

#define FMMQ_OPTIONS_INIT                                                                      \
  {                                                                                            \
    sizeof(fmmq_options), UINT64_C(1) << 20, 32, 64, 16, 0, FMMQ_POLICY_LOSSLESS, false, true, \
        0600, 0                                                                                \
  }

typedef struct fmmq_group_options {
  uint64_t size; /* sizeof(fmmq_group_options); FMMQ_GROUP_OPTIONS_INIT sets it */
  fmmq_group_kind kind;
  /* A durable group outlives its members and holds writers back without them; an ephemeral one ends
     with its last member. */
  bool durable;
  fmmq_from from;    /* where a group that this call creates begins */
  uint32_t reserved; /* 0 */
} fmmq_group_options;

#define FMMQ_GROUP_OPTIONS_INIT \
  { sizeof(fmmq_group_options), FMMQ_GROUP_SHARED, false, FMMQ_FROM_NOW, 0 }

/* How a handle waits. The default suits nearly everybody. */
typedef struct fmmq_wait_policy {
  uint64_t size; /* sizeof(fmmq_wait_policy); FMMQ_WAIT_POLICY_INIT sets it */
  /* Nanoseconds that a call polls before it sleeps: 0 sleeps at once, FMMQ_NEVER never does. Waking
     a sleeper costs 10 to 40 microseconds. Into a full ring, writers poll longer while readers
     stream: see fmmq_producer_write. */
  uint64_t spin_ns;
  /* Whether a signal ends a wait with FMMQ_INTERRUPTED. A signal that comes just before the sleep
     does not: a signal handler that wants to be sure calls the handle's cancel. */
  bool interruptible;
  uint8_t reserved[7]; /* 0 */
} fmmq_wait_policy;

#define FMMQ_WAIT_POLICY_INIT                     \
  {                                               \
    sizeof(fmmq_wait_policy), 20000, false, { 0 } \
  }

/* Bytes of memory that a queue with these options takes; 0 when one is out of its limits. */
uint64_t fmmq_required_size(const fmmq_options* options);

/* "rwxr-x---" to 0750. Nine characters, each the letter of its place or '-'; else
   FMMQ_INVALID_ARGUMENT. */
fmmq_status fmmq_parse_permissions(const char* text, size_t text_size, uint32_t* mode);

#ifdef __cplusplus
}
#endif

#endif /* FMMQ_C_OPTIONS_H_ */
