// Messages from one process to another, next to what the machine itself can do:
//   bazel run -c opt //bench:process_to_process -- --seconds=0.3 --repetitions=5
//
// Rows are run one after the other, again and again, so that they meet the same machine: compare
// them with each other, not with another run. Before and after each round a probe sends one cache
// line there and back: rounds in which that takes much longer than in others say nothing.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "bench/harness/ping_pong.h"
#include "bench/harness/throughput.h"
#include "bench/transports/fmmq_queue.h"
#include "bench/transports/raw_line.h"
#include "bench/transports/raw_stream.h"

ABSL_FLAG(double, seconds, 0.3, "how long each measurement takes, seconds");
ABSL_FLAG(int, repetitions, 5, "how often each row is measured; the table shows medians");
ABSL_FLAG(int, writer_cpu, 0, "the CPU of the sending process");
ABSL_FLAG(int, reader_cpu, 1, "the CPU of the receiving process");

namespace bench {
namespace {

inline constexpr FmmqUse kSpsc{};
inline constexpr FmmqUse kMulti{false, false};
inline constexpr FmmqUse kInPlace{true, true, true};
inline constexpr FmmqUse kBatches{true, true, false, 64};
inline constexpr FmmqUse kSleeping{true, true, false, 1, Wait::kSleep};

struct Row {
  std::string name;
  std::function<double()> measure;  // less than 0: failed
};

uint64_t Duration() { return static_cast<uint64_t>(absl::GetFlag(FLAGS_seconds) * 1e9); }

Shape ShapeOf(size_t message_bytes) {
  return {message_bytes, message_bytes >= 65536 ? size_t{16} << 20 : size_t{1} << 20};
}

template <typename T>
Row Throughput(const std::string& name, size_t bytes) {
  return {name + ", " + std::to_string(bytes) + " B, million/s", [bytes] {
            const Placement placement{{absl::GetFlag(FLAGS_writer_cpu)},
                                      {absl::GetFlag(FLAGS_reader_cpu)}};
            const Rate rate = MeasureThroughput<T>(ShapeOf(bytes), placement, Duration());
            return rate.good ? rate.per_second / 1e6 : -1;
          }};
}

template <typename T>
Row RoundTrip(const std::string& name, size_t bytes) {
  return {name + ", " + std::to_string(bytes) + " B there and back, p50 ns", [bytes] {
            const Latency latency =
                MeasurePingPong<T>(ShapeOf(bytes), absl::GetFlag(FLAGS_writer_cpu),
                                   absl::GetFlag(FLAGS_reader_cpu), Duration());
            return latency.good ? static_cast<double>(latency.p50) : -1;
          }};
}

std::vector<Row> AllRows() {
  std::vector<Row> rows;
  for (const size_t bytes : {8, 64, 256, 1024, 4096, 65536}) {
    rows.push_back(Throughput<FmmqQueue<kSpsc>>("fmmq, one producer and one member", bytes));
    rows.push_back(Throughput<FmmqQueue<kMulti>>("fmmq, made for many", bytes));
    rows.push_back(Throughput<FmmqQueue<kInPlace>>("fmmq in place", bytes));
    rows.push_back(Throughput<FmmqQueue<kBatches>>("fmmq in batches of 64", bytes));
    rows.push_back(Throughput<RawStream<true, 0>>("yardstick with two copies", bytes));
    rows.push_back(Throughput<RawStream<false, 0>>("yardstick with one copy", bytes));
  }
  rows.push_back(RoundTrip<FmmqQueue<kSpsc>>("fmmq", 64));
  rows.push_back(RoundTrip<FmmqQueue<kSleeping>>("fmmq, sleeping at once", 64));
  rows.push_back(RoundTrip<RawLine>("yardstick of a cache line", 64));
  return rows;
}

// The middle one; of failures: -1.
double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.front() < 0 ? -1 : values[values.size() / 2];
}

int Main() {
  const std::vector<Row> rows = AllRows();
  std::map<std::string, std::vector<double>> results;
  for (int i = 0; i < absl::GetFlag(FLAGS_repetitions); ++i) {
    const auto probe = [] {
      return ProbeNs(absl::GetFlag(FLAGS_writer_cpu), absl::GetFlag(FLAGS_reader_cpu));
    };
    const double before = probe();
    for (const Row& row : rows) results[row.name].push_back(row.measure());
    std::fprintf(stderr, "round %d: probe %.0f ns before, %.0f ns after\n", i + 1, before, probe());
  }
  bool good = true;
  for (const Row& row : rows) {
    const double median = Median(results[row.name]);
    good = good && median >= 0;
    std::printf("%-60s %10.2f\n", row.name.c_str(), median);
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "Measures fmmq between two processes, next to what the machine itself can do.\n"
      "example: process_to_process --seconds=0.3 --repetitions=5");
  absl::ParseCommandLine(argc, argv);
  return bench::Main();
}
