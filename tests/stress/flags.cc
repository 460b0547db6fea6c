#include "tests/stress/flags.h"

#include <sys/random.h>

#include <cinttypes>
#include <cstdlib>
#include <cstring>

#include "tests/stress/report.h"

namespace fmmq::stress {
namespace {

enum class Kind { kNumber, kBytes, kSwitch };

struct NumberFlag {
  const char* name;
  uint64_t Plan::*value;
  Kind kind;
  const char* help;
};

constexpr NumberFlag kNumbers[] = {
    {"seconds", &Plan::seconds, Kind::kNumber, "how long; 0: until --messages were written"},
    {"messages", &Plan::messages, Kind::kNumber, "end when so many were written; 0: never"},
    {"seed", &Plan::seed, Kind::kNumber, "of all random choices; 0: a new one"},
    {"producers", &Plan::producers, Kind::kNumber, "that write"},
    {"groups", &Plan::groups, Kind::kNumber, "durable ones, 1 to 4: shared, exclusive, and so on"},
    {"members", &Plan::members, Kind::kNumber, "of each shared group; an exclusive one has one"},
    {"visitors", &Plan::visitors, Kind::kNumber, "that come with a group of their own, and go"},
    {"observers", &Plan::observers, Kind::kNumber, "that look on"},
    {"kills", &Plan::kills, Kind::kSwitch, "kill -9 workers; --kills=0: nobody dies"},
    {"kill-every-ms", &Plan::kill_every_ms, Kind::kNumber, "on average, one of them all"},
    {"stop-every-ms", &Plan::stop_every_ms, Kind::kNumber, "on average; 0: nobody is stopped"},
    {"stuck-ms", &Plan::stuck_ms, Kind::kNumber, "who has work may be without progress so long"},
    {"ring-bytes", &Plan::ring_bytes, Kind::kBytes, "of the queue: a power of two"},
    {"block-size", &Plan::block_size, Kind::kBytes, "of the queue, bytes"},
    {"max-message-bytes", &Plan::max_message_bytes, Kind::kBytes, "of the largest messages"},
    {"overwrite", &Plan::overwrite, Kind::kSwitch, "a queue whose writers never wait"},
    {"single-producer", &Plan::single_producer, Kind::kSwitch, "a queue for one at a time"},
    {"threads", &Plan::threads, Kind::kSwitch,
     "on one mapping, instead of processes; nobody is killed"},
};

bool ParseNumber(const char* text, Kind kind, uint64_t* value) {
  char* end = nullptr;
  if (text[0] < '0' || text[0] > '9') return false;
  *value = std::strtoull(text, &end, 10);
  const struct {
    const char* unit;
    int shift;
  } units[] = {{"", 0}, {"K", 10}, {"KiB", 10}, {"M", 20}, {"MiB", 20}, {"G", 30}, {"GiB", 30}};
  for (const auto& unit : units) {
    if (std::strcmp(end, unit.unit) != 0 || (unit.shift != 0 && kind != Kind::kBytes)) continue;
    *value <<= unit.shift;
    return kind != Kind::kSwitch || *value <= 1;
  }
  return false;
}

// What follows "--name=", or "" for a switch without value; nullptr when it is another flag.
const char* ValueOf(const char* argument, const char* name, bool may_be_alone) {
  const size_t length = std::strlen(name);
  if (std::strncmp(argument, "--", 2) != 0 || std::strncmp(argument + 2, name, length) != 0) {
    return nullptr;
  }
  const char* const rest = argument + 2 + length;
  if (*rest == '=') return rest + 1;
  return *rest == '\0' && may_be_alone ? rest : nullptr;
}

bool ParseOne(const char* argument, CommandLine* line) {
  for (const NumberFlag& flag : kNumbers) {
    const bool is_switch = flag.kind == Kind::kSwitch;
    const char* const value = ValueOf(argument, flag.name, is_switch);
    if (value == nullptr) continue;
    if (*value == '\0' && is_switch) {
      line->plan.*flag.value = 1;
      return true;
    }
    return ParseNumber(value, flag.kind, &(line->plan.*flag.value));
  }
  if (const char* name = ValueOf(argument, "name", false)) {
    if (std::strlen(name) >= sizeof(line->plan.name)) return false;
    std::strcpy(line->plan.name, name);
    return true;
  }
  if (ValueOf(argument, "json", true)) return line->options.json = true;
  if (ValueOf(argument, "keep-segment", true)) return line->options.keep_segment = true;
  if (ValueOf(argument, "help", true)) return line->help = true;
  if (const char* path = ValueOf(argument, "worker32", false)) {
    line->options.worker32 = path;
    return true;
  }
  if (const char* path = ValueOf(argument, "dump", false)) {
    line->options.dump_directory = path;
    return true;
  }
  return (line->worker = ValueOf(argument, "worker", false)) != nullptr;
}

void FillIn(CommandLine* line) {
  uint64_t random = 0;
  if (getrandom(&random, sizeof(random), 0) != sizeof(random)) random = 1;
  if (line->plan.seed == 0) line->plan.seed = random % 1'000'000'000 + 1;
  if (line->plan.name[0] == '\0') {
    std::snprintf(line->plan.name, sizeof(line->plan.name), "stress.%016" PRIx64, random);
  }
  const char* const outputs = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  if (line->options.dump_directory == nullptr) {
    line->options.dump_directory = outputs != nullptr ? outputs : "/tmp";
  }
}

}  // namespace

bool ParseCommandLine(int argc, char** argv, CommandLine* line) {
  for (int i = 1; i < argc; ++i) {
    if (ParseOne(argv[i], line)) continue;
    std::fprintf(stderr, "stress: what is %s? See --help\n", argv[i]);
    return false;
  }
  FillIn(line);
  const char* const wrong = WhatIsWrong(line->plan);
  if (wrong != nullptr) std::fprintf(stderr, "stress: %s\n", wrong);
  return wrong == nullptr;
}

void PrintCommand(const Plan& plan, FILE* out) {
  std::fprintf(out, "bazel run //tests/stress --");
  const Plan usual;
  for (const NumberFlag& flag : kNumbers) {
    if (plan.*flag.value == usual.*flag.value) continue;
    std::fprintf(out, " --%s=%" PRIu64, flag.name, plan.*flag.value);
  }
  std::fprintf(out, "\n");
}

void PrintHelp() {
  std::printf(
      "stress: fmmq under fire\n"
      "\n"
      "usage: stress [FLAGS]\n"
      "\n"
      "Producers, members of groups, visitors and observers work on one queue, each in a\n"
      "process of its own. They are killed, stopped and replaced at random. What they write\n"
      "and read is written down outside of fmmq, and compared: nothing that was reported as\n"
      "written may be lost, torn, reordered, or come twice without the mark; nobody may be\n"
      "stuck. tests/stress/README.md says what exactly is checked.\n"
      "\n"
      "flags:\n");
  const Plan usual;
  for (const NumberFlag& flag : kNumbers) {
    char head[40];
    std::snprintf(head, sizeof(head), "--%s=%" PRIu64, flag.name, usual.*flag.value);
    std::printf("  %-26s%s\n", head, flag.help);
  }
  std::printf(
      "  --worker32=PATH           this program built for 32 bits: every other worker runs it\n"
      "  --name=NAME               of the queue; what an earlier run left of it is used again\n"
      "  --keep-segment            do not remove the queue at the end\n"
      "  --dump=DIRECTORY          where the segment goes after a failure (default: /tmp)\n"
      "  --json                    the summary as a JSON object\n"
      "\n"
      "Sizes are bytes, or 64KiB, 1MiB. The last line of the output is the summary.\n"
      "\n"
      "exit codes: 0 every invariant held, 1 one did not, 2 the run could not begin,\n"
      "3 all was well until a signal ended it early\n"
      "\n"
      "examples:\n"
      "  stress --seconds=600\n"
      "  stress --seconds=0 --messages=1000000 --kills=0 --json\n"
      "  stress --threads --seconds=60\n");
}

}  // namespace fmmq::stress
