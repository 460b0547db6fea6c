// Receivers that do not each get everything: members that share the messages, observers that may
// lose some.
#ifndef FMMQ_BENCH_HARNESS_SHARING_H_
#define FMMQ_BENCH_HARNESS_SHARING_H_

#include <unistd.h>

#include <cstdint>
#include <vector>

#include "bench/harness/payload.h"
#include "bench/harness/process.h"
#include "bench/harness/throughput.h"
#include "bench/harness/transport.h"

namespace bench {

struct Shared {
  bool good = false;
  double sent_per_second = 0;
  double received_part = 0;  // of what was sent, by all receivers together
};

struct Closing {
  std::atomic<int> receivers_done;
};

template <typename T>
void SendToSharers(T& transport, const Shape& shape, uint64_t duration_ns, Closing* closing,
                   Account& account, const std::function<void()>& ready) {
  typename T::Sender sender(transport, 0);
  Composer<> composer(shape.message_bytes, 0);
  ready();
  SendFor(sender, composer, duration_ns / 5);
  const uint64_t before = composer.sequence();
  account.begin_ns = NowNs();
  SendFor(sender, composer, duration_ns);
  account.end_ns = NowNs();
  account.messages = composer.sequence() - before;
  account.total = composer.sequence();
  // One of these ends one receiver, nobody knows which.
  while (closing->receivers_done.load() != shape.receivers) {
    sender.Send(composer.Next(Mark::kEnd));
    sender.Flush();
    usleep(1000);
  }
}

template <typename T>
void ReceiveShare(T& transport, const Shape& shape, int index, Closing* closing, Account& account,
                  const std::function<void()>& ready) {
  typename T::Receiver receiver(transport, index);
  Inspector inspector(shape.message_bytes);
  ready();
  for (Mark mark = Mark::kNone; mark != Mark::kEnd;) {
    const bool good = inspector.CheckSome(receiver.Receive(), &mark);
    receiver.Done();
    if (!good) {
      account.failed = true;
      return;
    }
    if (mark == Mark::kNone) ++account.messages;
  }
  ++closing->receivers_done;
}

template <typename T>
Shared MeasureSharing(const Shape& shape, const Placement& placement, uint64_t duration_ns) {
  T transport(shape);
  auto* const closing = static_cast<Closing*>(SharedMemory(sizeof(Closing)));
  std::vector<Part> parts;
  parts.push_back({placement.senders[0], [&](auto& account, auto& ready) {
                     SendToSharers(transport, shape, duration_ns, closing, account, ready);
                   }});
  for (int i = 0; i < shape.receivers; ++i) {
    parts.push_back(
        {placement.receivers[static_cast<size_t>(i)], [&, i](auto& account, auto& ready) {
           ReceiveShare(transport, shape, i, closing, account, ready);
         }});
  }
  std::vector<Account> accounts;
  Shared shared;
  shared.good = RunParts(parts, static_cast<int>(duration_ns / 1'000'000'000) + 20, &accounts);
  munmap(closing, sizeof(Closing));
  if (!shared.good) return shared;
  const Account& sender = accounts[0];
  shared.sent_per_second = static_cast<double>(sender.messages) * 1e9 /
                           static_cast<double>(sender.end_ns - sender.begin_ns);
  double received = 0;
  for (size_t i = 1; i < accounts.size(); ++i)
    received += static_cast<double>(accounts[i].messages);
  shared.received_part = received / static_cast<double>(sender.total);
  return shared;
}

}  // namespace bench

#endif  // FMMQ_BENCH_HARNESS_SHARING_H_
