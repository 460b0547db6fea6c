#include "tools/reading.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "tools/backoff.h"
#include "tools/exit_code.h"
#include "tools/interrupt.h"
#include "tools/progress.h"
#include "tools/report.h"
#include "tools/text.h"

ABSL_FLAG(bool, output_raw, false, "print the messages' bytes and nothing between them");
ABSL_FLAG(bool, output_null, false, "end each message with a NUL byte instead of a newline");

namespace fmmq::tools {
namespace {

constexpr uint64_t kBatch = 256;
constexpr size_t kFirstBufferBytes = 64 * 1024;
constexpr std::chrono::milliseconds kBetweenReports{500};
// Messages that a writer has not finished, or that a dead one left, are worth this much patience
// even for who wants only what is there.
constexpr absl::Duration kGrace = absl::Milliseconds(200);

std::string Separator() {
  if (absl::GetFlag(FLAGS_output_raw)) return "";
  return absl::GetFlag(FLAGS_output_null) ? std::string(1, '\0') : "\n";
}

// The loop of ReadMessages.
class Pump {
 public:
  Pump(const Queue& queue, const std::string& name, const Limits& limits, Source* source,
       Output* output)
      : queue_(queue),
        name_(name),
        limits_(limits),
        source_(source),
        output_(output),
        backoff_(limits.timeout == absl::ZeroDuration() ? kGrace : limits.timeout),
        progress_("received", STDOUT_FILENO) {}

  int Run() {
    Status status;
    while (!Enough() && !Interrupted() && status.ok() && !output_->stopped()) status = Step();
    output_->Flush();
    source_->Idle();
    if (limits_.verbose) NoteTotal();
    return End(status);
  }

 private:
  bool Enough() const { return limits_.count != 0 && progress_.messages() >= limits_.count; }

  uint64_t Wanted() const {
    return limits_.count == 0 ? kBatch : std::min(kBatch, limits_.count - progress_.messages());
  }

  // Not ok when that was all: with kEmpty or kBusy when the time is over.
  Status Step() {
    const uint64_t before = output_->bytes();
    const Result<uint64_t> taken = source_->Take(Wanted());
    if (taken.ok()) {
      progress_.Add(*taken, output_->bytes() - before);
      backoff_.Reset();
      return Code::kOk;
    }
    const bool later = taken.code() == Code::kEmpty || taken.code() == Code::kBusy;
    return later ? Wait(taken.status()) : taken.status();
  }

  Status Wait(Status why) {
    if (!output_->Flush()) return Code::kOk;
    if (limits_.timeout == absl::ZeroDuration() && source_->CaughtUp()) return why;
    if (!backoff_.Wait()) return why;
    if (backoff_.idle()) Idle();
    return Code::kOk;
  }

  void Idle() {
    source_->Idle();
    progress_.Wait("waiting");
    output_->CheckReader();
    if (!removal_noted_ && WasRemoved()) NoteRemoval();
  }

  bool WasRemoved() const {
    struct stat file = {};
    return fstat(queue_.fd(), &file) == 0 && file.st_nlink == 0;
  }

  // A new queue of that name would be another one, for which this one waits in vain.
  void NoteRemoval() {
    removal_noted_ = true;
    Note(absl::StrCat(Printable(name_),
                      " was removed: only who has it open can still send to this reader"));
  }

  void NoteTotal() const {
    Note(absl::StrCat("received ", Counted(progress_.messages(), "message")));
  }

  int End(Status status) {
    const bool timed_out = status == Code::kEmpty || status == Code::kBusy;
    const bool ended = status == Code::kEndOfStream;
    if (!status.ok() && !timed_out && !ended) return Fail(Printable(name_), status);
    if (output_->stopped() || limits_.count == 0 || Enough()) return output_->Finish();
    if (Interrupted()) return InterruptExitCode();
    Note(absl::StrCat(Printable(name_), ": ", progress_.messages(), " of ", limits_.count,
                      " messages came ", ended ? "before the stream ended" : "in time"));
    return kExitTime;
  }

  const Queue& queue_;
  const std::string& name_;
  const Limits limits_;
  Source* source_;
  Output* output_;
  Backoff backoff_;
  Progress progress_;
  bool removal_noted_ = false;
};

}  // namespace

Printer::Printer(Output* output) : output_(output), separator_(Separator()) {}

bool Printer::Print(std::string_view message) {
  return output_->Write(message) && output_->Write(separator_);
}

std::vector<std::string> WithPrinterFlags(std::vector<std::string> first) {
  first.push_back("output_raw");
  first.push_back("output_null");
  return first;
}

std::string CheckReadingFlags(const Limits& limits) {
  if (absl::GetFlag(FLAGS_output_raw) && absl::GetFlag(FLAGS_output_null)) {
    return "give --raw or --null, not both";
  }
  return limits.timeout < absl::ZeroDuration() ? "--timeout must not be negative" : "";
}

void Circumstances::Add(const Received& received) {
  if (received.lost == 0 && !received.redelivered) return;
  lost_ += received.lost;
  if (received.lost != 0) last_lost_position_ = received.position;
  redelivered_ += received.redelivered ? 1 : 0;
  if (received.redelivered) last_redelivered_position_ = received.position;
  if (std::chrono::steady_clock::now() - last_report_ > kBetweenReports) Report();
}

void Circumstances::Report() {
  if (lost_ != 0) {
    Note(absl::StrCat("lost ", Counted(lost_, "block"),
                      " to overwriting, the last before position ", last_lost_position_));
  }
  if (redelivered_ != 0) {
    Note(absl::StrCat("redelivered ", Counted(redelivered_, "message"),
                      " that a reader ended with in hand, the last at position ",
                      last_redelivered_position_));
  }
  if (lost_ + redelivered_ != 0) last_report_ = std::chrono::steady_clock::now();
  lost_ = redelivered_ = 0;
}

Buffer::Buffer(size_t max_message_size) : bytes_(std::min(max_message_size, kFirstBufferBytes)) {}

int ReadMessages(const Queue& queue, const std::string& name, const Limits& limits, Source* source,
                 Output* output) {
  return Pump(queue, name, limits, source, output).Run();
}

}  // namespace fmmq::tools
