// What all of a run's workers write down, in memory that no death takes away. Not a word of it goes
// through fmmq.
//
// A *life* is one producer handle, from its making to its end or its process's. Its number is the
// writer of its messages; they are numbered from 0. A *slot* is a place for one worker, a process
// or a thread; the director fills it again when the worker is gone.
//
// Workers of both widths map it: fixed widths only, and 64-bit words are atomics, which are
// aligned to 8 bytes everywhere.
#ifndef FMMQ_TESTS_STRESS_LEDGER_H_
#define FMMQ_TESTS_STRESS_LEDGER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "fmmq/fmmq.h"
#include "tests/stress/plan.h"

namespace fmmq::stress {

using Word = std::atomic<uint64_t>;
using HalfWord = std::atomic<uint32_t>;

inline constexpr uint32_t kLives = 1024;         // at the same time: a settled one makes room
inline constexpr uint32_t kLifeMessages = 2048;  // of one life
inline constexpr uint32_t kMaxNotes = 32;

// ---- lives ----

//   kFree -> kActive    its producer
//   kActive -> kEnded   its producer, or the director when that is gone
//   kEnded -> kSettled -> kFree   the director
enum class LifeState : uint32_t { kFree, kActive, kEnded, kSettled };

// {generation: 32, slot: 16, state: 16}. One word, so that no death comes between taking a life and
// saying who did.
struct LifeWord {
  uint32_t generation = 0;  // of the entry; the one before it is settled
  uint32_t slot = 0;
  LifeState state = LifeState::kFree;
};
uint64_t Encode(LifeWord life);
LifeWord DecodeLife(uint64_t word);

// The generation has 22 bits of a writer's number.
constexpr uint32_t WriterOf(uint32_t index, uint32_t generation) {
  return generation * kLives + index;
}
constexpr uint32_t IndexOf(uint32_t writer) { return writer % kLives; }
constexpr uint32_t GenerationOf(uint32_t writer) { return writer / kLives; }

// How a message came to a group, in the low bits of Life::came.
enum Came : uint32_t {
  kUnmarked = 1,
  kMarked = 2,   // as redelivered
  kExcused = 4,  // it lay, whole, where a member was reading to when it was killed
};

struct Life {
  Word word;
  Word started;   // writes of the messages before this one have begun
  Word reported;  // and of these returned ok
  // {low 16 bits of the generation, position + 1}, by whoever saw the message first.
  Word position[kLifeMessages];
  // {generation: 24, Came: 8}
  HalfWord came[kMaxGroups][kLifeMessages];
};

// What a word of Life::came says about this generation's message.
uint32_t CameFlags(uint32_t word, uint32_t generation);
// Adds a flag and returns those that were there.
uint32_t AddCame(HalfWord& word, uint32_t generation, uint32_t flag);

// ---- workers ----

// What a worker is doing: for people.
enum class Doing : uint32_t {
  kStarting,
  kOpening,
  kJoining,
  kWriting,
  kReserving,
  kCommitting,
  kReading,
  kPeeking,
  kReleasing,
  kClosing,
  kArming,
  kString,
  kAsking,
  kNapping,
  kHolding,
  kEnding,
};
const char* DoingName(Doing doing);

struct alignas(128) Slot {
  Word beats;      // calls that returned
  Word successes;  // messages written, delivered, seen
  HalfWord doing;
  HalfWord incarnation;  // how often the slot was filled
  HalfWord reading_for;  // group + 1 while a member reads into its hand
  HalfWord pid;
};

struct alignas(128) GroupAccount {
  Word messages;  // deliveries, marked ones too
  Word marked;
  Word deaths;         // of members, and handles closed with messages in hand
  Word blocks;         // of all that was delivered, each message once
  Word next_position;  // of an exclusive group: what came last came before this
};

// ---- what went wrong ----

enum class Violation : uint32_t {
  kLost,
  kDuplicate,
  kTorn,
  kInvented,
  kReordered,
  kGap,
  kMark,
  kStatus,
  kStuck,
  kEnded,
  kString,
  kForked,
  kLeft,
  kCount,
};
inline constexpr uint32_t kViolations = static_cast<uint32_t>(Violation::kCount);
const char* ViolationName(Violation violation);

struct Note {
  HalfWord ready;
  uint32_t violation;
  uint32_t slot;
  char text[180];
};

enum class Phase : uint32_t {
  kRunning,
  kDraining,  // producers leave
  kLeaving,   // everybody does
};

struct Ledger {
  Plan plan;
  Word struct_bytes;  // who maps it must mean the same
  Word run;           // random: the upper half of this run's messages' sequences
  Word start;         // head at the start: what stands before is an earlier run's
  HalfWord phase;
  HalfWord pace;          // 0: all fast, 1: slow readers, 2: slow producers
  HalfWord children;      // forked ones that live
  HalfWord forked;        // so far
  HalfWord strings_read;  // whole
  HalfWord notes_taken;
  HalfWord violations[kViolations];
  Word given_up_blocks;  // reserved, and not used for a message
  Word observed;         // messages that observers saw
  Word observers_lost;   // positions
  Note notes[kMaxNotes];
  Slot slots[kMaxSlots];
  GroupAccount groups[kMaxGroups];
  Life lives[kLives];
  // Then a hand for each slot: plan.max_message_bytes, rounded up to 64.

  MutableBytes Hand(uint32_t slot);
  bool InPhase(Phase p) const { return phase.load(std::memory_order_acquire) >= uint32_t(p); }
  uint64_t CountViolations() const;
  // Whether nobody is in the middle of a note.
  bool AllSaid() const;
  // Writes one down; the first few with their text.
  [[gnu::format(printf, 4, 5)]] void Accuse(Violation violation, uint32_t slot, const char* format,
                                            ...);
};
static_assert(sizeof(Word) == 8 && alignof(Word) == 8);
static_assert(sizeof(Plan) % 8 == 0);
// The same in programs of either width.
static_assert(sizeof(Life) == 24 + kLifeMessages * (8 + 4 * kMaxGroups));
static_assert(sizeof(Slot) == 128 && sizeof(GroupAccount) == 128);

inline constexpr uint32_t kDirector = kMaxSlots;  // who is no worker

// A new ledger in a file without a name, whose descriptor is not close-on-exec: workers inherit it.
// nullptr when the system refuses.
Ledger* MakeLedger(const Plan& plan, int* fd);
// The ledger behind an inherited descriptor; nullptr when it is none.
Ledger* AttachLedger(int fd);

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_LEDGER_H_
