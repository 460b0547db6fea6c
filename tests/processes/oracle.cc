#include "tests/processes/oracle.h"

#include <algorithm>
#include <cstring>

#include "gtest/gtest.h"

namespace fmmq::test {

PayloadId Oracle::Deliver(uint32_t group, ConstBytes bytes, bool redelivered) const {
  PayloadId id;
  if (!ParsePayload(bytes, &id) || id.writer >= kMaxWriters || id.sequence >= kMaxPerWriter) {
    memory_->torn.fetch_add(1);
    return {};
  }
  std::atomic<uint8_t>& came = memory_->came[group][id.writer][id.sequence];
  if (redelivered) {
    came.fetch_or(kMarked);
    memory_->redelivered.fetch_add(1);
  } else {
    came.fetch_add(1);
  }
  return id;
}

void Oracle::InspectHand(uint32_t group, uint32_t hand) const {
  const char* const bytes = memory_->hands[hand];
  uint32_t length;
  std::memcpy(&length, bytes + 8, sizeof(length));
  PayloadId id;
  if (length > kMaxOracleMessage || !ParsePayload({bytes, length}, &id)) return;
  memory_->came[group][id.writer][id.sequence].fetch_or(kPerhaps);
}

uint64_t Oracle::CountMissing(uint32_t group, uint32_t writers) const {
  uint64_t missing = 0;
  for (uint32_t writer = 0; writer < writers; ++writer) {
    const uint32_t reported = memory_->reported[writer].load();
    for (uint32_t i = 0; i < reported; ++i) missing += memory_->came[group][writer][i] == 0 ? 1 : 0;
  }
  return missing;
}

void Oracle::ExpectNoneTwice(uint32_t group, uint32_t writers) const {
  for (uint32_t writer = 0; writer < writers; ++writer) {
    // What was written last before a death may not have been reported.
    const uint32_t end = std::min(memory_->reported[writer].load() + 8, kMaxPerWriter);
    for (uint32_t i = 0; i < end; ++i) {
      const int unmarked = memory_->came[group][writer][i] & kUnmarkedMask;
      ASSERT_LE(unmarked, 1) << "group " << group << ", writer " << writer << ", message " << i;
    }
  }
}

void OrderWatch::See(const Oracle& oracle, PayloadId id) {
  if (id.sequence < next_[id.writer]) oracle->unordered.fetch_add(1);
  next_[id.writer] = static_cast<uint32_t>(id.sequence) + 1;
}

}  // namespace fmmq::test
