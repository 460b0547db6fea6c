#include "tests/support/payload.h"

#include <algorithm>
#include <cstring>

namespace fmmq::test {
namespace {

// {sequence, writer, low half of the length}; then hashed words.
uint64_t Word(PayloadId id, size_t size, size_t index) {
  if (index == 0) return id.sequence;
  if (index == 1) return uint64_t{id.writer} << 32 | static_cast<uint32_t>(size);
  return Mix(id.sequence * 0x9e3779b97f4a7c15u + (uint64_t{id.writer} << 40) + size * 131 + index);
}

// Short payloads are hashed throughout, so that their few bytes tell them apart.
uint64_t WordAt(PayloadId id, size_t size, size_t index) {
  return size < kMinNamedPayload ? Word(id, size, index + 2) : Word(id, size, index);
}

}  // namespace

uint64_t Mix(uint64_t word) {
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9u;
  word = (word ^ (word >> 27)) * 0x94d049bb133111ebu;
  return word ^ (word >> 31);
}

void FillPayload(PayloadId id, MutableBytes out) {
  auto* const bytes = static_cast<char*>(out.data());
  for (size_t i = 0; i < out.size(); i += 8) {
    const uint64_t word = WordAt(id, out.size(), i / 8);
    std::memcpy(bytes + i, &word, std::min<size_t>(8, out.size() - i));
  }
}

std::string MakePayload(PayloadId id, size_t size) {
  std::string payload(size, '\0');
  FillPayload(id, payload);
  return payload;
}

bool IsPayload(PayloadId id, ConstBytes bytes) {
  const auto* const start = static_cast<const char*>(bytes.data());
  for (size_t i = 0; i < bytes.size(); i += 8) {
    const uint64_t word = WordAt(id, bytes.size(), i / 8);
    if (std::memcmp(start + i, &word, std::min<size_t>(8, bytes.size() - i)) != 0) return false;
  }
  return true;
}

bool ParsePayload(ConstBytes bytes, PayloadId* id) {
  if (bytes.size() < kMinNamedPayload) return false;
  uint64_t words[2];
  std::memcpy(words, bytes.data(), sizeof(words));
  *id = {static_cast<uint32_t>(words[1] >> 32), words[0]};
  return IsPayload(*id, bytes);
}

size_t PayloadSize(PayloadId id, size_t max) {
  const uint64_t hash = Mix(id.sequence + (uint64_t{id.writer} << 48) + 7);
  return kMinNamedPayload + hash % (max - kMinNamedPayload + 1);
}

}  // namespace fmmq::test
