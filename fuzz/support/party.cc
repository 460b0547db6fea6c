#include "fuzz/support/party.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "fuzz/support/exact.h"
#include "fuzz/support/require.h"

namespace fmmq::fuzz {
namespace {

// Marked bytes, different ones each time.
Exact NewMessage(size_t size, uint8_t serial) {
  Exact message(size);
  for (size_t i = 0; i < size; ++i) {
    message.data()[i] = static_cast<char>(Window::kMark | (serial * 5 + i * 3));
  }
  return message;
}

std::string GroupName(uint32_t which) {
  return which == 0 ? "default" : which == 1 ? std::string(64, 'g') : std::string(which, 'g');
}

volatile uint64_t sink;  // so that messages are really read

}  // namespace

Party::Party(Queue& queue, const Window& window, bool alone)
    : queue_(queue), window_(window), alone_(alone) {}

// A few waits, and short ones: an input has a second in all.
Deadline Party::Soon() {
  if (waits_left_ == 0) return Deadline::AtNs(0);
  --waits_left_;
  return Deadline::In(std::chrono::microseconds(300));
}

void Party::Operate(char letter, Input& input) {
  if (std::string_view("PwbrcaEApWg").find(letter) != std::string_view::npos) {
    Produce(letter, input);
  } else if (std::string_view("JRkBNLXejTKM").find(letter) != std::string_view::npos) {
    Consume(letter, input);
  } else if (std::string_view("OoYqzG").find(letter) != std::string_view::npos) {
    Observe(letter, input);
  } else {
    Other(letter, input);
  }
}

void Party::CheckMessage(const Result<Message>& message) {
  if (!message.ok()) return;
  FUZZ_REQUIRE(message->bytes.size() <= queue_.max_message_size());
  FUZZ_REQUIRE(Window::IsMarked(message->bytes));
  if (alone_) FUZZ_REQUIRE(window_.Shows(message->position, message->bytes));
}

void Party::CheckReceived(const Result<Received>& received, ConstBytes buffer) {
  if (received.code() == Code::kBufferTooSmall) FUZZ_REQUIRE(received->size > buffer.size());
  if (!received.ok()) return;
  FUZZ_REQUIRE(received->size <= buffer.size());
  FUZZ_REQUIRE(received->size <= queue_.max_message_size());
  const ConstBytes message(buffer.data(), received->size);
  FUZZ_REQUIRE(Window::IsMarked(message));
  if (alone_) FUZZ_REQUIRE(window_.Shows(received->position, message));
}

// ---- producers ----

void Party::Produce(char letter, Input& input) {
  const uint32_t p = input.Below(kProducers);
  Producer& producer = producers_[p];
  switch (letter) {
    case 'P':
      producer = std::move(*queue_.NewProducer());
      return;
    case 'w':
      return producer.TryWrite(NewMessage(input.Size(), ++serial_).bytes()).IgnoreError();
    case 'W':
      return producer.Write(NewMessage(input.Size(), ++serial_).bytes(), Soon()).IgnoreError();
    case 'b': {
      const size_t count = input.Below(10);
      return WriteBatch(p, count, input.Size());
    }
    case 'r':
    case 'g':
      return Reserve(p, input.Size(), letter == 'g');
    case 'c':
      return producer.Commit(input.Size()).IgnoreError();
    case 'a':
      return producer.Abort().IgnoreError();
    case 'E':
      return producer.End().IgnoreError();
    case 'A':
      return producer.Arm(input.Size()).status().IgnoreError();
    default:
      FUZZ_REQUIRE(producer.is_open() == producer.Close().ok());
  }
}

void Party::Reserve(uint32_t p, size_t size, bool wait) {
  const Result<MutableBytes> place =
      wait ? producers_[p].Reserve(size, Soon()) : producers_[p].TryReserve(size);
  if (!place.ok()) return;
  FUZZ_REQUIRE(place->size() == size && size <= queue_.max_message_size());
  const Exact message = NewMessage(size, ++serial_);
  std::copy_n(message.data(), size, static_cast<char*>(place->data()));
  if (alone_) FUZZ_REQUIRE(window_.ShowsSomewhere(message.bytes()));
}

void Party::WriteBatch(uint32_t p, size_t count, size_t size) {
  std::vector<Exact> messages;
  for (size_t i = 0; i < count; ++i) messages.push_back(NewMessage(size + i, ++serial_));
  std::vector<ConstBytes> batch;
  for (const Exact& message : messages) batch.push_back(message.bytes());
  const Result<size_t> written = producers_[p].TryWriteBatch(batch.data(), batch.size());
  FUZZ_REQUIRE(!written.ok() || (*written >= 1 && *written <= count));
}

// ---- members ----

void Party::Consume(char letter, Input& input) {
  const uint32_t m = input.Below(kMembers);
  Consumer& member = members_[m];
  switch (letter) {
    case 'J':
      return Join(m, input);
    case 'R':
    case 'T':
      return Read(m, input.Size(), letter == 'T');
    case 'X':
      for (uint32_t left = input.Below(40); left != 0; --left) Read(m, kAnySize, false);
      return;
    case 'k':
      return CheckMessage(member.TryPeek());
    case 'K':
      return CheckMessage(member.Peek(Soon()));
    case 'B':
    case 'M': {
      const size_t max = input.Number() * size_t{3};
      const Result<size_t> count =
          letter == 'B' ? member.TryPeekBatch(max) : member.PeekBatch(max, Soon());
      FUZZ_REQUIRE(!count.ok() || (*count >= 1 && *count <= max));
      return;
    }
    case 'N':
      return CheckMessage(member.Next());
    case 'L':
      return member.Release().IgnoreError();
    case 'e':
      return member.Arm().status().IgnoreError();
    default:
      FUZZ_REQUIRE(member.is_open() == member.Close().ok());
  }
}

void Party::Join(uint32_t m, Input& input) {
  const std::string name = GroupName(input.Below(5));
  const uint32_t kind = input.Number();
  GroupOptions options;
  options.kind = (kind & 1) != 0 ? GroupKind::kExclusive : GroupKind::kShared;
  options.durable = (kind & 2) != 0;
  options.from = (kind & 4) != 0 ? From::kOldest : From::kNow;
  if (patient_calls_ != 0) return;
  Result<Consumer> joined = queue_.Join(name, options);
  if (joined.code() == Code::kBusy) ++patient_calls_;
  members_[m] = std::move(*joined);
}

void Party::Read(uint32_t m, size_t room, bool wait) {
  Exact buffer(room);
  const Result<Received> received =
      wait ? members_[m].Read(buffer.space(), Soon()) : members_[m].TryRead(buffer.space());
  CheckReceived(received, buffer.bytes());
}

// ---- observers ----

void Party::Observe(char letter, Input& input) {
  const uint32_t o = input.Below(kObservers);
  Observer& observer = observers_[o];
  switch (letter) {
    case 'O':
      observer = std::move(*queue_.Observe(input.Below(2) != 0 ? From::kOldest : From::kNow));
      return;
    case 'o':
    case 'G':
      return Look(o, input.Size(), letter == 'G');
    case 'Y':
      for (uint32_t left = input.Below(40); left != 0; --left) Look(o, kAnySize, false);
      return;
    case 'z':
      return observer.Arm().status().IgnoreError();
    default:
      FUZZ_REQUIRE(observer.is_open() == observer.Close().ok());
  }
}

void Party::Look(uint32_t o, size_t room, bool wait) {
  Exact buffer(room);
  const Result<Received> received =
      wait ? observers_[o].Read(buffer.space(), Soon()) : observers_[o].TryRead(buffer.space());
  CheckReceived(received, buffer.bytes());
}

// ---- the queue ----

void Party::Other(char letter, Input& input) {
  switch (letter) {
    case 'S':
      return SetString(input.Size());
    case 's':
      return GetString(input.Size());
    case 'V':
      return queue_.WaitString(input.Number(), Soon()).status().IgnoreError();
    case 'C':
      if (const uint32_t which = input.Below(3); which != 0) {
        which == 1 ? producers_[0].Cancel() : members_[0].Cancel();
      } else {
        observers_[0].Cancel();
      }
      return;
    case 'D':
      return queue_.DropGroup(GroupName(input.Below(5))).IgnoreError();
    case 'F':
      return queue_.LetWritersOverwrite().IgnoreError();
    case 'Q':
      return OpenAgain(input.Below(2) != 0 ? Access::kReadOnly : Access::kReadWrite);
    case 'U': {
      const uint32_t kind = input.Number();
      return SetWaitPolicies({(kind & 1) != 0 ? 0 : uint64_t{1000}, (kind & 2) != 0});
    }
    default:
      LookAtAll();
  }
}

void Party::SetWaitPolicies(const WaitPolicy& policy) {
  for (Producer& producer : producers_) producer.SetWaitPolicy(policy).IgnoreError();
  for (Consumer& member : members_) member.SetWaitPolicy(policy).IgnoreError();
  for (Observer& observer : observers_) observer.SetWaitPolicy(policy).IgnoreError();
}

void Party::SetString(size_t size) {
  const Status status = queue_.SetString(NewMessage(size, ++serial_).bytes(), Soon());
  FUZZ_REQUIRE(!status.ok() || size <= window_.geometry().string_bytes);
}

void Party::GetString(size_t room) {
  Exact buffer(room);
  const Result<StringInfo> info = queue_.GetString(buffer.space());
  if (!info.ok()) return;
  FUZZ_REQUIRE(info->size <= room && info->size <= window_.geometry().string_bytes);
  FUZZ_REQUIRE(Window::IsMarked({buffer.data(), info->size}));
}

void Party::LookAtAll() {
  GroupInfo groups[8];
  const size_t count = queue_.Groups(groups, 8);
  FUZZ_REQUIRE(count <= 8);
  for (size_t i = 0; i < count; ++i) {
    FUZZ_REQUIRE(groups[i].name[64] == '\0' && groups[i].members <= window_.geometry().seats);
  }
  const QueueInfo info = queue_.Info();
  FUZZ_REQUIRE(info.capacity == window_.geometry().data_bytes);
  FUZZ_REQUIRE(info.producers + info.members <= window_.geometry().seats);
  const Result<PresenceInfo> presence = queue_.Presence();
  FUZZ_REQUIRE(presence->producers + presence->members <= window_.geometry().seats);
  sink = info.head;
}

void Party::OpenAgain(Access access) {
  Result<Queue> other = Queue::OpenFd(queue_.fd(), access);
  FUZZ_REQUIRE_CODE(Code::kOk, other.code());
  Result<Observer> observer = other->Observe(From::kOldest);
  if (observer.ok()) observers_[0] = std::move(*observer);
}

void Party::CloseAll() {
  for (Producer& producer : producers_) {
    sink = producer.Stats().bytes;
    FUZZ_REQUIRE(producer.is_open() == producer.Close().ok());
  }
  for (Consumer& member : members_) {
    sink = member.Stats().bytes + member.lost();
    FUZZ_REQUIRE(member.is_open() == member.Close().ok());
  }
  for (Observer& observer : observers_) {
    sink = observer.Stats().bytes + observer.position();
    FUZZ_REQUIRE(observer.is_open() == observer.Close().ok());
  }
  LookAtAll();
}

}  // namespace fmmq::fuzz
