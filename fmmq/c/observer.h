/* A reader that holds nobody back. The conventions are in fmmq/c/fmmq.h. */
#ifndef FMMQ_C_OBSERVER_H_
#define FMMQ_C_OBSERVER_H_

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

/* Opened by fmmq_queue_observe; read rights are enough. Sees every message until writers lap it;
   then it goes on at a later message and says exactly how many positions (blocks) it lost. Takes no
   seat; any number can look on. */

/* Copies the next message into `buffer`. FMMQ_EMPTY; FMMQ_END_OF_STREAM; FMMQ_BUFFER_TOO_SMALL (the
   message stays, received->size says what it needs); FMMQ_BUSY (writers overtook the copy again
   after one resync: what was lost is reported with the next message). *received is written in any
   case but FMMQ_INVALID_ARGUMENT. */
fmmq_status fmmq_observer_try_read(fmmq_observer* observer, void* buffer, size_t buffer_size,
                                   fmmq_received* received);
/* The same, and waits for a message. Without write rights the sleep is in slices of up to 8 ms, for
   writers cannot see it. */
fmmq_status fmmq_observer_read(fmmq_observer* observer, void* buffer, size_t buffer_size,
                               fmmq_deadline deadline, fmmq_received* received);

/* As fmmq_consumer_arm. Takes a seat: FMMQ_READ_ONLY, FMMQ_NO_SEAT. */
fmmq_status fmmq_observer_arm(fmmq_observer* observer, int* fd);

/* Ends this handle's wait with FMMQ_CANCELLED: the one that a call is in now, or else the next one.
   Any thread, any signal handler, as long as the handle is not being closed. */
void fmmq_observer_cancel(fmmq_observer* observer);
fmmq_status fmmq_observer_set_wait_policy(fmmq_observer* observer, const fmmq_wait_policy* policy);
/* The next position to look at, in blocks since creation; 0 when closed. */
uint64_t fmmq_observer_position(const fmmq_observer* observer);
/* Positions lost since fmmq_queue_observe; 0 when closed. */
uint64_t fmmq_observer_lost(const fmmq_observer* observer);
fmmq_status fmmq_observer_get_stats(const fmmq_observer* observer, fmmq_stats* stats,
                                    size_t stats_size);

/* FMMQ_CLOSED; FMMQ_BUSY (it is in a call, and stays open). */
fmmq_status fmmq_observer_close(fmmq_observer* observer);
static inline bool fmmq_observer_is_open(const fmmq_observer* observer) {
  return observer != NULL && observer->state != NULL;
}

#ifdef __cplusplus
}
#endif

#endif /* FMMQ_C_OBSERVER_H_ */
