#include "tests/crash/scene.h"

#include <sys/wait.h>
#include <unistd.h>

namespace fmmq::crash {

Options SmallOptions() {
  Options options;
  options.capacity = 4096;
  options.block_size = kBlockSize;
  options.seats = 4;
  options.groups = 3;
  options.string_size = 64;
  return options;
}

Board& SharedBoard() {
  static const auto* const page = new test::SharedPage<Board>;
  return **page;
}

void OpenQueue(Scene& scene, Actor& actor) {
  Result<Queue> queue = Queue::Open(scene.name);
  if (!queue.ok()) scene.ledger().Complain("a peer cannot open the queue");
  actor.queue = std::move(*queue);
}

void BecomeProducer(Scene& scene, Actor& actor) {
  if (!actor.queue.is_open()) OpenQueue(scene, actor);
  Result<Producer> producer = actor.queue.NewProducer();
  if (!producer.ok()) {
    scene.ledger().Complain(std::string("a peer cannot write: ") + producer.status().name());
  }
  actor.producer = std::move(*producer);
}

void BecomeMember(Scene& scene, Actor& actor) {
  if (!actor.queue.is_open()) OpenQueue(scene, actor);
  Result<Consumer> consumer = actor.queue.Join();
  if (!consumer.ok()) {
    scene.ledger().Complain(std::string("a peer cannot join: ") + consumer.status().name());
  }
  actor.consumer = std::move(*consumer);
}

void LeaveDead(Scene& scene, Actor& actor, const Part& work) {
  const pid_t pid = fork();
  if (pid == 0) {
    work(scene, actor);
    _exit(0);
  }
  int status = 0;
  if (waitpid(pid, &status, 0) != pid || status != 0) scene.ledger().Complain("a peer crashed");
}

void StartHelper() {
  constexpr unsigned kMaxSeconds = 120;  // should nobody end it
  const pid_t pid = fork();
  if (pid == 0) {
    alarm(kMaxSeconds);
    while (true) pause();
  }
  SharedBoard().helper = pid;
}

void Prepare(Actor& actor, size_t count, size_t size) {
  for (size_t i = 0; i < count; ++i) {
    const PayloadId id{actor.index, actor.payloads.size()};
    actor.payloads.push_back(test::MakePayload(id, size));
  }
}

Status WriteNext(Scene& scene, Actor& actor, int calls) {
  const std::string& payload = actor.payloads[actor.written];
  const PayloadId id{payload.empty() ? kEmptyWriter : actor.index, actor.written};
  scene.ledger().Begin(id);
  Status status = actor.producer.TryWrite(payload);
  while (status == Code::kFull && --calls > 0) status = actor.producer.TryWrite(payload);
  if (status.ok()) {
    scene.ledger().Report(id);
  } else {
    scene.ledger().Refuse(id);
  }
  ++actor.written;
  return status;
}

void WriteAll(Scene& scene, Actor& actor) {
  while (actor.written < actor.payloads.size()) {
    if (!WriteNext(scene, actor).ok()) return;
  }
}

void WriteBatch(Scene& scene, Actor& actor) {
  constexpr uint32_t kBatch = 3;
  ConstBytes batch[kBatch];
  for (uint32_t i = 0; i < kBatch; ++i) {
    batch[i] = actor.payloads[actor.written + i];
    scene.ledger().Begin({actor.index, actor.written + i});
  }
  const Result<size_t> result = actor.producer.TryWriteBatch(batch, kBatch);
  const size_t written = result.ok() ? *result : 0;
  for (uint32_t i = 0; i < kBatch; ++i) {
    const PayloadId id{actor.index, actor.written + i};
    if (i < written) {
      scene.ledger().Report(id);
    } else {
      scene.ledger().Refuse(id);
    }
  }
}

Status ReadNext(Scene& scene, Actor& actor, int calls) {
  Ledger& ledger = scene.ledger();
  char* const hand = ledger.hand(actor.index, actor.reads % 2);
  if (actor.adopted) ledger.LetGo(actor.account, actor.last);
  actor.adopted = false;
  const bool observes = actor.account == kObserving;
  Result<Received> received = Code::kEmpty;
  while (calls-- > 0 && received.code() == Code::kEmpty) {
    received = observes ? actor.observer.TryRead({hand, kHandBytes})
                        : actor.consumer.TryRead({hand, kHandBytes});
  }
  if (!received.ok()) return received.status();
  actor.adopted = received->redelivered;
  actor.last =
      ledger.Deliver(actor.account, actor.index, {hand, received->size}, received->redelivered);
  if (actor.adopted) ledger.Hold(actor.account, actor.last);
  ++actor.reads;
  return received.status();
}

Status Take(Scene& scene, Actor& actor, size_t count, std::vector<PayloadId>* held) {
  held->reserve(count);
  if (count == 1) {
    const Result<Message> message = actor.consumer.TryPeek();
    if (!message.ok()) return message.status();
    held->push_back(
        scene.ledger().Deliver(actor.account, actor.index, message->bytes, /*marked=*/false));
    scene.ledger().Hold(actor.account, held->back());
    return message.status();
  }
  const Result<size_t> messages = actor.consumer.TryPeekBatch(count);
  if (!messages.ok()) return messages.status();
  for (size_t i = 0; i < *messages; ++i) {
    const Result<Message> message = actor.consumer.Next();
    if (!message.ok()) {
      scene.ledger().Complain("less in a batch than it said");
      return message.status();
    }
    held->push_back(
        scene.ledger().Deliver(actor.account, actor.index, message->bytes, /*marked=*/false));
    scene.ledger().Hold(actor.account, held->back());
  }
  return messages.status();
}

void LetGo(Scene& scene, Actor& actor, const std::vector<PayloadId>& held) {
  for (const PayloadId id : held) scene.ledger().LetGo(actor.account, id);
  const Status status = actor.consumer.Release();
  if (!status.ok() && !held.empty()) scene.ledger().Complain("cannot release what it holds");
}

}  // namespace fmmq::crash
