// Queue's snapshots for people.
#include <cstring>

#include "fmmq/queue/queue.h"
#include "fmmq/ring/groups.h"
#include "fmmq/segment/mapping.h"

namespace fmmq {
namespace {

using View = ring::View<ring::HardwareAtomics>;

uint32_t CountMembers(const View& view, uint32_t group) {
  uint32_t members = 0;
  view.ForEachOccupied(
      [&](uint32_t seat) { members += ring::IsMemberOf(view, seat, group) ? 1 : 0; });
  return members;
}

// Of the handles that are there, and before them of those that are gone.
void CountSeats(const View& view, QueueInfo* info) {
  const auto load = [](const format::SharedWord& word) {
    return word.load(std::memory_order_relaxed);
  };
  info->written_messages = load(view.control->written_messages);
  info->written_bytes = load(view.control->written_bytes);
  info->read_messages = load(view.control->read_messages);
  info->read_bytes = load(view.control->read_bytes);
  view.ForEachOccupied([&](uint32_t index) {
    const auto& seat = view.seats[index];
    const format::Role role = format::DecodeSeat(load(seat.identity)).role;
    if (role != format::Role::kProducer && role != format::Role::kMember) return;
    const bool member = role == format::Role::kMember;
    ++(member ? info->members : info->producers);
    (member ? info->read_messages : info->written_messages) += load(seat.messages);
    (member ? info->read_bytes : info->written_bytes) += load(seat.bytes);
  });
}

void FillGroup(const View& view, uint32_t index, const format::GroupState& state, GroupInfo* info) {
  const auto& group = view.groups[index];
  *info = {};
  uint64_t name[format::kMaxGroupNameBytes / 8];
  for (size_t i = 0; i < format::kMaxGroupNameBytes / 8; ++i)
    name[i] = group.name[i].load(std::memory_order_relaxed);
  std::memcpy(info->name, name, sizeof(name));
  info->kind = state.exclusive ? GroupKind::kExclusive : GroupKind::kShared;
  info->durable = state.durable;
  info->cursor = group.cursor.load(std::memory_order_acquire);
  const int64_t lag = ring::Distance(info->cursor, view.Head());
  info->lag = lag > 0 ? static_cast<uint64_t>(lag) : 0;
  info->lost = group.lost.load(std::memory_order_relaxed);
  info->redelivered = group.redelivered.load(std::memory_order_relaxed);
  info->members = CountMembers(view, index);
}

}  // namespace

QueueInfo Queue::Info() const {
  QueueInfo info;
  if (mapping_ == nullptr) return info;
  const View& view = mapping_->view();
  const format::Header& header = mapping_->header();
  info.segment_bytes = header.segment_bytes;
  info.capacity = header.data_bytes;
  info.block_size = header.block_size;
  info.seats = header.seats;
  info.groups = header.groups;
  info.string_size = header.string_bytes;
  info.policy = view.policy;
  info.single_producer = view.single_producer;
  info.anonymous = (header.flags & format::kAnonymous) != 0;
  info.writable = mapping_->writable();
  info.created_ns = header.created_ns;
  std::memcpy(info.uuid, header.uuid, sizeof(info.uuid));
  static_assert(sizeof(info.id) > format::kMaxIdBytes);
  std::memcpy(info.id, header.id, format::kMaxIdBytes);
  info.head = view.Head();
  info.recoveries = view.control->recoveries.load(std::memory_order_relaxed);
  info.ended = view.control->ended.load(std::memory_order_relaxed) != 0;
  CountSeats(view, &info);
  return info;
}

size_t Queue::Groups(GroupInfo* groups, size_t max) const {
  if (mapping_ == nullptr) return 0;
  const View& view = mapping_->view();
  size_t filled = 0;
  for (uint32_t i = 0; i < view.group_count && filled < max; ++i) {
    const format::GroupState state = ring::LoadState(view, i);
    if (state.phase == format::Phase::kLive) FillGroup(view, i, state, &groups[filled++]);
  }
  return filled;
}

}  // namespace fmmq
