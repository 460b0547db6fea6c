// C and C++ say the same: codes, limits, choices, defaults. Most of it is checked by the compiler.
#include <cstring>

#include "fmmq/c/fmmq.h"
#include "fmmq/discovery/proc_text.h"
#include "fmmq/fmmq.h"
#include "gtest/gtest.h"

namespace fmmq {
namespace {

struct Pair {
  fmmq_status c;
  Code cpp;
  const char* name;
};

#define SAME_CODE(C_NAME, CppName) \
  Pair { C_NAME, Code::CppName, #CppName }
constexpr Pair kPairs[] = {
    SAME_CODE(FMMQ_OK, kOk),
    SAME_CODE(FMMQ_EMPTY, kEmpty),
    SAME_CODE(FMMQ_FULL, kFull),
    SAME_CODE(FMMQ_BUSY, kBusy),
    SAME_CODE(FMMQ_TIMEOUT, kTimeout),
    SAME_CODE(FMMQ_CANCELLED, kCancelled),
    SAME_CODE(FMMQ_INTERRUPTED, kInterrupted),
    SAME_CODE(FMMQ_REMOVED, kRemoved),
    SAME_CODE(FMMQ_END_OF_STREAM, kEndOfStream),
    SAME_CODE(FMMQ_INVALID_ARGUMENT, kInvalidArgument),
    SAME_CODE(FMMQ_BAD_NAME, kBadName),
    SAME_CODE(FMMQ_NAME_TOO_LONG, kNameTooLong),
    SAME_CODE(FMMQ_TOO_LARGE, kTooLarge),
    SAME_CODE(FMMQ_BUFFER_TOO_SMALL, kBufferTooSmall),
    SAME_CODE(FMMQ_NOT_SUPPORTED, kNotSupported),
    SAME_CODE(FMMQ_CLOSED, kClosed),
    SAME_CODE(FMMQ_FORKED, kForked),
    SAME_CODE(FMMQ_READ_ONLY, kReadOnly),
    SAME_CODE(FMMQ_OUT_OF_ORDER, kOutOfOrder),
    SAME_CODE(FMMQ_REDELIVERY, kRedelivery),
    SAME_CODE(FMMQ_ALREADY_EXISTS, kAlreadyExists),
    SAME_CODE(FMMQ_NOT_FOUND, kNotFound),
    SAME_CODE(FMMQ_PERMISSION_DENIED, kPermissionDenied),
    SAME_CODE(FMMQ_NO_SPACE, kNoSpace),
    SAME_CODE(FMMQ_NO_MEMORY, kNoMemory),
    SAME_CODE(FMMQ_SYSTEM, kSystem),
    SAME_CODE(FMMQ_NO_SEAT, kNoSeat),
    SAME_CODE(FMMQ_NO_GROUP, kNoGroup),
    SAME_CODE(FMMQ_GROUP_MISMATCH, kGroupMismatch),
    SAME_CODE(FMMQ_TAKEN, kTaken),
    SAME_CODE(FMMQ_NOT_A_SEGMENT, kNotASegment),
    SAME_CODE(FMMQ_VERSION_MISMATCH, kVersionMismatch),
    SAME_CODE(FMMQ_BAD_CHECKSUM, kBadChecksum),
    SAME_CODE(FMMQ_BAD_GEOMETRY, kBadGeometry),
    SAME_CODE(FMMQ_SIZE_MISMATCH, kSizeMismatch),
    SAME_CODE(FMMQ_CORRUPT, kCorrupt),
};
#undef SAME_CODE

constexpr bool AllSame() {
  for (const Pair& pair : kPairs) {
    if (static_cast<int>(pair.c) != static_cast<int>(pair.cpp)) return false;
  }
  return true;
}
static_assert(AllSame(), "a status code has another number in C than in C++");

// Every number that has a name in C++ has a pair above.
TEST(AbiTest, EveryCodeHasAPair) {
  size_t named = 0;
  for (int number = -10; number < 1000; ++number) {
    if (std::strcmp(CodeName(static_cast<Code>(number)), "unknown") != 0) ++named;
  }
  EXPECT_EQ(named, sizeof(kPairs) / sizeof(kPairs[0]));
}

TEST(AbiTest, NamesAndMessagesAreTheSame) {
  for (const Pair& pair : kPairs) {
    EXPECT_STREQ(fmmq_status_name(pair.c), pair.name);
    EXPECT_STREQ(fmmq_status_name(pair.c), CodeName(pair.cpp));
    EXPECT_STREQ(fmmq_status_message(pair.c), CodeMessage(pair.cpp));
  }
  EXPECT_STREQ(fmmq_status_name(12345), "unknown");
  EXPECT_STREQ(fmmq_status_name(-1), "unknown");
}

template <typename C, typename Cpp>
constexpr bool Same(C c, Cpp cpp) {
  return static_cast<uint64_t>(c) == static_cast<uint64_t>(cpp);
}
static_assert(Same(FMMQ_POLICY_LOSSLESS, Policy::kLossless));
static_assert(Same(FMMQ_POLICY_OVERWRITE, Policy::kOverwrite));
static_assert(Same(FMMQ_POLICY_COMPAT, Policy::kCompat));
static_assert(Same(FMMQ_ACCESS_BEST, Access::kBest));
static_assert(Same(FMMQ_ACCESS_READ_ONLY, Access::kReadOnly));
static_assert(Same(FMMQ_ACCESS_READ_WRITE, Access::kReadWrite));
static_assert(Same(FMMQ_FROM_NOW, From::kNow));
static_assert(Same(FMMQ_FROM_OLDEST, From::kOldest));
static_assert(Same(FMMQ_GROUP_SHARED, GroupKind::kShared));
static_assert(Same(FMMQ_GROUP_EXCLUSIVE, GroupKind::kExclusive));
static_assert(Same(FMMQ_NEVER, Deadline::kNever));
static_assert(Same(FMMQ_MAX_NAME_BYTES, kMaxNameBytes));
static_assert(Same(FMMQ_MAX_ID_BYTES, format::kMaxIdBytes));
static_assert(Same(FMMQ_MAX_GROUP_NAME_BYTES, format::kMaxGroupNameBytes));
static_assert(Same(FMMQ_MAX_PROGRAM_BYTES, discovery::kMaxProgramBytes));
static_assert(Same(FMMQ_FORMAT_VERSION, kFormatVersion));

// Structs that cross over as they are.
#define SAME_FIELD(CStruct, Cpp, field)                             \
  static_assert(offsetof(CStruct, field) == offsetof(Cpp, field) && \
                sizeof(CStruct::field) == sizeof(Cpp::field))
SAME_FIELD(fmmq_received, Received, size);
SAME_FIELD(fmmq_received, Received, position);
SAME_FIELD(fmmq_received, Received, lost);
SAME_FIELD(fmmq_received, Received, redelivered);
SAME_FIELD(fmmq_message, Message, position);
SAME_FIELD(fmmq_stats, HandleStats, messages);
SAME_FIELD(fmmq_stats, HandleStats, bytes);
SAME_FIELD(fmmq_stats, HandleStats, misses);
SAME_FIELD(fmmq_stats, HandleStats, lost);
SAME_FIELD(fmmq_stats, HandleStats, redelivered);
SAME_FIELD(fmmq_stats, HandleStats, rescues);
SAME_FIELD(fmmq_match, MatchInfo, pid);
SAME_FIELD(fmmq_match, MatchInfo, fd);
SAME_FIELD(fmmq_match, MatchInfo, created_ns);
SAME_FIELD(fmmq_match, MatchInfo, uuid);
SAME_FIELD(fmmq_string_info, StringInfo, size);
SAME_FIELD(fmmq_string_info, StringInfo, version);
SAME_FIELD(fmmq_presence, PresenceInfo, producers);
SAME_FIELD(fmmq_presence, PresenceInfo, members);
SAME_FIELD(fmmq_presence, PresenceInfo, observers);
SAME_FIELD(fmmq_group_info, GroupInfo, name);
SAME_FIELD(fmmq_group_info, GroupInfo, kind);
SAME_FIELD(fmmq_group_info, GroupInfo, durable);
SAME_FIELD(fmmq_group_info, GroupInfo, cursor);
SAME_FIELD(fmmq_group_info, GroupInfo, lag);
SAME_FIELD(fmmq_group_info, GroupInfo, lost);
SAME_FIELD(fmmq_group_info, GroupInfo, redelivered);
SAME_FIELD(fmmq_group_info, GroupInfo, members);
SAME_FIELD(fmmq_info, QueueInfo, segment_bytes);
SAME_FIELD(fmmq_info, QueueInfo, capacity);
SAME_FIELD(fmmq_info, QueueInfo, block_size);
SAME_FIELD(fmmq_info, QueueInfo, seats);
SAME_FIELD(fmmq_info, QueueInfo, groups);
SAME_FIELD(fmmq_info, QueueInfo, string_size);
SAME_FIELD(fmmq_info, QueueInfo, policy);
SAME_FIELD(fmmq_info, QueueInfo, single_producer);
SAME_FIELD(fmmq_info, QueueInfo, anonymous);
SAME_FIELD(fmmq_info, QueueInfo, writable);
SAME_FIELD(fmmq_info, QueueInfo, created_ns);
SAME_FIELD(fmmq_info, QueueInfo, uuid);
SAME_FIELD(fmmq_info, QueueInfo, id);
SAME_FIELD(fmmq_info, QueueInfo, head);
SAME_FIELD(fmmq_info, QueueInfo, recoveries);
SAME_FIELD(fmmq_info, QueueInfo, written_messages);
SAME_FIELD(fmmq_info, QueueInfo, written_bytes);
SAME_FIELD(fmmq_info, QueueInfo, read_messages);
SAME_FIELD(fmmq_info, QueueInfo, read_bytes);
SAME_FIELD(fmmq_info, QueueInfo, ended);
SAME_FIELD(fmmq_info, QueueInfo, producers);
SAME_FIELD(fmmq_info, QueueInfo, members);
#undef SAME_FIELD
static_assert(sizeof(fmmq_received) == sizeof(Received));
static_assert(sizeof(fmmq_message) == sizeof(Message));
static_assert(sizeof(fmmq_bytes) == sizeof(ConstBytes));
static_assert(sizeof(fmmq_stats) == sizeof(HandleStats));
static_assert(sizeof(fmmq_match) == sizeof(MatchInfo));
static_assert(sizeof(fmmq_string_info) == sizeof(StringInfo));
static_assert(sizeof(fmmq_presence) == sizeof(PresenceInfo));
static_assert(sizeof(fmmq_group_info) == sizeof(GroupInfo));
static_assert(sizeof(fmmq_info) == sizeof(QueueInfo));
// A handle is one pointer.
static_assert(sizeof(fmmq_queue) == sizeof(Queue) && sizeof(Queue) == sizeof(void*));
static_assert(sizeof(fmmq_producer) == sizeof(Producer) && sizeof(Producer) == sizeof(void*));
static_assert(sizeof(fmmq_consumer) == sizeof(Consumer) && sizeof(Consumer) == sizeof(void*));
static_assert(sizeof(fmmq_observer) == sizeof(Observer) && sizeof(Observer) == sizeof(void*));

TEST(AbiTest, DefaultsAreTheSame) {
  constexpr fmmq_options kOptions = FMMQ_OPTIONS_INIT;
  constexpr Options kExpected;
  EXPECT_EQ(kOptions.size, sizeof(fmmq_options));
  EXPECT_EQ(kOptions.capacity, kExpected.capacity);
  EXPECT_EQ(kOptions.block_size, kExpected.block_size);
  EXPECT_EQ(kOptions.seats, kExpected.seats);
  EXPECT_EQ(kOptions.groups, kExpected.groups);
  EXPECT_EQ(kOptions.string_size, kExpected.string_size);
  EXPECT_EQ(kOptions.policy, static_cast<uint32_t>(kExpected.policy));
  EXPECT_EQ(kOptions.single_producer, kExpected.single_producer);
  EXPECT_EQ(kOptions.default_group, kExpected.default_group);
  EXPECT_EQ(kOptions.mode, kExpected.mode);
  EXPECT_EQ(kOptions.reserved, 0u);

  constexpr fmmq_group_options kGroup = FMMQ_GROUP_OPTIONS_INIT;
  EXPECT_EQ(kGroup.size, sizeof(fmmq_group_options));
  EXPECT_EQ(kGroup.kind, static_cast<uint32_t>(GroupOptions().kind));
  EXPECT_EQ(kGroup.durable, GroupOptions().durable);
  EXPECT_EQ(kGroup.from, static_cast<uint32_t>(GroupOptions().from));

  constexpr fmmq_wait_policy kWait = FMMQ_WAIT_POLICY_INIT;
  EXPECT_EQ(kWait.size, sizeof(fmmq_wait_policy));
  EXPECT_EQ(kWait.spin_ns, WaitPolicy().spin_ns);
  EXPECT_EQ(kWait.interruptible, WaitPolicy().interruptible);
}

TEST(AbiTest, VersionsAreTheSame) {
  EXPECT_STREQ(FMMQ_LIBRARY_VERSION, kLibraryVersion);
  EXPECT_STREQ(fmmq_library_version(), LibraryVersion());
  EXPECT_EQ(fmmq_format_version(), FormatVersion());
}

}  // namespace
}  // namespace fmmq
