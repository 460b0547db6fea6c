#include "tests/stress/gap_watch.h"

namespace fmmq::stress {
namespace {

using Ull = unsigned long long;

}  // namespace

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

}  // namespace fmmq::stress
