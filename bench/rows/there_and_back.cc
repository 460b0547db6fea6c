// A message there, and one back.
#include "bench/harness/case.h"
#include "bench/harness/ping_pong.h"
#include "bench/transports/fmmq_queue.h"
#include "bench/transports/peers.h"
#include "bench/transports/raw_line.h"

namespace bench {
namespace {

constexpr FmmqUse kPlain{};
constexpr FmmqUse kSpinning{true, true, false, 1, Wait::kSpin};
constexpr FmmqUse kSleeping{true, true, false, 1, Wait::kSleep};
constexpr size_t kBytes = 64;

template <typename T>
std::vector<Figure> Measure(const Settings& settings) {
  const Latency latency = MeasurePingPong<T>(ShapeOf(kBytes), settings.writer_cpu,
                                             settings.reader_cpu, settings.duration_ns);
  if (!latency.good) return {};
  return {{"p50 ns", static_cast<double>(latency.p50)},
          {"p99 ns", static_cast<double>(latency.p99)},
          {"p99.9 ns", static_cast<double>(latency.p999)},
          {"max ns", static_cast<double>(latency.max)}};
}

}  // namespace

void AddThereAndBack(const Settings& settings, Cases* cases) {
  const auto visit = [&](const std::string& subject, auto type) {
    using T = typename decltype(type)::type;
    cases->push_back(
        {"there and back", kBytes, subject, [settings] { return Measure<T>(settings); }});
  };
  visit("fmmq", Type<FmmqQueue<kPlain>>());
  visit("fmmq, only spinning", Type<FmmqQueue<kSpinning>>());
  visit("fmmq, only sleeping", Type<FmmqQueue<kSleeping>>());
  visit("yardstick, one line", Type<RawLine>());
  ForCkRings<kBytes>(visit);
  ForPeersOfManyProducers(visit);
  ForPeersOfOneProducer(visit);
}

}  // namespace bench
