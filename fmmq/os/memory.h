// Address space.
#ifndef FMMQ_OS_MEMORY_H_
#define FMMQ_OS_MEMORY_H_

#include <cstddef>
#include <cstdint>

#include "fmmq/base/result.h"

namespace fmmq::os {

size_t PageSize();
// What file offsets and addresses of shared mappings must be multiples of, so that two mappings of
// one page agree on every cache: the page size, but on 32-bit ARM SHMLBA.
size_t MapAlignment();

// Address space without memory, aligned to MapAlignment(). kNoMemory.
Result<char*> ReserveRegion(uint64_t bytes);
void ReleaseRegion(void* region, uint64_t bytes);

// Replace a part of a region by:
Status MapPrivate(void* at, uint64_t bytes);  // zeroed private memory
Status MapShared(void* at, uint64_t bytes, int fd, uint64_t offset,
                 bool writable);  // a part of a file
// Address space without memory again.
void UnmapToNothing(void* at, uint64_t bytes);
Status MapLockPage(void* at,
                   int fd);  // an unusable page that keeps a description, and its locks, alive

// Maps every page of it now, instead of at the first touch.
Status Prefault(void* at, uint64_t bytes, bool writable);
// Keeps it from being swapped. kPermissionDenied, kNoMemory: RLIMIT_MEMLOCK.
Status LockInMemory(void* at, uint64_t bytes);

// A forked child finds this page zeroed / does not get it at all.
Status WipeOnFork(void* at, uint64_t bytes);
Status DontFork(void* at, uint64_t bytes);

}  // namespace fmmq::os

#endif  // FMMQ_OS_MEMORY_H_
