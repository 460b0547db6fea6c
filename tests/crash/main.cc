// Kills processes at every instruction. See README.md, or --help.
#include <getopt.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/crash/crew.h"
#include "tests/crash/rows.h"
#include "tests/crash/survivors.h"

namespace fmmq::crash {
namespace {

constexpr char kHelp[] =
    R"(crash: kills processes at every instruction of fmmq's calls, and lets the others judge

usage: crash [FLAGS]

For each operation in each state, a process is stepped through the call under ptrace, and killed
after instruction k, for every k. Those who are left go on: every message that was reported written
comes once, or again with its mark, whole and in order; nothing else comes; the ring takes a full
ring of new messages; every seat and group can be had; no file, lock or seat stays.
"meet" rows kill nobody: one process stops at each of its accesses to the segment while another goes
to each of its own; then both go on.

Without flags it takes a sample, always the same for the same seed, of about a minute. The table at
the end says for each row: points (kills), worlds (different states that these left: each is judged
once), violations. Exit code 0 without violations, else 1; 2 when the command line is wrong.

flags:
  --all               every point: an hour or two
  --operation=TEXT    only rows whose operation is TEXT, or, when there is none, contains it
  --state=TEXT        the same for the state
  --seed=N            of the sample (default: 1)
  --budget=N          points a row in the sample (default: 60)
  --step=K            only the point after K instructions; --start=S and --other_step=J as well, as
                      a violation's "repeat" line says
  --judge_every       judge each point, also where the same state was judged before
  --first             leave a row at its first violation
  --jobs=N            rows at the same time (default: one a processor)
  --patience=SECONDS  how long survivors may take for what does not wait for anybody (default: 10)
  --list              print the rows, and do nothing
  --help, -h          print this

examples:
  crash
  crash --operation=batch --all
  crash --operation='write' --state='wrapping' --step=117
)";

struct Flags {
  Settings settings;
  std::string operation;
  std::string state;
  uint32_t jobs = static_cast<uint32_t>(sysconf(_SC_NPROCESSORS_ONLN));
  bool list = false;
};

bool ParseNumber(const char* text, int64_t* number) {
  char* end = nullptr;
  *number = std::strtoll(text, &end, 10);
  return end != text && *end == '\0' && *number >= 0;
}

enum Option : int {
  kAll = 1,
  kOperation,
  kState,
  kSeed,
  kBudget,
  kStep,
  kStart,
  kOtherStep,
  kJudge,
  kFirst,
  kJobs,
  kPatience,
  kList
};

constexpr option kOptions[] = {{"all", no_argument, nullptr, kAll},
                               {"operation", required_argument, nullptr, kOperation},
                               {"state", required_argument, nullptr, kState},
                               {"seed", required_argument, nullptr, kSeed},
                               {"budget", required_argument, nullptr, kBudget},
                               {"step", required_argument, nullptr, kStep},
                               {"start", required_argument, nullptr, kStart},
                               {"other_step", required_argument, nullptr, kOtherStep},
                               {"judge_every", no_argument, nullptr, kJudge},
                               {"first", no_argument, nullptr, kFirst},
                               {"jobs", required_argument, nullptr, kJobs},
                               {"patience", required_argument, nullptr, kPatience},
                               {"list", no_argument, nullptr, kList},
                               {"help", no_argument, nullptr, 'h'},
                               {}};

bool SetNumber(int flag, const char* text, Flags* flags) {
  int64_t number = 0;
  if (!ParseNumber(text, &number)) {
    std::fprintf(stderr, "crash: %s is not a number\n", text);
    return false;
  }
  Settings& settings = flags->settings;
  if (flag == kSeed) settings.seed = static_cast<uint64_t>(number);
  if (flag == kBudget) settings.budget = static_cast<uint32_t>(number);
  if (flag == kStep) settings.step = number;
  if (flag == kStart) settings.start = number;
  if (flag == kOtherStep) settings.other_step = number;
  if (flag == kJobs) flags->jobs = static_cast<uint32_t>(number);
  if (flag == kPatience) survivors_patience = std::chrono::seconds(number);
  return true;
}

// Returns an exit code, or -1 to go on.
int ParseFlags(int argc, char** argv, Flags* flags) {
  for (int flag; (flag = getopt_long(argc, argv, "h", kOptions, nullptr)) != -1;) {
    switch (flag) {
      case 'h':
        std::fputs(kHelp, stdout);
        return 0;
      case '?':
        std::fputs("crash --help says more\n", stderr);
        return 2;
      case kAll:
        flags->settings.all = true;
        break;
      case kJudge:
        flags->settings.judge_every = true;
        break;
      case kFirst:
        flags->settings.max_violations = 1;
        break;
      case kList:
        flags->list = true;
        break;
      case kOperation:
        flags->operation = optarg;
        break;
      case kState:
        flags->state = optarg;
        break;
      default:
        if (!SetNumber(flag, optarg, flags)) return 2;
    }
  }
  if (optind == argc) return -1;
  std::fprintf(stderr, "crash: %s is not a flag; crash --help says more\n", argv[optind]);
  return 2;
}

// Rows where `text` of a row is `wanted`; when there are none, where it contains that.
template <typename TextOf>
void Keep(const std::string& wanted, TextOf text, std::vector<Row>* rows) {
  const auto erase = [rows](auto&& unwanted) {
    rows->erase(std::remove_if(rows->begin(), rows->end(), unwanted), rows->end());
  };
  const auto is_it = [&](const Row& row) { return text(row) == wanted; };
  if (std::any_of(rows->begin(), rows->end(), is_it)) {
    erase([&](const Row& row) { return !is_it(row); });
  } else {
    erase([&](const Row& row) { return text(row).find(wanted) == std::string::npos; });
  }
}

std::vector<Row> ChosenRows(const Flags& flags) {
  std::vector<Row> rows = AllRows();
  Keep(
      flags.operation, [](const Row& row) { return row.operation; }, &rows);
  Keep(
      flags.state, [](const Row& row) { return row.state; }, &rows);
  return rows;
}

int Main(int argc, char** argv) {
  Flags flags;
  const int code = ParseFlags(argc, argv, &flags);
  if (code >= 0) return code;
  const std::vector<Row> rows = ChosenRows(flags);
  if (rows.empty()) {
    std::fputs("crash: there is no such row; crash --list shows them\n", stderr);
    return 2;
  }
  if (flags.list) {
    for (const Row& row : rows) std::printf("%s, %s\n", row.operation.c_str(), row.state.c_str());
    return 0;
  }
  return RunCrew(rows, flags.settings, flags.jobs);
}

}  // namespace
}  // namespace fmmq::crash

int main(int argc, char** argv) { return fmmq::crash::Main(argc, argv); }
