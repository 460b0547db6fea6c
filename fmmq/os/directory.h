// Lists directories. The C library's directory streams allocate; the system call does not.
#ifndef FMMQ_OS_DIRECTORY_H_
#define FMMQ_OS_DIRECTORY_H_

#include <cstddef>
#include <string_view>
#include <utility>

#include "fmmq/base/status.h"
#include "fmmq/os/file.h"

namespace fmmq::os {

// Goes once through the names in an open directory, "." and ".." included. 4 KiB: for the stack.
class DirectoryReader {
 public:
  explicit DirectoryReader(UniqueFd directory) : directory_(std::move(directory)) {}

  // False at the end, or when the system refused: see status(). A name is valid until the next
  // call; a NUL follows it.
  bool Next(std::string_view* name);
  Status status() const { return status_; }
  int fd() const { return directory_.get(); }

 private:
  bool Refill();

  UniqueFd directory_;
  Status status_;
  size_t at_ = 0;
  size_t filled_ = 0;
  alignas(8) char entries_[4096] = {};
};

}  // namespace fmmq::os

#endif  // FMMQ_OS_DIRECTORY_H_
