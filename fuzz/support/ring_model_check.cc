// What a queue says about itself, against the model.
#include <algorithm>
#include <cstring>

#include "fuzz/support/require.h"
#include "fuzz/support/ring_model.h"

namespace fmmq::fuzz {

RingModel::Counts RingModel::Count() const {
  Counts counts;
  for (const Producer& producer : producers_) counts.producers += producer.open ? 1 : 0;
  for (const Member& member : members_) counts.members += member.open ? 1 : 0;
  for (const Observer& observer : observers_) counts.observers += observer.open ? 1 : 0;
  return counts;
}

void RingModel::CheckPresence(const Queue& queue) const {
  const Counts counts = Count();
  const Result<PresenceInfo> presence = queue.Presence();
  FUZZ_REQUIRE_CODE(Code::kOk, presence.code());
  FUZZ_REQUIRE(presence->producers == counts.producers);
  FUZZ_REQUIRE(presence->observers == counts.observers);
  // Who adopts holds the dead one's lock as long.
  const auto adopted = [](const Hold& hold) { return hold.adopter >= 0 && hold.heir < 0; };
  FUZZ_REQUIRE(presence->members ==
               counts.members + std::count_if(holds_.begin(), holds_.end(), adopted));
}

void RingModel::Check(const Queue& queue) {
  Sync();
  const Counts counts = Count();
  const QueueInfo queue_info = queue.Info();
  FUZZ_REQUIRE(queue_info.head == head_ && queue_info.ended == ended_);
  FUZZ_REQUIRE(queue_info.recoveries == 0);
  FUZZ_REQUIRE(queue_info.written_messages == written_ && queue_info.read_messages == read_);
  FUZZ_REQUIRE(queue_info.producers == counts.producers);
  FUZZ_REQUIRE(queue_info.members == counts.members + DeadSeats());
  std::vector<GroupInfo> infos(group_count_ + 1);
  const size_t count = queue.Groups(infos.data(), infos.size());
  FUZZ_REQUIRE(count == groups_.size());
  for (size_t i = 0; i < count; ++i) {
    const GroupInfo& info = infos[i];
    const Group* const group = FindGroup(info.name);
    FUZZ_REQUIRE(group != nullptr);
    FUZZ_REQUIRE(group->cursor == info.cursor && head_ - group->cursor == info.lag);
    FUZZ_REQUIRE(group->lost == info.lost && group->redelivered == info.redelivered);
    FUZZ_REQUIRE(group->durable == info.durable);
    FUZZ_REQUIRE(group->exclusive == (info.kind == GroupKind::kExclusive));
    const auto of_group = [group](const auto& one) { return one.group == group; };
    const auto dead = [group](const Hold& hold) { return hold.group == group && hold.heir < 0; };
    FUZZ_REQUIRE(info.members == std::count_if(members_, members_ + kMembers, of_group) +
                                     std::count_if(holds_.begin(), holds_.end(), dead));
  }
}

std::vector<GroupInfo> RingModel::DurableGroups() const {
  std::vector<GroupInfo> infos;
  for (const auto& group : groups_) {
    if (!group->durable) continue;
    GroupInfo info;
    std::memcpy(info.name, group->name.data(), group->name.size());
    info.kind = group->exclusive ? GroupKind::kExclusive : GroupKind::kShared;
    infos.push_back(info);
  }
  return infos;
}

bool RingModel::IsDrained() const {
  for (const auto& group : groups_) {
    if (group->durable && group->cursor != head_) return false;
  }
  return std::all_of(holds_.begin(), holds_.end(),
                     [this](const Hold& hold) { return !hold.group->durable || IsGhost(hold); });
}

}  // namespace fmmq::fuzz
