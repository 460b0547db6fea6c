// The time that a message takes there and back, one at a time.
#ifndef FMMQ_BENCH_HARNESS_PING_PONG_H_
#define FMMQ_BENCH_HARNESS_PING_PONG_H_

#include <sys/mman.h>

#include <cstdint>
#include <new>
#include <vector>

#include "bench/harness/histogram.h"
#include "bench/harness/payload.h"
#include "bench/harness/process.h"
#include "bench/harness/transport.h"

namespace bench {

struct Latency {
  bool good = false;
  uint64_t p50 = 0, p99 = 0, p999 = 0, max = 0;  // nanoseconds
  uint64_t rounds = 0;
};

template <typename T>
void Ping(T& there, T& back, const Shape& shape, uint64_t duration_ns, Histogram* histogram,
          Account& account, const std::function<void()>& ready) {
  typename T::Sender sender(there, 0);
  typename T::Receiver receiver(back, 0);
  Composer<> composer(shape.message_bytes, 0);
  Inspector inspector(shape.message_bytes);
  ready();
  const uint64_t warm = NowNs() + duration_ns / 5;
  const uint64_t end = warm + duration_ns;
  for (uint64_t before = NowNs(); before < end;) {
    Mark mark;
    sender.Send(composer.Next(Mark::kNone));
    sender.Flush();
    const bool good = inspector.Check(receiver.Receive(), &mark);
    receiver.Done();
    const uint64_t now = NowNs();
    if (!good) {
      account.failed = true;
      return;
    }
    if (before >= warm) histogram->Add(now - before);
    before = now;
  }
  sender.Send(composer.Next(Mark::kEnd));
  sender.Flush();
}

template <typename T>
void Pong(T& there, T& back, const Shape& shape, Account& account,
          const std::function<void()>& ready) {
  typename T::Receiver receiver(there, 0);
  typename T::Sender sender(back, 0);
  Composer<> composer(shape.message_bytes, 0);
  Inspector inspector(shape.message_bytes);
  ready();
  while (true) {
    Mark mark;
    const bool good = inspector.Check(receiver.Receive(), &mark);
    receiver.Done();
    if (!good) account.failed = true;
    if (!good || mark == Mark::kEnd) return;
    sender.Send(composer.Next(Mark::kNone));
    sender.Flush();
  }
}

template <typename T>
Latency MeasurePingPong(const Shape& shape, int cpu, int other_cpu, uint64_t duration_ns) {
  T there(shape);
  T back(shape);
  auto* const histogram = new (SharedMemory(sizeof(Histogram))) Histogram();
  std::vector<Account> accounts;
  Latency latency;
  latency.good = RunParts(
      {{cpu,
        [&](auto& account, auto& ready) {
          Ping(there, back, shape, duration_ns, histogram, account, ready);
        }},
       {other_cpu, [&](auto& account, auto& ready) { Pong(there, back, shape, account, ready); }}},
      static_cast<int>(duration_ns / 1'000'000'000) + 20, &accounts);
  latency.p50 = histogram->Percentile(0.5);
  latency.p99 = histogram->Percentile(0.99);
  latency.p999 = histogram->Percentile(0.999);
  latency.max = histogram->max();
  latency.rounds = histogram->total();
  munmap(histogram, sizeof(Histogram));
  return latency;
}

}  // namespace bench

#endif  // FMMQ_BENCH_HARNESS_PING_PONG_H_
