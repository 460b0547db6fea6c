#include "fmmq/c/convert.h"

#include <cstddef>

namespace fmmq::c {
namespace {

// Longer than any text that is let through; what it is cut to is still too long.
constexpr size_t kMaxText = 2 * FMMQ_MAX_PROGRAM_BYTES;
// No option struct grows beyond; a larger size is one that nobody set.
constexpr uint64_t kMaxStruct = 4096;

// Option structs: the size, then the C++ struct.
#define SAME_OPTION(CStruct, Struct, field) \
  static_assert(offsetof(CStruct, field) == sizeof(uint64_t) + offsetof(Struct, field))
SAME_OPTION(fmmq_options, Options, capacity);
SAME_OPTION(fmmq_options, Options, block_size);
SAME_OPTION(fmmq_options, Options, seats);
SAME_OPTION(fmmq_options, Options, groups);
SAME_OPTION(fmmq_options, Options, string_size);
SAME_OPTION(fmmq_options, Options, policy);
SAME_OPTION(fmmq_options, Options, single_producer);
SAME_OPTION(fmmq_options, Options, default_group);
SAME_OPTION(fmmq_options, Options, mode);
SAME_OPTION(fmmq_group_options, GroupOptions, kind);
SAME_OPTION(fmmq_group_options, GroupOptions, durable);
SAME_OPTION(fmmq_group_options, GroupOptions, from);
SAME_OPTION(fmmq_wait_policy, WaitPolicy, spin_ns);
SAME_OPTION(fmmq_wait_policy, WaitPolicy, interruptible);
#undef SAME_OPTION

}  // namespace

bool TakeText(const void* data, size_t size, std::string_view* text) {
  if (!IsSpan(data, size)) return false;
  const auto* const characters = static_cast<const char*>(data);
  *text = {characters, size == FMMQ_NUL_TERMINATED ? strnlen(characters, kMaxText) : size};
  return true;
}

bool TakeStruct(const void* given, size_t smallest, size_t known, void* out) {
  if (given == nullptr) return true;
  uint64_t size;
  std::memcpy(&size, given, sizeof(size));
  if (size < smallest || size > kMaxStruct) return false;
  const auto* const fields = static_cast<const unsigned char*>(given) + sizeof(size);
  const size_t bytes = static_cast<size_t>(size) - sizeof(size);
  for (size_t i = known; i < bytes; ++i) {
    if (fields[i] != 0) return false;
  }
  std::memcpy(out, fields, bytes < known ? bytes : known);
  return true;
}

bool TakeOptions(const fmmq_options* given, Options* options) {
  return TakeStruct(given, sizeof(fmmq_options),
                    offsetof(fmmq_options, reserved) - sizeof(uint64_t), options);
}

bool TakeWaitPolicy(const fmmq_wait_policy* given, WaitPolicy* policy) {
  return TakeStruct(given, sizeof(fmmq_wait_policy),
                    offsetof(fmmq_wait_policy, reserved) - sizeof(uint64_t), policy);
}

fmmq_status Fill(void* out, size_t out_size, const void* from, size_t size) {
  if (!IsSpan(out, out_size)) return FMMQ_INVALID_ARGUMENT;
  if (out_size == 0) return FMMQ_OK;  // `out` may be null then
  const size_t both = size < out_size ? size : out_size;
  std::memcpy(out, from, both);
  std::memset(static_cast<char*>(out) + both, 0, out_size - both);
  return FMMQ_OK;
}

fmmq_status SayPlace(const Result<MutableBytes>& place, void** out) {
  if (place.ok()) *out = place->data();
  return Say(place.status());
}

}  // namespace fmmq::c
