#include "tools/progress.h"

#include <unistd.h>

#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "tools/text.h"

namespace fmmq::tools {
namespace {

constexpr std::chrono::milliseconds kFirstLine{1000};
constexpr std::chrono::milliseconds kBetweenLines{200};
constexpr uint64_t kBytesBetweenLooks = 64 * 1024;
constexpr uint64_t kBytesPerMessage = 1024;  // what looking after is worth, whatever its size

bool line_stands = false;

void WriteError(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace

Progress::Progress(const char* verb, int messages_fd)
    : verb_(verb),
      shown_(isatty(STDERR_FILENO) && !isatty(messages_fd)),
      start_(Clock::now()),
      due_(start_ + kFirstLine) {}

Progress::~Progress() { WipeProgressLine(); }

void Progress::Add(uint64_t messages, uint64_t bytes) {
  messages_ += messages;
  bytes_ += bytes;
  const uint64_t work = messages_ * kBytesPerMessage + bytes_;
  if (!shown_ || work < next_look_) return;
  next_look_ = work + kBytesBetweenLooks;
  ShowIfDue("");
}

void Progress::Wait(const char* reason) {
  if (shown_) ShowIfDue(reason);
}

void Progress::ShowIfDue(const char* reason) {
  const Clock::time_point now = Clock::now();
  if (now < due_) return;
  due_ = now + kBetweenLines;
  Show(std::chrono::duration<double>(now - start_).count(), reason);
}

void Progress::Show(double seconds, const char* reason) {
  const auto rate = static_cast<uint64_t>(static_cast<double>(messages_) / seconds);
  std::string line = absl::StrCat("\r", verb_, " ", Counted(messages_, "message"), ", ",
                                  HumanBytes(bytes_), ", ", Grouped(rate), " a second");
  if (*reason != '\0') absl::StrAppend(&line, "; ", reason);
  WriteError(line + "\x1b[K");
  line_stands = true;
}

void WipeProgressLine() {
  if (!line_stands) return;
  WriteError("\r\x1b[K");
  line_stands = false;
}

}  // namespace fmmq::tools
