#include "tests/stress/oracle.h"

#include <algorithm>
#include <cstring>

namespace fmmq::stress {
namespace {

using Ull = unsigned long long;

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
  // Observers may begin with what an earlier run left in the ring.
  const bool observes = slot < kMaxSlots && PartOf(ledger.plan, slot).role == Role::kObserver;
  if (observes && delivered.position < ledger.start) return seen;
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
  const uint32_t before = AddCame(came, GenerationOf(seen.writer), flag);
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

}  // namespace fmmq::stress
