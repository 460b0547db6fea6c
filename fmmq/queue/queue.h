// A queue: one mapped segment. Handles that write and read come from here.
#ifndef FMMQ_QUEUE_QUEUE_H_
#define FMMQ_QUEUE_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fmmq/base/result.h"
#include "fmmq/discovery/match.h"
#include "fmmq/format/options.h"
#include "fmmq/queue/consumer.h"
#include "fmmq/queue/observer.h"
#include "fmmq/queue/producer.h"
#include "fmmq/wait/deadline.h"

namespace fmmq {

namespace segment {
class Mapping;
}

enum class Access : uint32_t {
  kBest = 0,       // read and write where the file's permissions allow it, else read only
  kReadOnly = 1,   // observers and statistics only
  kReadWrite = 2,  // kPermissionDenied when the permissions do not allow it
};

enum class From : uint32_t {
  kNow = 0,     // what is written from now on
  kOldest = 1,  // the oldest that is still whole: for an observer what the ring holds, for a group
                // that is created by this call what another group still holds back
};

enum class GroupKind : uint32_t {
  kShared = 0,     // members compete
  kExclusive = 1,  // one member at a time; the fastest
};

struct GroupOptions {
  GroupKind kind = GroupKind::kShared;
  // A durable group outlives its members and holds writers back without them; an ephemeral one ends
  // with its last member.
  bool durable = false;
  From from = From::kNow;  // where a group that this call creates begins
};

// The group that exists from creation (Options::default_group): shared and durable.
inline constexpr std::string_view kDefaultGroupName = "default";

struct GroupInfo {
  char name[65] = {};  // NUL terminated
  GroupKind kind = GroupKind::kShared;
  bool durable = false;
  uint64_t cursor = 0;       // next position to read
  uint64_t lag = 0;          // positions written but not read
  uint64_t lost = 0;         // positions overwritten before they were read
  uint64_t redelivered = 0;  // messages of dead members that others got
  uint32_t members = 0;      // seats that say they belong to it
};

struct StringInfo {
  size_t size = 0;       // bytes; with kBufferTooSmall, what the value needs
  uint64_t version = 0;  // how often it was set
};

// Handles whose processes live, by the kernel's word.
struct PresenceInfo {
  uint32_t producers = 0;
  uint32_t members = 0;
  uint32_t observers = 0;  // at most 256 are counted
};

struct QueueInfo {
  uint64_t segment_bytes = 0;
  uint64_t capacity = 0;  // bytes of the ring
  uint32_t block_size = 0;
  uint32_t seats = 0;
  uint32_t groups = 0;
  uint32_t string_size = 0;
  Policy policy = Policy::kLossless;
  bool single_producer = false;
  bool anonymous = false;
  bool writable = false;    // through this Queue
  uint64_t created_ns = 0;  // CLOCK_REALTIME, nanoseconds since 1970
  uint8_t uuid[16] = {};
  char id[256] = {};              // name or id, NUL terminated
  uint64_t head = 0;              // positions reserved since creation
  uint64_t recoveries = 0;        // holes of dead producers repaired
  uint64_t written_messages = 0;  // a batch counts once all of it is written
  uint64_t written_bytes = 0;
  uint64_t read_messages = 0;  // by members of groups, all groups together
  uint64_t read_bytes = 0;
  bool ended = false;      // a producer called End
  uint32_t producers = 0;  // seats that say they are producers
  uint32_t members = 0;    // seats that say they are members of groups
};

// Threads: calls on one Queue may run in several threads at once, but for Close and moving it. They
// are not for signal handlers. Handles made from a Queue keep the segment mapped and may outlive
// the Queue.
//
// Processes: a forked child gets kForked from all handles, also after a raw clone(), and opens
// anew. No child keeps its parent's seats; a program that another thread starts with a raw clone()
// just while this one makes a handle may, as fork handlers do not run then. After exec all is gone.
//
// Errors common to all that open or create: kBadName, kNameTooLong, kPermissionDenied, kNoMemory,
// kSystem; Status::error holds errno where the system gave one.
class Queue {
 public:
  Queue() = default;
  Queue(Queue&& other) noexcept : mapping_(other.mapping_) { other.mapping_ = nullptr; }
  Queue& operator=(Queue&& other) noexcept;
  ~Queue() { Close().IgnoreError(); }

  // Makes /dev/shm/fmmq.<name>, whole or not at all. kAlreadyExists; kInvalidArgument (an option is
  // out of its limits); kNoSpace (the memory for the whole segment is reserved at once).
  static Result<Queue> Create(std::string_view name, const Options& options = {});
  // kNotFound; kNotASegment, kVersionMismatch, kBadChecksum, kBadGeometry, kSizeMismatch.
  static Result<Queue> Open(std::string_view name, Access access = Access::kBest);
  // Opens, or creates with these options where there is none. An existing queue keeps its own
  // options.
  static Result<Queue> OpenOrCreate(std::string_view name, const Options& options = {});
  // A segment without a file: gone when the last process that has it is gone. `id`: 0 to 255 bytes
  // of any value.
  static Result<Queue> CreateAnonymous(std::string_view id, const Options& options = {});
  // Attaches to an anonymous segment through a descriptor of it, such as one inherited or received
  // over a Unix socket. The descriptor stays the caller's. kNotASegment for anything else, named
  // segments included; else as Open.
  static Result<Queue> OpenFd(int fd, Access access = Access::kBest);

  // Attaches to the newest anonymous segment with this id in a process whose command line contains
  // `program`, its arguments joined by single spaces: at most 4096 bytes; "" is every process. The
  // caller's own process counts too. Where the newest is gone by then, or its permissions refuse,
  // the next one; of more than 64, the older ones are not tried. Looks at every process of the
  // machine, as far as /proc shows them. Any thread may call these three; they use 25 KiB of stack.
  //
  // Whose segment it is, only permissions say: any process can have that command line and that id.
  // kNotFound; kPermissionDenied (a process or file that matches is closed to us); kNameTooLong;
  // kNotSupported (there is no /proc).
  static Result<Queue> Connect(std::string_view program, std::string_view id,
                               Access access = Access::kBest);
  // The same in one process. `pid`: as /proc counts them; below 1 is kInvalidArgument.
  static Result<Queue> ConnectPid(int pid, std::string_view id, Access access = Access::kBest);
  // Fills at most `max` matches, the newest first, each segment once, and returns how many it
  // filled. Errors as Connect; with `max` 0, kOk says that there is one.
  static Result<size_t> FindAnonymous(std::string_view program, std::string_view id,
                                      MatchInfo* matches, size_t max);

  // Takes the name away. Who has the queue open keeps it; the memory goes with the last of them.
  // kNotFound.
  static Status Remove(std::string_view name);

  // Calls `visit(name)` for each named segment in /dev/shm, in no particular order, until it
  // returns false. Nothing is opened: the file may be anything that has such a name.
  template <typename Visit>
  static Status List(Visit&& visit) {
    auto call = [&visit](std::string_view name) -> bool { return visit(name); };
    using Call = decltype(call);
    return ListNames([](void* c, std::string_view name) { return (*static_cast<Call*>(c))(name); },
                     &call);
  }

  // kReadOnly; kNoSeat; kTaken (single-producer queues).
  Result<Producer> NewProducer();
  // Joins a group, and creates it first where there is none. kReadOnly; kNoSeat; kNoGroup;
  // kGroupMismatch; kTaken (exclusive groups); kBadName, kNameTooLong; kBusy (somebody held the
  // group table for a second).
  Result<Consumer> Join(std::string_view group, const GroupOptions& options);
  // Joins the group "default", durable and shared; creates it, from now on, where a queue was made
  // without it.
  Result<Consumer> Join();
  Result<Observer> Observe(From from = From::kNow);

  // Asks the kernel about every seat: some hundred system calls.
  Result<PresenceInfo> Presence() const;
  // Ends a group, durable or not, that has no live member: writers no longer wait for it, and what
  // it had not read is not kept for it any more. kTaken (it has live members), kNotFound,
  // kReadOnly, kBusy (somebody held the group table for a second).
  Status DropGroup(std::string_view group);

  // The shared string (Options::string_size): one value of any bytes that every process sees,
  // always whole; empty at first. kNotSupported without one. Any thread may call these at any time.
  // kTooLarge; kReadOnly; kTimeout (other writers, perhaps stopped ones, were in the way until the
  // deadline).
  Status SetString(ConstBytes value, Deadline deadline);
  // kBufferTooSmall; kBusy (writers were faster eight times); kCorrupt.
  Result<StringInfo> GetString(MutableBytes buffer) const;
  // Waits until the string has another version than `version`, and returns that. kTimeout.
  Result<uint64_t> WaitString(uint64_t version, Deadline deadline) const;

  // Compat policy only (else kNotSupported): from now on, and for good, writers overwrite what
  // groups have not read.
  Status LetWritersOverwrite();

  // Maps every page now, so that no first touch costs a page fault later. kSystem before
  // Linux 5.14.
  Status Prefault();
  // Keeps the segment from being swapped, for this process. kPermissionDenied, kNoMemory
  // (RLIMIT_MEMLOCK).
  Status LockInMemory();

  // A snapshot for people; costs a look at every seat. Of a closed queue: all zero.
  QueueInfo Info() const;
  // Fills at most `max` entries with the groups there are, and returns how many it filled.
  size_t Groups(GroupInfo* groups, size_t max) const;
  // The largest message that can fit: the whole ring, at most 2^31 - 1 bytes. 0 for a closed queue.
  size_t max_message_size() const;
  // The segment's descriptor, close-on-exec, for passing to others; -1 for a closed queue. Stays
  // the queue's.
  int fd() const;

  Status Close();
  bool is_open() const { return mapping_ != nullptr; }

 private:
  using VisitName = bool (*)(void* visitor, std::string_view name);
  explicit Queue(segment::Mapping* mapping) : mapping_(mapping) {}
  static Status ListNames(VisitName visit, void* visitor);

  segment::Mapping* mapping_ = nullptr;
};

}  // namespace fmmq

#endif  // FMMQ_QUEUE_QUEUE_H_
