#include "fmmq/os/proc.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

#include "fmmq/os/decimal.h"
#include "fmmq/os/error.h"

namespace fmmq::os {
namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

Status Refusal(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return FromErrno(error);
    default:
      return {Code::kNotFound, error};
  }
}

Result<UniqueFd> OpenAt(int directory, const char* name, int flags) {
  const int fd = openat(directory, name, flags);
  if (fd < 0) return Refusal(errno);
  return UniqueFd(fd);
}

// Not part of its callers: it is called rarely.
[[gnu::noinline]] Result<UniqueFd> OpenNumbered(int directory, int number, int flags) {
  return OpenAt(directory, Decimal(number).c_str(), flags);
}

}  // namespace

Result<UniqueFd> OpenProc() {
  Result<UniqueFd> proc = OpenAt(AT_FDCWD, "/proc", kDirectory);
  if (!proc.ok()) {
    return proc.code() == Code::kNotFound ? Status(Code::kNotSupported, proc.status().error())
                                          : proc.status();
  }
  struct statfs facts;
  if (fstatfs(proc->get(), &facts) != 0) return FromErrno(errno);
  if (facts.f_type != PROC_SUPER_MAGIC) return Code::kNotSupported;
  return proc;
}

Result<UniqueFd> OpenProcess(int proc, int pid) {
  return OpenNumbered(proc, pid, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

Result<UniqueFd> OpenCommandLine(int process) {
  return OpenAt(process, "cmdline", O_RDONLY | O_CLOEXEC);
}

Result<size_t> ReadNext(int fd, char* buffer, size_t size) {
  const ssize_t got = read(fd, buffer, size);
  if (got < 0) return Refusal(errno);
  return static_cast<size_t>(got);
}

Result<UniqueFd> OpenDescriptors(int process) { return OpenAt(process, "fd", kDirectory); }

Result<size_t> ReadDescriptorLink(int descriptors, int number, char* buffer, size_t size) {
  const ssize_t got = readlinkat(descriptors, Decimal(number).c_str(), buffer, size);
  if (got < 0) return Refusal(errno);
  return static_cast<size_t>(got);
}

Result<UniqueFd> OpenDescriptor(int descriptors, int number) {
  return OpenNumbered(descriptors, number, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

}  // namespace fmmq::os
