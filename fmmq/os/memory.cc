#include "fmmq/os/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "fmmq/os/error.h"

namespace fmmq::os {
namespace {

Status MapAt(void* at, uint64_t bytes, int protection, int flags, int fd, uint64_t offset) {
  void* mapped = mmap(at, static_cast<size_t>(bytes), protection, flags | MAP_FIXED, fd,
                      static_cast<off_t>(offset));
  return mapped == MAP_FAILED ? FromErrno(errno) : Status();
}

Status Advise(void* at, uint64_t bytes, int advice) {
  return madvise(at, static_cast<size_t>(bytes), advice) == 0 ? Status() : FromErrno(errno);
}

}  // namespace

size_t PageSize() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

size_t MapAlignment() {
#ifdef __arm__
  constexpr size_t kShmlba = 4 * 4096;
  return PageSize() > kShmlba ? PageSize() : kShmlba;
#else
  return PageSize();
#endif
}

Result<char*> ReserveRegion(uint64_t bytes) {
  const size_t alignment = MapAlignment();
  if (bytes > SIZE_MAX - alignment) return Status(Code::kNoMemory, ENOMEM);
  const size_t padded = static_cast<size_t>(bytes) + (alignment - PageSize());
  void* mapped =
      mmap(nullptr, padded, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return FromErrno(errno);
  char* begin = static_cast<char*>(mapped);
  const size_t before = (alignment - reinterpret_cast<uintptr_t>(begin) % alignment) % alignment;
  const size_t after = padded - before - static_cast<size_t>(bytes);
  if (before != 0) munmap(begin, before);
  if (after != 0) munmap(begin + before + bytes, after);
  return begin + before;
}

void ReleaseRegion(void* region, uint64_t bytes) { munmap(region, static_cast<size_t>(bytes)); }

Status MapPrivate(void* at, uint64_t bytes) {
  return MapAt(at, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

Status MapShared(void* at, uint64_t bytes, int fd, uint64_t offset, bool writable) {
  return MapAt(at, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, offset);
}

Status MapLockPage(void* at, int fd) { return MapAt(at, PageSize(), PROT_NONE, MAP_SHARED, fd, 0); }

void UnmapToNothing(void* at, uint64_t bytes) {
  MapAt(at, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0).IgnoreError();
}

Status Prefault(void* at, uint64_t bytes, bool writable) {
  // Linux 5.14; older C libraries do not know the names.
  constexpr int kPopulateRead = 22;
  constexpr int kPopulateWrite = 23;
  return Advise(at, bytes, writable ? kPopulateWrite : kPopulateRead);
}

Status LockInMemory(void* at, uint64_t bytes) {
  return mlock(at, static_cast<size_t>(bytes)) == 0 ? Status() : FromErrno(errno);
}

Status WipeOnFork(void* at, uint64_t bytes) { return Advise(at, bytes, MADV_WIPEONFORK); }
Status DontFork(void* at, uint64_t bytes) { return Advise(at, bytes, MADV_DONTFORK); }

}  // namespace fmmq::os
