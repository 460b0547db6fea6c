#include "tests/stress/settling.h"

#include <cstring>

namespace fmmq::stress {

bool Snapshot::AllRead(uint64_t up_to, uint64_t groups) const {
  for (uint64_t group = 0; group < groups; ++group) {
    if (cursor[group] < up_to) return false;
  }
  return true;
}

Snapshot Look(const Queue& queue, const Plan& plan) {
  Snapshot now;
  GroupInfo groups[32];
  const size_t count = queue.Groups(groups, 32);
  for (uint32_t group = 0; group < plan.groups; ++group) {
    for (size_t i = 0; i < count; ++i) {
      if (std::strcmp(groups[i].name, GroupName(group)) != 0) continue;
      now.cursor[group] = groups[i].cursor;
      now.lag[group] = groups[i].lag;
      now.lost[group] = groups[i].lost;
    }
  }
  const QueueInfo info = queue.Info();
  now.head = info.head;
  now.recoveries = info.recoveries;
  return now;
}

void Settling::Step(const Snapshot& now, const Crew& crew) {
  for (uint32_t index = 0; index < kLives; ++index) {
    const LifeWord word = DecodeLife(ledger_.lives[index].word.load());
    if (word.state == LifeState::kEnded) StepOne(index, now, crew);
  }
}

// A message that was begun and not reported may still come, unmarked, as long as it may be in the
// ring or in a living member's hand. (From a dead one's hand it comes marked, which is in order at
// any time.)
void Settling::StepOne(uint32_t index, const Snapshot& now, const Crew& crew) {
  Ending& ending = endings_[index];
  if (!ending.noticed) {
    ending = {};
    ending.noticed = true;
    ending.head = now.head;
    return;
  }
  if (!ending.read) {
    if (!now.AllRead(ending.head, ledger_.plan.groups)) return;
    ending.read = true;
    for (uint32_t slot = 0; slot < crew.size(); ++slot) {
      ending.beats[slot] = ledger_.slots[slot].beats.load();
      ending.incarnations[slot] = ledger_.slots[slot].incarnation.load();
    }
  }
  if (!NobodyHoldsAny(ending, crew)) return;
  const LifeTally tally = TallyLife(ledger_, index);
  if (tally.AllMissing() == 0 || ledger_.plan.overwrite != 0) Settle(index, tally);
}

// Whether every member has done so much since all was read that it has written down what it had.
bool Settling::NobodyHoldsAny(const Ending& ending, const Crew& crew) const {
  for (uint32_t slot = 0; slot < crew.size(); ++slot) {
    const Slot& board = ledger_.slots[slot];
    if (PartOf(ledger_.plan, slot).role != Role::kMember || !crew.Running(slot)) continue;
    const bool same = board.incarnation.load() == ending.incarnations[slot];
    if (same && board.beats.load() < ending.beats[slot] + kMaxBatch + 3) return false;
  }
  return true;
}

void Settling::Settle(uint32_t index, const LifeTally& tally) {
  messages_ += tally.reported;
  missing_ += tally.AllMissing();
  excused_ += tally.excused;
  endings_[index] = {};
  FreeLife(ledger_, index);
}

bool Settling::Done() const {
  for (const Life& life : ledger_.lives) {
    if (DecodeLife(life.word.load()).state != LifeState::kFree) return false;
  }
  return true;
}

void Settling::GiveUp() {
  for (uint32_t index = 0; index < kLives; ++index) {
    const LifeWord word = DecodeLife(ledger_.lives[index].word.load());
    if (word.state == LifeState::kFree) continue;
    if (ledger_.plan.overwrite == 0) AccuseOfLosses(ledger_, index);
    Settle(index, TallyLife(ledger_, index));
  }
}

}  // namespace fmmq::stress
