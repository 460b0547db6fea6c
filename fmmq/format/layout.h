// Segment format 1, field by field. FORMAT.md is the same in prose; the asserts below hold the two
// together.
//
// THREAT MODEL. Everything here but Header lies in memory that any peer with write rights may
// change at any time. Geometry is read once, checked and kept privately (geometry.h); no offset,
// mask or size is ever read from the mapping again. A word is loaded once into a local, checked,
// then used.
//
// The shared structs take the type of their words, so that the protocol can run over a model
// checker's atomics as well; the layout is that of `SharedWord`.
#ifndef FMMQ_FORMAT_LAYOUT_H_
#define FMMQ_FORMAT_LAYOUT_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "fmmq/base/version.h"

namespace fmmq::format {

using SharedWord = std::atomic<uint64_t>;
static_assert(sizeof(SharedWord) == 8);
static_assert(SharedWord::is_always_lock_free, "fmmq needs lock-free 64-bit atomics");

inline constexpr char kMagic[8] = {'f', 'm', 'm', 'q', '\r', '\n', '\x1a', '\n'};
inline constexpr uint32_t kVersion = kFormatVersion;
inline constexpr uint32_t kEndianMark = 0x01020304;

// Two words that different processes write stand this far apart: one cache line, and the one that
// the hardware prefetches with it.
inline constexpr uint32_t kLineBytes = 128;

inline constexpr uint32_t kMinBlockSize = 16;
inline constexpr uint32_t kMaxBlockSize = 4096;
inline constexpr uint64_t kMinBlockCount = 4;
inline constexpr uint64_t kMaxBlockCount =
    uint64_t{1} << 29;  // an aborted record's length counts blocks in 30 bits
inline constexpr uint32_t kMaxSeats = 1024;
inline constexpr uint32_t kMaxGroups = 256;
inline constexpr uint32_t kMaxStringBytes = uint32_t{1} << 24;
inline constexpr uint32_t kMaxIdBytes = 255;
inline constexpr uint32_t kMaxGroupNameBytes = 64;
inline constexpr uint32_t kMinPageSize = 4096;
inline constexpr uint32_t kMaxPageSize = 65536;

// ---- the immutable header: offset 0, written before anybody else can map the file, never after
// ----

enum HeaderFlag : uint32_t {
  kSingleProducer = 1u << 0,
  kDefaultGroup = 1u << 1,
  kAnonymous = 1u << 2,
  kAllHeaderFlags = (1u << 3) - 1,
};

struct alignas(8) Header {
  char magic[8];           //   0  kMagic
  uint32_t version;        //   8  kVersion
  uint32_t endian_mark;    //  12  kEndianMark in the creator's byte order
  uint32_t page_size;      //  16  what data is aligned to, bytes
  uint32_t policy;         //  20  Policy
  uint32_t flags;          //  24  HeaderFlag
  uint32_t block_size;     //  28  bytes
  uint64_t data_bytes;     //  32  a power of two
  uint64_t segment_bytes;  //  40  the whole file
  uint32_t seats;          //  48
  uint32_t groups;         //  52
  uint32_t string_bytes;   //  56
  uint32_t id_bytes;       //  60
  uint64_t created_ns;     //  64  CLOCK_REALTIME, nanoseconds since 1970
  uint8_t uuid[16];        //  72  random; no two segments share one
  char id[256];            //  88  id_bytes of it, then zeros
  uint8_t reserved[164];   // 344  zero
  uint32_t crc32c;         // 508  of the 508 bytes before it
};
static_assert(sizeof(Header) == 512 && alignof(Header) == 8);
static_assert(offsetof(Header, version) == 8 && offsetof(Header, endian_mark) == 12);
static_assert(offsetof(Header, page_size) == 16 && offsetof(Header, policy) == 20);
static_assert(offsetof(Header, flags) == 24 && offsetof(Header, block_size) == 28);
static_assert(offsetof(Header, data_bytes) == 32 && offsetof(Header, segment_bytes) == 40);
static_assert(offsetof(Header, seats) == 48 && offsetof(Header, groups) == 52);
static_assert(offsetof(Header, string_bytes) == 56 && offsetof(Header, id_bytes) == 60);
static_assert(offsetof(Header, created_ns) == 64 && offsetof(Header, uuid) == 72);
static_assert(offsetof(Header, id) == 88 && offsetof(Header, reserved) == 344);
static_assert(offsetof(Header, crc32c) == 508);

// ---- the control lines: offset 1024 ----
//
// Who writes:  head          producers, by CAS (a single producer: by plain stores)
//              holder_epoch  whoever becomes able to hold writers back, before it does
//              occupied      one bit a seat; set before the seat is used, cleared after it is clean
//              data, space   waiters set the low bit, wakers bump and clear
//              flags         the compat policy's switch; one way
//              ended         who ends the stream, and whoever helps
//              written, read what handles that are gone wrote and read; who clears their seats
//              wanted        a writer of a big message that waits for room

template <typename Word>
struct Control {
  alignas(kLineBytes) Word head;          //    0  next position to reserve
  alignas(kLineBytes) Word holder_epoch;  //  128
  alignas(kLineBytes) Word data_wait;     //  256  {sequence: 31, somebody waits: 1}
  alignas(kLineBytes) Word space_wait;    //  384  {sequence: 31, somebody waits: 1}
  alignas(kLineBytes) Word flags;         //  512  SegmentFlag
  Word ended;                       //  520  0; 1: ending; position + 2: nothing comes from there on
  Word recoveries;                  //  528  holes repaired
  Word written_messages;            //  536
  Word written_bytes;               //  544
  Word read_messages;               //  552
  Word read_bytes;                  //  560
  Word network;                     //  568  the network namespace of the first who could write
  alignas(kLineBytes) Word wanted;  //  640  position + 1, 0 none
  Word wanted_until;                //  648  CLOCK_MONOTONIC, nanoseconds
  alignas(kLineBytes) Word occupied[kMaxSeats / 64];  //  768
};

enum SegmentFlag : uint64_t {
  kOverwriting = 1u << 0,
  // Writers come from several network namespaces: doorbells do not reach all.
  kManyNetworks = 1u << 1,
};

// One producer or consumer handle. Its owner is alive exactly as long as the kernel lock on its
// byte is held; nobody else writes these words without holding or sharing its locks.
//
//   intent    0           nothing held
//             p + 1       the owner is about to take, or holds, the record at p
//   end       0           that one record
//             e           all of [p, e): a batch. Stored only while intent is 0.
//   identity  0           no owner; see SeatIdentity
template <typename Word>
struct alignas(kLineBytes) Seat {
  Word intent;       //   0
  Word end;          //   8
  Word identity;     //  16
  Word owner;        //  24  process id, for people to read: never believed
  Word messages;     //  32
  Word bytes;        //  40
  Word armed;        //  48  Bell: what the owner's doorbell waits for
  Word reserved[9];  //  56
};

// One group. state and cursor hold writers back from the moment that state says so.
template <typename Word>
struct alignas(kLineBytes) Group {
  Word cursor;       //   0  next position to read
  Word state;        //   8  see GroupState
  Word lost;         //  16  positions that this group's members found overwritten
  Word redelivered;  //  24
  Word reserved[4];  //  32
  Word name[8];      //  64  kMaxGroupNameBytes bytes, zero filled
};

// The shared string's first line; two buffers follow, each of string_bytes rounded up to a line.
// Version v is in buffer v mod 2; version 0 is the empty string. Written under the string lock.
template <typename Word>
struct alignas(kLineBytes) StringControl {
  Word version;       //   0
  Word wait;          //   8  as data_wait
  Word bytes[2];      //  16  of each buffer's value
  Word reserved[12];  //  32
};

// Where the descriptors' and data's neighbours lie is geometry's business; these two are fixed.
inline constexpr uint64_t kControlOffset = 1024;
inline constexpr uint64_t kSeatsOffset = 2048;

static_assert(sizeof(Control<SharedWord>) == 896);
static_assert(kControlOffset + sizeof(Control<SharedWord>) <= kSeatsOffset);
static_assert(offsetof(Control<SharedWord>, holder_epoch) == 128);
static_assert(offsetof(Control<SharedWord>, data_wait) == 256);
static_assert(offsetof(Control<SharedWord>, space_wait) == 384);
static_assert(offsetof(Control<SharedWord>, flags) == 512);
static_assert(offsetof(Control<SharedWord>, ended) == 520);
static_assert(offsetof(Control<SharedWord>, recoveries) == 528);
static_assert(offsetof(Control<SharedWord>, written_messages) == 536);
static_assert(offsetof(Control<SharedWord>, written_bytes) == 544);
static_assert(offsetof(Control<SharedWord>, read_messages) == 552);
static_assert(offsetof(Control<SharedWord>, read_bytes) == 560);
static_assert(offsetof(Control<SharedWord>, network) == 568);
static_assert(offsetof(Control<SharedWord>, wanted) == 640);
static_assert(offsetof(Control<SharedWord>, wanted_until) == 648);
static_assert(offsetof(Control<SharedWord>, occupied) == 768);
static_assert(sizeof(Seat<SharedWord>) == 128 && offsetof(Seat<SharedWord>, intent) == 0);
static_assert(offsetof(Seat<SharedWord>, end) == 8 && offsetof(Seat<SharedWord>, identity) == 16);
static_assert(offsetof(Seat<SharedWord>, owner) == 24 &&
              offsetof(Seat<SharedWord>, messages) == 32);
static_assert(offsetof(Seat<SharedWord>, bytes) == 40 && offsetof(Seat<SharedWord>, armed) == 48);
static_assert(offsetof(Seat<SharedWord>, reserved) == 56);
static_assert(sizeof(Group<SharedWord>) == 128 && offsetof(Group<SharedWord>, cursor) == 0);
static_assert(offsetof(Group<SharedWord>, state) == 8 && offsetof(Group<SharedWord>, lost) == 16);
static_assert(offsetof(Group<SharedWord>, redelivered) == 24);
static_assert(offsetof(Group<SharedWord>, reserved) == 32 &&
              offsetof(Group<SharedWord>, name) == 64);
static_assert(sizeof(StringControl<SharedWord>) == 128 &&
              offsetof(StringControl<SharedWord>, version) == 0);
static_assert(offsetof(StringControl<SharedWord>, wait) == 8 &&
              offsetof(StringControl<SharedWord>, bytes) == 16);
static_assert(offsetof(StringControl<SharedWord>, reserved) == 32);

// ---- kernel locks: bytes far past the end of the file ----

inline constexpr uint64_t kLockBase = uint64_t{1} << 60;
inline constexpr uint64_t kControlLock = kLockBase + 1;   // join, make or drop a group
inline constexpr uint64_t kStringLock = kLockBase + 2;    // writers of the shared string
inline constexpr uint64_t kProducerLock = kLockBase + 3;  // the producer of a single-producer queue
// A seat has two bytes. Its owner has both. Who adopts what a dead owner held has the first: to
// others the seat looks alive. Who brings a dead owner's seat back shares the second.
constexpr uint64_t SeatLock(uint32_t seat) { return kLockBase + 0x10000 + 2 * seat; }
constexpr uint64_t SeatShare(uint32_t seat) { return SeatLock(seat) + 1; }
inline constexpr int kSeatLocks = 2;
// A group's entry: who comes in, and an exclusive member as long as it lives; shared by who ends
// it.
constexpr uint64_t GroupLock(uint32_t group) { return kLockBase + 0x20000 + group; }
// One byte for each observer, with a read lock, so that they can be counted: read rights are
// enough.
inline constexpr uint32_t kMaxObservers = 256;
constexpr uint64_t ObserverLock(uint32_t observer) { return kLockBase + 0x30000 + observer; }

}  // namespace fmmq::format

#endif  // FMMQ_FORMAT_LAYOUT_H_
