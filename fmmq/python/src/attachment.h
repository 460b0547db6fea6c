// A queue as this process has it open: the core's handles, and what keeps threads, forks and views
// from spoiling them. Everything here is used with the GIL, but where it says so.
#ifndef FMMQ_PYTHON_SRC_ATTACHMENT_H_
#define FMMQ_PYTHON_SRC_ATTACHMENT_H_

#include "fmmq/python/src/python.h"

// First Python.h.
#include "fmmq/c/fmmq.h"
#include "fmmq/python/src/gate.h"

namespace fmmq::python {

// The group that gets are made in.
struct Membership {
  bool is_default = true;
  char name[FMMQ_MAX_GROUP_NAME_BYTES + 1] = "default";
  fmmq_group_options options = FMMQ_GROUP_OPTIONS_INIT;
};

// What puts go through. Opened by the first.
struct WriteEnd {
  fmmq_producer handle = FMMQ_CLOSED_HANDLE;
  Gate gate;

  bool is_open() const { return fmmq_producer_is_open(&handle); }
  void Cancel() { fmmq_producer_cancel(&handle); }
};

// What gets go through. Opened by the first, or at once where the group is not "default".
struct ReadEnd {
  fmmq_consumer handle = FMMQ_CLOSED_HANDLE;
  Gate gate;
  bool wants_bell = false;  // somebody asked for fileno(): an empty queue arms the doorbell again
  char scratch[4096];       // what is read goes here first, if it fits

  bool is_open() const { return fmmq_consumer_is_open(&handle); }
  void Cancel() { fmmq_consumer_cancel(&handle); }
};

// Where qsize() looks: see count.h.
struct DescriptorMap {
  void* begin = nullptr;
  size_t bytes = 0;
};

struct Attachment {
  fmmq_queue queue = FMMQ_CLOSED_HANDLE;
  WriteEnd writing;
  ReadEnd reading;
  Membership membership;
  DescriptorMap descriptors;
  uint64_t forks = 0;  // ForkCount() when it was made
  uint32_t references = 1;
  uint32_t views = 0;    // of messages in place, that somebody can still look at
  bool closing = false;  // close() was called; who is in a wait gives up
};

// How often this process's line of ancestors forked since the module was loaded: who sees another
// number than before is in a child.
uint64_t ForkCount();

// With one reference; nullptr with MemoryError.
Attachment* NewAttachment();
void AddReference(Attachment* attachment);
// Closes everything with the last one.
void DropReference(Attachment* attachment);

// Opens an end that is not open. They release the GIL, and hold the gate meanwhile; the caller has
// a reference.
fmmq_status OpenEnd(Attachment& attachment, WriteEnd& end);
fmmq_status OpenEnd(Attachment& attachment, ReadEnd& end);

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_ATTACHMENT_H_
