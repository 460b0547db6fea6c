// Members and observers: read, peek and release, claims of several, observe.
#include <utility>

#include "tests/crash/rows.h"

namespace fmmq::crash {
namespace {

constexpr GroupOptions kAudit{GroupKind::kExclusive, true, From::kNow};

struct ReadingState {
  const char* name;
  SceneCall arrange;
  bool warm;   // the member has read before, and looked after the dead
  int misses;  // calls before that find nothing
  Account account = kDefault;
  Options options = SmallOptions();
};

Options With(Policy policy) {
  Options options = SmallOptions();
  options.policy = policy;
  return options;
}

// The exclusive group is there before all messages.
SceneCall WithAudit(const SceneCall& ring) {
  return [ring](Scene& scene) {
    if (!scene.queue.Join(kLaterGroup, kAudit).ok()) scene.ledger().Complain("cannot join");
    scene.audited = true;
    ring(scene);
  };
}

// One message across the end of the ring, and two behind it.
void ArrangeWrapping(Scene& scene) {
  Ring(31, 1, kSeveral)(scene);
  WriteMore(scene, 2, kSmall);
}

std::vector<ReadingState> ReadingStates() {
  return {
      {"empty", Ring(3, 0), false, 0},
      {"empty for long", Ring(3, 0), true, 15},  // the 16th call looks after the dead
      {"partly full", Ring(3, 5), true, 0},
      {"a new member", Ring(3, 5), false, 0},
      {"full", FullRing(), false, 0},
      {"wrapping", ArrangeWrapping, false, 0},
      {"several blocks", Ring(3, 3, kSeveral), true, 0},
      {"exclusive", WithAudit(Ring(3, 3, kSeveral)), true, 0, kLater},
  };
}

void PrepareMember(Scene& scene, Actor& actor, const ReadingState& state) {
  OpenQueue(scene, actor);
  actor.account = state.account;
  Result<Consumer> consumer =
      state.account == kLater ? actor.queue.Join(kLaterGroup, kAudit) : actor.queue.Join();
  if (!consumer.ok()) scene.ledger().Complain("the victim cannot join");
  actor.consumer = std::move(*consumer);
  if (state.warm) ReadNext(scene, actor).IgnoreError();
  for (int i = 0; i < state.misses; ++i) ReadNext(scene, actor).IgnoreError();
}

Row ReadingRow(const char* operation, const ReadingState& state, Part act) {
  Row row;
  row.operation = operation;
  row.state = state.name;
  row.options = state.options;
  row.arrange = state.arrange;
  row.account = state.account;
  row.prepare = [state](Scene& scene, Actor& actor) { PrepareMember(scene, actor, state); };
  row.act = std::move(act);
  return row;
}

void Read(Scene& scene, Actor& actor) { ReadNext(scene, actor).IgnoreError(); }

void TakeAndLetGo(Scene& scene, Actor& actor, size_t count) {
  std::vector<PayloadId> held;
  if (Take(scene, actor, count, &held).ok()) LetGo(scene, actor, held);
}

void AddOverwritingRows(std::vector<Row>* rows) {
  const ReadingState lapped{"lapped", Ring(0, 40), false, 0, kDefault, With(Policy::kOverwrite)};
  const ReadingState overwriting{"overwriting",           Ring(3, 5), true, 0, kDefault,
                                 With(Policy::kOverwrite)};
  const ReadingState compat{"compat", Ring(3, 5), true, 0, kDefault, With(Policy::kCompat)};
  for (const ReadingState& state : {lapped, overwriting, compat}) {
    rows->push_back(ReadingRow("read", state, Read));
    rows->back().loses_count = state.options.policy == Policy::kOverwrite;
  }
}

Row WithAChild() {
  const ReadingState state{"a child lives on", Ring(3, 3, kSeveral), true, 0};
  Row row = ReadingRow("peek, release", state,
                       [](Scene& scene, Actor& actor) { TakeAndLetGo(scene, actor, 1); });
  const Part prepare = row.prepare;
  row.prepare = [prepare](Scene& scene, Actor& actor) {
    prepare(scene, actor);
    StartHelper();
  };
  return row;
}

// Another member of the group lives, and has a message in its hand.
Row BesideAHolder() {
  const ReadingState state{"beside a holder", nullptr, true, 0};
  Row row = ReadingRow("read", state, Read);
  row.arrange = [](Scene& scene) {
    Ring(3, 5)(scene);
    BecomeMember(scene, scene.living);
    std::vector<PayloadId> held;
    Take(scene, scene.living, 1, &held).IgnoreError();
    scene.held = held;
  };
  row.settle = [](Scene& scene) {
    LetGo(scene, scene.living, scene.held);
    scene.living.consumer = {};
  };
  return row;
}

Part Observe(From from) {
  return [from](Scene& scene, Actor& actor) {
    Result<Observer> observer = actor.queue.Observe(from);
    if (!observer.ok()) return scene.ledger().Complain("the victim cannot observe");
    actor.observer = std::move(*observer);
    ReadNext(scene, actor).IgnoreError();
    actor.observer.Close().IgnoreError();
  };
}

void AddObservingRows(std::vector<Row>* rows) {
  const ReadingState states[] = {
      {"empty", Ring(3, 0), false, 0},
      {"partly full", Ring(3, 5), false, 0},
      {"full", FullRing(), false, 0},
      {"wrapping", ArrangeWrapping, false, 0},
      {"several blocks", Ring(3, 3, kSeveral), false, 0},
      {"overwriting", Ring(0, 40), false, 0, kDefault, With(Policy::kOverwrite)},
  };
  for (const ReadingState& state : states) {
    Row row = ReadingRow("observe", state, Observe(From::kOldest));
    row.account = kObserving;
    row.prepare = [](Scene& scene, Actor& actor) {
      OpenQueue(scene, actor);
      actor.account = kObserving;
    };
    rows->push_back(row);
  }
}

void AddWaitingRows(std::vector<Row>* rows) {
  const ReadingState empty{"empty", Ring(3, 0), true, 0};
  rows->push_back(ReadingRow("wait", empty, [](Scene& scene, Actor& actor) {
    WaitPolicy policy;
    policy.spin_ns = 0;
    actor.consumer.SetWaitPolicy(policy).IgnoreError();
    char* const hand = scene.ledger().hand(actor.index, 0);
    const auto soon = Deadline::In(std::chrono::microseconds(200));
    actor.consumer.Read({hand, kHandBytes}, soon).status().IgnoreError();
  }));
  rows->push_back(ReadingRow(
      "arm", empty, [](Scene&, Actor& actor) { actor.consumer.Arm().status().IgnoreError(); }));
}

}  // namespace

void AddReadingRows(std::vector<Row>* rows) {
  for (const ReadingState& state : ReadingStates()) {
    rows->push_back(ReadingRow("read", state, Read));
  }
  rows->push_back(BesideAHolder());
  AddOverwritingRows(rows);
  for (const ReadingState& state : ReadingStates()) {
    rows->push_back(ReadingRow("peek, release", state,
                               [](Scene& scene, Actor& actor) { TakeAndLetGo(scene, actor, 1); }));
  }
  rows->push_back(WithAChild());
  for (const ReadingState& state : ReadingStates()) {
    rows->push_back(ReadingRow("claim several", state,
                               [](Scene& scene, Actor& actor) { TakeAndLetGo(scene, actor, 3); }));
  }
  AddObservingRows(rows);
  AddWaitingRows(rows);
}

}  // namespace fmmq::crash
