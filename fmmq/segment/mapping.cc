#include "fmmq/segment/mapping.h"

#include <new>
#include <utility>

#include "fmmq/base/evict.h"
#include "fmmq/os/futex.h"
#include "fmmq/os/memory.h"
#include "fmmq/segment/segment.h"

namespace fmmq::segment {
namespace {

struct Snapshot {
  os::FileFacts facts;
  format::Header header;
  format::Geometry geometry;
};

// Seals first: the size of an unsealed file could change after it was looked at.
Status Check(int fd, bool anonymous, Snapshot* out) {
  if (anonymous) {
    if (const Status status = os::CheckSeals(fd); !status.ok()) return status;
  }
  const Result<os::FileFacts> facts = os::Facts(fd);
  if (!facts.ok()) return facts.status();
  out->facts = *facts;
  if (facts->bytes < sizeof(format::Header)) return Code::kNotASegment;
  Status status = os::ReadAt(fd, 0, &out->header, sizeof(out->header));
  if (status.ok()) status = format::CheckHeader(out->header, facts->bytes, &out->geometry);
  if (!status.ok()) return status;
  if (((out->header.flags & format::kAnonymous) != 0) != anonymous) return Code::kNotASegment;
  // Made by a process with smaller pages or another cache: it cannot be mapped twice in a row here.
  return out->header.page_size % os::MapAlignment() == 0 ? Code::kOk : Code::kNotSupported;
}

}  // namespace

Result<Mapping*> Mapping::Attach(os::UniqueFd file, bool writable, bool anonymous) {
  Snapshot snapshot;
  Status status = Check(file.get(), anonymous, &snapshot);
  if (!status.ok()) return status;
  const uint64_t before = 2 * os::MapAlignment();
  const uint64_t bytes = before + snapshot.geometry.segment_bytes + snapshot.geometry.data_bytes;
  Result<char*> region = os::ReserveRegion(bytes);
  if (!region.ok()) return region.status();
  static_assert(sizeof(Mapping) <= format::kMinPageSize);
  status = os::MapPrivate(*region, before);
  if (!status.ok()) {
    os::ReleaseRegion(*region, bytes);
    return status;
  }
  auto* mapping = new (*region) Mapping();
  mapping->writable_ = writable;
  mapping->file_ = std::move(file);
  mapping->facts_ = snapshot.facts;
  mapping->region_bytes_ = bytes;
  mapping->geometry_ = snapshot.geometry;
  mapping->header_ = snapshot.header;
  status = mapping->Map(*region);
  if (!status.ok()) {
    mapping->DropReference();
    return status;
  }
  return mapping;
}

Status Mapping::Map(char* region) {
  const uint64_t page = os::MapAlignment();
  char* life = region + page;
  char* segment = life + page;
  Status status = os::WipeOnFork(life, page);
  if (status.ok())
    status = os::MapShared(segment, geometry_.segment_bytes, file_.get(), 0, writable_);
  if (status.ok()) {
    status = os::MapShared(segment + geometry_.segment_bytes, geometry_.data_bytes, file_.get(),
                           geometry_.data_offset, writable_);
  }
  if (!status.ok()) return status;
  auto* word = reinterpret_cast<uint32_t*>(life);
  *word = 1;
  life_ = word;
  segment_ = segment;
  FillView(segment);
  if (geometry_.string_bytes != 0) FillStringView(segment + geometry_.string_offset);
  must_fence_ = !(writable_ && os::RegisterForBarriers());
  return Code::kOk;
}

Result<os::UniqueFd> Mapping::Reopen() const {
  Result<os::UniqueFd> file = os::Reopen(file_.get(), writable_, facts_);
  if (file.ok() || (header_.flags & format::kAnonymous) != 0) return file;
  // Without /proc (a chroot), a named segment still has its name.
  Result<os::UniqueFd> named = OpenNamed({header_.id, header_.id_bytes}, writable_);
  if (!named.ok()) return file;
  const Result<os::FileFacts> facts = os::Facts(named->get());
  return facts.ok() && facts->IsSameFile(facts_) ? std::move(named) : std::move(file);
}

bool Mapping::IsRemoved() const {
  if ((header_.flags & format::kAnonymous) != 0) return false;
  const Result<os::FileFacts> facts = os::Facts(file_.get());
  return facts.ok() && facts->IsSameFile(facts_) && facts->links == 0;
}

bool Mapping::OwnsDescriptor() const {
  const Result<os::FileFacts> facts = os::Facts(file_.get());
  return facts.ok() && facts->IsSameFile(facts_);
}

void Mapping::FillView(char* segment) {
  using Word = format::SharedWord;
  view_.control = reinterpret_cast<format::Control<Word>*>(segment + format::kControlOffset);
  view_.seats = reinterpret_cast<format::Seat<Word>*>(segment + format::kSeatsOffset);
  view_.groups = reinterpret_cast<format::Group<Word>*>(segment + geometry_.groups_offset);
  view_.descriptors = reinterpret_cast<Word*>(segment + geometry_.descriptors_offset);
  view_.data = reinterpret_cast<std::byte*>(segment + geometry_.data_offset);
  view_.block_count = geometry_.block_count;
  view_.max_message_bytes = geometry_.data_bytes < format::kMaxMessageBytes
                                ? geometry_.data_bytes
                                : format::kMaxMessageBytes;
  view_.block_shift = geometry_.block_shift;
  view_.lap_shift = geometry_.lap_shift;
  view_.seat_count = geometry_.seats;
  view_.group_count = geometry_.groups;
  view_.policy = static_cast<Policy>(header_.policy);
  view_.single_producer = (header_.flags & format::kSingleProducer) != 0;
  if (base::kMayEvict) view_.evicts = base::EvictionPays(geometry_.data_bytes);
}

void Mapping::FillStringView(char* region) {
  string_.control = reinterpret_cast<format::StringControl<format::SharedWord>*>(region);
  string_.buffers[0] = reinterpret_cast<std::byte*>(region + sizeof(*string_.control));
  string_.buffers[1] = string_.buffers[0] + format::StringBufferBytes(geometry_.string_bytes);
  string_.capacity = geometry_.string_bytes;
}

void Mapping::DropReference() {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  // Somebody may have closed the descriptor behind our back, and the number be another file's by
  // now.
  if (!OwnsDescriptor()) file_.Take();
  const uint64_t bytes = region_bytes_;
  void* region = this;
  this->~Mapping();
  os::ReleaseRegion(region, bytes);
}

}  // namespace fmmq::segment
