#include "fuzz/support/ring_model.h"

#include <algorithm>
#include <cstring>

#include "fuzz/support/require.h"

namespace fmmq::fuzz {

RingModel::RingModel(const Options& options, const Window& window, uint64_t start)
    : window_(window),
      policy_(options.policy),
      single_producer_(options.single_producer),
      seats_(options.seats),
      group_count_(options.groups),
      block_count_(window.geometry().block_count),
      block_size_(window.geometry().block_size),
      overwriting_(options.policy == Policy::kOverwrite),
      head_(start) {
  if (options.default_group) groups_.emplace_back(new Group{"default", false, true, start, 0, 0});
}

// ---- the ring ----

uint64_t RingModel::Blocks(size_t bytes) const {
  return std::max<uint64_t>(1, (bytes + block_size_ - 1) / block_size_);
}

std::vector<std::pair<uint64_t, RingModel::Record>>::const_iterator RingModel::FirstFrom(
    uint64_t position) const {
  return std::lower_bound(published_.begin(), published_.end(), position,
                          [](const auto& one, uint64_t wanted) { return one.first < wanted; });
}

const RingModel::Record* RingModel::At(uint64_t position) const {
  const auto found = FirstFrom(position);
  return found == published_.end() || found->first != position ? nullptr : &found->second;
}

uint64_t RingModel::FindRecord(uint64_t from) const {
  const auto found = FirstFrom(from);
  return found == published_.end() ? head_ : found->first;
}

uint64_t RingModel::SkipAborted(uint64_t begin, uint64_t end) const {
  for (const Record* record = At(end); record != nullptr && !record->message; record = At(end)) {
    if (end + record->blocks - begin > block_count_) break;
    end += record->blocks;
  }
  return end;
}

void RingModel::Publish(uint64_t position, bool message, uint64_t blocks,
                        const std::string& bytes) {
  published_.insert(FirstFrom(position), {position, Record{message, blocks, bytes}});
  if (message) ++written_;
}

bool RingModel::Fits(int p, uint64_t blocks) const {
  uint64_t oldest = head_;
  if (!overwriting_) {
    for (const auto& group : groups_) oldest = std::min(oldest, group->cursor);
  }
  for (int other = 0; other < kProducers; ++other) {
    const Producer& producer = producers_[other];
    if (other != p && producer.blocks != 0) oldest = std::min(oldest, producer.begin);
  }
  for (const Member& member : members_) {
    if (member.begin != member.end) oldest = std::min(oldest, member.begin);
  }
  for (const Hold& hold : holds_) oldest = std::min(oldest, hold.begin);
  return head_ - oldest + blocks <= block_count_;
}

// ---- producers ----

void RingModel::NewProducer(int p, Code code) {
  const auto is_open = [](const Producer& producer) { return producer.open; };
  if (single_producer_ && std::any_of(producers_, producers_ + kProducers, is_open)) {
    FUZZ_REQUIRE_CODE(Code::kTaken, code);
    return;
  }
  if (LiveSeats() + DeadSeats() >= seats_) Reap();
  const bool seat = LiveSeats() + DeadSeats() < seats_;
  FUZZ_REQUIRE_CODE(seat ? Code::kOk : Code::kNoSeat, code);
  producers_[p] = {seat, 0, 0, 0};
}

Code RingModel::Idle(int p, size_t bytes) const {
  if (!producers_[p].open) return Code::kClosed;
  if (producers_[p].blocks != 0) return Code::kOutOfOrder;
  if (bytes > block_count_ * block_size_) return Code::kTooLarge;
  return ended_ ? Code::kEndOfStream : Code::kOk;
}

// A writer without room may have looked after the dead, and found some then.
void RingModel::JudgeRoom(bool fitted, int p, uint64_t blocks, Code code) {
  Sync();
  if (fitted || code != Code::kFull) FUZZ_REQUIRE_CODE(Code::kOk, code);
  if (code == Code::kOk) FUZZ_REQUIRE(Fits(p, blocks));
}

void RingModel::Write(int p, const std::string& message, Code code) {
  const Code idle = Idle(p, message.size());
  if (idle != Code::kOk) return FUZZ_REQUIRE_CODE(idle, code);
  const uint64_t blocks = Blocks(message.size());
  JudgeRoom(Fits(p, blocks), p, blocks, code);
  if (code != Code::kOk) return;
  Publish(head_, true, blocks, message);
  head_ += blocks;
}

size_t RingModel::CountFitting(int p, const std::vector<std::string>& messages) const {
  uint64_t blocks = 0;
  size_t fitting = 0;
  for (const std::string& message : messages) {
    blocks += Blocks(message.size());
    if (message.size() > block_count_ * block_size_ || !Fits(p, blocks)) break;
    ++fitting;
  }
  return fitting;
}

void RingModel::WriteBatch(int p, const std::vector<std::string>& messages, Code code,
                           size_t written) {
  Code idle = Idle(p, messages.empty() ? 0 : messages[0].size());
  if (messages.empty() && (idle == Code::kOk || idle == Code::kEndOfStream))
    idle = Code::kInvalidArgument;
  if (idle != Code::kOk) return FUZZ_REQUIRE_CODE(idle, code);
  const size_t fitting = CountFitting(p, messages);
  JudgeRoom(fitting != 0, p, Blocks(messages[0].size()), code);
  if (code != Code::kOk) return;
  FUZZ_REQUIRE(written == std::max<size_t>(fitting, 1));
  for (size_t i = 0; i < written; ++i) {
    const uint64_t blocks = Blocks(messages[i].size());
    Publish(head_, true, blocks, messages[i]);
    head_ += blocks;
  }
}

void RingModel::Reserve(int p, size_t size, Code code) {
  const Code idle = Idle(p, size);
  if (idle != Code::kOk) return FUZZ_REQUIRE_CODE(idle, code);
  const uint64_t blocks = Blocks(size);
  JudgeRoom(Fits(p, blocks), p, blocks, code);
  if (code != Code::kOk) return;
  producers_[p].begin = head_;
  producers_[p].blocks = blocks;
  producers_[p].bytes = size;
  head_ += blocks;
}

void RingModel::Commit(int p, const std::string& message, Code code) {
  Producer& producer = producers_[p];
  const Code wanted = !producer.open                    ? Code::kClosed
                      : producer.blocks == 0            ? Code::kOutOfOrder
                      : message.size() > producer.bytes ? Code::kInvalidArgument
                                                        : Code::kOk;
  FUZZ_REQUIRE_CODE(wanted, code);
  if (code != Code::kOk) return;
  const uint64_t blocks = Blocks(message.size());
  Publish(producer.begin, true, blocks, message);
  if (blocks < producer.blocks)
    Publish(producer.begin + blocks, false, producer.blocks - blocks, {});
  producer.blocks = 0;
}

void RingModel::Abort(int p, Code code) {
  Producer& producer = producers_[p];
  const Code wanted = !producer.open         ? Code::kClosed
                      : producer.blocks == 0 ? Code::kOutOfOrder
                                             : Code::kOk;
  FUZZ_REQUIRE_CODE(wanted, code);
  if (code != Code::kOk) return;
  Publish(producer.begin, false, producer.blocks, {});
  producer.blocks = 0;
}

void RingModel::End(int p, Code code) {
  const Producer& producer = producers_[p];
  const Code wanted = !producer.open         ? Code::kClosed
                      : producer.blocks != 0 ? Code::kOutOfOrder
                                             : Code::kOk;
  FUZZ_REQUIRE_CODE(wanted, code);
  if (code != Code::kOk || ended_) return;
  ended_ = true;
  end_ = head_;
}

void RingModel::CloseProducer(int p, Code code) {
  Producer& producer = producers_[p];
  FUZZ_REQUIRE_CODE(producer.open ? Code::kOk : Code::kClosed, code);
  if (producer.open && producer.blocks != 0) Publish(producer.begin, false, producer.blocks, {});
  producer = {};
}

// ---- readers that copy ----

void RingModel::JudgeCopy(uint64_t* position, uint64_t* unreported, uint64_t* lost, size_t room,
                          Code code, const Received& received, const char* bytes) {
  if (Overtaken(*position)) {  // a quarter of the ring past the oldest
    const uint64_t target = FindRecord(head_ - block_count_ / 4 * 3);
    *unreported += target - *position;
    *lost += target - *position;
    *position = target;
  }
  const Record* record = At(*position);
  for (; record != nullptr && !record->message; record = At(*position)) {
    *position = SkipAborted(*position, *position + record->blocks);
  }
  if (record == nullptr) {
    return FUZZ_REQUIRE_CODE(IsAtEnd(*position) ? Code::kEndOfStream : Code::kEmpty, code);
  }
  const bool fits = record->bytes.size() <= room;
  FUZZ_REQUIRE_CODE(fits ? Code::kOk : Code::kBufferTooSmall, code);
  FUZZ_REQUIRE(received.size == record->bytes.size());
  if (!fits) return;
  FUZZ_REQUIRE(received.position == *position && !received.redelivered);
  FUZZ_REQUIRE(received.lost == *unreported);
  FUZZ_REQUIRE(std::string(bytes, received.size) == record->bytes);
  *unreported = 0;
  *position += record->blocks;
}

void RingModel::Observe(int o, From from, Code code) {
  FUZZ_REQUIRE_CODE(Code::kOk, code);
  const uint64_t oldest = head_ <= block_count_ ? 0 : FindRecord(head_ - block_count_);
  observers_[o] = {true, from == From::kNow ? head_ : oldest, 0};
}

void RingModel::Look(int o, size_t room, Code code, const Received& received, const char* bytes) {
  Observer& observer = observers_[o];
  if (!observer.open) return FUZZ_REQUIRE_CODE(Code::kClosed, code);
  uint64_t lost = 0;
  JudgeCopy(&observer.position, &observer.lost, &lost, room, code, received, bytes);
}

void RingModel::CloseObserver(int o, Code code) {
  FUZZ_REQUIRE_CODE(observers_[o].open ? Code::kOk : Code::kClosed, code);
  observers_[o] = {};
}

void RingModel::LetWritersOverwrite(Code code) {
  const bool compat = policy_ == Policy::kCompat;
  FUZZ_REQUIRE_CODE(compat ? Code::kOk : Code::kNotSupported, code);
  overwriting_ = overwriting_ || compat;
}

}  // namespace fmmq::fuzz
