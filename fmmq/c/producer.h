/* The writing end of a queue. The conventions are in fmmq/c/fmmq.h. */
#ifndef FMMQ_C_PRODUCER_H_
#define FMMQ_C_PRODUCER_H_

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

/* Opened by fmmq_queue_new_producer. No call but arm and close makes a system call while the queue
   has room and nobody sleeps at it. */

/* Copies one message of 0 bytes or more into the ring and publishes it. FMMQ_OK means written: it
   will be delivered whatever dies from now on. FMMQ_FULL, FMMQ_TOO_LARGE (over
   fmmq_queue_max_message_size), FMMQ_BUSY (64 other producers came first), FMMQ_OUT_OF_ORDER (a
   reservation is open), FMMQ_END_OF_STREAM. Who loses a race for room to another producer pauses
   some microseconds, once. */
fmmq_status fmmq_producer_try_write(fmmq_producer* producer, const void* message, size_t size);
/* The same, and waits for room. A message of an eighth of the ring or more is not overtaken by
   small ones for ever. A writer that found the ring full lets readers that stream, 2 bytes a
   nanosecond or more, get half a ring ahead, at most 8 MiB, before it goes on: some microseconds
   beyond its deadline at most. */
fmmq_status fmmq_producer_write(fmmq_producer* producer, const void* message, size_t size,
                                fmmq_deadline deadline);

/* Writes as many of `messages` as fit, in order, with one reservation: they are published front to
   back, so that a crash leaves a prefix. *written says how many were, at least 1. Else as
   fmmq_producer_try_write; FMMQ_INVALID_ARGUMENT: none were given. Where there is room, but not for
   all of them, nor half a ring, gives readers some microseconds first (not with a spin_ns of 0). */
fmmq_status fmmq_producer_try_write_batch(fmmq_producer* producer, const fmmq_bytes* messages,
                                          size_t count, size_t* written);

/* Opens a reservation of `size` bytes and says where to write the message to. Readers see nothing
   of it until commit; messages reserved later wait behind it, so do not keep it for long. As
   fmmq_producer_try_write. */
fmmq_status fmmq_producer_try_reserve(fmmq_producer* producer, size_t size, void** place);
/* The same, and waits for room; as fmmq_producer_write. */
fmmq_status fmmq_producer_reserve(fmmq_producer* producer, size_t size, fmmq_deadline deadline,
                                  void** place);
/* Publishes the first `size` bytes of the reservation, at most what was reserved (else
   FMMQ_INVALID_ARGUMENT, and the reservation stays open). FMMQ_OUT_OF_ORDER without one. */
fmmq_status fmmq_producer_commit(fmmq_producer* producer, size_t size);
/* Gives the reservation up; readers never see it. FMMQ_OUT_OF_ORDER without one. */
fmmq_status fmmq_producer_abort(fmmq_producer* producer);

/* Ends the stream, for good and for all producers: readers get FMMQ_END_OF_STREAM after the last
   message, writers at once. FMMQ_OUT_OF_ORDER (a reservation is open). */
fmmq_status fmmq_producer_end(fmmq_producer* producer);

/* For epoll and event loops: arms this handle's doorbell once, and says its descriptor, which stays
   the handle's. It becomes readable when there is room for a message of `size` bytes (at once when
   there is already) or the stream ended; write until FMMQ_FULL and arm again. It may ring for
   nothing; do not read it. A death rings no bell, nor does a peer that has no descriptor left: try
   every now and then all the same. FMMQ_NOT_SUPPORTED (who takes part comes from several network
   namespaces), FMMQ_BUSY (somebody else has the name), FMMQ_TOO_LARGE. */
fmmq_status fmmq_producer_arm(fmmq_producer* producer, size_t size, int* fd);

/* Ends this handle's wait with FMMQ_CANCELLED: the one that a call is in now, or else the next one.
   Any thread, any signal handler, as long as the handle is not being closed. */
void fmmq_producer_cancel(fmmq_producer* producer);
fmmq_status fmmq_producer_set_wait_policy(fmmq_producer* producer, const fmmq_wait_policy* policy);
fmmq_status fmmq_producer_get_stats(const fmmq_producer* producer, fmmq_stats* stats,
                                    size_t stats_size);

/* Aborts an open reservation and leaves the seat. FMMQ_CLOSED; FMMQ_BUSY (it is in a call, and
   stays open). */
fmmq_status fmmq_producer_close(fmmq_producer* producer);
static inline bool fmmq_producer_is_open(const fmmq_producer* producer) {
  return producer != NULL && producer->state != NULL;
}

#ifdef __cplusplus
}
#endif

#endif /* FMMQ_C_PRODUCER_H_ */
