#include "tests/crash/ledger.h"

#include <cstring>

#include "tests/crash/hash.h"

namespace fmmq::crash {

namespace {

constexpr uint8_t kTooOften = 100;

}  // namespace

std::string Name(PayloadId id) {
  return "message " + std::to_string(id.sequence) + " of writer " + std::to_string(id.writer);
}

void Ledger::Clear() { std::memset(static_cast<void*>(this), 0, sizeof(*this)); }

void Ledger::Complain(const std::string& what) {
  if (!content()) return;
  const size_t size = what.size() < sizeof(complaint_) - 1 ? what.size() : sizeof(complaint_) - 1;
  std::memcpy(complaint_, what.data(), size);
}

PayloadId Ledger::NextEmpty(Account account) {
  PayloadId id{kEmptyWriter, 0};
  while (id.sequence + 1 < kPerWriter && At(id).readers[account].unmarked != 0) ++id.sequence;
  return id;
}

PayloadId Ledger::Deliver(Account account, uint32_t reader, ConstBytes bytes, bool marked) {
  PayloadId id;
  if (bytes.empty()) {
    id = NextEmpty(account);
  } else if (!test::ParsePayload(bytes, &id) || id.writer >= kWriters ||
             id.sequence >= kPerWriter) {
    Complain("torn: " + std::to_string(bytes.size()) + " bytes that nobody wrote like this");
    return {};
  }
  Message& message = At(id);
  Reading& reading = message.readers[account];
  if (message.written == kUnknown) Complain(Name(id) + " came, and was never written");
  if (message.written == kRefused) Complain(Name(id) + " came, and its write had failed");
  if (marked) {
    if (++reading.marked == kTooOften) Complain(Name(id) + " comes again and again");
    if (reading.held == kHeld) reading.again = 1;
    return id;
  }
  ++reading.unmarked;
  uint32_t& next = next_[reader][id.writer];
  if (id.sequence < next) {
    Complain(Name(id) + (reading.unmarked > 1 ? " came twice" : " came after a later one"));
  }
  next = static_cast<uint32_t>(id.sequence) + 1;
  return id;
}

void Ledger::InspectHands(Account account, uint32_t reader) {
  for (const auto& hand : hands_[reader]) {
    uint32_t size;
    std::memcpy(&size, hand + 8, sizeof(size));
    PayloadId id;
    if (size > kHandBytes || !test::ParsePayload({hand, size}, &id)) continue;
    At(id).readers[account].perhaps = 1;
  }
}

bool Ledger::IsMissing(const Message& message, Account account) const {
  const Reading& reading = message.readers[account];
  if (reading.held == kHeld) return reading.again == 0;
  return message.written == kReported && !reading.came() && reading.perhaps == 0;
}

bool Ledger::IsComplete(Account account, std::string* missing) {
  for (uint32_t writer = 0; writer < kWriters; ++writer) {
    for (uint32_t i = 0; i < kPerWriter; ++i) {
      const Message& message = messages_[writer][i];
      if (!IsMissing(message, account)) continue;
      *missing = Name({writer, i}) + (message.readers[account].held == kHeld
                                          ? " was in a dead hand and does not come again"
                                          : " was reported written and does not come");
      return false;
    }
  }
  return true;
}

uint64_t Ledger::CountMissing(Account account) const {
  uint64_t missing = 0;
  for (const auto& messages : messages_) {
    for (const Message& message : messages) missing += IsMissing(message, account) ? 1 : 0;
  }
  return missing;
}

void Ledger::ExpectNoGaps(Account account, bool from_the_first) {
  for (uint32_t writer = 0; writer < kWriters; ++writer) {
    bool began = from_the_first;
    PayloadId left_out;
    bool gap = false;
    for (uint32_t i = 0; i < kPerWriter; ++i) {
      const Message& message = messages_[writer][i];
      const Reading& reading = message.readers[account];
      if (message.written == kUnknown || message.written == kRefused) continue;
      if (!reading.came() && reading.perhaps == 0) {
        if (began && !gap) gap = true, left_out = {writer, i};
        continue;
      }
      began = true;
      if (gap) return Complain(Name({writer, i}) + " came, and not " + Name(left_out));
    }
  }
}

void Ledger::ExpectNoneTwice() {
  for (uint32_t writer = 0; writer < kWriters; ++writer) {
    for (uint32_t i = 0; i < kPerWriter; ++i) {
      for (const Reading& reading : messages_[writer][i].readers) {
        if (reading.unmarked > 1) Complain(Name({writer, i}) + " came twice, unmarked");
      }
    }
  }
}

uint64_t Ledger::Fingerprint() const { return Hash(this, sizeof(*this)); }

}  // namespace fmmq::crash
