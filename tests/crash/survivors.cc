#include "tests/crash/survivors.h"

#include <unistd.h>

#include <algorithm>

#include "tests/crash/attempt.h"
#include "tests/crash/segment_file.h"
#include "tests/support/deadline.h"
#include "tests/support/names.h"

namespace fmmq::crash {
namespace {

// Readers look after the dead at the 16th call that finds nothing.
constexpr int kQuietRounds = 20;
// A ring that stays full for so long is drained again: dead members may hold messages in it.
constexpr std::chrono::milliseconds kFullPatience{150};
constexpr int kFullTries = 100;
constexpr int kMaxFills = 5;
// `ended` is the end's position and this.
constexpr uint64_t kFirstEnd = 2;

test::Deadline Patience() { return test::Deadline(survivors_patience); }

std::string Text(Status status) { return status.name(); }

// Repeats `call` until it succeeds, or for as long as survivors may take.
template <typename Call>
auto Soon(Call&& call) -> decltype(call()) {
  const test::Deadline deadline = Patience();
  auto result = call();
  while (!result.ok() && !deadline.passed()) {
    test::Nap();
    result = call();
  }
  return result;
}

}  // namespace

void LetSurvivorsJudge(const Row& row, Scene& scene) { Survivors(row, scene).Judge(); }

void Survivors::Judge() {
  const Row& first = row_.before == nullptr ? row_ : *row_.before;
  ledger().InspectHands(first.account, scene_.victim.index);
  ledger().InspectHands(row_.second_account, scene_.second.index);
  if (!OpenTheQueue()) return;
  if (row_.settle) row_.settle(scene_);
  JoinGroups();
  DrainAll();
  if (row_.check) row_.check(scene_);
  if (ledger().content()) TakeAFullRing();
  if (ledger().content() && !scene_.ended && !scene_.lossy()) TakeAWholeRing();
  ledger().ExpectNoneTwice();
  if (scene_.lossy() && !row_.loses_count) ExpectNoUncountedLoss();
  if (!scene_.lossy()) ledger().ExpectNoGaps(kDefault, /*from_the_first=*/true);
  if (!scene_.lossy()) ledger().ExpectNoGaps(kLater, /*from_the_first=*/false);
  drains_.clear();
  writer_.producer = {};
  if (ledger().content()) TakeEverySeat();
  if (ledger().content()) TakeEveryGroup();
  if (ledger().content()) LeaveNothing();
}

// It may be that nobody made the segment yet; but what there is, is whole.
bool Survivors::OpenTheQueue() {
  if (scene_.queue.is_open()) return true;
  Result<Queue> queue = Queue::Open(scene_.name);
  if (queue.code() == Code::kNotFound && (scene_.flags() & kCreated) == 0) {
    queue = Queue::Create(scene_.name, scene_.options);
  }
  if (!queue.ok()) ledger().Complain("cannot open the queue: " + Text(queue.status()));
  scene_.queue = std::move(*queue);
  return scene_.queue.is_open();
}

void Survivors::AddDrain(Account account, std::string_view name, const GroupOptions& options) {
  Result<Consumer> consumer = Soon([&] { return scene_.queue.Join(name, options); });
  if (!consumer.ok()) return ledger().Complain("cannot join: " + Text(consumer.status()));
  drains_.push_back({account, std::move(*consumer)});
}

void Survivors::JoinGroups() {
  GroupInfo groups[8];
  const size_t count = scene_.queue.Groups(groups, 8);
  for (size_t i = 0; i < count; ++i) {
    if (!groups[i].durable) continue;
    const std::string_view name = groups[i].name;
    AddDrain(name == kLaterGroup ? kLater : kDefault, name, {groups[i].kind, true, From::kNow});
  }
}

bool Survivors::ReadAll(Drain& drain) {
  char buffer[4096];
  bool came = false;
  while (ledger().content()) {
    const Result<Received> received = drain.consumer.TryRead({buffer, sizeof(buffer)});
    drain.at_end = received.code() == Code::kEndOfStream;
    if (received.code() == Code::kEmpty || received.code() == Code::kBusy || drain.at_end) break;
    if (!received.ok()) {
      ledger().Complain("reading fails: " + Text(received.status()));
      break;
    }
    ledger().Deliver(drain.account, 3 + drain.account, {buffer, received->size},
                     received->redelivered);
    end_of_last_ = std::max(end_of_last_, received->position + 1);
    came = true;
  }
  return came;
}

bool Survivors::ReadAll() {
  bool came = false;
  for (Drain& drain : drains_) came = ReadAll(drain) || came;
  return came;
}

uint64_t Survivors::Lag() const {
  GroupInfo groups[8];
  const size_t count = scene_.queue.Groups(groups, 8);
  uint64_t lag = 0;
  for (size_t i = 0; i < count; ++i) {
    if (groups[i].durable) lag += groups[i].lag;
  }
  return lag;
}

// Until all is there that has to come, and for a while nothing more does.
void Survivors::DrainAll() {
  const test::Deadline deadline = Patience();
  std::string missing;
  int quiet = 0;
  while (ledger().content()) {
    quiet = ReadAll() ? 0 : quiet + 1;
    if (quiet < kQuietRounds) continue;
    const bool complete =
        scene_.lossy() || (ledger().IsComplete(kDefault, &missing) &&
                           (!scene_.audited || ledger().IsComplete(kLater, &missing)));
    if (Lag() == 0 && complete) return;
    if (deadline.passed()) {
      return ledger().Complain(
          Lag() != 0 ? "readers are stuck " + std::to_string(Lag()) + " blocks behind" : missing);
    }
    test::Nap();
  }
}

void Survivors::ExpectTheEnd() {
  scene_.ended = true;
  const test::Deadline deadline = Patience();
  for (Drain& drain : drains_) {
    while (!drain.at_end && ledger().content()) {
      ReadAll(drain);
      if (deadline.passed()) ledger().Complain("the stream ended, and readers do not see it");
    }
  }
  const SegmentFile file(scene_.name, scene_.options);
  if (file.control().ended.load() < end_of_last_ + kFirstEnd) {
    ledger().Complain("a message behind the end of the stream");
  }
}

// A message takes a position at least.
void Survivors::ExpectNoUncountedLoss() {
  GroupInfo groups[8];
  uint64_t lost = 0;
  const size_t count = scene_.queue.Groups(groups, 8);
  for (size_t i = 0; i < count; ++i) {
    if (groups[i].name == kDefaultGroupName) lost = groups[i].lost;
  }
  const uint64_t missing = ledger().CountMissing(kDefault);
  if (missing > lost) {
    ledger().Complain(std::to_string(missing) + " messages lost, but only " + std::to_string(lost) +
                      " positions counted");
  }
}

Status Survivors::WriteSoon(size_t size) {
  const PayloadId id{writer_.index, writer_.written};
  const std::string payload = test::MakePayload(id, size);
  ledger().Begin(id);
  const test::Deadline deadline(kFullPatience);
  Status status = writer_.producer.TryWrite(payload);
  for (int tries = 0; !status.ok() && status != Code::kEndOfStream; ++tries) {
    if (tries >= kFullTries && deadline.passed()) break;
    test::Nap();
    status = writer_.producer.TryWrite(payload);
  }
  if (status.ok()) {
    ledger().Report(id);
    ++writer_.written;
  } else {
    ledger().Refuse(id);
  }
  return status;
}

bool Survivors::Fill(uint32_t messages) {
  for (uint32_t i = 0; i < messages && ledger().content(); ++i) {
    const Status status = WriteSoon(kSmall);
    const uint32_t flags = scene_.flags();
    if (status == Code::kEndOfStream) {
      if ((flags & kEndBegun) == 0) ledger().Complain("the stream ended, and nobody ended it");
      ExpectTheEnd();
      return true;
    }
    if ((flags & kEndReported) != 0) ledger().Complain("the stream was ended, and goes on");
    if (status == Code::kFull || status == Code::kBusy) return false;
    if (!status.ok()) ledger().Complain("writing fails: " + Text(status));
  }
  return true;
}

void Survivors::TakeAFullRing() {
  const uint32_t blocks = scene_.block_count();
  Result<Producer> producer = Soon([&] { return scene_.queue.NewProducer(); });
  if (!producer.ok()) return ledger().Complain("cannot write: " + Text(producer.status()));
  writer_.producer = std::move(*producer);
  bool full = false;
  for (int fills = 0; fills < kMaxFills && !full && ledger().content(); ++fills) {
    const uint32_t before = writer_.written;
    full = Fill(blocks);
    if (full && !scene_.ended && !scene_.lossy()) {
      const Status status = writer_.producer.TryWrite("one too many");
      if (status != Code::kFull) ledger().Complain("a full ring takes one more: " + Text(status));
    }
    if (!full && fills + 1 == kMaxFills) {
      ledger().Complain("the ring takes only " + std::to_string(writer_.written - before) + " of " +
                        std::to_string(blocks) + " blocks");
    }
    DrainAll();
  }
}

void Survivors::TakeAWholeRing() {
  const Status status = WriteSoon(scene_.queue.max_message_size());
  if (!status.ok()) return ledger().Complain("no message of the whole ring: " + Text(status));
  DrainAll();
}

void Survivors::TakeEverySeat() {
  std::vector<Consumer> members;
  for (uint32_t i = 0; i < scene_.options.seats; ++i) {
    Result<Consumer> member = Soon([&] { return scene_.queue.Join(); });
    if (!member.ok()) {
      return ledger().Complain("only " + std::to_string(i) +
                               " seats can be had: " + Text(member.status()));
    }
    members.push_back(std::move(*member));
  }
}

void Survivors::TakeEveryGroup() {
  GroupInfo groups[8];
  std::vector<Consumer> members;
  uint32_t durable = 0;
  const size_t count = scene_.queue.Groups(groups, 8);
  for (size_t i = 0; i < count; ++i) durable += groups[i].durable ? 1 : 0;
  for (uint32_t i = durable; i < scene_.options.groups; ++i) {
    const std::string name = "group " + std::to_string(i);
    Result<Consumer> member = Soon([&] { return scene_.queue.Join(name, {}); });
    if (!member.ok()) {
      return ledger().Complain("only " + std::to_string(i) +
                               " groups can be had: " + Text(member.status()));
    }
    members.push_back(std::move(*member));
  }
}

void Survivors::LeaveNothing() {
  scene_.living = Actor{0};
  const SegmentFile file(scene_.name, scene_.options);
  const std::string left = file.Leftovers();
  if (!left.empty()) ledger().Complain(left);
  scene_.queue = {};
  if (!Queue::Remove(scene_.name).ok() || test::FileExists(test::SegmentPath(scene_.name))) {
    ledger().Complain("the file cannot be removed");
  }
  if (!SegmentsOf(getpid()).empty()) ledger().Complain("a file is left behind");
}

}  // namespace fmmq::crash
