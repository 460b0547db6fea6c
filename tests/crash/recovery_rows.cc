// A second death: of somebody who is repairing what the first one left.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "tests/crash/rows.h"

namespace fmmq::crash {
namespace {

// The 16th call in a row that gets nothing looks after the dead.
constexpr int kMisses = 15;

struct Recovery {
  const char* operation;
  Part prepare;
  Part act;
};

// Looks for one of the rows that there are already.
std::shared_ptr<const Row> FindRow(const std::vector<Row>& rows, std::string_view operation,
                                   std::string_view state) {
  for (const Row& row : rows) {
    if (row.operation == operation && row.state == state) return std::make_shared<Row>(row);
  }
  std::fprintf(stderr, "there is no row %s, %s\n", operation.data(), state.data());
  std::abort();
}

// A reader at whatever stands in its way: repairs a hole, resolves seats.
Recovery Repair() {
  return {"repair",
          [](Scene& scene, Actor& actor) {
            BecomeMember(scene, actor);
            for (int misses = 0; misses < kMisses;) {
              misses = ReadNext(scene, actor).ok() ? 0 : misses + 1;
            }
          },
          [](Scene& scene, Actor& actor) { ReadNext(scene, actor).IgnoreError(); }};
}

// A writer without room: resolves seats, ends groups.
Recovery MakeRoom() {
  return {"make room",
          [](Scene& scene, Actor& actor) {
            BecomeProducer(scene, actor);
            Prepare(actor, 2 * scene.block_count() + kMisses, kSmall);
            for (int misses = 0; misses < kMisses;) {
              if (!WriteNext(scene, actor).ok()) ++misses;
              if (actor.written + 1 >= actor.payloads.size()) return;
            }
          },
          [](Scene& scene, Actor& actor) { WriteNext(scene, actor).IgnoreError(); }};
}

// A new member of the dead one's group; the second call acknowledges what the first one got.
Recovery Adopt() {
  return {"adopt", [](Scene& scene, Actor& actor) { BecomeMember(scene, actor); },
          [](Scene& scene, Actor& actor) {
            ReadNext(scene, actor).IgnoreError();
            ReadNext(scene, actor).IgnoreError();
          }};
}

Recovery Join() {
  return {"join", OpenQueue, [](Scene& scene, Actor& actor) {
            Result<Consumer> member = actor.queue.Join(kLaterGroup, {});
            // The dead one may have made a group of another kind.
            if (member.ok()) actor.consumer = std::move(*member);
            if (!member.ok() && member.code() != Code::kGroupMismatch) {
              scene.ledger().Complain("the second victim cannot join");
            }
          }};
}

// The same call again.
Recovery Again(const Row& before) { return {"again", before.prepare, before.act}; }

}  // namespace

void AddRecoveryRows(std::vector<Row>* rows) {
  std::vector<Row> added;
  const auto add = [&](const Recovery& recovery, const char* operation, const char* state) {
    const std::shared_ptr<const Row> before = FindRow(*rows, operation, state);
    Row row;
    row.operation = std::string(recovery.operation) + " after " + operation;
    row.state = state;
    row.options = before->options;
    row.prepare = recovery.prepare;
    row.act = recovery.act;
    row.settle = before->settle;
    row.check = before->check;
    row.before = before;
    added.push_back(std::move(row));
  };
  for (const char* state : {"several blocks", "wrapping", "one producer"}) {
    add(Repair(), "write", state);
  }
  for (const char* operation : {"commit less", "abort", "batch"}) {
    add(Repair(), operation, "several blocks");
  }
  add(Repair(), "batch", "wrapping");
  add(MakeRoom(), "write", "partly full");
  add(MakeRoom(), "write", "one producer");
  add(MakeRoom(), "batch", "several blocks");
  add(MakeRoom(), "read", "partly full");
  add(MakeRoom(), "claim several", "partly full");
  add(MakeRoom(), "close", "with a reservation");
  add(MakeRoom(), "take a seat", "empty");
  add(MakeRoom(), "join", "a new group");
  add(MakeRoom(), "join", "a new durable group");
  add(MakeRoom(), "leave", "the last of a group");
  for (const char* operation : {"read", "peek, release", "claim several"}) {
    add(Adopt(), operation, "several blocks");
  }
  add(Adopt(), "leave", "with a message");
  add(Adopt(), "join", "seats of dead members");
  add(Join(), "join", "a new group");
  add(Join(), "join", "a new durable group");
  add(Join(), "leave", "the last of a group");
  add(Join(), "leave", "an exclusive group");
  add(Join(), "drop a group", "durable, a dead member");
  for (const auto& [operation, state] :
       {std::pair<const char*, const char*>{"set the string", "full"},
        {"end of stream", "empty"}}) {
    add(Again(*FindRow(*rows, operation, state)), operation, state);
  }
  for (Row& row : added) rows->push_back(std::move(row));
}

}  // namespace fmmq::crash
