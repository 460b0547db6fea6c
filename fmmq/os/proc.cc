#include "fmmq/os/proc.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "fmmq/os/error.h"

namespace fmmq::os {
namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

class NumberText {
 public:
  explicit NumberText(int number) {
    *std::to_chars(text_, text_ + sizeof(text_) - 1, number).ptr = '\0';
  }
  const char* c_str() const { return text_; }

 private:
  char text_[12];
};

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
  return OpenAt(proc, NumberText(pid).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
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
  const ssize_t got = readlinkat(descriptors, NumberText(number).c_str(), buffer, size);
  if (got < 0) return Refusal(errno);
  return static_cast<size_t>(got);
}

Result<UniqueFd> OpenDescriptor(int descriptors, int number) {
  return OpenAt(descriptors, NumberText(number).c_str(),
                O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

}  // namespace fmmq::os
