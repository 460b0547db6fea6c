// What a call costs inside one process, with nobody on the other core:
//   bazel run -c opt //bench:in_process
#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

#include "fmmq/fmmq.h"

namespace {

struct Bench {
  explicit Bench(bool single_producer) {
    fmmq::Options options;
    options.single_producer = single_producer;
    queue = std::move(*fmmq::Queue::CreateAnonymous("bench", options));
    producer = std::move(*queue.NewProducer());
    consumer = std::move(*queue.Join());
  }
  fmmq::Queue queue;
  fmmq::Producer producer;
  fmmq::Consumer consumer;
};

void Report(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

// One message in, the same message out: both copies.
void WriteRead(benchmark::State& state) {
  Bench bench(state.range(1) != 0);
  const std::string message(static_cast<size_t>(state.range(0)), 'x');
  std::vector<char> buffer(message.size() + 1);
  for (auto _ : state) {
    bool ok = bench.producer.TryWrite(message).ok();
    ok = bench.consumer.TryRead(buffer).ok() && ok;
    if (!ok) state.SkipWithError("a call failed");
  }
  Report(state);
}
BENCHMARK(WriteRead)
    ->ArgNames({"bytes", "single"})
    ->ArgsProduct({{8, 64, 256, 1024, 4096}, {0, 1}});

// The same in place: no copy.
void ReservePeek(benchmark::State& state) {
  Bench bench(state.range(1) != 0);
  const auto size = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(bench.producer.TryReserve(size)->data());
    bool ok = bench.producer.Commit(size).ok();
    benchmark::DoNotOptimize(bench.consumer.TryPeek()->bytes.data());
    ok = bench.consumer.Release().ok() && ok;
    if (!ok) state.SkipWithError("a call failed");
  }
  Report(state);
}
BENCHMARK(ReservePeek)->ArgNames({"bytes", "single"})->ArgsProduct({{8, 64, 4096}, {0, 1}});

// Batches of 64; a batch's time, and messages a second.
void WriteBatchPeekBatch(benchmark::State& state) {
  constexpr size_t kBatch = 64;
  Bench bench(state.range(1) != 0);
  const std::string message(static_cast<size_t>(state.range(0)), 'x');
  const std::vector<fmmq::ConstBytes> messages(kBatch, fmmq::ConstBytes(message));
  for (auto _ : state) {
    bool ok = *bench.producer.TryWriteBatch(messages.data(), kBatch) == kBatch;
    ok = *bench.consumer.TryPeekBatch(kBatch) == kBatch && ok;
    for (size_t i = 0; i < kBatch; ++i) {
      benchmark::DoNotOptimize(bench.consumer.Next()->bytes.data());
    }
    ok = bench.consumer.Release().ok() && ok;
    if (!ok) state.SkipWithError("a call failed");
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(WriteBatchPeekBatch)->ArgNames({"bytes", "single"})->ArgsProduct({{8, 64}, {0, 1}});

}  // namespace
