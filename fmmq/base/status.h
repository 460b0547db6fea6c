// What a call says about itself: a code, and the system's errno where there is one.
//
// Errors are values. Nothing in fmmq aborts, exits, throws or prints. A Status is eight bytes,
// never allocates, and may be copied and compared in any context, a signal handler included.
#ifndef FMMQ_BASE_STATUS_H_
#define FMMQ_BASE_STATUS_H_

#include <cstdint>

namespace fmmq {

// The numbers are stable: new codes are added, none is renumbered.
enum class Code : int32_t {
  kOk = 0,

  // Normal outcomes of a call that does not wait.
  kEmpty = 1,  // nothing to read now
  kFull = 2,   // no room to write now
  kBusy = 3,  // somebody else is in the way right now, or this handle is in another call: try again

  // Ends of a call that waited.
  kTimeout = 4,      // the deadline came first
  kCancelled = 5,    // another thread called Cancel
  kInterrupted = 6,  // a signal came, and the wait policy says to return then
  kRemoved = 7,      // the queue's name is gone, and nothing came for a while
  kEndOfStream = 8,  // a producer called End: nothing more comes, nothing more can be written

  // The call was wrong; nothing changed.
  kInvalidArgument = 10,
  kBadName = 11,         // empty, or has '/' or NUL in it
  kNameTooLong = 12,     // see kMaxNameBytes, kMaxGroupNameBytes
  kTooLarge = 13,        // the message can never fit into this ring
  kBufferTooSmall = 14,  // the message stays where it is; Received::size says what it needs
  kNotSupported = 15,    // not with this queue's options, or not on this system
  kClosed = 16,          // the handle was closed, moved from, or never opened
  kForked = 17,          // the handle belongs to a parent process: attach anew in the child
  kReadOnly = 18,        // the segment is mapped without write rights
  kOutOfOrder = 19,      // e.g. Commit without Reserve, or a second Peek before Release
  kRedelivery = 20,      // a dead member's message waits: only TryRead (which copies) can take it

  // The system said no; Status::error() holds errno.
  kAlreadyExists = 30,
  kNotFound = 31,
  kPermissionDenied = 32,
  kNoSpace = 33,   // no room in /dev/shm
  kNoMemory = 34,  // no room in the address space
  kSystem = 35,    // any other refusal

  // A fixed table is used up.
  kNoSeat = 40,
  kNoGroup = 41,
  kGroupMismatch = 42,  // the group exists with another kind or durability
  kTaken = 43,          // an exclusive group has its member, a single-producer queue its producer

  // The file is not a segment that this library can use.
  kNotASegment = 50,      // wrong magic, or too short to have one
  kVersionMismatch = 51,  // another format version or byte order
  kBadChecksum = 52,      // the header's CRC32C does not fit its bytes
  kBadGeometry = 53,      // a header field is out of its limits
  kSizeMismatch = 54,     // the file is shorter or longer than its header says

  // A word in shared memory has a value that no protocol step can leave there.
  kCorrupt = 60,
};

class [[nodiscard]] Status {
 public:
  constexpr Status() = default;
  constexpr Status(Code code, int error = 0)
      : code_(code), error_(error) {}  // NOLINT: a code is a status

  constexpr bool ok() const { return code_ == Code::kOk; }
  constexpr Code code() const { return code_; }
  // The errno that the system gave, or 0.
  constexpr int error() const { return error_; }

  // Static strings: "kFull" and a sentence that a user can act on.
  const char* name() const;
  const char* message() const;

  // Says on purpose that the outcome does not matter here.
  constexpr void IgnoreError() const {}

  friend constexpr bool operator==(Status a, Status b) { return a.code_ == b.code_; }
  friend constexpr bool operator!=(Status a, Status b) { return a.code_ != b.code_; }

 private:
  Code code_ = Code::kOk;
  int32_t error_ = 0;
};
static_assert(sizeof(Status) == 8);

const char* CodeName(Code code);
const char* CodeMessage(Code code);

}  // namespace fmmq

#endif  // FMMQ_BASE_STATUS_H_
