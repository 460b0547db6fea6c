#include "fmmq/compat/connection.h"

#include "fmmq/os/clock.h"

namespace fmmq::compat {
namespace {

// How often a call tries again when others are in the way: a bound, not a wait.
constexpr int kMaxTries = 64;
constexpr uint64_t kStringPatienceNs = 1'000'000'000;

// Reads one message into the text's room, which grows as needed; kBusy only after many tries.
template <typename Reader>
Result<Received> ReadInto(Reader& reader, Text* text) {
  if (!text->MakeRoom(0)) return Code::kNoMemory;
  Result<Received> received = Code::kBusy;
  for (int tries = 0; tries < kMaxTries; ++tries) {
    received = reader.TryRead(text->room());
    if (received.code() == Code::kBufferTooSmall) {
      if (!text->MakeRoom(received->size)) return Code::kNoMemory;
    } else if (received.code() != Code::kBusy) {
      break;
    }
  }
  return received;
}

// Nothing (more) to read is no error.
Status Outcome(Status status) {
  const bool nothing = status == Code::kEmpty || status == Code::kEndOfStream;
  return nothing ? Status() : status;
}

}  // namespace

template <typename Call>
Status Connection::InThisProcess(Call&& call) {
  Status status = call();
  if (status != Code::kForked) return status;
  status = AttachAnew();
  return status.ok() ? call() : status;
}

// The parent's handles are of no use here, but its descriptor is.
Status Connection::AttachAnew() {
  Result<Queue> own = Queue::OpenFd(queue_.fd());
  if (!own.ok()) return own.status();
  producer_ = Producer();
  consumer_ = Consumer();
  observer_ = Observer();
  queue_ = *std::move(own);
  return Code::kOk;
}

Status Connection::Write(std::string_view text) {
  return InThisProcess([&] { return WriteOnce(text); });
}

Status Connection::WriteOnce(std::string_view text) {
  if (!producer_.is_open()) {
    Result<Producer> made = queue_.NewProducer();
    if (!made.ok()) return made.status();
    producer_ = *std::move(made);
  }
  Status status = Code::kBusy;
  for (int tries = 0; tries < kMaxTries && status == Code::kBusy; ++tries) {
    status = producer_.TryWrite({text.data(), text.size()});
  }
  return status;
}

Connection::Stretch Connection::Unconsumed() const {
  constexpr size_t kLookedAt = 4;  // in a queue of ours it is the first one
  GroupInfo groups[kLookedAt];
  const size_t count = queue_.Groups(groups, kLookedAt);
  for (size_t i = 0; i < count; ++i) {
    if (groups[i].name != kDefaultGroupName) continue;
    return {groups[i].cursor, groups[i].cursor + groups[i].lag};
  }
  return {0, queue_.Info().head};
}

Status Connection::ReadUnconsumed(Text* text) {
  return InThisProcess([&] { return ReadUnconsumedOnce(text); });
}

// Reads up to where the queue ended when the call began; else a writer that never rests would keep
// it for ever.
Status Connection::ReadUnconsumedOnce(Text* text) {
  if (!consumer_.is_open()) {
    Result<Consumer> made = queue_.Join();
    if (!made.ok()) return made.status();
    consumer_ = *std::move(made);
  }
  const Stretch unconsumed = Unconsumed();
  // Others have consumed what stands before that, and this call is later.
  NoteSeen(unconsumed.begin);
  for (uint64_t next = unconsumed.begin; next < unconsumed.end;) {
    const Result<Received> received = ReadInto(consumer_, text);
    if (!received.ok()) return Outcome(received.status());
    text->KeepWithSpace(received->size);
    next = received->position + BlocksOf(received->size);
    NoteSeen(next);
  }
  return Code::kOk;
}

Status Connection::ReadNew(Text* text) {
  return InThisProcess([&] { return ReadNewOnce(text); });
}

// A lapped observer would go on three quarters of a ring behind the head; a new one begins at the
// oldest message that is still whole. So nothing is lost as long as writers wait for the group.
Status Connection::PrepareObserver(uint64_t head) {
  if (observer_.is_open() && head - observer_.position() <= block_count_) return Code::kOk;
  Result<Observer> made = queue_.Observe(From::kOldest);
  if (made.ok()) observer_ = *std::move(made);
  return made.status();
}

Status Connection::ReadNewOnce(Text* text) {
  const uint64_t head = queue_.Info().head;
  Status status = PrepareObserver(head);
  while (status.ok() && observer_.position() < head) {
    const Result<Received> received = ReadInto(observer_, text);
    status = received.status();
    if (received.ok() && received->position >= seen_) text->KeepWithSpace(received->size);
  }
  if (status == Code::kForked) return status;
  if (observer_.is_open()) NoteSeen(observer_.position());
  if (!let_overwrite_) {
    // A connection without write rights, or a queue of another policy: then it stays as it is.
    queue_.LetWritersOverwrite().IgnoreError();
    let_overwrite_ = true;
  }
  return Outcome(status);
}

Status Connection::GetString(Text* text) {
  return InThisProcess([&] { return GetStringOnce(text); });
}

Status Connection::GetStringOnce(Text* text) const {
  if (!text->MakeRoom(0)) return Code::kNoMemory;
  Result<StringInfo> info = Code::kBusy;
  for (int tries = 0; tries < kMaxTries; ++tries) {
    info = queue_.GetString(text->room());
    if (info.code() == Code::kBufferTooSmall) {
      if (!text->MakeRoom(info->size)) return Code::kNoMemory;
    } else if (info.code() != Code::kBusy) {
      break;
    }
  }
  if (info.ok()) text->Keep(info->size);
  return info.status();
}

Status Connection::SetString(ConstBytes value) {
  return InThisProcess([&] {
    return queue_.SetString(value, Deadline::AtNs(os::MonotonicNs() + kStringPatienceNs));
  });
}

}  // namespace fmmq::compat
