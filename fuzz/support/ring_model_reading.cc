// What members read, against the model.
#include <algorithm>

#include "fuzz/support/require.h"
#include "fuzz/support/ring_model.h"

namespace fmmq::fuzz {

void RingModel::StepOverAborted(Group* group) {
  for (const Record* record = At(group->cursor); record != nullptr && !record->message;
       record = At(group->cursor)) {
    group->cursor += record->blocks;
  }
}

// A call that ends with what a dead member held may have tried for new messages before it looked
// after the dead.
void RingModel::FollowAttempt(Group* group) {
  const uint64_t cursor = window_.group(window_.FindGroup(group->name)).cursor.load();
  if (cursor != group->cursor) StepOverAborted(group);
}

bool RingModel::OthersHold(int m) const {
  for (int other = 0; other < kMembers; ++other) {
    const Member& member = members_[other];
    if (other != m && member.group == members_[m].group && member.begin != member.end) return true;
  }
  return std::any_of(holds_.begin(), holds_.end(), [&](const Hold& hold) {
    return hold.group == members_[m].group && hold.heir != m && !IsGhost(hold);
  });
}

bool RingModel::OnlyGhostsHold(int m) const {
  return !OthersHold(m) && std::any_of(holds_.begin(), holds_.end(), [&](const Hold& hold) {
    return hold.group == members_[m].group && hold.heir != m;
  });
}

// A read or claim came to the end of what is published. Others may hold messages that come back.
void RingModel::JudgeNothing(int m, Code code) {
  const uint64_t cursor = members_[m].group->cursor;
  FUZZ_REQUIRE(At(cursor) == nullptr);
  if (IsAtEnd(cursor) && OnlyGhostsHold(m) && code == Code::kEmpty) return;
  const bool at_end = IsAtEnd(cursor) && !OthersHold(m);
  FUZZ_REQUIRE_CODE(at_end ? Code::kEndOfStream : Code::kEmpty, code);
}

bool RingModel::TakeRedelivery(int m, const Received& received, const char* bytes) {
  const Hold* const inherited = HoldOfHeir(m);
  for (Hold& hold : holds_) {
    if (hold.group != members_[m].group || hold.adopter >= 0 || IsGhost(hold)) continue;
    if (inherited == nullptr ? hold.heir >= 0 : inherited != &hold && !IsGhost(*inherited))
      continue;
    const uint64_t front = FrontOf(hold);
    const Record& record = *At(front);
    if (received.size != record.bytes.size()) continue;
    if (bytes == nullptr) return true;
    if (front != received.position || std::string(bytes, received.size) != record.bytes) continue;
    hold.adopter = m;
    hold.adopted = front + record.blocks;
    ++read_;
    return true;
  }
  return false;
}

void RingModel::JudgeInPlaceRead(int m, size_t room, Code code, const Received& received,
                                 const char* bytes) {
  if (received.redelivered && (code == Code::kOk || code == Code::kBufferTooSmall)) {
    FUZZ_REQUIRE((code == Code::kOk) == (received.size <= room));
    FUZZ_REQUIRE(TakeRedelivery(m, received, code == Code::kOk ? bytes : nullptr));
    FollowAttempt(members_[m].group);
    return;
  }
  const Hold* const inherited = HoldOfHeir(m);
  FUZZ_REQUIRE(inherited == nullptr || IsGhost(*inherited));
  Group* const group = members_[m].group;
  StepOverAborted(group);
  const Record* const record = At(group->cursor);
  if (record == nullptr) return JudgeNothing(m, code);
  const bool fits = record->bytes.size() <= room;
  FUZZ_REQUIRE_CODE(fits ? Code::kOk : Code::kBufferTooSmall, code);
  FUZZ_REQUIRE(received.size == record->bytes.size());
  if (!fits) return;
  FUZZ_REQUIRE(received.position == group->cursor && received.lost == 0);
  FUZZ_REQUIRE(std::string(bytes, received.size) == record->bytes);
  group->cursor += record->blocks;
  ++read_;
}

void RingModel::Read(int m, size_t room, Code code, const Received& received, const char* bytes) {
  Member& member = members_[m];
  if (!member.open) return FUZZ_REQUIRE_CODE(Code::kClosed, code);
  if (member.begin != member.end) return FUZZ_REQUIRE_CODE(Code::kOutOfOrder, code);
  if (InPlace()) {
    Acknowledge(m);
    JudgeInPlaceRead(m, room, code, received, bytes);
    return Sync();
  }
  Group* const group = member.group;
  JudgeCopy(&group->cursor, &member.lost, &group->lost, room, code, received, bytes);
  if (code == Code::kOk) ++read_;
}

Code RingModel::CheckInPlace(int m) {
  const Member& member = members_[m];
  if (!member.open) return Code::kClosed;
  if (!InPlace()) return Code::kNotSupported;
  if (member.begin != member.end) return Code::kOutOfOrder;
  Acknowledge(m);
  return Code::kOk;
}

// Whether a claim took something, from the group's cursor on.
bool RingModel::JudgeClaim(int m, Code code) {
  const Code wanted = CheckInPlace(m);
  if (wanted != Code::kOk) return FUZZ_REQUIRE_CODE(wanted, code), false;
  Group* const group = members_[m].group;
  const bool inherits = HoldOfHeir(m) != nullptr;
  const bool held = std::any_of(holds_.begin(), holds_.end(), [&](const Hold& hold) {
    return hold.group == group && hold.adopter < 0 && (hold.heir < 0 || hold.heir == m);
  });
  if (inherits || (held && code == Code::kRedelivery)) {
    FUZZ_REQUIRE_CODE(Code::kRedelivery, code);
    FollowAttempt(group);
    return false;
  }
  StepOverAborted(group);
  if (At(group->cursor) == nullptr) return JudgeNothing(m, code), false;
  FUZZ_REQUIRE_CODE(Code::kOk, code);
  return true;
}

void RingModel::Peek(int m, Code code, const Message& message) {
  if (!JudgeClaim(m, code)) return;
  Member& member = members_[m];
  const Record& record = *At(member.group->cursor);
  FUZZ_REQUIRE(message.position == member.group->cursor);
  FUZZ_REQUIRE(message.bytes.size() == record.bytes.size());
  FUZZ_REQUIRE(window_.Shows(message.position, message.bytes));
  FUZZ_REQUIRE(std::equal(record.bytes.begin(), record.bytes.end(),
                          static_cast<const char*>(message.bytes.data())));
  member.begin = member.group->cursor;
  member.end = member.next = member.group->cursor += record.blocks;
  ++read_;
}

void RingModel::PeekBatch(int m, size_t max, Code code, size_t count) {
  if (max == 0 && members_[m].open) return FUZZ_REQUIRE_CODE(Code::kInvalidArgument, code);
  if (!JudgeClaim(m, code)) return;
  Member& member = members_[m];
  const uint64_t begin = member.group->cursor;
  uint64_t end = begin + At(begin)->blocks;
  size_t messages = 1;
  for (const Record* record; messages < max && (record = At(end)) != nullptr;) {
    if (end + record->blocks - begin > block_count_) break;
    end += record->blocks;
    if (record->message) ++messages;
  }
  FUZZ_REQUIRE(count == messages);
  member.begin = member.next = begin;
  member.end = member.group->cursor = end;
  read_ += messages;
}

void RingModel::Next(int m, Code code, const Message& message) {
  Member& member = members_[m];
  if (!member.open) return FUZZ_REQUIRE_CODE(Code::kClosed, code);
  if (member.begin == member.end) return FUZZ_REQUIRE_CODE(Code::kOutOfOrder, code);
  while (member.next != member.end && !At(member.next)->message)
    member.next += At(member.next)->blocks;
  if (member.next == member.end) return FUZZ_REQUIRE_CODE(Code::kEmpty, code);
  FUZZ_REQUIRE_CODE(Code::kOk, code);
  const Record& record = *At(member.next);
  FUZZ_REQUIRE(message.position == member.next && message.bytes.size() == record.bytes.size());
  FUZZ_REQUIRE(std::equal(record.bytes.begin(), record.bytes.end(),
                          static_cast<const char*>(message.bytes.data())));
  member.next += record.blocks;
}

void RingModel::Release(int m, Code code) {
  Member& member = members_[m];
  if (!member.open) return FUZZ_REQUIRE_CODE(Code::kClosed, code);
  if (Acknowledge(m)) return FUZZ_REQUIRE_CODE(Code::kOk, code);
  FUZZ_REQUIRE_CODE(member.begin == member.end ? Code::kOutOfOrder : Code::kOk, code);
  member.begin = member.end;
}

}  // namespace fmmq::fuzz
