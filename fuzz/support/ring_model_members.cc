// The model's members: how they come and go, and what they leave behind.
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

}  // namespace fmmq::fuzz
