// The C library's directory streams allocate; the system call does not.
#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "fmmq/os/error.h"
#include "fmmq/os/file.h"

namespace fmmq::os {
namespace {

// struct linux_dirent64: see getdents(2).
constexpr size_t kLengthAt = 16;
constexpr size_t kNameAt = 19;

}  // namespace

Status ListNames(bool (*visit)(void* visitor, std::string_view name), void* visitor) {
  UniqueFd dir(open("/dev/shm", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir.get() < 0) return FromErrno(errno);
  alignas(8) char buffer[4096];
  for (;;) {
    const long got = syscall(SYS_getdents64, dir.get(), buffer, sizeof(buffer));
    if (got < 0) return FromErrno(errno);
    if (got == 0) return Code::kOk;
    for (long at = 0; at < got;) {
      uint16_t bytes;
      std::memcpy(&bytes, buffer + at + kLengthAt, sizeof(bytes));
      const char* name = buffer + at + kNameAt;
      if (!visit(visitor, {name, strnlen(name, bytes - kNameAt)})) return Code::kOk;
      at += bytes;
    }
  }
}

}  // namespace fmmq::os
