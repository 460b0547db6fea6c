// The model's members, and what they leave when they go with messages in their hands.
#include <algorithm>

#include "fuzz/support/require.h"
#include "fuzz/support/ring_model.h"

namespace fmmq::fuzz {

// ---- the dead ----

uint32_t RingModel::LiveSeats() const {
  uint32_t live = 0;
  for (const Producer& producer : producers_) live += producer.open ? 1 : 0;
  for (const Member& member : members_) live += member.open ? 1 : 0;
  return live;
}

uint32_t RingModel::DeadSeats() const {
  uint32_t dead = 0;
  for (const Hold& hold : holds_) dead += hold.heir < 0 ? 1 : 0;
  return dead;
}

bool RingModel::HasLiveMember(const Group& group) const {
  return std::any_of(members_, members_ + kMembers,
                     [&](const Member& member) { return member.group == &group; });
}

template <typename Predicate>
void RingModel::RemoveHolds(Predicate&& predicate) {
  holds_.erase(std::remove_if(holds_.begin(), holds_.end(), predicate), holds_.end());
}

void RingModel::RemoveGroup(const Group* group) {
  RemoveHolds([group](const Hold& hold) { return hold.group == group; });
  groups_.erase(std::find_if(groups_.begin(), groups_.end(),
                             [group](const auto& other) { return other.get() == group; }));
}

// Ephemeral groups end with their last member.
void RingModel::Reap() {
  for (size_t i = groups_.size(); i-- != 0;) {
    const Group& group = *groups_[i];
    if (!group.durable && !HasLiveMember(group)) RemoveGroup(&group);
  }
}

// The first message of what is held, or its end.
uint64_t RingModel::FrontOf(const Hold& hold) const {
  for (auto at = FirstFrom(hold.begin); at != published_.end(); ++at) {
    if (at->first >= hold.end) break;
    if (at->second.message) return at->first;
  }
  return hold.end;
}

// Takes over what real handles noticed by their clocks.
void RingModel::Sync() {
  for (size_t i = groups_.size(); i-- != 0;) {
    const Group& group = *groups_[i];
    if (group.durable || HasLiveMember(group)) continue;
    if (window_.FindGroup(group.name) == Window::kNone) RemoveGroup(&group);
  }
  RemoveHolds([this](const Hold& hold) {
    return hold.adopter < 0 && IsGhost(hold) &&
           window_.FindIntent(hold.begin, hold.end) == Window::kNone;
  });
}

RingModel::Hold* RingModel::HoldOfAdopter(int m) {
  for (Hold& hold : holds_) {
    if (hold.adopter == m) return &hold;
  }
  return nullptr;
}

RingModel::Hold* RingModel::HoldOfHeir(int m) {
  for (Hold& hold : holds_) {
    if (hold.heir == m) return &hold;
  }
  return nullptr;
}

bool RingModel::Acknowledge(int m) {
  Hold* const hold = HoldOfAdopter(m);
  if (hold == nullptr) return false;
  ++hold->group->redelivered;
  hold->begin = hold->adopted;
  hold->adopter = -1;
  if (hold->begin >= hold->end) holds_.erase(holds_.begin() + (hold - holds_.data()));
  return true;
}

// ---- joining and leaving ----

RingModel::Group* RingModel::FindGroup(const std::string& name) {
  for (const auto& group : groups_) {
    if (group->name == name) return group.get();
  }
  return nullptr;
}

uint64_t RingModel::FirstPosition(const Group* own, From from) const {
  uint64_t oldest = head_;
  for (const auto& group : groups_) {
    if (from == From::kNow || group.get() == own || head_ - group->cursor > block_count_) continue;
    oldest = std::min(oldest, group->cursor);
  }
  return oldest;
}

// `seat`: there is a clean one. Otherwise a dead member's of the same group will do.
Code RingModel::JoinCode(const std::string& name, const GroupOptions& options, bool seat) {
  const Group* const group = FindGroup(name);
  if (group == nullptr) {
    if (!seat) return Code::kNoSeat;
    return groups_.size() < group_count_ ? Code::kOk : Code::kNoGroup;
  }
  const bool exclusive = options.kind == GroupKind::kExclusive;
  if (group->exclusive != exclusive || group->durable != options.durable)
    return Code::kGroupMismatch;
  if (exclusive && HasLiveMember(*group)) return Code::kTaken;
  const bool dead = std::any_of(holds_.begin(), holds_.end(), [group](const Hold& hold) {
    return hold.group == group && hold.adopter < 0 && hold.heir < 0;
  });
  return seat || dead ? Code::kOk : Code::kNoSeat;
}

// Takes over the first dead seat of the group.
void RingModel::Inherit(int m) {
  Hold* first = nullptr;
  uint32_t lowest = Window::kNone;
  for (Hold& hold : holds_) {
    if (hold.group != members_[m].group || hold.adopter >= 0 || hold.heir >= 0) continue;
    const uint32_t seat = window_.FindIntent(hold.begin, hold.end);
    if (seat < lowest) lowest = seat, first = &hold;
  }
  FUZZ_REQUIRE(first != nullptr);
  first->heir = m;
}

void RingModel::Join(int m, const std::string& name, const GroupOptions& options, Code code) {
  Reap();
  const bool seat = LiveSeats() + DeadSeats() < seats_;
  FUZZ_REQUIRE_CODE(JoinCode(name, options, seat), code);
  if (code != Code::kOk) return;
  Group* group = FindGroup(name);
  if (group == nullptr) {
    const uint64_t first = FirstPosition(nullptr, options.from);
    const bool exclusive = options.kind == GroupKind::kExclusive;
    groups_.emplace_back(new Group{name, exclusive, options.durable, first, 0, 0});
    group = groups_.back().get();
  }
  members_[m] = {true, group, 0, 0, 0, 0};
  if (!seat) Inherit(m);
}

void RingModel::CloseMember(int m, Code code) {
  Member& member = members_[m];
  FUZZ_REQUIRE_CODE(member.open ? Code::kOk : Code::kClosed, code);
  if (!member.open) return;
  Acknowledge(m);
  Hold* const inherited = HoldOfHeir(m);
  if (inherited != nullptr) inherited->heir = -1;
  const bool dies = inherited != nullptr || member.begin != member.end;
  if (member.begin != member.end) {
    Hold hold;
    hold.group = member.group;
    hold.begin = member.begin;
    hold.end = member.end;
    holds_.push_back(hold);
  }
  const bool durable = member.group->durable;
  member = {};
  if (!dies && !durable) Reap();
}

void RingModel::DropGroup(const std::string& name, Code code) {
  Group* const group = FindGroup(name);
  if (group == nullptr) return FUZZ_REQUIRE_CODE(Code::kNotFound, code);
  const bool taken = HasLiveMember(*group);
  FUZZ_REQUIRE_CODE(taken ? Code::kTaken : Code::kOk, code);
  if (!taken) RemoveGroup(group);
}

// ---- reading ----

void RingModel::StepOverAborted(Group* group) {
  for (const Record* record = At(group->cursor); record != nullptr && !record->message;
       record = At(group->cursor)) {
    group->cursor += record->blocks;
  }
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
    // It may have tried before it looked after the dead.
    const uint64_t cursor = window_.group(window_.FindGroup(group->name)).cursor.load();
    if (cursor != group->cursor) StepOverAborted(group);
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
