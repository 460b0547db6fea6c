// Somebody is stopped while it repairs or comes in, right before each of its accesses to the
// segment, and lives. The others get on as if it were not there; then it goes on, too late.
#include <unistd.h>

#include <utility>
#include <vector>

#include "tests/crash/rows.h"

namespace fmmq::crash {
namespace {

constexpr int kPatience = 16;  // calls in a row that get nothing: the last one looks after the dead
constexpr int kCalls = 4 * kPatience;
constexpr GroupOptions kEphemeral{GroupKind::kShared, false, From::kNow};
constexpr GroupOptions kDurable{GroupKind::kShared, true, From::kNow};

// ---- who gets on ----

uint64_t Lag(const Queue& queue) {
  GroupInfo groups[8];
  uint64_t lag = 0;
  const size_t count = queue.Groups(groups, 8);
  for (size_t i = 0; i < count; ++i) {
    if (groups[i].name == kDefaultGroupName) lag = groups[i].lag;
  }
  return lag;
}

void ReadEverything(Scene& scene, Actor& actor) {
  const size_t calls = kCalls + scene.block_count();
  for (size_t i = 0; i < calls && Lag(actor.queue) != 0; ++i) ReadNext(scene, actor).IgnoreError();
  if (Lag(actor.queue) != 0) scene.ledger().Complain("a reader waits for one who was stopped");
}

// Reads all that there is, becomes a producer, and writes a whole ring.
void GetOn(Scene& scene, Actor& actor) {
  ReadEverything(scene, actor);
  BecomeProducer(scene, actor);
  while (actor.written < actor.payloads.size()) {
    if (WriteNext(scene, actor, kCalls).ok()) continue;
    return scene.ledger().Complain("a writer waits for one who was stopped");
  }
}

// Makes a group by the name of the dead one, and gets on.
void JoinAndGetOn(Scene& scene, Actor& actor) {
  const Result<Consumer> later = actor.queue.Join(kLaterGroup, kDurable);
  if (!later.ok()) {
    return scene.ledger().Complain(std::string("a newcomer waits for one who was stopped: ") +
                                   later.status().name());
  }
  GetOn(scene, actor);
}

void MakePayloads(Scene& scene, Actor& actor) {
  OpenQueue(scene, actor);
  Prepare(actor, scene.block_count(), kSmall);
}

void ComeInWithPayloads(Scene& scene, Actor& actor) {
  MakePayloads(scene, actor);
  BecomeMember(scene, actor);
}

void ComeInAndJoin(Scene& scene, Actor& actor) {
  BecomeMember(scene, actor);
  JoinAndGetOn(scene, actor);
}

void ExpectTheNewGroup(Scene& scene) {
  GroupInfo groups[8];
  const size_t count = scene.queue.Groups(groups, 8);
  for (size_t i = 0; i < count; ++i) {
    if (groups[i].name == kLaterGroup && groups[i].durable) return;
  }
  scene.ledger().Complain("who was stopped ended a group of the living");
}

// ---- who is stopped ----

// An observer in front of the hole: it holds nothing that anybody could wait for.
void ObserveUpToTheHole(Scene& scene, Actor& actor) {
  OpenQueue(scene, actor);
  actor.account = kObserving;
  actor.observer = std::move(*actor.queue.Observe(From::kOldest));
  for (int misses = 0; misses < kPatience - 1;) {
    misses = ReadNext(scene, actor).ok() ? 0 : misses + 1;
  }
}

void RepairAsObserver(Scene& scene, Actor& actor) { ReadNext(scene, actor, 2).IgnoreError(); }

void JoinAnotherGroup(Scene& scene, Actor& actor) {
  OpenQueue(scene, actor);
  Result<Consumer> member = actor.queue.Join("another", kEphemeral);
  if (!member.ok()) return scene.ledger().Complain("cannot join");
  actor.consumer = std::move(*member);
}

void Leave(Scene& scene, Actor& actor) {
  if (!actor.consumer.Close().ok()) scene.ledger().Complain("cannot leave");
}

// ---- what there is ----

void LeaveAnEphemeralGroup(Scene& scene) {
  Ring(3, 5)(scene);
  LeaveADeadGroup(scene, kEphemeral);
}

// All that the dead can leave: a hole, a group, and no clean seat.
void LeaveNoSeat(Scene& scene) {
  LeaveAnEphemeralGroup(scene);
  Actor dead(4);
  LeaveDead(scene, dead, [](Scene& its_scene, Actor& actor) {
    OpenQueue(its_scene, actor);
    std::vector<Producer> producers;
    for (uint32_t i = 1; i < its_scene.options.seats; ++i) {
      producers.push_back(*actor.queue.NewProducer());
    }
    producers.front().TryReserve(kSeveral).status().IgnoreError();
    _exit(0);
  });
}

}  // namespace

void AddStoppedRows(std::vector<Row>* rows) {
  const auto add = [rows](const char* operation, const char* state, const SceneCall& arrange,
                          const Part& prepare, const Part& act, const Part& second_prepare,
                          const Part& second_act) {
    Row row;
    row.operation = std::string("stop: ") + operation;
    row.state = state;
    row.options.seats = 6;
    row.arrange = arrange;
    row.prepare = prepare;
    row.act = act;
    row.second_prepare = second_prepare;
    row.second_act = second_act;
    row.second_goes_through = true;
    rows->push_back(std::move(row));
    return &rows->back();
  };
  add("repair", "a hole", LeaveAHole, ObserveUpToTheHole, RepairAsObserver, ComeInWithPayloads,
      GetOn)
      ->account = kObserving;
  add("join", "a dead group", LeaveAnEphemeralGroup, OpenQueue, BecomeMember, ComeInWithPayloads,
      GetOn);
  add("leave", "a dead group", LeaveAnEphemeralGroup, JoinAnotherGroup, Leave, ComeInWithPayloads,
      JoinAndGetOn)
      ->check = ExpectTheNewGroup;
  add("make room", "no clean seat", LeaveNoSeat, OpenQueue, BecomeProducer, MakePayloads,
      ComeInAndJoin)
      ->check = ExpectTheNewGroup;
}

}  // namespace fmmq::crash
