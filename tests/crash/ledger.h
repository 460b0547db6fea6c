// What must be true of messages whatever process dies, at whatever instruction. Kept in memory that
// no kill takes away; says in words what is wrong.
#ifndef FMMQ_TESTS_CRASH_LEDGER_H_
#define FMMQ_TESTS_CRASH_LEDGER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "fmmq/base/bytes.h"
#include "tests/support/payload.h"

namespace fmmq::crash {

using test::PayloadId;

inline constexpr uint32_t kWriters = 8;
inline constexpr uint32_t kPerWriter = 256;
// Readers' accounts: the group that is there from the start, one that came later, an observer.
enum Account : uint32_t { kDefault = 0, kLater = 1, kObserving = 2, kAccounts = 3 };
// Messages of no bytes cannot say whose they are: they are counted.
inline constexpr uint32_t kEmptyWriter = kWriters - 1;

inline constexpr uint32_t kReaders = 8;
inline constexpr size_t kHandBytes = 512;

class Ledger {
 public:
  void Clear();

  // ---- writers. A message that was begun may come or not; one that was reported must come; one
  // that was refused, and one that nobody began, must not. ----
  void Begin(PayloadId id) { At(id).written = kBegun; }
  void Report(PayloadId id) { At(id).written = kReported; }
  void Refuse(PayloadId id) { At(id).written = kRefused; }
  bool WasReported(PayloadId id) { return At(id).written == kReported; }

  // ---- readers. `reader` 0 to 7: unmarked messages come to it in each writer's order. ----
  PayloadId Deliver(Account account, uint32_t reader, ConstBytes bytes, bool marked);
  // A message stays in its reader's hand after the call that delivered it: if the reader dies, it
  // comes again, marked. LetGo is called before the call that ends that.
  void Hold(Account account, PayloadId id) {
    At(id).readers[account].held = kHeld;
    At(id).readers[account].again = 0;
  }
  void LetGo(Account account, PayloadId id) { At(id).readers[account].held = kLetGo; }

  // Two buffers of a reader, in turn. A whole message in one that was killed: it may have had it.
  char* hand(uint32_t reader, uint32_t index) { return hands_[reader][index]; }
  void InspectHands(Account account, uint32_t reader);

  // ---- the verdict ----
  // Whether each message that has to came to the account; else *missing names one.
  bool IsComplete(Account account, std::string* missing);
  // How many that were reported did not come.
  uint64_t CountMissing(Account account) const;
  // No writer's message was left out between two that came.
  void ExpectNoGaps(Account account, bool from_the_first);
  void ExpectNoneTwice();
  // The first complaint is kept.
  void Complain(const std::string& what);
  std::string complaint() const { return complaint_; }
  bool content() const { return complaint_[0] == '\0'; }

  uint64_t Fingerprint() const;

 private:
  enum Written : uint8_t { kUnknown, kBegun, kReported, kRefused };
  enum Held : uint8_t { kFree, kHeld, kLetGo };
  struct Reading {
    uint8_t unmarked;
    uint8_t marked;
    uint8_t again;  // marked, while it was in a dead hand
    uint8_t perhaps;
    Held held;
    bool came() const { return unmarked + marked != 0; }
  };
  struct Message {
    Written written;
    Reading readers[kAccounts];
  };

  Message& At(PayloadId id) { return messages_[id.writer % kWriters][id.sequence % kPerWriter]; }
  PayloadId NextEmpty(Account account);
  bool IsMissing(const Message& message, Account account) const;

  Message messages_[kWriters][kPerWriter];
  uint32_t next_[kReaders][kWriters];  // what a reader may get next, unmarked
  char hands_[kReaders][2][kHandBytes];
  char complaint_[256];
};

std::string Name(PayloadId id);

}  // namespace fmmq::crash

#endif  // FMMQ_TESTS_CRASH_LEDGER_H_
