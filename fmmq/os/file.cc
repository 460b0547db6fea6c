#include "fmmq/os/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "fmmq/os/decimal.h"
#include "fmmq/os/error.h"

namespace fmmq::os {
namespace {

constexpr char kShmDir[] = "/dev/shm";
constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

// A NUL-terminated path on the stack.
class Path {
 public:
  explicit Path(std::string_view name) {
    Append("/dev/shm/");
    Append(name);
  }
  explicit Path(int fd) {
    Append("/proc/thread-self/fd/");  // "self" is empty once the main thread has ended
    Append(Decimal(fd).view());
  }
  const char* c_str() const { return text_; }

 private:
  void Append(std::string_view part) {
    for (char c : part) {
      if (size_ + 1 < sizeof(text_)) text_[size_++] = c;
    }
  }

  char text_[320] = {};
  size_t size_ = 0;
};

Status Errno() { return FromErrno(errno); }

Result<UniqueFd> Owned(int fd) {
  if (fd < 0) return Errno();
  return UniqueFd(fd);
}

Result<UniqueFd> WithMode(Result<UniqueFd> file, uint32_t mode) {
  if (file.ok() && fchmod(file->get(), mode) != 0)
    return Errno();  // open's mode would pass through the umask
  return file;
}

}  // namespace

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  UniqueFd old(fd_);
  fd_ = other.Take();
  return *this;
}

UniqueFd::~UniqueFd() {
  if (fd_ >= 0) close(fd_);
}

Result<UniqueFd> CreateUnnamed(uint32_t mode) {
  return WithMode(Owned(open(kShmDir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)), mode);
}

Status LinkAs(int fd, std::string_view name) {
  const Path from(fd), to(name);
  if (linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), AT_SYMLINK_FOLLOW) == 0)
    return Code::kOk;
  if (errno != ENOENT) return Errno();
  // There is no /proc. This way wants a capability, or Linux 6.10.
  if (linkat(fd, "", AT_FDCWD, to.c_str(), AT_EMPTY_PATH) == 0) return Code::kOk;
  return errno == ENOENT ? Status(Code::kSystem, ENOENT) : Errno();
}

Result<UniqueFd> CreateMemfd(std::string_view label, uint32_t mode) {
  char text[kMaxLabelBytes + 1] = {};
  size_t size = 0;
  for (char c : label) {
    if (size + 1 < sizeof(text) && c != '\0') text[size++] = c;
  }
  return WithMode(Owned(memfd_create(text, MFD_CLOEXEC | MFD_ALLOW_SEALING)), mode);
}

Status SealMemfd(int fd) { return fcntl(fd, F_ADD_SEALS, kSeals) == 0 ? Status() : Errno(); }

Status CheckSeals(int fd) {
  const int seals = fcntl(fd, F_GET_SEALS);
  return seals >= 0 && (seals & kSeals) == kSeals ? Code::kOk : Code::kNotASegment;
}

Result<UniqueFd> OpenNamed(std::string_view name, bool writable) {
  const int access = writable ? O_RDWR : O_RDONLY;
  const int fd = open(Path(name).c_str(), access | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 && (errno == EISDIR || errno == ELOOP || errno == ENXIO || errno == ENODEV)) {
    return Status(Code::kNotASegment, errno);
  }
  return Owned(fd);
}

Result<UniqueFd> Reopen(int fd, bool writable) {
  return Owned(
      open(Path(fd).c_str(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

Result<UniqueFd> Reopen(int fd, bool writable, const FileFacts& expected) {
  const Result<FileFacts> before = Facts(fd);
  if (!before.ok() || !before->IsSameFile(expected)) return Code::kClosed;
  Result<UniqueFd> file = Reopen(fd, writable);
  // It is there, so it is /proc that is not.
  if (file.code() == Code::kNotFound) return Status(Code::kSystem, ENOENT);
  if (!file.ok()) return file;
  const Result<FileFacts> after = Facts(file->get());
  if (!after.ok() || !after->IsSameFile(expected)) return Code::kClosed;
  return file;
}

Status Unlink(std::string_view name) {
  return unlink(Path(name).c_str()) == 0 ? Status() : Errno();
}

Result<FileFacts> Facts(int fd) {
  struct stat st;
  if (fstat(fd, &st) != 0) return Errno();
  if (!S_ISREG(st.st_mode)) return Code::kNotASegment;
  return FileFacts{static_cast<uint64_t>(st.st_size), static_cast<uint64_t>(st.st_dev),
                   static_cast<uint64_t>(st.st_ino), static_cast<uint64_t>(st.st_nlink)};
}

Status ReserveSpace(int fd, uint64_t bytes) {
  // In pieces: a signal undoes an interrupted one, and a timer signal could undo a big one for
  // ever.
  constexpr uint64_t kPiece = uint64_t{16} << 20;
  int interruptions = 0;
  // Past this limit the kernel would not only say EFBIG, but end the process with SIGXFSZ.
  struct rlimit limit {};
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
      bytes > limit.rlim_cur) {
    return {Code::kNoSpace, EFBIG};
  }
  for (uint64_t done = 0; done < bytes;) {
    const uint64_t piece = bytes - done < kPiece ? bytes - done : kPiece;
    if (fallocate(fd, 0, static_cast<off_t>(done), static_cast<off_t>(piece)) == 0) {
      done += piece;
    } else if (errno != EINTR || ++interruptions > 10000) {
      return Errno();
    }
  }
  return Code::kOk;
}

Status ReadAt(int fd, uint64_t offset, void* buffer, size_t size) {
  const ssize_t got = pread(fd, buffer, size, static_cast<off_t>(offset));
  if (got < 0) return Errno();
  return static_cast<size_t>(got) == size ? Code::kOk : Code::kNotASegment;
}

Status WriteAt(int fd, uint64_t offset, const void* bytes, size_t size) {
  const ssize_t put = pwrite(fd, bytes, size, static_cast<off_t>(offset));
  if (put < 0) return Errno();
  return static_cast<size_t>(put) == size ? Code::kOk : Code::kSystem;
}

}  // namespace fmmq::os
