// fmmq, its peers and what the machine itself can do, in one run. tools/bench builds it with the
// peers that are installed, and makes tables and plots of what it prints.
#include "bench/harness/process.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "bench/harness/case.h"

ABSL_FLAG(double, seconds, 0.2, "how long each measurement takes, seconds");
ABSL_FLAG(int, repetitions, 5, "how many good measurements each case gets");
ABSL_FLAG(double, minutes, 25, "no more rounds after so long");
ABSL_FLAG(double, near, 170,
          "a measurement counts when a cache line goes there and back in less than so many "
          "nanoseconds before it and after it");
ABSL_FLAG(int, writer_cpu, 0, "the CPU of the sending process");
ABSL_FLAG(int, reader_cpu, 1, "the CPU of the receiving process");
ABSL_FLAG(std::string, only, "",
          "only cases whose row, x and subject, as --list prints them, contain one of these texts, "
          "separated by |; $ stands at a name's end");
ABSL_FLAG(std::string, safety, "",
          "the folder of many_producers and many_producers_without_intents; empty: not measured");
ABSL_FLAG(bool, list, false, "print the cases, and measure nothing");

namespace bench {
namespace {

std::string NameOf(const Case& c) { return c.row + "," + std::to_string(c.x) + "," + c.subject; }

Cases Choose() {
  const Settings settings{static_cast<uint64_t>(absl::GetFlag(FLAGS_seconds) * 1e9),
                          absl::GetFlag(FLAGS_writer_cpu), absl::GetFlag(FLAGS_reader_cpu)};
  Cases cases;
  AddOneToOne(settings, &cases);
  AddThereAndBack(settings, &cases);
  AddSeveralToOne(settings, &cases);
  AddOneToSeveral(settings, &cases);
  AddCosts(settings, &cases);
  const std::string safety = absl::GetFlag(FLAGS_safety);
  if (!safety.empty()) AddSafety(settings, safety, &cases);
  const std::string only = absl::GetFlag(FLAGS_only);
  const std::vector<std::string> chosen = absl::StrSplit(only, '|');
  const auto is_other = [&](const Case& c) {
    const std::string name = NameOf(c) + "$";
    return std::none_of(chosen.begin(), chosen.end(),
                        [&](const std::string& text) { return absl::StrContains(name, text); });
  };
  cases.erase(std::remove_if(cases.begin(), cases.end(), is_other), cases.end());
  return cases;
}

double Probe() { return ProbeNs(absl::GetFlag(FLAGS_writer_cpu), absl::GetFlag(FLAGS_reader_cpu)); }

class Run {
 public:
  explicit Run(Cases cases) : cases_(std::move(cases)), good_(cases_.size()), bad_(cases_.size()) {}

  // Round after round, each case once in each, so that all of them meet the same machine.
  void Measure() {
    std::puts("row,x,subject,figure,value,probe_ns");
    before_ = Probe();
    const uint64_t end = NowNs() + static_cast<uint64_t>(absl::GetFlag(FLAGS_minutes) * 60e9);
    const int repetitions = absl::GetFlag(FLAGS_repetitions);
    for (int round = 0; round < 3 * repetitions && NowNs() < end; ++round) {
      bool all = true;
      for (size_t i = 0; i < cases_.size() && NowNs() < end; ++i) {
        // What fails twice is not there.
        if (good_[i] == repetitions || bad_[i] == 2) continue;
        ShowProgress(round, i);
        MeasureOne(i);
        all = false;
      }
      if (all) break;
    }
    if (isatty(STDERR_FILENO)) std::fprintf(stderr, "\r%60s\r", "");
  }

  // Says which cases have too few measurements, and returns how many.
  int ReportMissing() const {
    int missing = 0;
    for (size_t i = 0; i < cases_.size(); ++i) {
      if (good_[i] == absl::GetFlag(FLAGS_repetitions)) continue;
      ++missing;
      std::fprintf(stderr, "missing: %s: %d good measurements\n", NameOf(cases_[i]).c_str(),
                   good_[i]);
    }
    return missing;
  }

 private:
  void MeasureOne(size_t i) {
    const std::vector<Figure> figures = cases_[i].measure();
    const double after = Probe();
    const double probe = std::max(before_, after);
    before_ = after;
    if (figures.empty()) {
      ++bad_[i];
      return;
    }
    if (probe > absl::GetFlag(FLAGS_near)) return;
    ++good_[i];
    for (const Figure& figure : figures) {
      std::printf("\"%s\",%llu,\"%s\",%s,%.6g,%.0f\n", cases_[i].row.c_str(),
                  static_cast<unsigned long long>(cases_[i].x), cases_[i].subject.c_str(),
                  figure.name, figure.value, probe);
    }
    std::fflush(stdout);
  }
  void ShowProgress(int round, size_t i) const {
    if (!isatty(STDERR_FILENO)) return;
    std::fprintf(stderr, "\rround %d, %zu of %zu   ", round + 1, i + 1, cases_.size());
  }

  Cases cases_;
  std::vector<int> good_, bad_;
  double before_ = 0;
};

int Main() {
  const Cases cases = Choose();
  if (absl::GetFlag(FLAGS_list)) {
    for (const Case& c : cases) std::puts(NameOf(c).c_str());
    return 0;
  }
  Run run(cases);
  run.Measure();
  run.ReportMissing();
  return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "Measures fmmq, its peers and the machine itself, and prints each measurement as CSV.\n"
      "example: process_to_process --only='one to one,64' --repetitions=3");
  absl::ParseCommandLine(argc, argv);
  return bench::Main();
}
