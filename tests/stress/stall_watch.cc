#include "tests/stress/stall_watch.h"

#include <algorithm>

namespace fmmq::stress {
namespace {

// The director looks every few milliseconds.
constexpr uint64_t kMostPerTickUs = 50'000;

}  // namespace

void RunClock::Tick(bool somebody_stopped) {
  const Clock::time_point now = Clock::now();
  const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(now - last_).count();
  last_ = now;
  if (!somebody_stopped) us_ += std::min<uint64_t>(static_cast<uint64_t>(passed), kMostPerTickUs);
}

void StallWatch::Tick(const Snapshot& now, const Crew& crew) {
  clock_.Tick(crew.AnyStopped());
  snapshot_ = now;
  for (uint32_t slot = 0; slot < crew.size(); ++slot) {
    if (crew.Running(slot)) WatchSlot(slot);
  }
  for (uint32_t group = 0; group < ledger_.plan.groups; ++group) WatchGroup(group, now);
  WatchWriters();
}

uint64_t StallWatch::Age(Progress& progress, uint64_t count, uint32_t incarnation, bool has_work) {
  if (count != progress.count || incarnation != progress.incarnation || !has_work) {
    progress = {count, clock_.us(), incarnation, false};
  }
  return clock_.us() - progress.since_us;
}

void StallWatch::Judge(Progress& progress, uint64_t age_us, uint32_t slot, const char* who,
                       const char* what) {
  longest_us_ = std::max(longest_us_, age_us);
  if (progress.accused || age_us <= ledger_.plan.stuck_ms * 1000) return;
  progress.accused = true;
  const bool worker = slot < kMaxSlots;
  ledger_.Accuse(Violation::kStuck, slot, "%s: %s for %llu ms%s%s, head %llu", who, what,
                 static_cast<unsigned long long>(age_us / 1000), worker ? "; it is " : "",
                 worker ? DoingName(static_cast<Doing>(ledger_.slots[slot].doing.load())) : "",
                 static_cast<unsigned long long>(snapshot_.head));
}

// No call may take for ever; and who writes or watches gets on, from the moment that it is there.
void StallWatch::WatchSlot(uint32_t slot) {
  const Slot& board = ledger_.slots[slot];
  const uint32_t incarnation = board.incarnation.load();
  const Role role = PartOf(ledger_.plan, slot).role;
  const uint64_t beat_age = Age(beats_[slot], board.beats.load(), incarnation, true);
  Judge(beats_[slot], beat_age, slot, RoleName(role), "no call returned");
  // Members compete, and so do the producers of a single-producer queue: WatchGroup, WatchWriters.
  const bool competes = role == Role::kMember || ledger_.plan.single_producer != 0;
  const bool has_work = !competes && !ledger_.InPhase(Phase::kDraining);
  const uint64_t age = Age(successes_[slot], board.successes.load(), incarnation, has_work);
  Judge(successes_[slot], age, slot, RoleName(role), "no message");
}

void StallWatch::WatchGroup(uint32_t group, const Snapshot& now) {
  Progress& progress = groups_[group];
  const uint64_t age = Age(progress, now.cursor[group], 0, now.lag[group] != 0);
  Judge(progress, age, kDirector, GroupName(group), "its members read nothing");
}

void StallWatch::WatchWriters() {
  uint64_t written = 0;
  for (uint32_t slot = 0; slot < ledger_.plan.producers; ++slot) {
    written += ledger_.slots[slot].successes.load();
  }
  const uint64_t age = Age(writers_, written, 0, !ledger_.InPhase(Phase::kDraining));
  Judge(writers_, age, kDirector, "producers", "nobody wrote");
}

}  // namespace fmmq::stress
