#include "tests/stress/finale.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/stress/burial.h"
#include "tests/stress/oracle.h"
#include "tests/stress/worker.h"

namespace fmmq::stress {
namespace {

using Clock = std::chrono::steady_clock;

// The writer of the messages that fill the ring at the end.
constexpr uint32_t kFiller = 0xfffffffe;

void ShortNap() { std::this_thread::sleep_for(std::chrono::microseconds(200)); }

GroupOptions OptionsOf(uint32_t group) {
  return {IsExclusive(group) ? GroupKind::kExclusive : GroupKind::kShared, true, From::kNow};
}

Result<Consumer> JoinSoon(Queue& queue, uint32_t group) {
  Result<Consumer> joined = Code::kBusy;
  for (int tries = 0; tries < 5000; ++tries) {
    joined = queue.Join(GroupName(group), OptionsOf(group));
    const Code code = joined.code();
    if (code != Code::kBusy && code != Code::kNoSeat && code != Code::kTaken) break;
    ShortNap();
  }
  return joined;
}

// An earlier run's workers die with their director, but not in the same moment.
Status AwaitSolitude(const Queue& queue) {
  for (int tries = 0; tries < 50'000; ++tries) {
    const Result<PresenceInfo> presence = queue.Presence();
    if (!presence.ok()) return presence.status();
    if (presence->producers + presence->members + presence->observers == 0) return {};
    ShortNap();
  }
  return Code::kTaken;
}

// What an earlier run left is read and forgotten.
Status ReadOut(Queue& queue, const Plan& plan) {
  std::vector<char> buffer(queue.max_message_size());
  for (uint32_t group = 0; group < plan.groups; ++group) {
    Result<Consumer> consumer = JoinSoon(queue, group);
    if (!consumer.ok()) return consumer.status();
    for (int idle = 0; idle < 200;) {
      const Result<Received> got = consumer->TryRead(buffer);
      const Code code = got.code();
      if (code != Code::kOk && code != Code::kEmpty && code != Code::kBusy) return got.status();
      const bool through = code == Code::kEmpty && Look(queue, plan).lag[group] == 0;
      idle = through ? idle + 1 : 0;
      if (code != Code::kOk) ShortNap();
    }
  }
  return {};
}

Options OptionsFor(const Plan& plan) {
  Options options;
  options.capacity = plan.ring_bytes;
  options.block_size = static_cast<uint32_t>(plan.block_size);
  // Few enough that those of the dead are needed again soon.
  options.seats = 2 * SlotCount(plan) + 4;
  options.string_size = kStringBytes;
  options.single_producer = plan.single_producer != 0;
  options.policy = plan.overwrite != 0 ? Policy::kOverwrite : Policy::kLossless;
  return options;
}

}  // namespace

Status OpenForStress(Plan* plan, Queue* queue) {
  Result<Queue> opened = Queue::Open(plan->name);
  // An earlier run was at its very end when it died.
  if (opened->Info().ended) {
    Queue::Remove(plan->name).IgnoreError();
    opened = Code::kNotFound;
  }
  if (opened.code() == Code::kNotFound) opened = Queue::Create(plan->name, OptionsFor(*plan));
  if (!opened.ok()) return opened.status();
  *queue = std::move(*opened);
  const QueueInfo info = queue->Info();
  plan->ring_bytes = info.capacity;
  plan->block_size = info.block_size;
  plan->overwrite = info.policy == Policy::kOverwrite ? 1 : 0;
  plan->single_producer = info.single_producer ? 1 : 0;
  plan->max_message_bytes = std::min(plan->max_message_bytes, plan->ring_bytes);
  const Status alone = AwaitSolitude(*queue);
  return alone.ok() ? ReadOut(*queue, *plan) : alone;
}

Finale::Finale(Ledger& ledger, Queue& queue, const Crew& crew, Settling& settling,
               const Snapshot& start)
    : ledger_(ledger),
      queue_(queue),
      crew_(crew),
      settling_(settling),
      start_(start),
      buffer_(static_cast<size_t>(ledger.plan.max_message_bytes)) {}

void Finale::Check(bool good, Violation violation, const char* what, Status status) {
  if (!good) ledger_.Accuse(violation, kDirector, "at the end: %s: %s", what, status.name());
}

void Finale::Run(bool nobody_died) {
  ReadRest();
  settling_.GiveUp();
  CheckMarks(ledger_);
  const Snapshot now = Look(queue_, ledger_.plan);
  for (uint32_t group = 0; nobody_died && group < ledger_.plan.groups; ++group) {
    CheckPositions(ledger_, group, now.head - start_.head, now.lost[group] - start_.lost[group]);
  }
  if (ledger_.CountViolations() != 0) return;  // the evidence stays as it is
  CheckRing();
  CheckSeats();
  CheckEnd();
}

Consumer Finale::JoinGroup(uint32_t group) {
  Result<Consumer> joined = JoinSoon(queue_, group);
  Check(joined.ok(), Violation::kLeft, "Join", joined.status());
  return std::move(*joined);
}

// Reads until every message is accounted for, or nothing comes for long.
void Finale::ReadRest() {
  const auto patience = std::chrono::milliseconds(std::max<uint64_t>(ledger_.plan.stuck_ms, 2000));
  for (uint32_t group = 0; group < ledger_.plan.groups; ++group) {
    Consumer consumer = JoinGroup(group);
    MemberLog log(ledger_, kDirector, group);
    Clock::time_point last = Clock::now();
    for (int empty = 0; Clock::now() - last < patience;) {
      const bool got = ReadSome(group, consumer, log);
      if (got) last = Clock::now();
      empty = got ? 0 : empty + 1;
      const Snapshot now = Look(queue_, ledger_.plan);
      settling_.Step(now, crew_);
      // All that came is settled; unless a dead member held something that only its writer knows.
      if (empty > 100 && now.lag[group] == 0 && settling_.Done()) break;
      // What is missing may be for the next group to read.
      if (empty > 1000 && now.lag[group] == 0 && group + 1 < ledger_.plan.groups) break;
      if (!got) ShortNap();
    }
  }
}

bool Finale::ReadSome(uint32_t group, Consumer& consumer, MemberLog& log) {
  const Result<Received> got = consumer.TryRead(buffer_);
  const Code code = got.code();
  if (code == Code::kOk) {
    log.Deliver({{buffer_.data(), got->size}, got->position, got->redelivered});
    return true;
  }
  const bool normal = code == Code::kEmpty || code == Code::kBusy;
  Check(normal, Violation::kStatus, GroupName(group), got.status());
  return false;
}

// ---- as good as new? ----

void Finale::CheckRing() {
  const uint64_t blocks = ledger_.plan.ring_bytes / ledger_.plan.block_size;
  FillRing(blocks);
  for (uint32_t group = 0; group < ledger_.plan.groups; ++group) ReadRing(group, blocks);
}

void Finale::FillRing(uint64_t blocks) {
  Result<Producer> producer = queue_.NewProducer();
  Check(producer.ok(), Violation::kLeft, "NewProducer", producer.status());
  Status written;
  for (uint64_t i = 0; i < blocks && written.ok(); ++i) {
    test::FillPayload({kFiller, i}, {buffer_.data(), test::kMinNamedPayload});
    written = producer->Write({buffer_.data(), test::kMinNamedPayload}, Soon(10'000));
  }
  Check(written.ok(), Violation::kLeft, "a whole ring of messages", written);
  const Status more = producer->TryWrite({buffer_.data(), test::kMinNamedPayload});
  const bool full = more == Code::kFull || ledger_.plan.overwrite != 0;
  Check(full, Violation::kLeft, "one message more than the ring holds", more);
}

void Finale::ReadRing(uint32_t group, uint64_t blocks) {
  Consumer consumer = JoinGroup(group);
  const bool lossless = ledger_.plan.overwrite == 0;
  for (uint64_t i = 0; i < blocks && lossless; ++i) {
    const Result<Received> got = consumer.Read(buffer_, Soon(10'000));
    const bool good =
        got.ok() && !got->redelivered && test::IsPayload({kFiller, i}, {buffer_.data(), got->size});
    Check(good, Violation::kLost, "a message of the last ring", got.status());
    if (!good) return;
  }
  while (!lossless && consumer.TryRead(buffer_).ok()) continue;
  const Status last = consumer.TryRead(buffer_).status();
  Check(last == Code::kEmpty, Violation::kInvented, "behind the last message", last);
}

void Finale::CheckSeats() {
  const uint32_t seats = queue_.Info().seats;
  std::vector<Consumer> members;
  for (uint32_t seat = 0; seat < seats; ++seat) members.push_back(JoinGroup(0));
  const Code more = queue_.Join(GroupName(0), OptionsOf(0)).code();
  Check(more == Code::kNoSeat, Violation::kLeft, "one seat more than there are", more);
  members.clear();
  const Result<PresenceInfo> presence = queue_.Presence();
  const bool alone = presence.ok() && presence->producers == 0 && presence->members == 0;
  Check(alone, Violation::kLeft, "somebody is said to live", presence.status());
}

void Finale::CheckEnd() {
  Result<Producer> producer = queue_.NewProducer();
  const Status ended = producer->End();
  Check(ended.ok(), Violation::kLeft, "End", ended);
  const Status written = producer->TryWrite("too late");
  Check(written == Code::kEndOfStream, Violation::kLeft, "a write after the end", written);
  for (uint32_t group = 0; group < ledger_.plan.groups; ++group) {
    Consumer consumer = JoinGroup(group);
    const Status read = consumer.Read(buffer_, Soon(10'000)).status();
    const bool good = read == Code::kEndOfStream || ledger_.plan.overwrite != 0;
    Check(good, Violation::kLeft, "a read after the end", read);
  }
}

}  // namespace fmmq::stress
