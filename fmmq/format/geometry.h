// Where everything lies in a segment, computed from the options or from a checked header, once, and
// kept privately.
#ifndef FMMQ_FORMAT_GEOMETRY_H_
#define FMMQ_FORMAT_GEOMETRY_H_

#include <cstdint>

#include "fmmq/base/status.h"
#include "fmmq/format/layout.h"
#include "fmmq/format/options.h"

namespace fmmq {
namespace format {

struct Geometry {
  uint64_t data_bytes = 0;
  uint64_t block_count = 0;  // a power of two
  uint32_t block_size = 0;
  uint32_t block_shift = 0;  // log2(block_size)
  uint32_t lap_shift = 0;    // log2(block_count)
  uint32_t seats = 0;
  uint32_t groups = 0;
  uint32_t string_bytes = 0;
  uint64_t groups_offset = 0;
  uint64_t string_offset = 0;
  uint64_t descriptors_offset = 0;
  uint64_t data_offset = 0;  // a multiple of the page size
  uint64_t segment_bytes = 0;
};

constexpr bool IsPowerOfTwo(uint64_t v) { return v != 0 && (v & (v - 1)) == 0; }
constexpr uint64_t AlignUp(uint64_t v, uint64_t to) { return (v + to - 1) / to * to; }
constexpr uint32_t Log2(uint64_t power_of_two) {
  uint32_t shift = 0;
  while ((power_of_two >>= 1) != 0) ++shift;
  return shift;
}
constexpr uint64_t RoundUpToPowerOfTwo(uint64_t v) {
  uint64_t power = 1;
  while (power < v && power < uint64_t{1} << 62) power <<= 1;
  return power;
}

// The shared string's region: StringControl and two buffers.
constexpr uint64_t StringBufferBytes(uint32_t string_bytes) {
  return AlignUp(string_bytes, kLineBytes);
}
constexpr uint64_t StringRegionBytes(uint32_t string_bytes) {
  return string_bytes == 0 ? 0 : kLineBytes + 2 * StringBufferBytes(string_bytes);
}

// The one place that says which numbers make a segment: create, attach, tools and tests all come
// through here. Returns false when one is out of its limits. data_bytes must be final (a power of
// two) already.
constexpr bool ComputeGeometry(uint64_t data_bytes, uint32_t block_size, uint32_t seats,
                               uint32_t groups, uint32_t string_bytes, uint32_t page_size,
                               Geometry* out) {
  if (!IsPowerOfTwo(page_size) || page_size < kMinPageSize || page_size > kMaxPageSize)
    return false;
  if (!IsPowerOfTwo(block_size) || block_size < kMinBlockSize || block_size > kMaxBlockSize)
    return false;
  if (!IsPowerOfTwo(data_bytes) || data_bytes % page_size != 0) return false;
  const uint64_t block_count = data_bytes / block_size;
  if (block_count < kMinBlockCount || block_count > kMaxBlockCount) return false;
  if (seats < 1 || seats > kMaxSeats || groups > kMaxGroups || string_bytes > kMaxStringBytes)
    return false;
  Geometry g;
  g.data_bytes = data_bytes;
  g.block_count = block_count;
  g.block_size = block_size;
  g.block_shift = Log2(block_size);
  g.lap_shift = Log2(block_count);
  g.seats = seats;
  g.groups = groups;
  g.string_bytes = string_bytes;
  g.groups_offset = kSeatsOffset + uint64_t{seats} * kLineBytes;
  g.string_offset = g.groups_offset + uint64_t{groups} * kLineBytes;
  g.descriptors_offset = g.string_offset + StringRegionBytes(string_bytes);
  g.data_offset = AlignUp(g.descriptors_offset + block_count * sizeof(uint64_t), page_size);
  g.segment_bytes = g.data_offset + data_bytes;
  *out = g;
  return true;
}

// As above from what a user asked for; rounds the capacity up.
constexpr bool ComputeGeometry(const Options& options, uint32_t page_size, Geometry* out) {
  if (options.capacity == 0 || options.capacity > kMaxBlockCount * kMaxBlockSize) return false;
  if (options.mode > 0777 || static_cast<uint32_t>(options.policy) > 2) return false;
  if (options.default_group && options.groups == 0) return false;
  uint64_t floor = page_size;
  if (floor < kMinBlockCount * options.block_size) floor = kMinBlockCount * options.block_size;
  const uint64_t wanted = options.capacity < floor ? floor : options.capacity;
  return ComputeGeometry(RoundUpToPowerOfTwo(wanted), options.block_size, options.seats,
                         options.groups, options.string_size, page_size, out);
}

// Snapshot, validate, use: `header` is a private copy of a file's first 512 bytes; nothing of it is
// believed before this says ok. Each way of being wrong is a status of its own.
Status CheckHeader(const Header& header, uint64_t file_bytes, Geometry* out);

// Fills a header (checksum included) for a segment with these options, which ComputeGeometry
// accepted.
void FillHeader(const Options& options, const Geometry& geometry, uint32_t page_size,
                Header* header);
// Stores the checksum over what the header holds now.
void SealHeader(Header* header);

}  // namespace format

// Bytes of /dev/shm that a queue with these options takes; 0 when an option is out of its limits.
// Usable at compile time: static_assert(RequiredSize(options) <= kBudget).
constexpr uint64_t RequiredSize(const Options& options, uint32_t page_size = format::kMinPageSize) {
  format::Geometry geometry;
  return format::ComputeGeometry(options, page_size, &geometry) ? geometry.segment_bytes : 0;
}

}  // namespace fmmq

#endif  // FMMQ_FORMAT_GEOMETRY_H_
