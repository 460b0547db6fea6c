/* Queues: made, opened, found, looked at, removed. The conventions are in fmmq/c/fmmq.h. */
#ifndef FMMQ_C_QUEUE_H_
#define FMMQ_C_QUEUE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fmmq/c/info.h"
#include "fmmq/c/options.h"
#include "fmmq/c/status.h"
#include "fmmq/c/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- opening ----
   All of these: FMMQ_BAD_NAME, FMMQ_NAME_TOO_LONG, FMMQ_PERMISSION_DENIED, FMMQ_NO_MEMORY,
   FMMQ_SYSTEM. */

/* Makes /dev/shm/fmmq.<name>, whole or not at all. FMMQ_ALREADY_EXISTS; FMMQ_INVALID_ARGUMENT (an
   option is out of its limits); FMMQ_NO_SPACE (memory for the whole segment is reserved at
   once). */
fmmq_status fmmq_queue_create(fmmq_queue* queue, const char* name, size_t name_size,
                              const fmmq_options* options);
/* FMMQ_NOT_FOUND; FMMQ_NOT_A_SEGMENT, FMMQ_VERSION_MISMATCH, FMMQ_BAD_CHECKSUM, FMMQ_BAD_GEOMETRY,
   FMMQ_SIZE_MISMATCH. */
fmmq_status fmmq_queue_open(fmmq_queue* queue, const char* name, size_t name_size,
                            fmmq_access access);
/* Opens, or creates with these options where there is none. An existing queue keeps its own. */
fmmq_status fmmq_queue_open_or_create(fmmq_queue* queue, const char* name, size_t name_size,
                                      const fmmq_options* options);
/* A segment without a file: gone when the last process that has it is gone. The id is 0 to
   FMMQ_MAX_ID_BYTES bytes of any value. */
fmmq_status fmmq_queue_create_anonymous(fmmq_queue* queue, const void* id, size_t id_size,
                                        const fmmq_options* options);
/* Attaches to an anonymous segment through a descriptor of it, such as one inherited or received
   over a Unix socket. The descriptor stays the caller's. FMMQ_NOT_A_SEGMENT for anything else,
   named segments included; else as fmmq_queue_open. */
fmmq_status fmmq_queue_open_fd(fmmq_queue* queue, int fd, fmmq_access access);

/* Attaches to the newest anonymous segment with this id in a process whose command line contains
   `program`, its arguments joined by single spaces; "" is every process, the caller's own counts,
   too. Where the newest is gone by then, or its permissions refuse, the next one; of more than 64,
   the older ones are not tried. Looks at every process of the machine, as far as /proc shows them,
   and uses 25 KiB of stack.

   Whose segment it is, only permissions say: any process can have that command line and that id.
   FMMQ_NOT_FOUND; FMMQ_PERMISSION_DENIED (a process or file that matches is closed to us);
   FMMQ_NOT_SUPPORTED (there is no /proc). */
fmmq_status fmmq_queue_connect(fmmq_queue* queue, const char* program, size_t program_size,
                               const void* id, size_t id_size, fmmq_access access);
/* The same in one process. `pid`: as /proc counts them; below 1 is FMMQ_INVALID_ARGUMENT. */
fmmq_status fmmq_queue_connect_pid(fmmq_queue* queue, int pid, const void* id, size_t id_size,
                                   fmmq_access access);
/* FMMQ_CLOSED. What was made from the queue stays open. */
fmmq_status fmmq_queue_close(fmmq_queue* queue);
static inline bool fmmq_queue_is_open(const fmmq_queue* queue) {
  return queue != NULL && queue->state != NULL;
}

/* ---- without opening ---- */

/* Takes the name away. Who has the queue open keeps it; the memory goes with the last of them.
   FMMQ_NOT_FOUND, FMMQ_PERMISSION_DENIED, FMMQ_BAD_NAME, FMMQ_NAME_TOO_LONG. */
fmmq_status fmmq_remove(const char* name, size_t name_size);
/* Calls `visit` for each named segment in /dev/shm, in no particular order, until it returns
   false. Nothing is opened: the file may be anything that has such a name, which is `name_size`
   bytes without a NUL behind them. */
fmmq_status fmmq_list(bool (*visit)(void* context, const char* name, size_t name_size),
                      void* context);
/* Looks for anonymous segments as fmmq_queue_connect does. Fills at most `max` matches, the newest
   first, each segment once, and says how many in *count; with `max` 0, FMMQ_OK says that there is
   one. Other codes as there. `match_size`: sizeof(fmmq_match), else FMMQ_INVALID_ARGUMENT. */
fmmq_status fmmq_find_anonymous(const char* program, size_t program_size, const void* id,
                                size_t id_size, fmmq_match* matches, size_t match_size, size_t max,
                                size_t* count);

/* ---- ends ---- */

/* FMMQ_READ_ONLY; FMMQ_NO_SEAT; FMMQ_TAKEN (single-producer queues). */
fmmq_status fmmq_queue_new_producer(fmmq_queue* queue, fmmq_producer* producer);
/* Joins a group, and creates it first where there is none. FMMQ_READ_ONLY; FMMQ_NO_SEAT;
   FMMQ_NO_GROUP; FMMQ_GROUP_MISMATCH; FMMQ_TAKEN (exclusive groups); FMMQ_BAD_NAME,
   FMMQ_NAME_TOO_LONG; FMMQ_BUSY (somebody held the group table for a second). */
fmmq_status fmmq_queue_join(fmmq_queue* queue, fmmq_consumer* consumer, const char* group,
                            size_t group_size, const fmmq_group_options* options);
/* Joins the group "default", durable and shared; creates it, from now on, where a queue was made
   without it. */
fmmq_status fmmq_queue_join_default(fmmq_queue* queue, fmmq_consumer* consumer);
fmmq_status fmmq_queue_observe(fmmq_queue* queue, fmmq_observer* observer, fmmq_from from);

/* ---- the shared string ----
   One value of any bytes that every process sees, always whole; empty at first. FMMQ_NOT_SUPPORTED
   for a queue without one (fmmq_options.string_size). */

/* FMMQ_TOO_LARGE; FMMQ_READ_ONLY; FMMQ_TIMEOUT (other writers, perhaps stopped ones, were in the
   way until the deadline). */
fmmq_status fmmq_queue_set_string(fmmq_queue* queue, const void* value, size_t value_size,
                                  fmmq_deadline deadline);
/* Copies the value into `buffer`. FMMQ_BUFFER_TOO_SMALL (info->size says what it needs); FMMQ_BUSY
   (writers were faster eight times). *info is written in any case but FMMQ_INVALID_ARGUMENT. */
fmmq_status fmmq_queue_get_string(const fmmq_queue* queue, void* buffer, size_t buffer_size,
                                  fmmq_string_info* info, size_t info_size);
/* Waits until the string has another version than `version`; says which. FMMQ_TIMEOUT. */
fmmq_status fmmq_queue_wait_string(const fmmq_queue* queue, uint64_t version,
                                   fmmq_deadline deadline, uint64_t* new_version);

/* ---- looking and caring ---- */

/* A snapshot for people; costs a look at every seat. */
fmmq_status fmmq_queue_get_info(const fmmq_queue* queue, fmmq_info* info, size_t info_size);
/* Fills at most `max` entries with the groups there are, and says how many in *count.
   `group_size`: sizeof(fmmq_group_info), else FMMQ_INVALID_ARGUMENT. */
fmmq_status fmmq_queue_get_groups(const fmmq_queue* queue, fmmq_group_info* groups,
                                  size_t group_size, size_t max, size_t* count);
/* Asks the kernel about every seat: some hundred system calls. */
fmmq_status fmmq_queue_get_presence(const fmmq_queue* queue, fmmq_presence* presence,
                                    size_t presence_size);
/* Ends a group, durable or not, that has no live member: writers no longer wait for it, and what it
   had not read is not kept for it any more. FMMQ_TAKEN (it has live members), FMMQ_NOT_FOUND,
   FMMQ_READ_ONLY, FMMQ_BUSY (somebody held the group table for a second). */
fmmq_status fmmq_queue_drop_group(fmmq_queue* queue, const char* group, size_t group_size);
/* Compat policy only (else FMMQ_NOT_SUPPORTED): from now on, and for good, writers overwrite what
   groups have not read. FMMQ_READ_ONLY. */
fmmq_status fmmq_queue_let_writers_overwrite(fmmq_queue* queue);
/* Maps every page now, so that no first touch costs a page fault later. FMMQ_SYSTEM before
   Linux 5.14. */
fmmq_status fmmq_queue_prefault(fmmq_queue* queue);
/* Keeps the segment from being swapped, for this process. FMMQ_PERMISSION_DENIED, FMMQ_NO_MEMORY
   (RLIMIT_MEMLOCK). */
fmmq_status fmmq_queue_lock_in_memory(fmmq_queue* queue);
/* The largest message that can fit: the whole ring, at most 2^31 - 1 bytes. 0 for a closed queue.
 */
size_t fmmq_queue_max_message_size(const fmmq_queue* queue);
/* The segment's descriptor, close-on-exec, for passing to others; -1 for a closed queue. Stays the
   queue's. */
int fmmq_queue_fd(const fmmq_queue* queue);

#ifdef __cplusplus
}
#endif

#endif /* FMMQ_C_QUEUE_H_ */
