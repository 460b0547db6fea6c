// THREAT MODEL. The descriptors may be changed by any peer at any time: each is loaded once, the
// geometry comes from the checked copy that the core hands out, and the loop ends after one ring.
#include "fmmq/python/src/count.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "fmmq/format/geometry.h"
#include "fmmq/format/layout.h"
#include "fmmq/format/words.h"

namespace fmmq::python {
namespace {

bool GeometryOf(const Attachment& attachment, format::Geometry* geometry) {
  fmmq_info info;
  if (fmmq_queue_get_info(&attachment.queue, &info, sizeof(info)) != FMMQ_OK) return false;
  format::Header header;
  const int fd = fmmq_queue_fd(&attachment.queue);
  if (pread(fd, &header, sizeof(header), 0) != static_cast<ssize_t>(sizeof(header))) return false;
  return format::CheckHeader(header, info.segment_bytes, geometry).ok();
}

// The file's beginning, up to and with the descriptors.
bool Map(const Attachment& attachment, const format::Geometry& geometry, DescriptorMap* map) {
  const auto bytes = static_cast<size_t>(geometry.data_offset);
  void* const begin =
      mmap(nullptr, bytes, PROT_READ, MAP_SHARED, fmmq_queue_fd(&attachment.queue), 0);
  if (begin == MAP_FAILED) return false;
  *map = {begin, bytes};
  return true;
}

// The descriptors, each of which says what stands at its position.
struct Ring {
  const format::SharedWord* descriptors;
  const format::Geometry& geometry;

  uint64_t At(uint64_t position) const {
    return descriptors[position & (geometry.block_count - 1)].load(std::memory_order_acquire);
  }
  // Laps that the descriptor is ahead of the position: writers came round.
  int32_t LapsAhead(uint64_t word, uint64_t position) const {
    const auto lap = static_cast<uint32_t>((position >> geometry.lap_shift) + 1);
    return static_cast<int32_t>(format::LapOf(word) - lap);
  }
  // Blocks of the record that starts with this descriptor; 0 when none does. At most a ring.
  uint64_t BlocksOf(uint64_t word, uint64_t position) const {
    if (LapsAhead(word, position) != 0) return 0;
    if (format::KindOf(word) == format::Kind::kInterior) return 0;
    if (format::KindOf(word) == format::Kind::kAborted) return format::AbortedBlocks(word);
    const uint64_t bytes = format::MessageBytes(word);
    return bytes == 0 ? 1 : (bytes + geometry.block_size - 1) / geometry.block_size;
  }
};

// Where a group reads next whose cursor is further behind than a ring: the core takes it to the
// first record of the ring's last three quarters.
uint64_t AfterLapping(const Ring& ring, uint64_t head) {
  uint64_t position = head - ring.geometry.block_count / 4 * 3;
  while (position != head && ring.BlocksOf(ring.At(position), position) == 0) ++position;
  return position;
}

// At most a ring, whatever the descriptors say.
fmmq_status Walk(const Ring& ring, uint64_t begin, uint64_t end, size_t limit, size_t* count) {
  uint64_t position = begin;
  while (end - position - 1 < ring.geometry.block_count && *count < limit) {
    const uint64_t word = ring.At(position);
    const uint64_t blocks = ring.BlocksOf(word, position);
    if (blocks == 0) return ring.LapsAhead(word, position) > 0 ? FMMQ_BUSY : FMMQ_OK;
    if (format::KindOf(word) == format::Kind::kStart) ++*count;
    position += blocks;
  }
  return FMMQ_OK;
}

}  // namespace

fmmq_status CountMessages(Attachment& attachment, uint64_t cursor, uint64_t lag, size_t limit,
                          size_t* count) {
  format::Geometry geometry;
  errno = 0;
  *count = 0;
  if (!GeometryOf(attachment, &geometry)) return FMMQ_SYSTEM;
  DescriptorMap& map = attachment.descriptors;
  if (map.begin == nullptr && !Map(attachment, geometry, &map)) return FMMQ_SYSTEM;
  const Ring ring{reinterpret_cast<const format::SharedWord*>(static_cast<const char*>(map.begin) +
                                                              geometry.descriptors_offset),
                  geometry};
  const uint64_t head = cursor + lag;
  return Walk(ring, lag > geometry.block_count ? AfterLapping(ring, head) : cursor, head, limit,
              count);
}

void UnmapDescriptors(const DescriptorMap& map) {
  if (map.begin != nullptr) munmap(map.begin, map.bytes);
}

}  // namespace fmmq::python
