// One, two and four senders, one receiver.
#include <string>

#include "bench/harness/case.h"
#include "bench/harness/throughput.h"
#include "bench/transports/fmmq_queue.h"
#include "bench/transports/peers.h"

namespace bench {
namespace {

constexpr FmmqUse kForMany{false, true};
constexpr size_t kBytes = 64;

enum class Where { kTogether, kBesideReader, kPreempted };

Placement Place(const Settings& settings, Where where, int senders) {
  Placement placement{{}, {settings.reader_cpu}, where == Where::kPreempted};
  for (int i = 0; i < senders; ++i) {
    const bool beside = where == Where::kBesideReader && i % 2 == 1;
    placement.senders.push_back(beside ? settings.reader_cpu : settings.writer_cpu);
  }
  return placement;
}

void AddRow(const Settings& settings, const std::string& row, Where where, int senders,
            Cases* cases) {
  const auto visit = [&](const std::string& subject, auto type) {
    using T = typename decltype(type)::type;
    const auto measure = [settings, where, senders]() -> std::vector<Figure> {
      const Rate rate = MeasureThroughput<T>(ShapeOf(kBytes, senders),
                                             Place(settings, where, senders), settings.duration_ns);
      if (!rate.good) return {};
      return {{kPerSecond, rate.per_second}};
    };
    cases->push_back({row, static_cast<uint64_t>(senders), subject, measure});
  };
  visit("fmmq", Type<FmmqQueue<kForMany>>());
  ForCkRingsOfManyProducers<kBytes>(visit);
  ForPeersOfManyProducers(visit);
}

}  // namespace

void AddSeveralToOne(const Settings& settings, Cases* cases) {
  for (const int senders : {1, 2, 4}) {
    AddRow(settings, "several to one, together", Where::kTogether, senders, cases);
    if (senders == 1) continue;
    AddRow(settings, "several to one, some beside the reader", Where::kBesideReader, senders,
           cases);
    AddRow(settings, "several to one, stopped at random", Where::kPreempted, senders, cases);
  }
}

}  // namespace bench
