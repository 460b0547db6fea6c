#include "fmmq/python/src/removal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "fmmq/format/layout.h"

namespace fmmq::python {
namespace {

// Somebody may have closed the descriptor behind our back: then its number is another file's.
bool IsSegment(int fd, const uint8_t* uuid) {
  uint8_t found[sizeof(format::Header::uuid)];
  const auto bytes = static_cast<ssize_t>(sizeof(found));
  return fd >= 0 && pread(fd, found, sizeof(found), offsetof(format::Header, uuid)) == bytes &&
         std::memcmp(found, uuid, sizeof(found)) == 0;
}

bool HasNoName(int fd, const uint8_t* uuid) {
  struct stat file;
  return IsSegment(fd, uuid) && fstat(fd, &file) == 0 && file.st_nlink == 0;
}

}  // namespace

SegmentFile::~SegmentFile() {
  if (IsSegment(fd_, uuid_)) close(fd_);
}

fmmq_status SegmentFile::Keep(const fmmq_queue& queue) {
  fmmq_info info;
  const fmmq_status status = fmmq_queue_get_info(&queue, &info, sizeof(info));
  if (status != FMMQ_OK || info.anonymous) return status;
  std::memcpy(uuid_, info.uuid, sizeof(uuid_));
  fd_ = fcntl(fmmq_queue_fd(&queue), F_DUPFD_CLOEXEC, 0);
  return fd_ >= 0 ? FMMQ_OK : FMMQ_SYSTEM;
}

bool SegmentFile::IsRemoved() const { return HasNoName(fd_, uuid_); }

bool IsRemoved(const fmmq_queue& queue) {
  fmmq_info info;
  if (fmmq_queue_get_info(&queue, &info, sizeof(info)) != FMMQ_OK || info.anonymous) return false;
  return HasNoName(fmmq_queue_fd(&queue), info.uuid);
}

}  // namespace fmmq::python
