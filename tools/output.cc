#include "tools/output.h"

#include <poll.h>

#include <cerrno>
#include <cstddef>

#include "tools/exit_code.h"
#include "tools/interrupt.h"
#include "tools/report.h"

namespace fmmq::tools {
namespace {

constexpr size_t kPieceBytes = 64 * 1024;

// Whether a failed write is worth another try; waits where standard output does not block.
bool Retry(int fd, int error) {
  if (error == EINTR) return !Interrupted();
  if (error != EAGAIN) return false;
  pollfd room = {fd, POLLOUT, 0};
  return poll(&room, 1, -1) >= 0 || !Interrupted();
}

}  // namespace

bool Output::Write(std::string_view bytes) {
  bytes_ += bytes.size();
  if (pending_.size() + bytes.size() > kPieceBytes && !Flush()) return false;
  if (bytes.size() > kPieceBytes) return WriteNow(bytes);
  if (error_ == 0) pending_.append(bytes);
  return error_ == 0;
}

void Output::CheckReader() {
  pollfd reader = {fd_, 0, 0};
  if (error_ == 0 && poll(&reader, 1, 0) == 1 && (reader.revents & POLLERR) != 0) error_ = EPIPE;
}

bool Output::Flush() {
  const bool written = WriteNow(pending_);
  pending_.clear();
  return written;
}

bool Output::WriteNow(std::string_view bytes) {
  while (error_ == 0 && !bytes.empty()) {
    const ssize_t written = write(fd_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (!Retry(fd_, errno)) {
      error_ = errno;
    }
  }
  return error_ == 0;
}

int Output::Finish() {
  Flush();
  if (error_ == 0 || error_ == EPIPE) return kExitDone;
  if (Interrupted()) return InterruptExitCode();
  FailErrno("standard output", error_);
  return kExitSystem;
}

int Print(std::string_view text) {
  Output output;
  output.Write(text);
  return output.Finish();
}

}  // namespace fmmq::tools
