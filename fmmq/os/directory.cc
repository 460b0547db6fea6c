#include "fmmq/os/directory.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "fmmq/os/error.h"

namespace fmmq::os {
namespace {

// struct linux_dirent64: see getdents(2).
constexpr size_t kLengthAt = 16;
constexpr size_t kNameAt = 19;

}  // namespace

bool DirectoryReader::Refill() {
  const long got = syscall(SYS_getdents64, directory_.get(), entries_, sizeof(entries_));
  if (got < 0) status_ = FromErrno(errno);
  at_ = 0;
  filled_ = got > 0 ? static_cast<size_t>(got) : 0;
  return got > 0;
}

bool DirectoryReader::Next(std::string_view* name) {
  if (at_ == filled_ && !Refill()) return false;
  const char* const entry = entries_ + at_;
  uint16_t bytes;
  std::memcpy(&bytes, entry + kLengthAt, sizeof(bytes));
  *name = {entry + kNameAt, strnlen(entry + kNameAt, bytes - kNameAt)};
  at_ += bytes;
  return true;
}

Status ListNames(bool (*visit)(void* visitor, std::string_view name), void* visitor) {
  UniqueFd directory(open("/dev/shm", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0) return FromErrno(errno);
  DirectoryReader reader(std::move(directory));
  std::string_view name;
  while (reader.Next(&name)) {
    if (!visit(visitor, name)) return Code::kOk;
  }
  return reader.status();
}

}  // namespace fmmq::os
