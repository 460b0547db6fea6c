/* The functions of FastMmapMQ, over fmmq: programs that were written for it compile unchanged, and
 * print the same. New programs use fmmq/c/fmmq.h or fmmq/fmmq.h; MIGRATION.md says which call
 * became which.
 *
 * A queue is a small integer, 0 or more, for the life of the process. What went wrong is -1, or an
 * empty string, with errno: EINVAL (a NULL pointer, a mode or size that does not exist, malformed
 * permissions), EBADF (no such queue), EACCES (permissions), ENAMETOOLONG, ENOENT (no process with
 * such a queue), EAGAIN (full, or others were in the way), EMSGSIZE (longer than can ever fit),
 * ETIMEDOUT, ENOTSUP, ENOMEM, EMFILE (4096 queues), or what the system said. A call that succeeds
 * leaves errno alone. Nothing exits, prints, or waits for long.
 *
 * Any thread may call these at any time; calls on one queue take turns. A forked child goes on with
 * its parent's queues: it attaches anew with its first call on each. Signal handlers may call none
 * of these.
 */
#ifndef FASTMMAPMQ_H_
#define FASTMMAPMQ_H_

#ifdef __cplusplus
extern "C" {
#endif

/* Makes a queue that other processes find by `id`, 0 to 255 bytes, as long as this process lives or
   one that connected. `permissions`: "rwx------" and the like; who may not read and write it cannot
   connect, this process included: it needs both to write and to read in mode 0. `locking` is not
   looked at. It takes 14 MiB of memory: enough for 999,999 bytes of text in messages of at least a
   byte, however short, and for one message of up to 8 MiB. At most 1024 connections at a time write
   or read in mode 0 (who does both counts twice); more get EAGAIN. */
int fastmmapmq_createmmap(char* id, char* permissions, int locking);

/* Attaches to the newest queue with this id that a process has open whose command line contains
   `program`, its arguments joined by spaces; this process counts, too. ENOENT while there is none.
 */
int fastmmapmq_connectmmap(char* program, char* id);

/* 0 when written. EAGAIN: the queue is full. */
int fastmmapmq_writemmap(int queue, char* text);

/* Messages, each followed by one space; to be freed by the caller; "" when there is none. What is
   written while the call runs may be left to the next one.
     mode 0   all that nobody has consumed yet, also from before this process started
     mode 1   all that was written since this connection was made or read last, in either mode. It
              consumes nothing. From the first such read on, writers do not wait for readers any
              more: who falls a ring behind loses the oldest messages. */
char* fastmmapmq_readmmap(int queue, int mode);

/* One string that every connection sees, always whole; at most 999,999 bytes; empty at first. What
   is returned is to be freed by the caller. A writer waits a second for other writers. */
char* fastmmapmq_getsharedstring(int queue);
int fastmmapmq_writesharedstring(int queue, char* text);

/* The same with any bytes. What is returned has `size` bytes: those of the string, then zeros; and
   in case of an error zeros alone. */
char* fastmmapmq_getsharedstring_withsize(int queue, int size);
int fastmmapmq_writesharedstring_withsize(int queue, char* bytes, int size);

#ifdef __cplusplus
}
#endif

#endif /* FASTMMAPMQ_H_ */
