#include "tests/stress/oracle.h"

#include <algorithm>
#include <cstring>

namespace fmmq::stress {
namespace {

using Ull = unsigned long long;

constexpr uint32_t kCameMask = 0xff;

// What a word of Life::came says about this generation's message.
uint32_t FlagsOf(uint32_t word, uint32_t generation) {
  return word >> 8 == (generation & 0xffffff) ? word & kCameMask : 0;
}

// Adds a flag and returns those that were there.
uint32_t AddFlag(HalfWord& word, uint32_t generation, uint32_t flag) {
  uint32_t old = word.load(std::memory_order_relaxed);
  while (true) {
    const uint32_t flags = FlagsOf(old, generation);
    if (word.compare_exchange_weak(old, generation << 8 | flags | flag)) return flags;
  }
}

constexpr uint64_t kPositionMask = (uint64_t{1} << 48) - 1;

uint64_t PositionWord(uint32_t generation, uint64_t position) {
  return uint64_t{generation} << 48 | ((position + 1) & kPositionMask);
}

// Position + 1 by the ledger, 0 when nobody has seen this generation's message.
uint64_t KnownPosition(const Life& life, uint32_t generation, uint32_t number) {
  const uint64_t word = life.position[number].load();
  return word >> 48 == (generation & 0xffff) ? word & kPositionMask : 0;
}

void CheckPosition(Ledger& ledger, uint32_t slot, const Seen& seen, uint64_t position) {
  Life& life = ledger.lives[IndexOf(seen.writer)];
  const uint32_t generation = GenerationOf(seen.writer);
  uint64_t old = life.position[seen.number].load();
  const uint64_t now = PositionWord(generation, position);
  if (old >> 48 != now >> 48) life.position[seen.number].compare_exchange_strong(old, now);
  const uint64_t known = KnownPosition(life, generation, seen.number);
  if (known != 0 && known != position + 1) {
    ledger.Accuse(Violation::kReordered, slot, "message %x.%u stands at %llu and at %llu",
                  seen.writer, seen.number, Ull(known - 1), Ull(position));
  }
  if (seen.number == 0) return;
  const uint64_t before = KnownPosition(life, generation, seen.number - 1);
  if (before > position) {
    ledger.Accuse(Violation::kReordered, slot,
                  "message %x.%u stands at %llu, its successor at %llu", seen.writer,
                  seen.number - 1, Ull(before - 1), Ull(position));
  }
}

// Whether the message was ever begun; accuses otherwise.
bool WasStarted(Ledger& ledger, uint32_t slot, const Delivered& delivered, Seen* seen) {
  const Life& life = ledger.lives[IndexOf(seen->writer)];
  const LifeWord word = DecodeLife(life.word.load(std::memory_order_acquire));
  const uint32_t generation = GenerationOf(seen->writer);
  seen->settled = generation < word.generation ||
                  (generation == word.generation &&
                   (word.state == LifeState::kFree || word.state == LifeState::kSettled));
  if (seen->settled) return true;
  const bool exists = generation == word.generation && generation != 0;
  if (exists && seen->number < life.started.load()) return true;
  ledger.Accuse(Violation::kInvented, slot, "nobody wrote message %x.%u, which stands at %llu",
                seen->writer, seen->number, Ull(delivered.position));
  return false;
}

}  // namespace

test::PayloadId MessageId(const Ledger& ledger, uint32_t writer, uint32_t number) {
  return {writer, ledger.run.load(std::memory_order_relaxed) << 32 | number};
}

// ---- writers ----

WriterLog::WriterLog(Ledger& ledger, uint32_t slot) {
  for (uint32_t i = 0; i < kLives; ++i) {
    // Slots begin at different places: they would contend for each entry.
    const uint32_t index = (slot * 16 + i) % kLives;
    Life& life = ledger.lives[index];
    uint64_t old = life.word.load();
    const LifeWord was = DecodeLife(old);
    if (was.state != LifeState::kFree) continue;
    const uint64_t taken = Encode({was.generation + 1, slot, LifeState::kActive});
    if (!life.word.compare_exchange_strong(old, taken)) continue;
    life_ = &life;
    writer_ = WriterOf(index, was.generation + 1);
    return;
  }
}

void WriterLog::Start(uint32_t count) { life_->started.store(next_ + count); }

void WriterLog::Finish(uint32_t written) {
  next_ += written;
  life_->reported.store(next_);
  life_->started.store(next_);
}

void WriterLog::End() {
  if (life_ == nullptr) return;
  LifeWord word = DecodeLife(life_->word.load());
  word.state = LifeState::kEnded;
  life_->word.store(Encode(word));
  life_ = nullptr;
}

// ---- readers ----

Seen Inspect(Ledger& ledger, uint32_t slot, const Delivered& delivered) {
  Seen seen;
  test::PayloadId id;
  if (!test::ParsePayload(delivered.bytes, &id)) {
    ledger.Accuse(Violation::kTorn, slot, "%zu bytes at %llu are no whole message",
                  delivered.bytes.size(), Ull(delivered.position));
    return seen;
  }
  seen.writer = id.writer;
  seen.number = static_cast<uint32_t>(id.sequence);
  if (id.sequence >> 32 != ledger.run || seen.number >= kLifeMessages) {
    ledger.Accuse(Violation::kInvented, slot, "message %x.%llx at %llu is not of this run",
                  id.writer, Ull(id.sequence), Ull(delivered.position));
    return seen;
  }
  if (delivered.bytes.size() != MessageBytes(ledger.plan, seen.writer, seen.number)) {
    ledger.Accuse(Violation::kTorn, slot, "message %x.%u at %llu has %zu bytes", seen.writer,
                  seen.number, Ull(delivered.position), delivered.bytes.size());
    return seen;
  }
  seen.blocks = BlocksOf(ledger.plan, delivered.bytes.size());
  seen.good = WasStarted(ledger, slot, delivered, &seen);
  if (seen.good && !seen.settled) CheckPosition(ledger, slot, seen, delivered.position);
  return seen;
}

Seen MemberLog::Deliver(const Delivered& delivered) {
  const Seen seen = Inspect(ledger_, slot_, delivered);
  GroupAccount& account = ledger_.groups[group_];
  account.messages.fetch_add(1);
  if (delivered.marked) account.marked.fetch_add(1);
  if (!seen.good) return seen;
  if (!delivered.marked) CheckOrder(seen, delivered.position);
  if (seen.settled) {
    if (delivered.marked) return seen;  // its member died before it could acknowledge it
    ledger_.Accuse(Violation::kInvented, slot_, "message %x.%u came to %s when it was settled",
                   seen.writer, seen.number, GroupName(group_));
    return seen;
  }
  HalfWord& came = ledger_.lives[IndexOf(seen.writer)].came[group_][seen.number];
  const uint32_t flag = delivered.marked ? kMarked : kUnmarked;
  const uint32_t before = AddFlag(came, GenerationOf(seen.writer), flag);
  if ((before & (kUnmarked | kMarked)) == 0) account.blocks.fetch_add(seen.blocks);
  if ((before & flag & kUnmarked) != 0) {
    ledger_.Accuse(Violation::kDuplicate, slot_, "message %x.%u came to %s twice, unmarked",
                   seen.writer, seen.number, GroupName(group_));
  }
  return seen;
}

// By position, which the ledger keeps in each life's order; and in an exclusive group also from one
// member to the next.
void MemberLog::CheckOrder(const Seen& seen, uint64_t position) {
  uint64_t next = next_position_;
  Word& shared = ledger_.groups[group_].next_position;
  if (IsExclusive(group_)) next = std::max(next, shared.load());
  if (position < next) {
    ledger_.Accuse(Violation::kReordered, slot_, "message %x.%u of %s, at %llu, came after %llu",
                   seen.writer, seen.number, GroupName(group_), Ull(position), Ull(next - 1));
  }
  next_position_ = position + 1;
  if (IsExclusive(group_)) shared.store(next_position_);
}

void GapWatch::StartNow() {
  from_now_ = true;
  for (uint32_t i = 0; i < kLives; ++i) {
    const LifeWord word = DecodeLife(ledger_.lives[i].word.load());
    // What is started from here on comes to us: message `started`, or one that was begun before.
    uint32_t number = static_cast<uint32_t>(ledger_.lives[i].started.load());
    const bool runs = word.state == LifeState::kActive || word.state == LifeState::kEnded;
    // A life that is settled by now may have been at work when we came.
    if (!runs || ledger_.lives[i].word.load() != Encode(word)) number = kLifeMessages;
    expected_[i] = {word.generation, number, false};
  }
}

// Which messages of the same life should have come before this one.
void GapWatch::CountSkipped(const Seen& seen) {
  Expected& expected = expected_[IndexOf(seen.writer)];
  const uint32_t generation = GenerationOf(seen.writer);
  if (expected.generation != generation) {
    // A life that began after StartNow comes from its first message on.
    expected = {generation, from_now_ && generation > expected.generation ? 0 : seen.number, false};
  }
  if (expected.seen && seen.number < expected.number) {
    ledger_.Accuse(Violation::kReordered, slot_, "message %x.%u came after %u of the same life",
                   seen.writer, seen.number, expected.number - 1);
  }
  for (uint32_t number = expected.number; number < seen.number; ++number) {
    skipped_blocks_ += BlocksOf(ledger_.plan, MessageBytes(ledger_.plan, seen.writer, number));
  }
  expected = {generation, seen.number + 1, true};
}

void GapWatch::See(const Seen& seen, uint64_t position, uint64_t lost, uint64_t lost_before) {
  if (!seen.good) return;
  const uint64_t skipped_before = skipped_blocks_;
  CountSkipped(seen);
  if (skipped_blocks_ > lost && skipped_blocks_ != skipped_before) {
    ledger_.Accuse(Violation::kGap, slot_,
                   "before message %x.%u at %llu, %llu blocks of messages did not come, %llu were "
                   "said to be lost",
                   seen.writer, seen.number, Ull(position), Ull(skipped_blocks_), Ull(lost));
  }
  if (end_ != 0 && position < end_ + lost_before) {
    ledger_.Accuse(Violation::kGap, slot_,
                   "%llu positions said to be lost between %llu and message %x.%u at %llu",
                   Ull(lost_before), Ull(end_), seen.writer, seen.number, Ull(position));
  }
  end_ = position + seen.blocks;
}

// ---- the dead ----

namespace {

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
  if (current) AddFlag(life.came[reading_for - 1][number], word.generation, kExcused);
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
      const uint32_t flags = FlagsOf(life.came[group][number].load(), generation);
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
    if (FlagsOf(life.came[group][number].load(), generation) == 0) return number;
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
