// fmmq dump: the messages that the ring still holds.
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "fmmq/fmmq.h"
#include "tools/command.h"
#include "tools/interrupt.h"
#include "tools/output.h"
#include "tools/reading.h"
#include "tools/report.h"
#include "tools/text.h"

ABSL_FLAG(bool, dump_json, false, "print JSON: a line with an object for each message");

namespace fmmq::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string JsonLine(const Received& received, std::string_view bytes) {
  Json json;
  json["position"] = received.position;
  json["size"] = received.size;
  if (IsUtf8(bytes)) {
    json["text"] = std::string(bytes);
  } else {
    json["base64"] = absl::Base64Escape(ToAbsl(bytes));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Ends where head was at the start: it would never catch up with a fast writer.
class RingSource : public Source {
 public:
  RingSource(const Queue& queue, Observer observer, Output* output)
      : head_(queue.Info().head),
        observer_(std::move(observer)),
        output_(output),
        printer_(output),
        buffer_(queue.max_message_size()) {}

  Result<uint64_t> Take(uint64_t) override {
    if (CaughtUp()) return Code::kEmpty;
    const Result<Received> received = buffer_.Read(&observer_);
    if (!received.ok()) return received.status();
    circumstances_.Add(*received);
    if (received->position >= head_) return Code::kEmpty;  // the rest was overtaken
    const std::string_view bytes = buffer_.Text(*received);
    if (absl::GetFlag(FLAGS_dump_json)) {
      output_->Write(JsonLine(*received, bytes));
    } else {
      printer_.Print(bytes);
    }
    return 1;
  }

  bool CaughtUp() override { return observer_.position() >= head_; }
  void Idle() override { circumstances_.Report(); }
  uint64_t position() const { return observer_.position(); }

 private:
  const uint64_t head_;
  Observer observer_;
  Output* output_;
  Printer printer_;
  Buffer buffer_;
  Circumstances circumstances_;
};

std::string CheckFlags(const Arguments& arguments, const Limits& limits) {
  const bool bytes = arguments.Given("raw") || arguments.Given("null");
  if (bytes && absl::GetFlag(FLAGS_dump_json)) return "give --json, or --raw or --null";
  return CheckReadingFlags(limits);
}

int Run(const Arguments& arguments) {
  const std::string& name = arguments.operands[0];
  Limits limits;
  limits.timeout = absl::ZeroDuration();
  const std::string error = CheckFlags(arguments, limits);
  if (!error.empty()) return FailUsage("dump", error);
  Result<Queue> queue = Queue::Open(name, Access::kReadOnly);
  if (!queue.ok()) return Fail(Printable(name), queue.status());
  Result<Observer> observer = queue->Observe(From::kOldest);
  if (!observer.ok()) return Fail(Printable(name), observer.status());

  CatchInterrupts();
  Output output;
  RingSource source(*queue, std::move(*observer), &output);
  const int code = ReadMessages(*queue, name, limits, &source, &output);
  if (!source.CaughtUp() && !output.stopped() && !Interrupted()) {
    Note(absl::StrCat(Printable(name), ": stopped at block ", source.position(),
                      ", which is not finished; see: fmmq check"));
  }
  return code;
}

}  // namespace

Command DumpCommand() {
  Command command;
  command.name = "dump";
  command.operands = "NAME";
  command.summary = "print the messages that are still in the ring";
  command.text =
      "Prints what the ring holds now, the oldest message that is still whole first, whether "
      "groups have read it or not, and ends. Takes nothing away from anybody, holds no writer "
      "back, and needs the right to read only. It steps over what a dead writer left unfinished, "
      "and ends early, and says so, at what a living one has not finished.\n"
      "With --json each message is an object: its position in blocks, its size in bytes, and its "
      "bytes as text, or as base64 where they are not UTF-8.";
  command.examples =
      "fmmq dump orders\n"
      "fmmq dump orders --json | jq .position";
  command.flags = WithPrinterFlags({"dump_json"});
  command.min_operands = command.max_operands = 1;
  command.run = Run;
  return command;
}

}  // namespace fmmq::tools
