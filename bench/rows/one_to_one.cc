// One sender, one receiver, and rings of other sizes.
#include <string>

#include "bench/harness/case.h"
#include "bench/harness/throughput.h"
#include "bench/transports/fmmq_queue.h"
#include "bench/transports/peers.h"
#include "bench/transports/raw_stream.h"

namespace bench {
namespace {

constexpr FmmqUse kPlain{};
constexpr FmmqUse kForMany{false, false};
constexpr FmmqUse kInPlace{true, true, true};
constexpr FmmqUse kBatches{true, true, false, 64};
constexpr FmmqUse kSpinning{true, true, false, 1, Wait::kSpin};
constexpr FmmqUse kSleeping{true, true, false, 1, Wait::kSleep};
constexpr FmmqUse kShort{true, true, false, 1, Wait::kShort};
constexpr FmmqUse kLong{true, true, false, 1, Wait::kLong};

template <typename T>
void Add(const Settings& settings, const std::string& row, uint64_t x, const Shape& shape,
         const std::string& subject, Cases* cases) {
  cases->push_back({row, x, subject, [settings, shape]() -> std::vector<Figure> {
                      const Placement placement{{settings.writer_cpu}, {settings.reader_cpu}};
                      const Rate rate =
                          MeasureThroughput<T>(shape, placement, settings.duration_ns);
                      if (!rate.good) return {};
                      return {{kPerSecond, rate.per_second}};
                    }});
}

template <size_t kBytes>
void AddSize(const Settings& settings, Cases* cases) {
  const auto visit = [&](const std::string& subject, auto type) {
    Add<typename decltype(type)::type>(settings, "one to one", kBytes, ShapeOf(kBytes), subject,
                                       cases);
  };
  visit("fmmq", Type<FmmqQueue<kPlain>>());
  visit("fmmq, made for many", Type<FmmqQueue<kForMany>>());
  visit("fmmq, in place", Type<FmmqQueue<kInPlace>>());
  visit("fmmq, batches of 64", Type<FmmqQueue<kBatches>>());
  visit("fmmq, only spinning", Type<FmmqQueue<kSpinning>>());
  visit("fmmq, spinning for 200 us", Type<FmmqQueue<kLong>>());
  visit("fmmq, spinning for 2 us", Type<FmmqQueue<kShort>>());
  visit("fmmq, only sleeping", Type<FmmqQueue<kSleeping>>());
  visit("yardstick, two copies", Type<RawStream<true, 0>>());
  if (kBytes <= 4096 && fmmq::base::EvictionPays(ShapeOf(kBytes).ring_bytes)) {
    visit("yardstick, two copies, evicting", Type<RawStream<true, 0, true>>());
  }
  if (kBytes <= 4096) {
    visit("yardstick, two copies, ahead", Type<RawStream<true, 0, false, true>>());
  }
  visit("yardstick, one copy", Type<RawStream<false, 0>>());
  ForCkRings<kBytes>(visit);
  ForPeersOfManyProducers(visit);
  ForPeersOfOneProducer(visit);
}

}  // namespace

void AddOneToOne(const Settings& settings, Cases* cases) {
  AddSize<8>(settings, cases);
  AddSize<64>(settings, cases);
  AddSize<256>(settings, cases);
  AddSize<1024>(settings, cases);
  AddSize<4096>(settings, cases);
  AddSize<65536>(settings, cases);
  AddSize<1048576>(settings, cases);
  for (uint64_t kib = 64; kib <= 1 << 20; kib *= 4) {
    Add<FmmqQueue<kPlain>>(settings, "ring of KiB, 64 B", kib, {64, kib << 10}, "fmmq", cases);
  }
}

}  // namespace bench
