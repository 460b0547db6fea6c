#include "tests/stress/burial.h"

#include <cstring>

#include "tests/stress/oracle.h"
#include "tests/support/payload.h"

namespace fmmq::stress {
namespace {

using Ull = unsigned long long;

// A whole message where a killed member was reading to.
void InspectHand(Ledger& ledger, uint32_t slot) {
  const uint32_t reading_for = ledger.slots[slot].reading_for.load();
  if (reading_for == 0 || reading_for > kMaxGroups) return;
  const MutableBytes hand = ledger.Hand(slot);
  test::PayloadId id;
  uint32_t size = 0;
  std::memcpy(&size, static_cast<const char*>(hand.data()) + 8, sizeof(size));
  if (size > hand.size() || !test::ParsePayload({hand.data(), size}, &id)) return;
  const auto number = static_cast<uint32_t>(id.sequence);
  if (id.sequence >> 32 != ledger.run || number >= kLifeMessages) return;
  Life& life = ledger.lives[IndexOf(id.writer)];
  const LifeWord word = DecodeLife(life.word.load());
  const bool current = word.state != LifeState::kFree && word.generation == GenerationOf(id.writer);
  if (current) AddCame(life.came[reading_for - 1][number], word.generation, kExcused);
}

}  // namespace

void BuryWorker(Ledger& ledger, uint32_t slot, bool killed) {
  const Part part = PartOf(ledger.plan, slot);
  if (part.role == Role::kMember && killed) {
    ledger.groups[part.group].deaths.fetch_add(1);
    InspectHand(ledger, slot);
  }
  ledger.slots[slot].reading_for = 0;
  for (Life& life : ledger.lives) {
    LifeWord word = DecodeLife(life.word.load());
    if (word.state != LifeState::kActive || word.slot != slot) continue;
    word.state = LifeState::kEnded;
    life.word.store(Encode(word));
  }
}

// ---- settling ----

uint64_t LifeTally::AllMissing() const {
  uint64_t all = 0;
  for (const uint64_t count : missing) all += count;
  return all;
}

LifeTally TallyLife(const Ledger& ledger, uint32_t index) {
  const Life& life = ledger.lives[index];
  const uint32_t generation = DecodeLife(life.word.load()).generation;
  LifeTally tally;
  tally.reported = life.reported.load();
  for (uint32_t group = 0; group < ledger.plan.groups; ++group) {
    for (uint32_t number = 0; number < tally.reported; ++number) {
      const uint32_t flags = CameFlags(life.came[group][number].load(), generation);
      if (flags == 0) ++tally.missing[group];
      if (flags == kExcused) ++tally.excused;
    }
  }
  return tally;
}

uint32_t FirstMissing(const Ledger& ledger, uint32_t index, uint32_t group) {
  const Life& life = ledger.lives[index];
  const uint32_t generation = DecodeLife(life.word.load()).generation;
  for (uint32_t number = 0; number < life.reported.load(); ++number) {
    if (CameFlags(life.came[group][number].load(), generation) == 0) return number;
  }
  return kLifeMessages;
}

uint64_t CountUnsettled(const Ledger& ledger) {
  uint64_t count = 0;
  for (const Life& life : ledger.lives) count += life.reported.load();
  return count;
}

void FreeLife(Ledger& ledger, uint32_t index) {
  Life& life = ledger.lives[index];
  const uint32_t generation = DecodeLife(life.word.load()).generation;
  life.word.store(Encode({generation, 0, LifeState::kSettled}));
  life.started.store(0);
  life.reported.store(0);
  life.word.store(Encode({generation, 0, LifeState::kFree}));
}

void AccuseOfLosses(Ledger& ledger, uint32_t index) {
  const uint32_t generation = DecodeLife(ledger.lives[index].word.load()).generation;
  const LifeTally tally = TallyLife(ledger, index);
  for (uint32_t group = 0; group < ledger.plan.groups; ++group) {
    if (tally.missing[group] == 0) continue;
    ledger.Accuse(Violation::kLost, kDirector,
                  "%llu messages of life %x did not come to %s, number %u first",
                  Ull(tally.missing[group]), WriterOf(index, generation), GroupName(group),
                  FirstMissing(ledger, index, group));
  }
}

void CheckMarks(Ledger& ledger) {
  for (uint32_t group = 0; group < ledger.plan.groups; ++group) {
    const uint64_t marked = ledger.groups[group].marked.load();
    const uint64_t deaths = ledger.groups[group].deaths.load();
    if (marked <= deaths * kMaxBatch) continue;
    ledger.Accuse(Violation::kMark, kDirector, "%llu redeliveries in %s, after %llu deaths",
                  Ull(marked), GroupName(group), Ull(deaths));
  }
}

void CheckPositions(Ledger& ledger, uint32_t group, uint64_t head, uint64_t lost) {
  const uint64_t delivered = ledger.groups[group].blocks.load();
  const uint64_t given_up = ledger.given_up_blocks.load();
  if (delivered + given_up + lost == head) return;
  // Readers that were overtaken count what was given up as lost, too.
  const bool overlap = lost != 0 && delivered + given_up + lost > head && delivered + lost <= head;
  if (overlap) return;
  ledger.Accuse(Violation::kGap, kDirector,
                "%s: %llu blocks delivered, %llu given up, %llu lost, but %llu written",
                GroupName(group), Ull(delivered), Ull(given_up), Ull(lost), Ull(head));
}

}  // namespace fmmq::stress
