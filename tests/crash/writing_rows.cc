// Producers: write, reserve and commit, abort, batches, end of stream, close.
#include <utility>

#include "tests/crash/rows.h"

namespace fmmq::crash {
namespace {

// A state of the ring, and the messages for it.
struct WritingState {
  const char* name;
  SceneCall arrange;
  size_t size;
  bool warm;   // the producer has written before, and knows how much room there is
  int misses;  // calls before that find no room
  Options options = SmallOptions();
};

Options With(Policy policy) {
  Options options = SmallOptions();
  options.policy = policy;
  return options;
}

Options Alone() {
  Options options = SmallOptions();
  options.single_producer = true;
  return options;
}

std::vector<WritingState> WritingStates() {
  return {
      {"empty", Ring(0, 0), kSmall, false, 0},
      {"partly full", Ring(3, 5), kSmall, true, 0},
      {"full", FullRing(), kSmall, false, 0},
      {"full for long", FullRing(), kSmall, false, 15},  // the 16th call looks after the dead
      {"wrapping", Ring(31, 0), kSeveral, false, 0},
      {"several blocks", Ring(2, 1), kSeveral, true, 0},
      {"one producer", Ring(2, 1), kSeveral, true, 0, Alone()},
      {"overwriting", Ring(0, 40), kSeveral, true, 0, With(Policy::kOverwrite)},
  };
}

void PrepareProducer(Scene& scene, Actor& actor, const WritingState& state) {
  BecomeProducer(scene, actor);
  Prepare(actor, 8, state.size);
  if (state.warm) WriteNext(scene, actor).IgnoreError();
  for (int i = 0; i < state.misses; ++i) {
    if (actor.producer.TryWrite(actor.payloads[0]).ok()) scene.ledger().Complain("not full");
  }
}

Row WritingRow(const char* operation, const WritingState& state, Part act) {
  Row row;
  row.operation = operation;
  row.state = state.name;
  row.options = state.options;
  row.arrange = state.arrange;
  row.prepare = [state](Scene& scene, Actor& actor) { PrepareProducer(scene, actor, state); };
  row.act = std::move(act);
  return row;
}

void Write(Scene& scene, Actor& actor) { WriteNext(scene, actor).IgnoreError(); }

// Reserves `spare` bytes more than it commits.
void Commit(Scene& scene, Actor& actor, size_t spare) {
  const std::string& payload = actor.payloads[actor.written];
  const Result<MutableBytes> place = actor.producer.TryReserve(payload.size() + spare);
  if (!place.ok()) return;
  payload.copy(static_cast<char*>(place->data()), payload.size());
  const PayloadId id{actor.index, actor.written++};
  scene.ledger().Begin(id);
  if (actor.producer.Commit(payload.size()).ok()) scene.ledger().Report(id);
}

// What was in an aborted reservation was never written.
void Abort(Scene& scene, Actor& actor) {
  const std::string& payload = actor.payloads[actor.written];
  const Result<MutableBytes> place = actor.producer.TryReserve(payload.size());
  if (!place.ok()) return;
  payload.copy(static_cast<char*>(place->data()), payload.size());
  if (!actor.producer.Abort().ok()) scene.ledger().Complain("cannot abort");
}

Row EmptyMessages() {
  Row row = WritingRow("write", {"messages of no bytes", Ring(3, 0), 0, false, 0}, Write);
  return row;
}

// A child of the victim lives on, with all that a fork hands on.
Row WithAChild() {
  Row row = WritingRow("write", {"a child lives on", Ring(3, 5), kSeveral, true, 0}, Write);
  const Part prepare = row.prepare;
  row.prepare = [prepare](Scene& scene, Actor& actor) {
    prepare(scene, actor);
    StartHelper();
  };
  return row;
}

void AddEndRows(std::vector<Row>* rows) {
  for (const auto& state : {WritingState{"empty", Ring(0, 0), kSmall, false, 0},
                            WritingState{"partly full", Ring(3, 5), kSmall, true, 0}}) {
    rows->push_back(WritingRow("end of stream", state, [](Scene& scene, Actor& actor) {
      scene.flags() |= kEndBegun;
      if (actor.producer.End().ok()) scene.flags() |= kEndReported;
    }));
  }
}

void AddCloseRows(std::vector<Row>* rows) {
  const WritingState state{"partly full", Ring(3, 5), kSmall, true, 0};
  const Part close = [](Scene& scene, Actor& actor) {
    if (!actor.producer.Close().ok()) scene.ledger().Complain("cannot close");
  };
  rows->push_back(WritingRow("close", state, close));
  Row row = WritingRow("close", state, close);
  row.state = "with a reservation";
  const Part prepare = row.prepare;
  row.prepare = [prepare](Scene& scene, Actor& actor) {
    prepare(scene, actor);
    if (!actor.producer.TryReserve(kSeveral).ok()) scene.ledger().Complain("cannot reserve");
  };
  rows->push_back(row);
}

}  // namespace

void AddWritingRows(std::vector<Row>* rows) {
  for (const WritingState& state : WritingStates()) {
    rows->push_back(WritingRow("write", state, Write));
  }
  rows->push_back(EmptyMessages());
  rows->push_back(WithAChild());
  for (const WritingState& state : WritingStates()) {
    rows->push_back(WritingRow("reserve, commit", state,
                               [](Scene& scene, Actor& actor) { Commit(scene, actor, 0); }));
  }
  for (const WritingState& state : WritingStates()) {
    if (state.options.policy != Policy::kLossless || state.misses != 0) continue;
    rows->push_back(WritingRow("commit less", state, [](Scene& scene, Actor& actor) {
      Commit(scene, actor, 2 * kBlockSize);
    }));
  }
  for (const WritingState& state : WritingStates()) {
    rows->push_back(WritingRow("abort", state, Abort));
  }
  for (const WritingState& state : WritingStates()) {
    rows->push_back(WritingRow("batch", state, WriteBatch));
  }
  AddEndRows(rows);
  AddCloseRows(rows);
}

}  // namespace fmmq::crash
