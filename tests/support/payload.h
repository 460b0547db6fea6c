// Messages that check themselves: every byte follows from writer, sequence and length.
#ifndef FMMQ_TESTS_SUPPORT_PAYLOAD_H_
#define FMMQ_TESTS_SUPPORT_PAYLOAD_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "fmmq/base/bytes.h"

namespace fmmq::test {

// From this length on a payload also says who wrote it; shorter ones need to be known.
inline constexpr size_t kMinNamedPayload = 16;

struct PayloadId {
  uint32_t writer = 0;
  uint64_t sequence = 0;
};

void FillPayload(PayloadId id, MutableBytes out);
std::string MakePayload(PayloadId id, size_t size);

// Whether `bytes` is exactly what FillPayload makes of this id and this length.
bool IsPayload(PayloadId id, ConstBytes bytes);

// Reads the id out of a payload of at least kMinNamedPayload bytes, and checks all its bytes.
bool ParsePayload(ConstBytes bytes, PayloadId* id);

// A length from kMinNamedPayload to `max`, the same for the same id.
size_t PayloadSize(PayloadId id, size_t max);

// A good hash of one word.
uint64_t Mix(uint64_t word);

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_SUPPORT_PAYLOAD_H_
