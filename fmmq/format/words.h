// The packed words of the format: descriptors, seat identities, group states. Pure.
//
// Decoding never fails: whatever a peer wrote decodes to something, and the caller checks it.
#ifndef FMMQ_FORMAT_WORDS_H_
#define FMMQ_FORMAT_WORDS_H_

#include <cstdint>

namespace fmmq::format {

// A descriptor, one for each block:
//
//    63            32 31 30 29                           0
//   +----------------+--+--+------------------------------+
//   |      lap       | 1|      length in bytes            |  start of a message
//   |      lap       | 0| 1|     length in blocks         |  start of an aborted record
//   |      lap       | 0| 0|     zero                     |  interior of either
//   +----------------+--+--+------------------------------+
//
// It is current when its lap is that of the position asked for; an older lap means "not written
// yet". Readers step over aborted records.
enum class Kind : uint32_t { kStart, kAborted, kInterior };

inline constexpr uint64_t kMaxMessageBytes = (uint64_t{1} << 31) - 1;

constexpr uint64_t StartWord(uint32_t lap, uint64_t bytes) {
  return uint64_t{lap} << 32 | 0x80000000u | bytes;
}
constexpr uint64_t AbortedWord(uint32_t lap, uint64_t blocks) {
  return uint64_t{lap} << 32 | 0x40000000u | blocks;
}
constexpr uint64_t InteriorWord(uint32_t lap) { return uint64_t{lap} << 32; }

constexpr uint32_t LapOf(uint64_t descriptor) { return static_cast<uint32_t>(descriptor >> 32); }
constexpr Kind KindOf(uint64_t descriptor) {
  if ((descriptor & 0x80000000u) != 0) return Kind::kStart;
  return (descriptor & 0x40000000u) != 0 ? Kind::kAborted : Kind::kInterior;
}
constexpr uint64_t MessageBytes(uint64_t start) { return start & 0x7fffffffu; }
constexpr uint64_t AbortedBlocks(uint64_t aborted) { return aborted & 0x3fffffffu; }

// A seat's identity: {group generation: 32, group index: 16, role: 16}. Never 0 while the seat has
// an owner. Observers take a seat only for their doorbell.
enum class Role : uint32_t { kNone = 0, kProducer = 1, kMember = 2, kObserver = 3 };

struct SeatIdentity {
  Role role = Role::kNone;
  uint32_t group = 0;
  uint32_t generation = 0;
};

constexpr uint64_t Encode(SeatIdentity id) {
  return uint64_t{id.generation} << 32 | uint64_t{id.group} << 16 | static_cast<uint32_t>(id.role);
}
constexpr SeatIdentity DecodeSeat(uint64_t word) {
  return {static_cast<Role>(word & 0xffff), static_cast<uint32_t>(word >> 16 & 0xffff),
          static_cast<uint32_t>(word >> 32)};
}

// A group's state: {generation: 32, reserved: 16, name bytes: 8, reserved: 4, durable: 1,
// exclusive: 1, phase: 2}.
//
//   kFree --(creator, entry's lock)--> kJoining --(creator)--> kLive
//   kLive --(whoever shares the entry's lock, or drops the group)--> kFree
//
// kJoining holds writers back as kLive does; found by somebody who shares the entry's lock, its
// creator is dead.
enum class Phase : uint32_t { kFree = 0, kJoining = 1, kLive = 2 };

struct GroupState {
  Phase phase = Phase::kFree;
  bool exclusive = false;
  bool durable = false;
  uint32_t name_bytes = 0;
  uint32_t generation = 0;
};

constexpr uint64_t Encode(GroupState s) {
  return uint64_t{s.generation} << 32 | uint64_t{s.name_bytes & 0xff} << 8 |
         uint64_t{s.durable} << 3 | uint64_t{s.exclusive} << 2 | static_cast<uint32_t>(s.phase);
}
constexpr GroupState DecodeGroup(uint64_t word) {
  return {static_cast<Phase>(word & 3), (word & 4) != 0, (word & 8) != 0,
          static_cast<uint32_t>(word >> 8 & 0xff), static_cast<uint32_t>(word >> 32)};
}
// What a seat's doorbell waits for, and which of the seat's doorbells it is: {reserved: 48,
// which: 8, bell: 8}.
enum Bell : uint64_t { kNoBell = 0, kDataBell = 1, kSpaceBell = 2 };

constexpr uint64_t ArmedWord(Bell bell, uint8_t which) { return uint64_t{which} << 8 | bell; }
constexpr uint64_t BellOf(uint64_t armed) { return armed & 0xff; }
constexpr uint8_t DoorbellOf(uint64_t armed) { return static_cast<uint8_t>(armed >> 8); }

// kJoining and kLive count, and so does the undefined fourth phase: when in doubt, hold back.
constexpr bool HoldsWriters(uint64_t state) { return (state & 3) != 0; }

}  // namespace fmmq::format

#endif  // FMMQ_FORMAT_WORDS_H_
