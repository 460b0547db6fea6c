#include "fmmq/segment/segment.h"

#include <cstring>
#include <utility>

#include "fmmq/format/geometry.h"
#include "fmmq/format/names.h"
#include "fmmq/format/words.h"
#include "fmmq/os/clock.h"
#include "fmmq/os/memory.h"

namespace fmmq::segment {
namespace {

// The prefix and a name, on the stack.
class FileName {
 public:
  explicit FileName(std::string_view name) {
    std::memcpy(text_, kFilePrefix.data(), kFilePrefix.size());
    if (!name.empty()) std::memcpy(text_ + kFilePrefix.size(), name.data(), name.size());
    size_ = kFilePrefix.size() + name.size();
  }
  operator std::string_view() const { return {text_, size_}; }  // NOLINT: it is one

 private:
  char text_[kFilePrefix.size() + format::kMaxIdBytes + 1];
  size_t size_;
};

// The one group that a new segment may have: everything else in it begins as zeros.
Status WriteDefaultGroup(int fd, const format::Geometry& geometry) {
  constexpr char kName[] = "default";
  constexpr uint32_t kNameBytes = sizeof(kName) - 1;
  struct {
    uint64_t cursor = 0;
    uint64_t state = 0;
    uint64_t rest[6] = {};
    char name[format::kMaxGroupNameBytes] = {};
  } group;
  static_assert(sizeof(group) == sizeof(format::Group<format::SharedWord>));
  group.state = Encode(format::GroupState{format::Phase::kLive, false, true, kNameBytes, 1});
  std::memcpy(group.name, kName, kNameBytes);
  return os::WriteAt(fd, geometry.groups_offset, &group, sizeof(group));
}

Status Build(int fd, std::string_view id, bool anonymous, const Options& options,
             const format::Geometry& geometry) {
  format::Header header;
  FillHeader(options, geometry, static_cast<uint32_t>(os::MapAlignment()), &header);
  if (anonymous) header.flags |= format::kAnonymous;
  header.created_ns = os::RealtimeNs();
  if (!os::RandomBytes(header.uuid, sizeof(header.uuid))) return Code::kSystem;
  header.id_bytes = static_cast<uint32_t>(id.size());
  if (!id.empty()) std::memcpy(header.id, id.data(), id.size());  // data() may be null then
  SealHeader(&header);
  Status status = os::ReserveSpace(fd, geometry.segment_bytes);
  if (status.ok() && options.default_group) status = WriteDefaultGroup(fd, geometry);
  if (status.ok()) status = os::WriteAt(fd, 0, &header, sizeof(header));
  return status;
}

Result<format::Geometry> GeometryOf(const Options& options) {
  format::Geometry geometry;
  if (!ComputeGeometry(options, static_cast<uint32_t>(os::MapAlignment()), &geometry))
    return Code::kInvalidArgument;
  return geometry;
}

}  // namespace

Result<os::UniqueFd> CreateUnpublished(std::string_view name, const Options& options) {
  if (const Status status = format::CheckName(name); !status.ok()) return status;
  const Result<format::Geometry> geometry = GeometryOf(options);
  if (!geometry.ok()) return geometry.status();
  Result<os::UniqueFd> file = os::CreateUnnamed(options.mode);
  if (!file.ok()) return file;
  const Status status = Build(file->get(), name, false, options, *geometry);
  if (!status.ok()) return status;
  return file;
}

Status Publish(int fd, std::string_view name) { return os::LinkAs(fd, FileName(name)); }

Result<os::UniqueFd> CreateAnonymous(std::string_view id, const Options& options) {
  if (const Status status = format::CheckId(id); !status.ok()) return status;
  const Result<format::Geometry> geometry = GeometryOf(options);
  if (!geometry.ok()) return geometry.status();
  Result<os::UniqueFd> file = os::CreateMemfd(FileName(id), options.mode);
  if (!file.ok()) return file;
  Status status = Build(file->get(), id, true, options, *geometry);
  if (status.ok()) status = os::SealMemfd(file->get());
  if (!status.ok()) return status;
  return file;
}

Result<os::UniqueFd> OpenNamed(std::string_view name, bool writable) {
  if (const Status status = format::CheckName(name); !status.ok()) return status;
  return os::OpenNamed(FileName(name), writable);
}

Status Remove(std::string_view name) {
  if (const Status status = format::CheckName(name); !status.ok()) return status;
  return os::Unlink(FileName(name));
}

Status List(bool (*visit)(void* visitor, std::string_view name), void* visitor) {
  struct Filter {
    bool (*visit)(void* visitor, std::string_view name);
    void* visitor;
  } filter{visit, visitor};
  return os::ListNames(
      [](void* context, std::string_view file) {
        const auto* f = static_cast<Filter*>(context);
        if (file.size() <= kFilePrefix.size()) return true;
        if (std::memcmp(file.data(), kFilePrefix.data(), kFilePrefix.size()) != 0) return true;
        file.remove_prefix(kFilePrefix.size());
        return f->visit(f->visitor, file);
      },
      &filter);
}

}  // namespace fmmq::segment
