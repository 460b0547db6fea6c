// The segment itself: create, open; and what all share: the string, the compat policy's switch.
#include <utility>

#include "tests/crash/rows.h"
#include "tests/support/names.h"

namespace fmmq::crash {
namespace {

constexpr std::string_view kFirstValue = "the first value";
constexpr std::string_view kSecondValue = "a second value, which is longer than that";
constexpr std::string_view kLastValue = "the last";

void AddCreateRows(std::vector<Row>* rows) {
  Row row;
  row.operation = "create";
  row.creates = true;
  row.state = "a new name";
  row.act = [](Scene& scene, Actor& actor) {
    Result<Queue> queue = Queue::Create(scene.name, scene.options);
    if (!queue.ok()) return scene.ledger().Complain("cannot create");
    actor.queue = std::move(*queue);
    scene.flags() |= kCreated;
  };
  // What has the name is whole; what was reported made is there.
  row.check = nullptr;
  rows->push_back(row);
  row.state = "a name that is taken";
  row.arrange = [](Scene& scene) {
    Result<Queue> queue = Queue::Create(scene.name, scene.options);
    if (!queue.ok()) return scene.ledger().Complain("the harness cannot create the queue");
    scene.queue = std::move(*queue);
    Ring(3, 5)(scene);
  };
  row.act = [](Scene& scene, Actor&) {
    if (Queue::Create(scene.name, scene.options).code() != Code::kAlreadyExists) {
      scene.ledger().Complain("a second one of the same name");
    }
  };
  rows->push_back(row);
}

void AddOpenRows(std::vector<Row>* rows) {
  Row row;
  row.operation = "open";
  row.state = "partly full";
  row.arrange = Ring(3, 5);
  row.act = OpenQueue;
  rows->push_back(row);
}

std::string StringOf(Scene& scene) {
  char buffer[64];
  const Result<StringInfo> info = scene.queue.GetString({buffer, sizeof(buffer)});
  if (!info.ok()) return info.status().name();
  return std::string(buffer, info->size);
}

void SetString(Scene& scene, const Queue& queue, std::string_view value) {
  const Status status =
      const_cast<Queue&>(queue).SetString(value, Deadline::In(std::chrono::seconds(5)));
  if (!status.ok()) scene.ledger().Complain(std::string("cannot set the string: ") + status.name());
}

// Before it was reported the value is the old one or the new one.
void CheckString(Scene& scene, std::string_view before) {
  const std::string value = StringOf(scene);
  const bool reported = (scene.flags() & kValueReported) != 0;
  if (value != kSecondValue && (reported || value != before)) {
    scene.ledger().Complain("the string is '" + value + "'");
  }
  SetString(scene, scene.queue, kLastValue);
  if (StringOf(scene) != kLastValue) scene.ledger().Complain("the string stays as it was");
}

void AddStringRows(std::vector<Row>* rows) {
  for (const std::string_view before : {std::string_view(), kFirstValue}) {
    Row row;
    row.operation = "set the string";
    row.state = before.empty() ? "empty" : "full";
    row.arrange = [before](Scene& scene) {
      if (!before.empty()) SetString(scene, scene.queue, before);
    };
    row.prepare = OpenQueue;
    row.act = [](Scene& scene, Actor& actor) {
      SetString(scene, actor.queue, kSecondValue);
      scene.flags() |= kValueReported;
    };
    row.check = [before](Scene& scene) { CheckString(scene, before); };
    rows->push_back(row);
  }
}

void AddSwitchRows(std::vector<Row>* rows) {
  Row row;
  row.operation = "let writers overwrite";
  row.state = "full";
  row.options.policy = Policy::kCompat;
  row.arrange = FullRing();
  row.prepare = OpenQueue;
  row.act = [](Scene& scene, Actor& actor) {
    scene.flags() |= kMayOverwrite;
    if (!actor.queue.LetWritersOverwrite().ok()) scene.ledger().Complain("cannot switch");
  };
  rows->push_back(row);
}

}  // namespace

void AddSegmentRows(std::vector<Row>* rows) {
  AddCreateRows(rows);
  AddOpenRows(rows);
  AddStringRows(rows);
  AddSwitchRows(rows);
}

}  // namespace fmmq::crash
