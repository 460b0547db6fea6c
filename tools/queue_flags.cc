#include "tools/queue_flags.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "fmmq/fmmq.h"
#include "tools/arguments.h"
#include "tools/exit_code.h"
#include "tools/flag_types.h"
#include "tools/report.h"
#include "tools/text.h"

ABSL_FLAG(bool, queue_create, false,
          "make the queue if there is none; a queue that exists keeps its own options");
ABSL_FLAG(fmmq::tools::ByteSize, queue_capacity, fmmq::tools::ByteSize{fmmq::Options().capacity},
          "`SIZE` of the ring in bytes, rounded up to a power of two; a message should take less "
          "than a quarter of it");
ABSL_FLAG(
    fmmq::Policy, queue_policy, fmmq::Options().policy,
    "`POLICY` for a full ring: with lossless, writers wait for groups; with overwrite, groups "
    "lose the oldest messages; compat is lossless until a reader changes it for good");
ABSL_FLAG(bool, queue_single_producer, fmmq::Options().single_producer,
          "one producer at a time, which is faster");
ABSL_FLAG(uint32_t, queue_seats, fmmq::Options().seats,
          "`N` producers and members of groups at the same time, 1 to 1024");
ABSL_FLAG(uint32_t, queue_groups, fmmq::Options().groups, "`N` groups at the same time, 0 to 256");
ABSL_FLAG(
    fmmq::tools::ByteSize, queue_block_size, fmmq::tools::ByteSize{fmmq::Options().block_size},
    "`SIZE` of the ring's unit in bytes, a power of two from 16 to 4096; a message takes whole "
    "blocks");
ABSL_FLAG(fmmq::tools::ByteSize, queue_string_size,
          fmmq::tools::ByteSize{fmmq::Options().string_size},
          "`SIZE` of the shared string in bytes, 0 to 16MiB");
ABSL_FLAG(fmmq::tools::Permissions, queue_mode, fmmq::tools::Permissions{fmmq::Options().mode},
          "`MODE` of the file, as rw-r----- or 0640");
ABSL_FLAG(bool, queue_default_group, fmmq::Options().default_group,
          "keep messages for the group default from the start; with --nodefault_group, what is "
          "written before a group joins is lost to it");

namespace fmmq::tools {
namespace {

// A limit that the library would refuse with one status for all.
struct Limit {
  const char* flag;
  uint64_t value;
  uint64_t low;
  uint64_t high;
};

std::string Check(const Limit& limit) {
  if (limit.value >= limit.low && limit.value <= limit.high) return "";
  return absl::StrCat("--", limit.flag, "=", limit.value, ": want ", limit.low, " to ", limit.high);
}

std::string CheckLimits() {
  const uint64_t block_size = absl::GetFlag(FLAGS_queue_block_size).bytes;
  const Limit limits[] = {
      {"block_size", block_size, format::kMinBlockSize, format::kMaxBlockSize},
      {"capacity", absl::GetFlag(FLAGS_queue_capacity).bytes, 1,
       format::kMaxBlockCount * block_size},
      {"seats", absl::GetFlag(FLAGS_queue_seats), 1, format::kMaxSeats},
      {"groups", absl::GetFlag(FLAGS_queue_groups), 0, format::kMaxGroups},
      {"string_size", absl::GetFlag(FLAGS_queue_string_size).bytes, 0, format::kMaxStringBytes},
  };
  for (const Limit& limit : limits) {
    std::string error = Check(limit);
    if (!error.empty()) return error;
  }
  if (!format::IsPowerOfTwo(block_size)) return "--block_size: want a power of two";
  if (absl::GetFlag(FLAGS_queue_default_group) && absl::GetFlag(FLAGS_queue_groups) == 0) {
    return "--groups=0 has no place for the group default: add --nodefault_group";
  }
  return "";
}

Options OptionsFromFlags() {
  Options options;
  options.capacity = absl::GetFlag(FLAGS_queue_capacity).bytes;
  options.block_size = static_cast<uint32_t>(absl::GetFlag(FLAGS_queue_block_size).bytes);
  options.seats = absl::GetFlag(FLAGS_queue_seats);
  options.groups = absl::GetFlag(FLAGS_queue_groups);
  options.string_size = static_cast<uint32_t>(absl::GetFlag(FLAGS_queue_string_size).bytes);
  options.policy = absl::GetFlag(FLAGS_queue_policy);
  options.single_producer = absl::GetFlag(FLAGS_queue_single_producer);
  options.default_group = absl::GetFlag(FLAGS_queue_default_group);
  options.mode = absl::GetFlag(FLAGS_queue_mode).mode;
  return options;
}

// The first flag for a new queue that stands on the command line, or an empty string.
std::string GivenQueueFlag(const Arguments& arguments) {
  for (const std::string& flag : QueueFlags()) {
    if (arguments.Given(FlagName(flag).c_str())) return FlagName(flag);
  }
  return "";
}

}  // namespace

std::vector<std::string> QueueFlags() {
  return {"queue_capacity",        "queue_policy",        "queue_mode",
          "queue_single_producer", "queue_default_group", "queue_seats",
          "queue_groups",          "queue_block_size",    "queue_string_size"};
}

std::string ReadOptions(Options* options) {
  std::string error = CheckLimits();
  if (error.empty()) *options = OptionsFromFlags();
  return error;
}

int OpenQueue(const char* command, const Arguments& arguments, Queue* queue) {
  const std::string& name = arguments.operands[0];
  const bool create = absl::GetFlag(FLAGS_queue_create);
  const std::string stray = GivenQueueFlag(arguments);
  if (!create && !stray.empty()) {
    return FailUsage(command, absl::StrCat("--", stray, " has a meaning only with --create"));
  }
  Options options;
  const std::string error = ReadOptions(&options);
  if (!error.empty()) return FailUsage(command, error);
  Result<Queue> opened =
      create ? Queue::OpenOrCreate(name, options) : Queue::Open(name, Access::kReadWrite);
  if (!opened.ok()) return Fail(Printable(name), opened.status());
  *queue = std::move(*opened);
  return kExitDone;
}

}  // namespace fmmq::tools
