// One sender: groups that each get everything, members that share, observers that may lose some.
// And eight processes on two processors.
#include <string>

#include "bench/harness/case.h"
#include "bench/harness/sharing.h"
#include "bench/harness/throughput.h"
#include "bench/transports/fmmq_observer.h"
#include "bench/transports/fmmq_queue.h"
#include "bench/transports/peers.h"

namespace bench {
namespace {

constexpr FmmqUse kGroups{};
constexpr FmmqUse kForMany{false, true};
constexpr FmmqUse kMembers{true, false, false, 1, Wait::kDefault, true};
constexpr size_t kBytes = 64;

// The sender has a processor for itself.
Placement Place(const Settings& settings, int receivers) {
  return {{settings.writer_cpu},
          std::vector<int>(static_cast<size_t>(receivers), settings.reader_cpu)};
}

template <typename T>
void AddGroups(const Settings& settings, int receivers, const std::string& subject, Cases* cases) {
  const auto measure = [settings, receivers]() -> std::vector<Figure> {
    const Rate rate = MeasureThroughput<T>(ShapeOf(kBytes, 1, receivers),
                                           Place(settings, receivers), settings.duration_ns);
    if (!rate.good) return {};
    return {{kPerSecond, rate.per_second}};
  };
  cases->push_back({"one to several", static_cast<uint64_t>(receivers), subject, measure});
}

template <typename T>
void AddSharers(const Settings& settings, int receivers, const std::string& row, Cases* cases) {
  const auto measure = [settings, receivers]() -> std::vector<Figure> {
    const Shared shared = MeasureSharing<T>(ShapeOf(kBytes, 1, receivers),
                                            Place(settings, receivers), settings.duration_ns);
    if (!shared.good) return {};
    return {{kPerSecond, shared.sent_per_second}, {"received part", shared.received_part}};
  };
  cases->push_back({row, static_cast<uint64_t>(receivers), "fmmq", measure});
}

template <typename T>
void AddCrowd(const Settings& settings, const std::string& subject, Cases* cases) {
  const auto measure = [settings]() -> std::vector<Figure> {
    const std::vector<int> cpus{settings.writer_cpu, settings.reader_cpu, settings.writer_cpu,
                                settings.reader_cpu};
    const Rate rate =
        MeasureThroughput<T>(ShapeOf(kBytes, 4, 4), {cpus, cpus}, settings.duration_ns);
    if (!rate.good) return {};
    return {{kPerSecond, rate.per_second}};
  };
  cases->push_back({"four to four on two processors", 4, subject, measure});
}

}  // namespace

void AddOneToSeveral(const Settings& settings, Cases* cases) {
  for (const int receivers : {1, 2, 4}) {
    AddGroups<FmmqQueue<kGroups>>(settings, receivers, "fmmq", cases);
#ifdef BENCH_ZEROMQ
    AddGroups<ZeroMq>(settings, receivers, "ZeroMQ", cases);
#endif
    AddSharers<FmmqQueue<kMembers>>(settings, receivers, "one to members that share", cases);
    AddSharers<FmmqObserver>(settings, receivers, "one to observers", cases);
  }
  AddCrowd<FmmqQueue<kForMany>>(settings, "fmmq", cases);
#ifdef BENCH_ZEROMQ
  AddCrowd<ZeroMq>(settings, "ZeroMQ", cases);
#endif
}

}  // namespace bench
