#include "tests/stress/plan.h"

#include <algorithm>
#include <cstring>

#include "tests/support/payload.h"

namespace fmmq::stress {
namespace {

uint32_t MembersOf(const Plan& plan, uint32_t group) {
  return IsExclusive(group) ? 1 : static_cast<uint32_t>(plan.members);
}

}  // namespace

const char* RoleName(Role role) {
  constexpr const char* kNames[] = {"producer", "member", "visitor", "observer"};
  return kNames[static_cast<uint32_t>(role)];
}

uint32_t SlotCount(const Plan& plan) {
  auto count = static_cast<uint32_t>(plan.producers + plan.visitors + plan.observers);
  for (uint32_t group = 0; group < plan.groups; ++group) count += MembersOf(plan, group);
  return count;
}

Part PartOf(const Plan& plan, uint32_t slot) {
  if (slot < plan.producers) return {Role::kProducer, 0};
  slot -= static_cast<uint32_t>(plan.producers);
  for (uint32_t group = 0; group < plan.groups; ++group) {
    if (slot < MembersOf(plan, group)) return {Role::kMember, group};
    slot -= MembersOf(plan, group);
  }
  return {slot < plan.visitors ? Role::kVisitor : Role::kObserver, 0};
}

const char* GroupName(uint32_t group) {
  constexpr const char* kNames[kMaxGroups] = {"default", "exclusive", "second", "exclusive2"};
  return kNames[group];
}

size_t MessageBytes(const Plan& plan, uint32_t writer, uint32_t number) {
  const uint64_t hash = test::Mix((uint64_t{writer} << 32 | number) + plan.seed);
  const uint64_t room = plan.max_message_bytes - test::kMinNamedPayload + 1;
  const uint64_t range = hash % 64 == 0 ? room : std::min<uint64_t>(room, 240);
  return test::kMinNamedPayload + static_cast<size_t>((hash >> 8) % range);
}

uint64_t BlocksOf(const Plan& plan, size_t bytes) {
  return bytes == 0 ? 1 : (bytes + plan.block_size - 1) / plan.block_size;
}

const char* WhatIsWrong(const Plan& plan) {
  if (plan.producers == 0) return "there has to be a producer";
  if (plan.groups == 0 || plan.groups > kMaxGroups) return "--groups is 1 to 4";
  if (plan.members == 0) return "a shared group needs a member";
  if (plan.producers + plan.members + plan.visitors + plan.observers > kMaxSlots ||
      SlotCount(plan) > kMaxSlots) {
    return "that is more than 64 workers";
  }
  if (plan.max_message_bytes < test::kMinNamedPayload) return "messages have at least 16 bytes";
  if (plan.max_message_bytes > plan.ring_bytes) return "the ring is smaller than a message";
  if (plan.max_message_bytes > 1 << 24) return "messages have at most 16 MiB";
  if (plan.seconds == 0 && plan.messages == 0) return "give --seconds or --messages";
  if (plan.stuck_ms == 0) return "--stuck-ms is 1 or more";
  return nullptr;
}

}  // namespace fmmq::stress
