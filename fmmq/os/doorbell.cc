#include "fmmq/os/doorbell.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>

#include "fmmq/os/error.h"

namespace fmmq::os {
namespace {

// "\0fmmq." and 32 hexadecimal digits of uuid, "." and 4 of seat, "." and 2 of which.
struct Address {
  explicit Address(const DoorbellName& name) {
    address.sun_family = AF_UNIX;
    Append('\0');
    for (char c : {'f', 'm', 'm', 'q', '.'}) Append(c);
    for (int i = 0; i < 16; ++i) AppendHex(name.uuid[i]);
    Append('.');
    AppendHex(static_cast<uint8_t>(name.seat >> 8));
    AppendHex(static_cast<uint8_t>(name.seat));
    Append('.');
    AppendHex(name.which);
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
  socklen_t bytes() const { return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size); }

  void Append(char c) { address.sun_path[size++] = c; }
  void AppendHex(uint8_t byte) {
    constexpr char kDigits[] = "0123456789abcdef";
    Append(kDigits[byte >> 4]);
    Append(kDigits[byte & 15]);
  }

  sockaddr_un address{};
  size_t size = 0;
};

int NewSocket() { return socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

}  // namespace

Result<UniqueFd> MakeDoorbell(DoorbellName* name) {
  UniqueFd fd(NewSocket());
  if (fd.get() < 0) return FromErrno(errno);
  do {
    const Address address(*name);
    if (bind(fd.get(), address.get(), address.bytes()) == 0) return fd;
    if (errno != EADDRINUSE) return FromErrno(errno);
  } while (++name->which != 0);
  return Status(Code::kBusy, EADDRINUSE);
}

bool RingDoorbell(const DoorbellName& name) {
  const UniqueFd fd(NewSocket());
  if (fd.get() < 0) return true;  // out of descriptors says nothing of the other side
  const Address address(name);
  const char ring = 1;
  const ssize_t sent =
      sendto(fd.get(), &ring, 1, MSG_DONTWAIT | MSG_NOSIGNAL, address.get(), address.bytes());
  return sent == 1 || errno != ECONNREFUSED;
}

void ClearDoorbell(int fd) {
  constexpr int kMaxRings = 64;  // a hostile peer may go on and on
  char ring;
  for (int i = 0; i < kMaxRings && recv(fd, &ring, 1, MSG_DONTWAIT) >= 0; ++i) {
  }
}

void CloseDoorbell(int fd) {
  struct stat st;
  if (fd >= 0 && fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode)) UniqueFd{fd};
}

uint64_t NetworkNamespace() {
  struct stat st;
  return stat("/proc/thread-self/ns/net", &st) == 0 ? static_cast<uint64_t>(st.st_ino) : 0;
}

}  // namespace fmmq::os
