/* fmmq for C99: all that the C++ API does, in functions.
 *
 *   fmmq_queue queue = FMMQ_CLOSED_HANDLE;
 *   fmmq_producer producer = FMMQ_CLOSED_HANDLE;
 *   fmmq_status status = fmmq_queue_open_or_create(&queue, "orders", FMMQ_NUL_TERMINATED, NULL);
 *   if (status == FMMQ_OK) status = fmmq_queue_new_producer(&queue, &producer);
 *   if (status == FMMQ_OK) status = fmmq_producer_try_write(&producer, "a message", 9);
 *   if (status != FMMQ_OK) fprintf(stderr, "%s\n", fmmq_status_message(status));
 *   fmmq_producer_close(&producer);
 *   fmmq_queue_close(&queue);
 *
 * Conventions. The comment of a function says only what these do not.
 *
 *  1. Names. fmmq_<object>_<verb>, FMMQ_<CONSTANT>. A call with `try_` in its name does not wait
 *     and finishes in a bounded number of steps; its twin without it waits until a deadline.
 *  2. Statuses. A call that can fail returns fmmq_status, FMMQ_OK is 0. The codes, their numbers
 *     and names are those of C++: FMMQ_FULL is Code::kFull. Results come through pointers, which
 *     stand last; they are written on FMMQ_OK alone, unless the call says otherwise.
 *  3. Handles. fmmq_queue, fmmq_producer, fmmq_consumer and fmmq_observer are one pointer in memory
 *     of the caller's. They begin as zeros (FMMQ_CLOSED_HANDLE, or static storage), which is a
 *     closed handle: calls on it return FMMQ_CLOSED. A call that opens a handle needs a closed one:
 *     an open one gives FMMQ_OUT_OF_ORDER and stays as it is; so does one that fails. Close what
 *     you opened, once. A handle may be moved by assignment if the old copy is never used again.
 *  4. Memory. The library allocates nothing. Strings that it returns are static. It keeps no
 *     pointer that it was given, but that of a handle's own state. A message in place belongs to
 *     the ring, and lasts until it is released, committed or aborted.
 *  5. Threads. Calls on one fmmq_queue may run in several threads at once, but for close; a
 *     producer, consumer or observer serves one thread at a time, but for its cancel call, which
 *     any thread and any signal handler may make. A call out of a signal handler that interrupted
 *     another call of that handle gets FMMQ_BUSY.
 *  6. Processes. A forked child cannot use its parent's handles: FMMQ_FORKED. It closes its copies
 *     and opens anew; neither disturbs the parent. exec leaves nothing open.
 *  7. Texts and bytes are a pointer and a size in bytes. For a name, id, program or group the size
 *     may be FMMQ_NUL_TERMINATED. NULL is fine with size 0 and else FMMQ_INVALID_ARGUMENT.
 *  8. NULL for a handle is a closed one; for a result or another pointer that a call needs it is
 *     FMMQ_INVALID_ARGUMENT, and nothing happened.
 *  9. Deadlines are nanoseconds of CLOCK_MONOTONIC: one of the past (0) tries once, FMMQ_NEVER
 *     waits without end, fmmq_deadline_in counts from now. A call that waits may also return
 *     FMMQ_TIMEOUT, FMMQ_CANCELLED, FMMQ_INTERRUPTED (if the wait policy says so), FMMQ_REMOVED.
 * 10. Option structs begin with their size, which their ..._INIT macro sets together with the
 *     defaults; NULL stands for the defaults. They can grow at the end: a struct compiled against
 *     an older header gets defaults for what it lacks; a newer one works while all that this
 *     library does not know is zero, else FMMQ_INVALID_ARGUMENT.
 * 11. Structs that a call fills are passed with their size, sizeof(struct), and can grow at the
 *     end, too: the call fills as much as both sides know, and zeros behind that. (fmmq_received,
 *     fmmq_message and fmmq_bytes will not change.)
 * 12. errno. Where the system refused (FMMQ_ALREADY_EXISTS to FMMQ_SYSTEM) and said why, errno
 *     holds that; after other statuses it has no meaning. Cancel calls leave it alone.
 *
 * Any call may return FMMQ_CORRUPT: a peer wrote nonsense into the segment. Nothing here aborts,
 * exits, prints, or installs a signal handler.
 */
#ifndef FMMQ_C_FMMQ_H_
#define FMMQ_C_FMMQ_H_

#include "fmmq/c/consumer.h" /* IWYU pragma: export */
#include "fmmq/c/info.h"     /* IWYU pragma: export */
#include "fmmq/c/observer.h" /* IWYU pragma: export */
#include "fmmq/c/options.h"  /* IWYU pragma: export */
#include "fmmq/c/producer.h" /* IWYU pragma: export */
#include "fmmq/c/queue.h"    /* IWYU pragma: export */
#include "fmmq/c/status.h"   /* IWYU pragma: export */
#include "fmmq/c/types.h"    /* IWYU pragma: export */

#endif /* FMMQ_C_FMMQ_H_ */
