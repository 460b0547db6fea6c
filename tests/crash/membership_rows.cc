// Seats and groups: take a seat, join, leave, drop.
#include <unistd.h>

#include <utility>

#include "tests/crash/rows.h"

namespace fmmq::crash {
namespace {

constexpr GroupOptions kEphemeral{GroupKind::kShared, false, From::kNow};
constexpr GroupOptions kDurable{GroupKind::kShared, true, From::kOldest};
constexpr GroupOptions kExclusive{GroupKind::kExclusive, false, From::kNow};

// Every seat has a dead owner.
void LeaveDeadProducers(Scene& scene) {
  Ring(3, 6)(scene);
  Actor dead(4);
  LeaveDead(scene, dead, [](Scene& its_scene, Actor& actor) {
    OpenQueue(its_scene, actor);
    Producer producers[4];
    for (Producer& producer : producers) producer = std::move(*actor.queue.NewProducer());
    _exit(producers[3].is_open() ? 0 : 1);
  });
}

// Every seat has a dead owner, with a message in its hand.
void LeaveDeadMembers(Scene& scene) {
  Ring(3, 6)(scene);
  Actor dead(4);
  LeaveDead(scene, dead, [](Scene& its_scene, Actor& actor) {
    OpenQueue(its_scene, actor);
    Consumer members[4];
    for (Consumer& member : members) {
      member = std::move(*actor.queue.Join());
      std::vector<PayloadId> held;
      std::swap(actor.consumer, member);
      if (!Take(its_scene, actor, 1, &held).ok()) its_scene.ledger().Complain("cannot take");
      std::swap(actor.consumer, member);
    }
    _exit(members[3].is_open() ? 0 : 1);
  });
}

Part JoinTheGroup(std::string_view name, const GroupOptions& options) {
  return [=](Scene& scene, Actor& actor) {
    Result<Consumer> member = actor.queue.Join(name, options);
    if (!member.ok()) return scene.ledger().Complain("the victim cannot join");
    actor.consumer = std::move(*member);
  };
}

constexpr GroupOptions kDefaultOptions{GroupKind::kShared, true, From::kNow};

void AddJoinRows(std::vector<Row>* rows) {
  const auto add = [rows](const char* state, SceneCall arrange, Part act) {
    Row row;
    row.operation = "join";
    row.state = state;
    row.arrange = std::move(arrange);
    row.prepare = OpenQueue;
    row.act = std::move(act);
    rows->push_back(row);
  };
  const Part join = JoinTheGroup("default", kDefaultOptions);
  add("empty", Ring(0, 0), join);
  add("full", FullRing(), join);
  add("no clean seat", LeaveDeadProducers, join);
  add("seats of dead members", LeaveDeadMembers, join);
  add("a new group", Ring(3, 5), JoinTheGroup(kLaterGroup, kEphemeral));
  add("a new durable group", Ring(3, 5), JoinTheGroup(kLaterGroup, kDurable));
  add("a new exclusive group", Ring(3, 5), JoinTheGroup(kLaterGroup, kExclusive));
  add(
      "a dead group",
      [](Scene& scene) {
        Ring(3, 5)(scene);
        LeaveADeadGroup(scene, kExclusive);
      },
      JoinTheGroup(kLaterGroup, kEphemeral));
}

void AddLeaveRows(std::vector<Row>* rows) {
  Row row;
  row.operation = "leave";
  row.arrange = Ring(3, 5);
  row.act = [](Scene& scene, Actor& actor) {
    if (!actor.consumer.Close().ok()) scene.ledger().Complain("cannot leave");
  };
  const auto add = [&](const char* state, std::string_view group, const GroupOptions& options,
                       const Part& more) {
    row.state = state;
    row.prepare = [=](Scene& scene, Actor& actor) {
      OpenQueue(scene, actor);
      JoinTheGroup(group, options)(scene, actor);
      if (more) more(scene, actor);
    };
    rows->push_back(row);
  };
  add("a durable group", "default", kDefaultOptions, nullptr);
  add("the last of a group", kLaterGroup, kEphemeral, nullptr);
  add("an exclusive group", kLaterGroup, kExclusive, nullptr);
  add("with a message", "default", kDefaultOptions, [](Scene& scene, Actor& actor) {
    std::vector<PayloadId> held;
    Take(scene, actor, 1, &held).IgnoreError();
  });
  add("after a read", "default", kDefaultOptions,
      [](Scene& scene, Actor& actor) { ReadNext(scene, actor).IgnoreError(); });
}

void AddSeatRows(std::vector<Row>* rows) {
  Row row;
  row.operation = "take a seat";
  row.prepare = OpenQueue;
  row.act = BecomeProducer;
  row.state = "empty";
  row.arrange = Ring(0, 0);
  rows->push_back(row);
  row.state = "full";
  row.arrange = FullRing();
  rows->push_back(row);
  row.state = "no clean seat";
  row.arrange = LeaveDeadProducers;
  rows->push_back(row);
  row.state = "one producer";
  row.options.single_producer = true;
  row.arrange = Ring(3, 5);
  rows->push_back(row);
}

void AddDropRows(std::vector<Row>* rows) {
  Row row;
  row.operation = "drop a group";
  row.prepare = OpenQueue;
  row.act = [](Scene& scene, Actor& actor) {
    if (!actor.queue.DropGroup(kLaterGroup).ok()) scene.ledger().Complain("cannot drop");
  };
  row.state = "durable, a dead member";
  row.arrange = [](Scene& scene) {
    Ring(3, 5)(scene);
    LeaveADeadGroup(scene, kDurable);
  };
  rows->push_back(row);
}

}  // namespace

void AddMembershipRows(std::vector<Row>* rows) {
  AddSeatRows(rows);
  AddJoinRows(rows);
  AddLeaveRows(rows);
  AddDropRows(rows);
}

}  // namespace fmmq::crash
