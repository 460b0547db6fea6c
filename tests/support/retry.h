// Calls again while a queue says "not now": for tests of what comes, not of when.
#ifndef FMMQ_TESTS_SUPPORT_RETRY_H_
#define FMMQ_TESTS_SUPPORT_RETRY_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fmmq/fmmq.h"
#include "tests/support/deadline.h"

namespace fmmq::test {

inline bool NotNow(Code code) {
  return code == Code::kEmpty || code == Code::kFull || code == Code::kBusy;
}

// Repeats `call` until it says something else than "not now", or kPatience is over.
template <typename Call>
auto Retry(Call&& call) -> decltype(call()) {
  const Deadline deadline;
  while (true) {
    auto result = call();
    if (!NotNow(result.code()) || deadline.passed()) return result;
    Nap();
  }
}

// What `make` makes, a producer or a member, once it has a seat. Those calls themselves wait for no
// more than a second for somebody who has seats or groups in hand, and a busy machine may stop that
// one for longer.
template <typename Make>
auto SeatSoon(Make&& make) -> decltype(make()) {
  return Retry([&]() -> decltype(make()) {
    auto made = make();
    const bool later = made.code() == Code::kNoSeat || made.code() == Code::kTaken;
    return later ? decltype(made)(Code::kBusy) : std::move(made);
  });
}

inline Result<Producer> NewProducerSoon(Queue& queue) {
  return SeatSoon([&] { return queue.NewProducer(); });
}
inline Result<Consumer> JoinSoon(Queue& queue) {
  return SeatSoon([&] { return queue.Join(); });
}
inline Result<Consumer> JoinSoon(Queue& queue, std::string_view group,
                                 const GroupOptions& options = {}) {
  return SeatSoon([&] { return queue.Join(group, options); });
}

inline Status WriteSoon(Producer& producer, ConstBytes message) {
  return Retry([&] { return producer.TryWrite(message); });
}

template <typename Reader>
Result<Received> ReadSoon(Reader& reader, MutableBytes buffer) {
  return Retry([&] { return reader.TryRead(buffer); });
}

// The next message as text; what went wrong instead of it, such as "kEmpty".
template <typename Reader>
std::string ReadText(Reader& reader) {
  char buffer[4096];
  const Result<Received> received = reader.TryRead(buffer);
  if (!received.ok()) return received.status().name();
  return std::string(buffer, received->size);
}

template <typename Reader>
std::string ReadTextSoon(Reader& reader) {
  char buffer[4096];
  const Result<Received> received = ReadSoon(reader, buffer);
  if (!received.ok()) return received.status().name();
  return std::string(buffer, received->size) + (received->redelivered ? " again" : "");
}

// All messages that are there.
template <typename Reader>
std::vector<std::string> ReadTexts(Reader& reader) {
  std::vector<std::string> texts;
  char buffer[4096];
  while (true) {
    const Result<Received> next = reader.TryRead(buffer);
    if (!next.ok()) return texts;
    texts.emplace_back(buffer, next->size);
  }
}

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_SUPPORT_RETRY_H_
