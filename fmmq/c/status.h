/* What a call says about itself. The conventions are in fmmq/c/fmmq.h. */
#ifndef FMMQ_C_STATUS_H_
#define FMMQ_C_STATUS_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers are stable: new codes are added, none is renumbered. */
typedef enum fmmq_status {
  FMMQ_OK = 0,

  /* Normal outcomes of a call that does not wait. */
  FMMQ_EMPTY = 1, /* nothing to read now */
  FMMQ_FULL = 2,  /* no room to write now */
  FMMQ_BUSY = 3,  /* somebody else is in the way, or this handle is in another call: try again */

  /* Ends of a call that waited. */
  FMMQ_TIMEOUT = 4,       /* the deadline came first */
  FMMQ_CANCELLED = 5,     /* another thread cancelled the wait */
  FMMQ_INTERRUPTED = 6,   /* a signal came, and the wait policy says to return then */
  FMMQ_REMOVED = 7,       /* the queue's name is gone, and nothing came for a while */
  FMMQ_END_OF_STREAM = 8, /* a producer ended the stream: nothing more comes or can be written */

  /* The call was wrong; nothing changed. */
  FMMQ_INVALID_ARGUMENT = 10,
  FMMQ_BAD_NAME = 11,         /* empty, or has '/' or NUL in it */
  FMMQ_NAME_TOO_LONG = 12,    /* see FMMQ_MAX_NAME_BYTES and its neighbours */
  FMMQ_TOO_LARGE = 13,        /* the message can never fit into this ring */
  FMMQ_BUFFER_TOO_SMALL = 14, /* the message stays where it is; the result says what it needs */
  FMMQ_NOT_SUPPORTED = 15,    /* not with this queue's options, or not on this system */
  FMMQ_CLOSED = 16,           /* the handle is closed, or NULL */
  FMMQ_FORKED = 17,           /* the handle belongs to a parent process: open anew in the child */
  FMMQ_READ_ONLY = 18,        /* the segment is mapped without write rights */
  FMMQ_OUT_OF_ORDER = 19,     /* e.g. commit without reserve, or opening an open handle */
  FMMQ_REDELIVERY = 20, /* a dead member's message waits: only a read that copies can take it */

  /* The system said no; errno says why. */
  FMMQ_ALREADY_EXISTS = 30,
  FMMQ_NOT_FOUND = 31,
  FMMQ_PERMISSION_DENIED = 32,
  FMMQ_NO_SPACE = 33,  /* no room in /dev/shm */
  FMMQ_NO_MEMORY = 34, /* no room in the address space */
  FMMQ_SYSTEM = 35,    /* any other refusal */

  /* A fixed table is used up. */
  FMMQ_NO_SEAT = 40,
  FMMQ_NO_GROUP = 41,
  FMMQ_GROUP_MISMATCH = 42, /* the group exists with another kind or durability */
  FMMQ_TAKEN = 43, /* an exclusive group has its member, a single-producer queue its producer */

  /* The file is not a segment that this library can use. */
  FMMQ_NOT_A_SEGMENT = 50,    /* wrong magic, or too short to have one */
  FMMQ_VERSION_MISMATCH = 51, /* another format version or byte order */
  FMMQ_BAD_CHECKSUM = 52,     /* the header's CRC32C does not fit its bytes */
  FMMQ_BAD_GEOMETRY = 53,     /* a header field is out of its limits */
  FMMQ_SIZE_MISMATCH = 54,    /* the file is shorter or longer than its header says */

  /* A word in shared memory has a value that no protocol step can leave there. */
  FMMQ_CORRUPT = 60
} fmmq_status;

/* Static strings: the name as in C++ and in what the command prints ("kFull"), and a sentence that
   a user can act on. For any other number "unknown" and "unknown status code". Any thread, any
   signal handler. */
const char* fmmq_status_name(int status);
const char* fmmq_status_message(int status);

/* Of these headers, and of the library that was linked. */
#define FMMQ_LIBRARY_VERSION "0.1.0"
#define FMMQ_FORMAT_VERSION 1u
const char* fmmq_library_version(void);
uint32_t fmmq_format_version(void);

#ifdef __cplusplus
}
#endif

#endif /* FMMQ_C_STATUS_H_ */
