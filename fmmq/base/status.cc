#include "fmmq/base/status.h"

namespace fmmq {
namespace {

struct Entry {
  Code code;
  const char* name;
  const char* message;
};

constexpr Entry kEntries[] = {
    {Code::kOk, "kOk", "ok"},
    {Code::kEmpty, "kEmpty", "nothing to read now"},
    {Code::kFull, "kFull", "no room to write now"},
    {Code::kBusy, "kBusy", "somebody else is in the way right now: try again"},
    {Code::kTimeout, "kTimeout", "the deadline passed"},
    {Code::kCancelled, "kCancelled", "the wait was cancelled"},
    {Code::kInterrupted, "kInterrupted", "a signal interrupted the wait"},
    {Code::kRemoved, "kRemoved", "the queue was removed"},
    {Code::kEndOfStream, "kEndOfStream", "the stream has ended"},
    {Code::kInvalidArgument, "kInvalidArgument", "an argument is out of its range"},
    {Code::kBadName, "kBadName", "a name must not be empty nor contain '/' or NUL"},
    {Code::kNameTooLong, "kNameTooLong", "the name is too long"},
    {Code::kTooLarge, "kTooLarge", "the message can never fit into this ring"},
    {Code::kBufferTooSmall, "kBufferTooSmall", "the buffer is smaller than the message"},
    {Code::kNotSupported, "kNotSupported",
     "not supported with this queue's options, or on this system"},
    {Code::kClosed, "kClosed", "the handle is closed"},
    {Code::kForked, "kForked", "the handle belongs to the parent process: attach anew"},
    {Code::kReadOnly, "kReadOnly", "the segment is mapped without write rights"},
    {Code::kOutOfOrder, "kOutOfOrder", "the call does not fit the handle's state"},
    {Code::kRedelivery, "kRedelivery", "a dead member's message waits: take it with TryRead"},
    {Code::kAlreadyExists, "kAlreadyExists", "the name is taken"},
    {Code::kNotFound, "kNotFound", "there is no such queue"},
    {Code::kPermissionDenied, "kPermissionDenied", "permission denied"},
    {Code::kNoSpace, "kNoSpace", "no room left in /dev/shm"},
    {Code::kNoMemory, "kNoMemory", "no room left in the address space"},
    {Code::kSystem, "kSystem", "the system refused: see errno"},
    {Code::kNoSeat, "kNoSeat", "every seat is taken: close a handle or create with more seats"},
    {Code::kNoGroup, "kNoGroup", "every group entry is taken: create with more groups"},
    {Code::kGroupMismatch, "kGroupMismatch", "the group exists with another kind or durability"},
    {Code::kTaken, "kTaken", "the one place in it is taken"},
    {Code::kNotASegment, "kNotASegment", "this file is not an fmmq segment"},
    {Code::kVersionMismatch, "kVersionMismatch", "another format version or byte order"},
    {Code::kBadChecksum, "kBadChecksum", "the header's checksum does not fit its bytes"},
    {Code::kBadGeometry, "kBadGeometry", "a header field is out of its limits"},
    {Code::kSizeMismatch, "kSizeMismatch", "the file's size is not what its header says"},
    {Code::kCorrupt, "kCorrupt", "a word in shared memory has an impossible value"},
};

const Entry* Find(Code code) {
  for (const Entry& entry : kEntries) {
    if (entry.code == code) return &entry;
  }
  return nullptr;
}

}  // namespace

const char* CodeName(Code code) {
  const Entry* entry = Find(code);
  return entry != nullptr ? entry->name : "unknown";
}

const char* CodeMessage(Code code) {
  const Entry* entry = Find(code);
  return entry != nullptr ? entry->message : "unknown status code";
}

const char* Status::name() const { return CodeName(code_); }
const char* Status::message() const { return CodeMessage(code_); }

}  // namespace fmmq
