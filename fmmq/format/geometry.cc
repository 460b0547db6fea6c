#include "fmmq/format/geometry.h"

#include <cstring>

#include "fmmq/format/crc32c.h"

namespace fmmq::format {
namespace {

constexpr size_t kCheckedBytes = offsetof(Header, crc32c);

bool TailIsZero(const char* bytes, size_t from, size_t to) {
  for (size_t i = from; i < to; ++i) {
    if (bytes[i] != 0) return false;
  }
  return true;
}

bool FieldsInLimits(const Header& h) {
  if (h.policy > static_cast<uint32_t>(Policy::kCompat)) return false;
  if ((h.flags & ~uint32_t{kAllHeaderFlags}) != 0) return false;
  if ((h.flags & kDefaultGroup) != 0 && h.groups == 0) return false;
  if (h.id_bytes > kMaxIdBytes || !TailIsZero(h.id, h.id_bytes, sizeof(h.id))) return false;
  return TailIsZero(reinterpret_cast<const char*>(h.reserved), 0, sizeof(h.reserved));
}

}  // namespace

Status CheckHeader(const Header& h, uint64_t file_bytes, Geometry* out) {
  if (std::memcmp(h.magic, kMagic, sizeof(kMagic)) != 0) return Code::kNotASegment;
  if (h.endian_mark != kEndianMark || h.version != kVersion) return Code::kVersionMismatch;
  if (h.crc32c != Crc32c(&h, kCheckedBytes)) return Code::kBadChecksum;
  Geometry g;
  if (!FieldsInLimits(h) ||
      !ComputeGeometry(h.data_bytes, h.block_size, h.seats, h.groups, h.string_bytes, h.page_size,
                       &g) ||
      g.segment_bytes != h.segment_bytes) {
    return Code::kBadGeometry;
  }
  if (file_bytes != g.segment_bytes) return Code::kSizeMismatch;
  *out = g;
  return Code::kOk;
}

void FillHeader(const Options& options, const Geometry& geometry, uint32_t page_size,
                Header* header) {
  Header h{};
  std::memcpy(h.magic, kMagic, sizeof(kMagic));
  h.version = kVersion;
  h.endian_mark = kEndianMark;
  h.page_size = page_size;
  h.policy = static_cast<uint32_t>(options.policy);
  h.flags = (options.single_producer ? kSingleProducer : 0u) |
            (options.default_group ? kDefaultGroup : 0u);
  h.block_size = geometry.block_size;
  h.data_bytes = geometry.data_bytes;
  h.segment_bytes = geometry.segment_bytes;
  h.seats = geometry.seats;
  h.groups = geometry.groups;
  h.string_bytes = geometry.string_bytes;
  *header = h;
  SealHeader(header);
}

void SealHeader(Header* header) { header->crc32c = Crc32c(header, kCheckedBytes); }

}  // namespace fmmq::format
