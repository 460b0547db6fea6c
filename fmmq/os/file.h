// Files of shared memory: unnamed, named, anonymous.
#ifndef FMMQ_OS_FILE_H_
#define FMMQ_OS_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fmmq/base/result.h"

namespace fmmq::os {

// Owns a descriptor.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.Take()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  ~UniqueFd();

  int get() const { return fd_; }
  int Take() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

 private:
  int fd_ = -1;
};

struct FileFacts {
  uint64_t bytes = 0;
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t links = 0;  // names
  bool IsSameFile(const FileFacts& other) const {
    return device == other.device && inode == other.inode;
  }
};

// All descriptors are close-on-exec. A `name` is a file's name inside /dev/shm, checked by the
// caller.

// A new file in /dev/shm that has no name yet, open for reading and writing whatever `mode` says.
Result<UniqueFd> CreateUnnamed(uint32_t mode);
// Gives it one, atomically: kAlreadyExists when that is taken.
Status LinkAs(int fd, std::string_view name);
// A new memfd that can be sealed. `label` is what /proc shows: without NULs, and cut to a length
// that the kernel takes.
inline constexpr size_t kMaxLabelBytes = 199;
Result<UniqueFd> CreateMemfd(std::string_view label, uint32_t mode);
// Fixes the size and forbids further seals. From then on nobody can make the mapping fault by
// truncation.
Status SealMemfd(int fd);
// kNotASegment unless the memfd is sealed as SealMemfd does.
Status CheckSeals(int fd);

// Opens without following links, without blocking on a FIFO. kNotASegment for what is not a regular
// file.
Result<UniqueFd> OpenNamed(std::string_view name, bool writable);
// A new open file description of the same file: kClosed when the descriptor now means another file
// (somebody closed it behind our back).
Result<UniqueFd> Reopen(int fd, bool writable, const FileFacts& expected);
Result<UniqueFd> Reopen(int fd, bool writable);
Status Unlink(std::string_view name);

// kNotASegment for what is not a regular file.
Result<FileFacts> Facts(int fd);
// Makes the file `bytes` long, every page of it reserved: kNoSpace now instead of SIGBUS later.
Status ReserveSpace(int fd, uint64_t bytes);
Status ReadAt(int fd, uint64_t offset, void* buffer,
              size_t size);  // kNotASegment when the file is shorter
Status WriteAt(int fd, uint64_t offset, const void* bytes, size_t size);

// Calls visit(visitor, name) for each name in /dev/shm, until that returns false.
Status ListNames(bool (*visit)(void* visitor, std::string_view name), void* visitor);

}  // namespace fmmq::os

#endif  // FMMQ_OS_FILE_H_
