// fmmq recv: reads messages as a member of a group.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "fmmq/fmmq.h"
#include "tools/command.h"
#include "tools/exit_code.h"
#include "tools/interrupt.h"
#include "tools/output.h"
#include "tools/queue_flags.h"
#include "tools/reading.h"
#include "tools/report.h"
#include "tools/text.h"

ABSL_FLAG(std::string, recv_group, std::string(fmmq::kDefaultGroupName),
          "read as a member of the group `NAME`");
ABSL_FLAG(uint64_t, recv_count, 0, "wait for `N` messages and end; 0 is any number");
ABSL_FLAG(bool, recv_follow, false, "wait for more messages instead of ending when there are none");
ABSL_FLAG(std::optional<absl::Duration>, recv_timeout, std::nullopt,
          "end when no message comes for `TIME`: 5s, 300ms, 0 (default: inf with --count or "
          "--follow, else 0)");
ABSL_FLAG(bool, recv_exclusive, false, "a group that this makes has one member at a time");
ABSL_FLAG(bool, recv_durable, false,
          "a group that this makes outlives its members, and holds writers back without them");
ABSL_FLAG(
    bool, recv_oldest, false,
    "a group that this makes begins at the oldest message that another group still holds back");
ABSL_FLAG(bool, recv_verbose, false, "say on standard error how many messages came");

namespace fmmq::tools {
namespace {

class GroupSource : public Source {
 public:
  GroupSource(const Queue& queue, std::string group, Consumer consumer, Output* output)
      : queue_(queue),
        group_(std::move(group)),
        consumer_(std::move(consumer)),
        printer_(output),
        buffer_(queue.max_message_size()) {}

  Result<uint64_t> Take(uint64_t max) override {
    if (!in_place_) return TakeCopy();
    const Result<size_t> held = consumer_.TryPeekBatch(max);
    if (held.ok()) return PrintHeld();
    if (held.code() == Code::kNotSupported) in_place_ = false;
    const bool copy = held.code() == Code::kNotSupported || held.code() == Code::kRedelivery;
    return copy ? TakeCopy() : held.status();
  }

  bool CaughtUp() override;
  void Idle() override { circumstances_.Report(); }

 private:
  // Acknowledges the messages only when they are written. If nobody wants them any more, they stay
  // held, and the next member gets them.
  Result<uint64_t> PrintHeld() {
    uint64_t printed = 0;
    Result<Message> message = consumer_.Next();
    for (; message.ok(); message = consumer_.Next()) {
      if (!printer_.Print(message->bytes.text())) return 0;
      ++printed;
    }
    if (message.code() != Code::kEmpty) return message.status();
    if (!printer_.Flush()) return 0;
    return {consumer_.Release(), printed};
  }

  Result<uint64_t> TakeCopy() {
    const Result<Received> received = buffer_.Read(&consumer_);
    if (!received.ok()) return received.status();
    circumstances_.Add(*received);
    printer_.Print(buffer_.Text(*received));
    // Copying acknowledges: where messages must not be lost, none waits here for others.
    if (in_place_) printer_.Flush();
    return 1;
  }

  const Queue& queue_;
  const std::string group_;
  Consumer consumer_;
  Printer printer_;
  Buffer buffer_;
  Circumstances circumstances_;
  bool in_place_ = true;  // until the queue's policy says otherwise
};

std::optional<GroupInfo> FindGroup(const Queue& queue, const std::string& name) {
  std::vector<GroupInfo> groups(format::kMaxGroups);
  groups.resize(queue.Groups(groups.data(), groups.size()));
  for (const GroupInfo& group : groups) {
    if (group.name == name) return group;
  }
  return std::nullopt;
}

bool GroupSource::CaughtUp() {
  const std::optional<GroupInfo> group = FindGroup(queue_, group_);
  return !group.has_value() || group->lag == 0;
}

// What to join the group as: where a flag does not say otherwise, as what it is.
GroupOptions ChooseOptions(const Arguments& arguments, const std::string& name,
                           const std::optional<GroupInfo>& known) {
  GroupOptions options;
  options.kind = absl::GetFlag(FLAGS_recv_exclusive) ? GroupKind::kExclusive : GroupKind::kShared;
  options.durable = absl::GetFlag(FLAGS_recv_durable);
  options.from = absl::GetFlag(FLAGS_recv_oldest) ? From::kOldest : From::kNow;
  if (known.has_value() && !arguments.Given("exclusive")) options.kind = known->kind;
  if (!arguments.Given("durable")) {
    options.durable = known.has_value() ? known->durable : name == kDefaultGroupName;
  }
  return options;
}

Limits ChooseLimits() {
  Limits limits;
  limits.count = absl::GetFlag(FLAGS_recv_count);
  limits.verbose = absl::GetFlag(FLAGS_recv_verbose);
  const bool waits = limits.count != 0 || absl::GetFlag(FLAGS_recv_follow);
  limits.timeout = absl::GetFlag(FLAGS_recv_timeout)
                       .value_or(waits ? absl::InfiniteDuration() : absl::ZeroDuration());
  return limits;
}

// A new group that ends at once has seen nothing: people should know why.
void NoteNewGroup(const std::string& group, const Limits& limits) {
  if (limits.timeout != absl::ZeroDuration() || absl::GetFlag(FLAGS_recv_oldest)) return;
  Note(absl::StrCat("the group ", Printable(group), " is new and begins now: nothing to read"));
}

int FailJoin(const std::string& group, Status status) {
  const int code = Fail(absl::StrCat("group ", Printable(group)), status);
  if (status == Code::kGroupMismatch) {
    Note("leave --exclusive and --durable out to take it as it is");
  }
  return code;
}

int Read(const Arguments& arguments, const std::string& name, Queue* queue) {
  CatchInterrupts();  // before others can see that it is there, and tell it to end
  const std::string group = absl::GetFlag(FLAGS_recv_group);
  const std::optional<GroupInfo> known = FindGroup(*queue, group);
  Result<Consumer> consumer = queue->Join(group, ChooseOptions(arguments, group, known));
  if (!consumer.ok()) return FailJoin(group, consumer.status());
  const Limits limits = ChooseLimits();
  if (!known.has_value()) NoteNewGroup(group, limits);

  Output output;
  GroupSource source(*queue, group, std::move(*consumer), &output);
  return ReadMessages(*queue, name, limits, &source, &output);
}

int Run(const Arguments& arguments) {
  const std::string error = CheckReadingFlags(ChooseLimits());
  if (!error.empty()) return FailUsage("recv", error);
  Queue queue;
  const int opened = OpenQueue("recv", arguments, &queue);
  return opened == kExitDone ? Read(arguments, arguments.operands[0], &queue) : opened;
}

}  // namespace

Command RecvCommand() {
  Command command;
  command.name = "recv";
  command.operands = "NAME";
  command.summary = "read messages as a member of a group";
  command.text =
      "Takes messages out of the queue and prints each with a newline after it, until there are "
      "none. Members of one group share its messages; each group gets all of them. A group that "
      "does not exist is made: shared, ephemeral, and from now on, unless flags say otherwise.\n"
      "In a lossless queue, messages are acknowledged once they are written to standard output, up "
      "to 256 at a time: if that fails, another member gets them, which is noted on standard error "
      "as redelivered. To take only some messages, give --count rather than a pipe to head.\n"
      "SIGINT and SIGTERM end recv, with exit code 130 or 143 if a --count was not reached, else "
      "0.";
  command.examples =
      "fmmq recv orders\n"
      "fmmq recv orders --count=1 --timeout=5s --raw > picture.png\n"
      "fmmq recv orders --group=audit --durable --follow";
  command.flags =
      WithPrinterFlags({"recv_group", "recv_count", "recv_follow", "recv_timeout", "recv_exclusive",
                        "recv_durable", "recv_oldest", "queue_create", "recv_verbose"});
  command.create_flags = QueueFlags();
  command.min_operands = command.max_operands = 1;
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
