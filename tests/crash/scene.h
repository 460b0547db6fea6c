// One attempt: a new segment, who lives at it, and who is to die.
#ifndef FMMQ_TESTS_CRASH_SCENE_H_
#define FMMQ_TESTS_CRASH_SCENE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fmmq/fmmq.h"
#include "tests/crash/ledger.h"
#include "tests/support/shared_page.h"

namespace fmmq::crash {

inline constexpr size_t kBlockSize = 128;
inline constexpr size_t kSmall = 24;     // bytes of a message: one block
inline constexpr size_t kSeveral = 300;  // three blocks
inline constexpr std::string_view kLaterGroup = "later";

// A ring of 32 blocks, 4 seats, 3 groups.
Options SmallOptions();

// Whoever does something: handles, and what it wrote so far. Writer and reader number `index`.
struct Actor {
  explicit Actor(uint32_t number) : index(number) {}

  uint32_t index;
  Account account = kDefault;
  Queue queue;
  Producer producer;
  Consumer consumer;
  Observer observer;
  uint32_t written = 0;
  uint32_t reads = 0;
  bool adopted = false;  // what came last is held until the next read
  PayloadId last;
  std::vector<std::string> payloads;  // made before, so that an act is little more than its call
};

// What rows note on the board.
enum Flag : uint32_t {
  kEndBegun = 1u << 0,
  kEndReported = 1u << 1,
  kValueReported = 1u << 2,
  kCreated = 1u << 3,       // the segment was reported made
  kMayOverwrite = 1u << 4,  // from now on writers may overwrite
};

// What is shared with the children.
struct Board {
  std::atomic<uint32_t> stage[2];
  std::atomic<int> helper;      // a child of a victim, which outlives it
  std::atomic<uint32_t> flags;  // of Flag
  Ledger ledger;
};
Board& SharedBoard();

// What every row's functions get. Lives in the harness; children have copies.
struct Scene {
  Options options;
  std::string name;
  Queue queue;
  Actor living{0};  // a peer that lives through it all, in the harness
  Actor victim{1};
  Actor second{2};              // who dies while it recovers, or the other one of a pair
  bool ended = false;           // the survivors found the stream ended
  std::vector<PayloadId> held;  // by the living peer
  bool audited = false;         // the later group was there before the first message

  Ledger& ledger() const { return SharedBoard().ledger; }
  std::atomic<uint32_t>& flags() const { return SharedBoard().flags; }
  uint32_t block_count() const {
    return static_cast<uint32_t>(options.capacity / options.block_size);
  }
  bool lossy() const {
    return options.policy == Policy::kOverwrite || (flags() & kMayOverwrite) != 0;
  }
};

using Part = std::function<void(Scene&, Actor&)>;
using SceneCall = std::function<void(Scene&)>;

struct Row {
  std::string operation;
  std::string state;
  Options options = SmallOptions();
  SceneCall arrange;    // brings the segment into the state; the living peer's part, too
  Part prepare;         // what the victim does before, at full speed
  Part act;             // what it is killed in
  Part second_prepare;  // pairs: the other one's
  Part second_act;
  bool second_dies = false;           // where it has come to, before the first one goes on
  bool second_goes_through = false;   // always, to its end
  SceneCall settle;                   // what the living peer does once the victim is dead
  SceneCall check;                    // more than the messages
  Account account = kDefault;         // the victim's, as far as it reads
  Account second_account = kDefault;  // and the second one's
  bool loses_count = false;  // its death may take along how many messages it found overwritten
  bool creates = false;      // the segment itself: sampled where no file is touched
  std::shared_ptr<const Row> before;  // who died first
  bool is_pair() const { return second_act != nullptr; }
};

// ---- what actors do; each keeps the ledger ----

void OpenQueue(Scene& scene, Actor& actor);
void BecomeProducer(Scene& scene, Actor& actor);
void BecomeMember(Scene& scene, Actor& actor);  // of "default"
// A process that does `work` and ends without closing anything.
void LeaveDead(Scene& scene, Actor& actor, const Part& work);
// A child of the calling process that outlives it and does nothing.
void StartHelper();
// Makes the payloads of the next messages.
void Prepare(Actor& actor, size_t count, size_t size);
// The payloads that Prepare made; each is written once, in up to `calls` attempts.
Status WriteNext(Scene& scene, Actor& actor, int calls = 1);
void WriteAll(Scene& scene, Actor& actor);
void WriteBatch(Scene& scene, Actor& actor);  // the next three
// Up to `calls` attempts, until a message came; what it was.
Status ReadNext(Scene& scene, Actor& actor, int calls = 1);
// Peeks at up to `count` messages and holds them.
Status Take(Scene& scene, Actor& actor, size_t count, std::vector<PayloadId>* held);
void LetGo(Scene& scene, Actor& actor, const std::vector<PayloadId>& held);

}  // namespace fmmq::crash

#endif  // FMMQ_TESTS_CRASH_SCENE_H_
