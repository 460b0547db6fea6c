#include "tests/stress/sidelines.h"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>

namespace fmmq::stress {
namespace {

using Ull = unsigned long long;

constexpr uint32_t kMaxChildren = 6;
constexpr uint32_t kChildMs = 1500;  // it lives up to so long

}  // namespace

void Sidelines::Step() {
  switch (worker_.random().Below(1024)) {
    case 0:
      return SetString();
    case 1:
    case 2:
      return GetString();
    case 3:
      return WaitString();
    case 4:
      return Ask();
    case 5:
      return AskGroups();
    default:
      return;
  }
}

void Sidelines::SetString() {
  char value[kStringBytes];
  const test::PayloadId id = {0xffff0000u | worker_.slot(), ++strings_};
  const size_t size = test::PayloadSize(id, sizeof(value));
  test::FillPayload(id, {value, size});
  worker_.Say(Doing::kString);
  // Other writers may be in the way; one of them may be stopped.
  const Status set = worker_.queue().SetString({value, size}, Soon(50));
  worker_.Returned(set, {may_write_ ? Code::kTimeout : Code::kReadOnly}, "SetString");
}

void Sidelines::GetString() {
  char value[kStringBytes];
  worker_.Say(Doing::kString);
  const Result<StringInfo> got = worker_.queue().GetString(value);
  if (!worker_.Returned(got.status(), {Code::kBusy}, "GetString")) return;
  test::PayloadId id;
  const bool whole =
      got->version == 0 ? got->size == 0 : test::ParsePayload({value, got->size}, &id);
  if (!whole || got->version < version_) {
    worker_.ledger().Accuse(Violation::kString, worker_.slot(),
                            "version %llu with %zu bytes is %s; the last version was %llu",
                            Ull(got->version), got->size, whole ? "older" : "torn", Ull(version_));
  }
  version_ = got->version;
  worker_.ledger().strings_read.fetch_add(1, std::memory_order_relaxed);
}

void Sidelines::WaitString() {
  worker_.Say(Doing::kString);
  const Result<uint64_t> got = worker_.queue().WaitString(version_, Soon(5));
  if (!worker_.Returned(got.status(), {Code::kTimeout}, "WaitString")) return;
  if (*got <= version_) {
    worker_.ledger().Accuse(Violation::kString, worker_.slot(),
                            "waited for more than %llu, got %llu", Ull(version_), Ull(*got));
  }
}

void Sidelines::Ask() {
  worker_.Say(Doing::kAsking);
  const QueueInfo info = worker_.queue().Info();
  worker_.Returned({}, {}, "Info");
  if (info.head < head_ || info.capacity != worker_.plan().ring_bytes) {
    worker_.ledger().Accuse(Violation::kStatus, worker_.slot(), "Info says head %llu after %llu",
                            Ull(info.head), Ull(head_));
  }
  head_ = info.head;
  const Result<PresenceInfo> presence = worker_.queue().Presence();
  worker_.Returned(presence.status(), {}, "Presence");
}

// In a lossless queue no group is ever more than a ring behind.
void Sidelines::AskGroups() {
  worker_.Say(Doing::kAsking);
  GroupInfo groups[16];
  const size_t count = worker_.queue().Groups(groups, 16);
  worker_.Returned({}, {}, "Groups");
  const uint64_t blocks = worker_.plan().ring_bytes / worker_.plan().block_size;
  for (uint32_t group = 0; group < worker_.plan().groups; ++group) {
    bool found = false;
    for (size_t i = 0; i < count; ++i) {
      if (std::strcmp(groups[i].name, GroupName(group)) != 0) continue;
      found = groups[i].durable &&
              (groups[i].kind == GroupKind::kExclusive) == IsExclusive(group) &&
              (worker_.plan().overwrite != 0 || groups[i].lost == 0);
    }
    if (found) continue;
    worker_.ledger().Accuse(Violation::kStatus, worker_.slot(),
                            "Groups does not show %s as it was made, of %llu blocks",
                            GroupName(group), Ull(blocks));
  }
}

void Sidelines::Reopen() {
  if (!worker_.own_process() || !worker_.random().OneIn(4)) return;
  worker_.Say(Doing::kOpening);
  worker_.queue().Close().IgnoreError();
  // Who only looks needs no right to write.
  may_write_ = worker_.part().role != Role::kObserver || worker_.random().OneIn(2);
  Result<Queue> opened =
      Queue::Open(worker_.plan().name, may_write_ ? Access::kBest : Access::kReadOnly);
  if (worker_.Returned(opened.status(), {}, "Open")) worker_.queue() = std::move(*opened);
  version_ = head_ = 0;
}

bool Sidelines::MayFork() {
  return worker_.own_process() && worker_.random().OneIn(6) &&
         worker_.ledger().children.load() < kMaxChildren;
}

pid_t Sidelines::ForkNow() { return fork(); }

void Sidelines::LiveAsChild(Code handle_says) {
  Ledger& ledger = worker_.ledger();
  ledger.children.fetch_add(1);
  ledger.forked.fetch_add(1);
  const Code queue_says = worker_.queue().NewProducer().code();
  if (handle_says != Code::kForked || queue_says != Code::kForked) {
    ledger.Accuse(Violation::kForked, worker_.slot(), "a child's handle said %s, its queue %s",
                  CodeName(handle_says), CodeName(queue_says));
  }
  for (uint32_t left = worker_.random().Below(kChildMs / 10); left != 0; --left) {
    if (ledger.InPhase(Phase::kLeaving)) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  TryOpenInChild();
  ledger.children.fetch_sub(1);
  _exit(0);
}

// A child that attaches anew is as good as any process.
void Sidelines::TryOpenInChild() {
  Result<Queue> queue = Queue::Open(worker_.plan().name);
  Result<Observer> observer = queue->Observe();
  char byte;
  const Code read = observer->TryRead({&byte, 1}).code();
  const bool good = read == Code::kEmpty || read == Code::kBufferTooSmall || read == Code::kBusy;
  if (good || worker_.ledger().InPhase(Phase::kLeaving)) return;
  worker_.ledger().Accuse(Violation::kForked, worker_.slot(), "in a child: Open %s, TryRead %s",
                          queue.status().name(), CodeName(read));
}

void AwaitBell(Worker& worker, const Result<int>& armed) {
  // A child of somebody who was killed may still have the doorbell of the seat's last owner.
  if (!worker.Returned(armed.status(), {Code::kBusy, Code::kNoSeat}, "Arm")) return;
  pollfd bell = {*armed, POLLIN, 0};
  worker.Say(Doing::kArming);
  poll(&bell, 1, 20);
  worker.Returned({}, {}, "poll");
}

}  // namespace fmmq::stress
