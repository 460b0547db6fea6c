// Messages per second from senders to receivers.
#ifndef FMMQ_BENCH_HARNESS_THROUGHPUT_H_
#define FMMQ_BENCH_HARNESS_THROUGHPUT_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "bench/harness/payload.h"
#include "bench/harness/preemption.h"
#include "bench/harness/process.h"
#include "bench/harness/transport.h"

namespace bench {

struct Placement {
  std::vector<int> senders;  // CPUs
  std::vector<int> receivers;
  bool preempt = false;  // senders are stopped for a moment now and then, wherever they are
};

struct Rate {
  bool good = false;
  double per_second = 0;  // messages that each receiver got
  double sender_ns = 0;   // CPU time of all senders per message
  uint64_t messages = 0;
};

template <typename Sender, typename Composer>
void SendFor(Sender& sender, Composer& composer, uint64_t duration_ns) {
  constexpr int kBetweenClocks = 64;
  const uint64_t end = NowNs() + duration_ns;
  do {
    for (int i = 0; i < kBetweenClocks; ++i) sender.Send(composer.Next(Mark::kNone));
  } while (NowNs() < end);
}

// Sends for a fifth of the time to warm up, then for all of it.
template <typename T>
void SendAll(T& transport, const Shape& shape, int index, uint64_t duration_ns, Account& account,
             const std::function<void()>& ready) {
  typename T::Sender sender(transport, index);
  Composer<kKept<typename T::Sender>> composer(shape.message_bytes, static_cast<uint32_t>(index));
  ready();
  SendFor(sender, composer, duration_ns / 5);
  sender.Send(composer.Next(Mark::kBegin));
  const uint64_t cpu = CpuNs();
  const uint64_t before = composer.sequence();
  SendFor(sender, composer, duration_ns);
  account.messages = composer.sequence() - before;
  account.cpu_ns = CpuNs() - cpu;
  sender.Send(composer.Next(Mark::kEnd));
  sender.Flush();
}

// The time counts from when all senders have warmed up until the first has ended.
template <typename T>
void ReceiveAll(T& transport, const Shape& shape, int index, Account& account,
                const std::function<void()>& ready) {
  typename T::Receiver receiver(transport, index);
  Inspector inspector(shape.message_bytes);
  int begun = 0;
  int ended = 0;
  uint64_t counted = 0;
  ready();
  while (ended != shape.senders) {
    Mark mark = Mark::kNone;
    const bool good = inspector.Check(receiver.Receive(), &mark);
    receiver.Done();
    if (!good) {
      account.failed = true;
      return;
    }
    ++counted;
    if (mark == Mark::kNone) continue;
    if (mark == Mark::kBegin && ++begun == shape.senders) {
      account.begin_ns = NowNs();
      counted = 0;
    } else if (mark == Mark::kEnd && ++ended == 1) {
      account.end_ns = NowNs();
      account.messages = counted;
    }
  }
}

template <typename T>
Rate MeasureThroughput(const Shape& shape, const Placement& placement, uint64_t duration_ns) {
  T transport(shape);
  Preemption preemption;
  std::vector<Part> parts;
  for (int i = 0; i < shape.receivers; ++i) {
    parts.push_back(
        {placement.receivers[static_cast<size_t>(i)],
         [&, i](auto& account, auto& ready) { ReceiveAll(transport, shape, i, account, ready); }});
  }
  for (int i = 0; i < shape.senders; ++i) {
    parts.push_back({placement.senders[static_cast<size_t>(i)], [&, i](auto& account, auto& ready) {
                       preemption.Enlist();
                       SendAll(transport, shape, i, duration_ns, account, ready);
                     }});
  }
  if (placement.preempt) {
    parts.push_back({placement.receivers[0], [&](auto&, auto& ready) {
                       ready();
                       preemption.StopSomebodyFor(duration_ns);
                     }});
  }
  std::vector<Account> accounts;
  Rate rate;
  rate.good = RunParts(parts, static_cast<int>(duration_ns / 1'000'000'000) + 20, &accounts);
  if (!rate.good) return rate;
  double slowest_ns = 0;
  rate.messages = ~uint64_t{0};
  for (int i = 0; i < shape.receivers; ++i) {
    const Account& account = accounts[static_cast<size_t>(i)];
    rate.messages = std::min(rate.messages, account.messages);
    slowest_ns = std::max(slowest_ns, static_cast<double>(account.end_ns - account.begin_ns));
  }
  rate.per_second = static_cast<double>(rate.messages) * 1e9 / slowest_ns;
  double cpu_ns = 0, sent = 0;
  for (int i = shape.receivers; i < shape.receivers + shape.senders; ++i) {
    cpu_ns += static_cast<double>(accounts[static_cast<size_t>(i)].cpu_ns);
    sent += static_cast<double>(accounts[static_cast<size_t>(i)].messages);
  }
  rate.sender_ns = cpu_ns / sent;
  return rate;
}

}  // namespace bench

#endif  // FMMQ_BENCH_HARNESS_THROUGHPUT_H_
