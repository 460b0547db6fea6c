// What a run is told to do. Fixed widths and no pointers: workers, 32-bit ones among them, read it
// out of the ledger.
#ifndef FMMQ_TESTS_STRESS_PLAN_H_
#define FMMQ_TESTS_STRESS_PLAN_H_

#include <cstddef>
#include <cstdint>

namespace fmmq::stress {

inline constexpr uint32_t kMaxSlots = 64;  // processes or threads at the same time
inline constexpr uint32_t kMaxGroups = 4;  // durable ones
inline constexpr uint32_t kMaxBatch = 8;   // messages in one hand
inline constexpr uint32_t kStringBytes = 4096;

struct Plan {
  uint64_t seed = 0;
  uint64_t messages = 0;  // ends the run when so many were written; 0: never
  uint64_t seconds = 10;  // ends the run; 0: never
  uint64_t producers = 3;
  uint64_t groups = 2;    // durable: a shared one, an exclusive one, and so on
  uint64_t members = 2;   // of each shared group; an exclusive one has one
  uint64_t visitors = 1;  // members of ephemeral groups of their own, which come and go
  uint64_t observers = 1;
  uint64_t kills = 1;            // 0: nobody is killed
  uint64_t kill_every_ms = 10;   // on average
  uint64_t stop_every_ms = 200;  // on average; 0: nobody is stopped
  uint64_t stuck_ms = 1000;      // nobody who has work may be without progress for longer
  uint64_t ring_bytes = 64 << 10;
  uint64_t block_size = 32;
  uint64_t max_message_bytes = 4096;
  uint64_t overwrite = 0;        // the policy: lossless when 0
  uint64_t single_producer = 0;  // one producer at a time, which the others contend for
  uint64_t threads = 0;          // threads on one mapping instead of processes
  char name[64] = {};            // of the queue
};

enum class Role : uint32_t { kProducer, kMember, kVisitor, kObserver };
const char* RoleName(Role role);

// What the worker in a slot does, life after life.
struct Part {
  Role role = Role::kProducer;
  uint32_t group = 0;  // of a member
};

uint32_t SlotCount(const Plan& plan);
Part PartOf(const Plan& plan, uint32_t slot);

constexpr bool IsExclusive(uint32_t group) { return group % 2 != 0; }
const char* GroupName(uint32_t group);

// The same for the same message, everywhere: mostly small, sometimes up to the largest.
size_t MessageBytes(const Plan& plan, uint32_t writer, uint32_t number);
uint64_t BlocksOf(const Plan& plan, size_t bytes);

// nullptr, or what is wrong with it.
const char* WhatIsWrong(const Plan& plan);

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_PLAN_H_
