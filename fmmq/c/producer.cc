#include "fmmq/c/producer.h"

#include "fmmq/c/convert.h"

using namespace fmmq;     // NOLINT: the functions below are C's
using namespace fmmq::c;  // NOLINT

extern "C" {

fmmq_status fmmq_producer_try_write(fmmq_producer* producer, const void* message, size_t size) {
  if (!IsSpan(message, size)) return FMMQ_INVALID_ARGUMENT;
  return Say(In<Producer>(producer).TryWrite({message, size}));
}

fmmq_status fmmq_producer_write(fmmq_producer* producer, const void* message, size_t size,
                                fmmq_deadline deadline) {
  if (!IsSpan(message, size)) return FMMQ_INVALID_ARGUMENT;
  return Say(In<Producer>(producer).Write({message, size}, Deadline::AtNs(deadline)));
}

fmmq_status fmmq_producer_try_write_batch(fmmq_producer* producer, const fmmq_bytes* messages,
                                          size_t count, size_t* written) {
  static_assert(sizeof(fmmq_bytes) == sizeof(ConstBytes));
  if (!IsSpan(messages, count) || written == nullptr) return FMMQ_INVALID_ARGUMENT;
  for (size_t i = 0; i < count; ++i) {
    if (!IsSpan(messages[i].data, messages[i].size)) return FMMQ_INVALID_ARGUMENT;
  }
  const auto* const spans = reinterpret_cast<const ConstBytes*>(messages);
  return SayValue(In<Producer>(producer).TryWriteBatch(spans, count), written);
}

fmmq_status fmmq_producer_try_reserve(fmmq_producer* producer, size_t size, void** place) {
  if (place == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayPlace(In<Producer>(producer).TryReserve(size), place);
}

fmmq_status fmmq_producer_reserve(fmmq_producer* producer, size_t size, fmmq_deadline deadline,
                                  void** place) {
  if (place == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayPlace(In<Producer>(producer).Reserve(size, Deadline::AtNs(deadline)), place);
}

fmmq_status fmmq_producer_commit(fmmq_producer* producer, size_t size) {
  return Say(In<Producer>(producer).Commit(size));
}

fmmq_status fmmq_producer_abort(fmmq_producer* producer) {
  return Say(In<Producer>(producer).Abort());
}

fmmq_status fmmq_producer_end(fmmq_producer* producer) { return Say(In<Producer>(producer).End()); }

fmmq_status fmmq_producer_arm(fmmq_producer* producer, size_t size, int* fd) {
  if (fd == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayValue(In<Producer>(producer).Arm(size), fd);
}

void fmmq_producer_cancel(fmmq_producer* producer) { In<Producer>(producer).Cancel(); }

fmmq_status fmmq_producer_set_wait_policy(fmmq_producer* producer, const fmmq_wait_policy* policy) {
  return SetWaitPolicy(In<Producer>(producer), policy);
}

fmmq_status fmmq_producer_get_stats(const fmmq_producer* producer, fmmq_stats* stats,
                                    size_t stats_size) {
  return GetStats(In<Producer>(producer), stats, stats_size);
}

fmmq_status fmmq_producer_close(fmmq_producer* producer) {
  return Say(In<Producer>(producer).Close());
}
}
