#include "fmmq/c/consumer.h"

#include "fmmq/c/convert.h"

static_assert(sizeof(fmmq_message) == sizeof(fmmq::Message));
static_assert(sizeof(fmmq_received) == sizeof(fmmq::Received));

using namespace fmmq;     // NOLINT: the functions below are C's
using namespace fmmq::c;  // NOLINT

extern "C" {

fmmq_status fmmq_consumer_try_read(fmmq_consumer* consumer, void* buffer, size_t buffer_size,
                                   fmmq_received* received) {
  if (!IsSpan(buffer, buffer_size) || received == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayReceived(In<Consumer>(consumer).TryRead({buffer, buffer_size}), received);
}

fmmq_status fmmq_consumer_read(fmmq_consumer* consumer, void* buffer, size_t buffer_size,
                               fmmq_deadline deadline, fmmq_received* received) {
  if (!IsSpan(buffer, buffer_size) || received == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayReceived(In<Consumer>(consumer).Read({buffer, buffer_size}, Deadline::AtNs(deadline)),
                     received);
}

fmmq_status fmmq_consumer_try_peek(fmmq_consumer* consumer, fmmq_message* message) {
  if (message == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayMessage(In<Consumer>(consumer).TryPeek(), message);
}

fmmq_status fmmq_consumer_peek(fmmq_consumer* consumer, fmmq_deadline deadline,
                               fmmq_message* message) {
  if (message == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayMessage(In<Consumer>(consumer).Peek(Deadline::AtNs(deadline)), message);
}

fmmq_status fmmq_consumer_release(fmmq_consumer* consumer) {
  return Say(In<Consumer>(consumer).Release());
}

fmmq_status fmmq_consumer_try_peek_batch(fmmq_consumer* consumer, size_t max_messages,
                                         size_t* count) {
  if (count == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayValue(In<Consumer>(consumer).TryPeekBatch(max_messages), count);
}

fmmq_status fmmq_consumer_peek_batch(fmmq_consumer* consumer, size_t max_messages,
                                     fmmq_deadline deadline, size_t* count) {
  if (count == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayValue(In<Consumer>(consumer).PeekBatch(max_messages, Deadline::AtNs(deadline)), count);
}

fmmq_status fmmq_consumer_next(fmmq_consumer* consumer, fmmq_message* message) {
  if (message == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayMessage(In<Consumer>(consumer).Next(), message);
}

fmmq_status fmmq_consumer_arm(fmmq_consumer* consumer, int* fd) {
  if (fd == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayValue(In<Consumer>(consumer).Arm(), fd);
}

void fmmq_consumer_cancel(fmmq_consumer* consumer) { In<Consumer>(consumer).Cancel(); }

fmmq_status fmmq_consumer_set_wait_policy(fmmq_consumer* consumer, const fmmq_wait_policy* policy) {
  return SetWaitPolicy(In<Consumer>(consumer), policy);
}

uint64_t fmmq_consumer_lost(const fmmq_consumer* consumer) { return In<Consumer>(consumer).lost(); }

fmmq_status fmmq_consumer_get_stats(const fmmq_consumer* consumer, fmmq_stats* stats,
                                    size_t stats_size) {
  return GetStats(In<Consumer>(consumer), stats, stats_size);
}

fmmq_status fmmq_consumer_close(fmmq_consumer* consumer) {
  return Say(In<Consumer>(consumer).Close());
}
}
