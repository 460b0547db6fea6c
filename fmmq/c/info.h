/* What there is to know about queues and handles. The conventions are in fmmq/c/fmmq.h: 11 is about
   these structs. */
#ifndef FMMQ_C_INFO_H_
#define FMMQ_C_INFO_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fmmq/c/options.h"
#include "fmmq/c/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A queue, at one moment. */
typedef struct fmmq_info {
  uint64_t segment_bytes;
  uint64_t capacity; /* bytes of the ring */
  uint32_t block_size;
  uint32_t seats;
  uint32_t groups;
  uint32_t string_size;
  fmmq_policy policy;
  bool single_producer;
  bool anonymous;
  bool writable;       /* through this fmmq_queue */
  uint64_t created_ns; /* CLOCK_REALTIME, nanoseconds since 1970 */
  uint8_t uuid[16];
  char id[256];              /* name or id, NUL terminated */
  uint64_t head;             /* positions reserved since creation */
  uint64_t recoveries;       /* holes of dead producers repaired */
  uint64_t written_messages; /* a batch counts once all of it is written */
  uint64_t written_bytes;
  uint64_t read_messages; /* by members of groups, all groups together */
  uint64_t read_bytes;
  bool ended;         /* somebody ended the stream */
  uint32_t producers; /* seats that say they are producers */
  uint32_t members;   /* seats that say they are members of groups */
} fmmq_info;

typedef struct FMMQ_MAY_ALIAS fmmq_group_info {
  char name[65]; /* NUL terminated */
  fmmq_group_kind kind;
  bool durable;
  uint64_t cursor;      /* next position to read */
  uint64_t lag;         /* positions written but not read */
  uint64_t lost;        /* positions overwritten before they were read */
  uint64_t redelivered; /* messages of dead members that others got */
  uint32_t members;     /* seats that say they belong to it */
} fmmq_group_info;

/* Handles whose processes live, by the kernel's word. */
typedef struct fmmq_presence {
  uint32_t producers;
  uint32_t members;
  uint32_t observers; /* at most 256 are counted */
} fmmq_presence;

typedef struct fmmq_string_info {
  size_t size;      /* bytes; with FMMQ_BUFFER_TOO_SMALL, what the value needs */
  uint64_t version; /* how often it was set */
} fmmq_string_info;

/* What a producer, consumer or observer did since it was opened. */
typedef struct fmmq_stats {
  uint64_t messages;    /* written, or read */
  uint64_t bytes;       /* of those */
  uint64_t misses;      /* looks that found no room, or nothing to read */
  uint64_t lost;        /* positions that writers overtook */
  uint64_t redelivered; /* messages of dead members that this one got */
  uint64_t rescues;     /* times that it looked after the dead */
} fmmq_stats;

/* An anonymous segment, and a process that had it open when we looked. Either may be gone by now.
 */
typedef struct FMMQ_MAY_ALIAS fmmq_match {
  int pid;             /* of several processes that have it open, the lowest; as /proc counts */
  int fd;              /* its number in that process */
  uint64_t created_ns; /* CLOCK_REALTIME, nanoseconds since 1970 */
  uint8_t uuid[16];    /* as fmmq_info.uuid: what tells two segments with one id apart */
} fmmq_match;

#ifdef __cplusplus
}
#endif

#endif /* FMMQ_C_INFO_H_ */
