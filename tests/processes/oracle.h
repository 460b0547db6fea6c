// What must be true of messages whatever processes die, kept where no kill can take it: in memory
// shared by the test and its children.
#ifndef FMMQ_TESTS_PROCESSES_ORACLE_H_
#define FMMQ_TESTS_PROCESSES_ORACLE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "fmmq/base/bytes.h"
#include "tests/support/payload.h"
#include "tests/support/shared_page.h"

namespace fmmq::test {

inline constexpr uint32_t kMaxWriters = 2048;    // producers, each life of one counted
inline constexpr uint32_t kMaxPerWriter = 8192;  // messages
inline constexpr uint32_t kOracleGroups = 2;
inline constexpr uint32_t kMaxHands = 8;
inline constexpr size_t kMaxOracleMessage = 200;

// For each group and message: how often it came unmarked, whether marked, and whether it may have
// come to somebody who died before saying so.
inline constexpr uint8_t kUnmarkedMask = 0x0f;
inline constexpr uint8_t kMarked = 0x10;
inline constexpr uint8_t kPerhaps = 0x20;

struct OracleMemory {
  std::atomic<uint32_t> reported[kMaxWriters];
  std::atomic<uint8_t> came[kOracleGroups][kMaxWriters][kMaxPerWriter];
  // Where members copy messages to: what a dead one had received stays readable.
  char hands[kMaxHands][kMaxOracleMessage];
  std::atomic<uint32_t> torn;
  std::atomic<uint32_t> unordered;
  std::atomic<uint64_t> redelivered;
};

class Oracle {
 public:
  OracleMemory* operator->() const { return &*memory_; }

  // A producer says that these of its messages were written, all up to `count`.
  void Report(uint32_t writer, uint32_t count) const { memory_->reported[writer].store(count); }

  // A member got a message. Returns its id.
  PayloadId Deliver(uint32_t group, ConstBytes bytes, bool redelivered) const;

  // The message in the hand of a member that was killed, if it is one.
  void InspectHand(uint32_t group, uint32_t hand) const;

  // How many reported messages have not come to `group`.
  uint64_t CountMissing(uint32_t group, uint32_t writers) const;
  // Checks everything else; a failure names the message.
  void ExpectNoneTwice(uint32_t group, uint32_t writers) const;

 private:
  SharedPage<OracleMemory> memory_;
};

// Whether a reader's unmarked messages come in each producer's order.
class OrderWatch {
 public:
  void See(const Oracle& oracle, PayloadId id);

 private:
  uint32_t next_[kMaxWriters] = {};
};

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_PROCESSES_ORACLE_H_
