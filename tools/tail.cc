// fmmq tail: looks on without taking part.
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "fmmq/fmmq.h"
#include "tools/command.h"
#include "tools/interrupt.h"
#include "tools/output.h"
#include "tools/reading.h"
#include "tools/report.h"
#include "tools/text.h"

ABSL_FLAG(uint64_t, tail_count, 0, "end after `N` messages; 0 is any number");
ABSL_FLAG(bool, tail_follow, true,
          "wait for more messages; --nofollow ends when all that is there is printed");
ABSL_FLAG(absl::Duration, tail_timeout, absl::InfiniteDuration(),
          "end when no message comes for `TIME`: 5s, 300ms");
ABSL_FLAG(bool, tail_oldest, false,
          "begin at the oldest message that the ring still holds, instead of now");
ABSL_FLAG(bool, tail_verbose, false, "say on standard error how many messages came");

namespace fmmq::tools {
namespace {

class ObserverSource : public Source {
 public:
  ObserverSource(const Queue& queue, Observer observer, Output* output)
      : queue_(queue),
        observer_(std::move(observer)),
        printer_(output),
        buffer_(queue.max_message_size()) {}

  Result<uint64_t> Take(uint64_t) override {
    const Result<Received> received = buffer_.Read(&observer_);
    if (!received.ok()) return received.status();
    circumstances_.Add(*received);
    printer_.Print(buffer_.Text(*received));
    return 1;
  }

  void Idle() override { circumstances_.Report(); }
  bool CaughtUp() override { return observer_.position() >= queue_.Info().head; }

 private:
  const Queue& queue_;
  Observer observer_;
  Printer printer_;
  Buffer buffer_;
  Circumstances circumstances_;
};

Limits ChooseLimits() {
  Limits limits;
  limits.count = absl::GetFlag(FLAGS_tail_count);
  limits.verbose = absl::GetFlag(FLAGS_tail_verbose);
  const bool waits = absl::GetFlag(FLAGS_tail_follow);
  limits.timeout = waits ? absl::GetFlag(FLAGS_tail_timeout) : absl::ZeroDuration();
  return limits;
}

int Run(const Arguments& arguments) {
  const std::string& name = arguments.operands[0];
  const std::string error = CheckReadingFlags(ChooseLimits());
  if (!error.empty()) return FailUsage("tail", error);
  Result<Queue> queue = Queue::Open(name, Access::kReadOnly);
  if (!queue.ok()) return Fail(Printable(name), queue.status());
  Result<Observer> observer =
      queue->Observe(absl::GetFlag(FLAGS_tail_oldest) ? From::kOldest : From::kNow);
  if (!observer.ok()) return Fail(Printable(name), observer.status());

  CatchInterrupts();
  Output output;
  ObserverSource source(*queue, std::move(*observer), &output);
  return ReadMessages(*queue, name, ChooseLimits(), &source, &output);
}

}  // namespace

Command TailCommand() {
  Command command;
  command.name = "tail";
  command.operands = "NAME";
  command.summary = "watch messages go by, without taking them";
  command.text =
      "Prints each message that is written from now on, with a newline after it, until SIGINT or "
      "SIGTERM ends it with exit code 0. Takes nothing away from anybody, holds no writer back, "
      "and needs the right to read only. When writers are faster, messages are lost to this "
      "reader; how much, in blocks of the ring, is noted on standard error.";
  command.examples =
      "fmmq tail orders\n"
      "fmmq tail orders --oldest --nofollow | wc -l";
  command.flags = WithPrinterFlags(
      {"tail_oldest", "tail_follow", "tail_count", "tail_timeout", "tail_verbose"});
  command.min_operands = command.max_operands = 1;
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
