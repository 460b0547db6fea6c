// fmmq send: writes messages.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "fmmq/fmmq.h"
#include "tools/backoff.h"
#include "tools/command.h"
#include "tools/exit_code.h"
#include "tools/interrupt.h"
#include "tools/progress.h"
#include "tools/queue_flags.h"
#include "tools/report.h"
#include "tools/text.h"

ABSL_FLAG(std::string, send_file, "",
          "send the whole file at `PATH` as one message; - is standard input");
ABSL_FLAG(absl::Duration, send_timeout, absl::InfiniteDuration(),
          "wait `TIME` for room for each message: 5s, 300ms, 0");
ABSL_FLAG(bool, send_verbose, false, "say on standard error how many messages were sent");

namespace fmmq::tools {
namespace {

// A producer with patience.
class Sender {
 public:
  Sender(const Queue& queue, Producer producer, absl::Duration timeout, int messages_fd)
      : max_message_size_(queue.max_message_size()),
        producer_(std::move(producer)),
        backoff_(timeout),
        progress_("sent", messages_fd) {}

  // Returns an exit code and notes what went wrong.
  int Send(std::string_view message) {
    const Status written = Write(message);
    if (!written.ok()) return Explain(written, message.size());
    progress_.Add(1, message.size());
    return kExitDone;
  }

  size_t max_message_size() const { return max_message_size_; }
  uint64_t sent() const { return progress_.messages(); }
  uint64_t bytes() const { return progress_.bytes(); }

 private:
  Status Write(std::string_view message) {
    backoff_.Reset();
    while (true) {
      const Status written = producer_.TryWrite(message);
      if (written != Code::kFull && written != Code::kBusy) return written;
      if (!backoff_.Wait()) return written;
      if (backoff_.idle()) progress_.Wait("waiting for room");
    }
  }

  int Explain(Status status, size_t size) {
    if (Interrupted()) return InterruptExitCode();
    const std::string subject = absl::StrCat("message ", sent() + 1);
    const int code = Fail(subject, status);
    if (status == Code::kTooLarge) {
      Note(absl::StrCat("it has ", Grouped(size), " bytes, and the queue takes at most ",
                        Grouped(max_message_size_)));
    }
    return code;
  }

  size_t max_message_size_;
  Producer producer_;
  Backoff backoff_;
  Progress progress_;
};

int SendOperands(const Arguments& arguments, Sender* sender) {
  int code = kExitDone;
  for (size_t i = 1; i < arguments.operands.size() && code == kExitDone; ++i) {
    code = Interrupted() ? InterruptExitCode() : sender->Send(arguments.operands[i]);
  }
  return code;
}

// getline keeps NUL bytes and grows with the line.
class LineReader {
 public:
  ~LineReader() { std::free(line_); }

  bool Read(std::string_view* line) {
    errno = 0;
    const ssize_t size = getline(&line_, &capacity_, stdin);
    if (size < 0) return false;
    const bool ended = line_[size - 1] == '\n';
    *line = {line_, static_cast<size_t>(size) - (ended ? 1 : 0)};
    return true;
  }

 private:
  char* line_ = nullptr;
  size_t capacity_ = 0;
};

int SendLines(Sender* sender) {
  LineReader reader;
  std::string_view line;
  while (!Interrupted() && reader.Read(&line)) {
    const int code = sender->Send(line);
    if (code != kExitDone) return code;
  }
  if (Interrupted()) return InterruptExitCode();
  return std::ferror(stdin) ? FailErrno("standard input", errno) : int{kExitDone};
}

// Reads to the end, or until there is more than `limit`. Returns an errno.
int ReadAll(int fd, size_t limit, std::string* content) {
  constexpr size_t kPieceBytes = 1 << 20;
  while (content->size() <= limit) {
    const size_t before = content->size();
    content->resize(before + kPieceBytes);
    const ssize_t got = read(fd, content->data() + before, kPieceBytes);
    content->resize(before + static_cast<size_t>(got > 0 ? got : 0));
    if (got == 0) return 0;
    if (got < 0 && (errno != EINTR || Interrupted())) return errno;
  }
  return 0;
}

int SendFile(const std::string& path, Sender* sender) {
  const bool is_stdin = path == "-";
  const int fd = is_stdin ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return FailErrno(Printable(path), errno);
  std::string content;
  const int error = ReadAll(fd, sender->max_message_size(), &content);
  if (!is_stdin) close(fd);
  if (Interrupted()) return InterruptExitCode();
  return error != 0 ? FailErrno(Printable(path), error) : sender->Send(content);
}

int SendAll(const Arguments& arguments, Sender* sender) {
  if (arguments.Given("file")) return SendFile(absl::GetFlag(FLAGS_send_file), sender);
  return arguments.operands.size() > 1 ? SendOperands(arguments, sender) : SendLines(sender);
}

int Run(const Arguments& arguments) {
  const std::string& name = arguments.operands[0];
  if (arguments.Given("file") && arguments.operands.size() > 1) {
    return FailUsage("send", "give messages or --file, not both");
  }
  if (absl::GetFlag(FLAGS_send_timeout) < absl::ZeroDuration()) {
    return FailUsage("send", "--timeout must not be negative");
  }
  Queue queue;
  const int opened = OpenQueue("send", arguments, &queue);
  if (opened != kExitDone) return opened;
  Result<Producer> producer = queue.NewProducer();
  if (!producer.ok()) return Fail(Printable(name), producer.status());

  CatchInterrupts();
  const bool lines = arguments.operands.size() == 1 && !arguments.Given("file");
  Sender sender(queue, std::move(*producer), absl::GetFlag(FLAGS_send_timeout),
                lines ? STDIN_FILENO : -1);
  const int code = SendAll(arguments, &sender);
  if (absl::GetFlag(FLAGS_send_verbose)) {
    Note(
        absl::StrCat("sent ", Counted(sender.sent(), "message"), ", ", HumanBytes(sender.bytes())));
  }
  return code;
}

}  // namespace

Command SendCommand() {
  Command command;
  command.name = "send";
  command.operands = "NAME [MESSAGE...]";
  command.summary = "write messages: arguments, lines of standard input, a file";
  command.text =
      "Sends each MESSAGE. Without any, each line of standard input is a message, without its "
      "newline; lines may be empty, long, and hold any bytes. While the queue is full, send waits "
      "for room.\n"
      "Exit code 4 says that a message found no room in time: those before it were sent, it and "
      "those after it were not.";
  command.examples =
      "fmmq send orders first 'the second' -- -third\n"
      "seq 1000 | fmmq send orders --create --verbose\n"
      "fmmq send orders --file=picture.png --timeout=5s";
  command.flags = {"send_file", "send_timeout", "queue_create", "send_verbose"};
  command.create_flags = QueueFlags();
  command.min_operands = 1;
  command.max_operands = kAnyNumber;
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
