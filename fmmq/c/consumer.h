/* The reading end of a group. The conventions are in fmmq/c/fmmq.h. */
#ifndef FMMQ_C_CONSUMER_H_
#define FMMQ_C_CONSUMER_H_

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

/* Opened by fmmq_queue_join. After the first read, which looks after dead members, no call but arm
   and close makes a system call while messages come and no writer sleeps. */

/* Takes the group's next message, copied into `buffer`. FMMQ_EMPTY; FMMQ_END_OF_STREAM;
   FMMQ_BUFFER_TOO_SMALL (the message stays, and received->size says what it needs); FMMQ_BUSY (64
   other members came first, or writers kept overtaking the copy); FMMQ_OUT_OF_ORDER (a peek is
   open). Works with every policy. *received is written in any case but FMMQ_INVALID_ARGUMENT.

   A message marked redelivered was in the hand of a member that died. It stays that one's until
   this handle acknowledges it, by release, by its next read, or by close; if this process dies
   before, another member gets it. */
fmmq_status fmmq_consumer_try_read(fmmq_consumer* consumer, void* buffer, size_t buffer_size,
                                   fmmq_received* received);
/* The same, and waits for a message. */
fmmq_status fmmq_consumer_read(fmmq_consumer* consumer, void* buffer, size_t buffer_size,
                               fmmq_deadline deadline, fmmq_received* received);

/* Takes the group's next message and shows it in place, in the ring. Until release it holds writers
   back, and belongs to this member: if the process dies before, another member gets it, marked
   redelivered. As fmmq_consumer_try_read, and FMMQ_REDELIVERY (a read that copies can deliver it),
   FMMQ_NOT_SUPPORTED (writers may overwrite: not the lossless policy). */
fmmq_status fmmq_consumer_try_peek(fmmq_consumer* consumer, fmmq_message* message);
/* The same, and waits for a message. */
fmmq_status fmmq_consumer_peek(fmmq_consumer* consumer, fmmq_deadline deadline,
                               fmmq_message* message);
/* Acknowledges what a peek or a batch of them took. FMMQ_OUT_OF_ORDER when nothing is held. */
fmmq_status fmmq_consumer_release(fmmq_consumer* consumer);

/* Takes up to `max_messages` messages at once; *count says how many, at least 1.
   fmmq_consumer_next then shows them one by one; release acknowledges all. As
   fmmq_consumer_try_peek; FMMQ_INVALID_ARGUMENT for none. */
fmmq_status fmmq_consumer_try_peek_batch(fmmq_consumer* consumer, size_t max_messages,
                                         size_t* count);
/* The same, and waits for the first message. */
fmmq_status fmmq_consumer_peek_batch(fmmq_consumer* consumer, size_t max_messages,
                                     fmmq_deadline deadline, size_t* count);
/* FMMQ_EMPTY after the batch's last message; FMMQ_OUT_OF_ORDER when nothing is held. */
fmmq_status fmmq_consumer_next(fmmq_consumer* consumer, fmmq_message* message);

/* For epoll and event loops: arms this handle's doorbell once, and says its descriptor, which stays
   the handle's. It becomes readable when there is something to read (at once when there is already)
   or the stream ended; read until FMMQ_EMPTY and arm again. It may ring for nothing; do not read
   it. A death rings no bell, nor does a peer that has no descriptor left: try every now and then
   all the same. FMMQ_NOT_SUPPORTED (who writes comes from several network namespaces), FMMQ_BUSY
   (somebody else has the name). */
fmmq_status fmmq_consumer_arm(fmmq_consumer* consumer, int* fd);

/* Ends this handle's wait with FMMQ_CANCELLED: the one that a call is in now, or else the next one.
   Any thread, any signal handler, as long as the handle is not being closed. */
void fmmq_consumer_cancel(fmmq_consumer* consumer);
fmmq_status fmmq_consumer_set_wait_policy(fmmq_consumer* consumer, const fmmq_wait_policy* policy);
/* Positions that this group lost to overwriting writers, as far as this member noticed them. */
uint64_t fmmq_consumer_lost(const fmmq_consumer* consumer);
fmmq_status fmmq_consumer_get_stats(const fmmq_consumer* consumer, fmmq_stats* stats,
                                    size_t stats_size);

/* Leaves the group; an ephemeral group ends with its last member. A message still held counts as
   that of a dead member: another one will get it. FMMQ_CLOSED; FMMQ_BUSY (it is in a call, and
   stays open). */
fmmq_status fmmq_consumer_close(fmmq_consumer* consumer);
static inline bool fmmq_consumer_is_open(const fmmq_consumer* consumer) {
  return consumer != NULL && consumer->state != NULL;
}

#ifdef __cplusplus
}
#endif

#endif /* FMMQ_C_CONSUMER_H_ */
