#include "fmmq/c/observer.h"

#include "fmmq/c/convert.h"

using namespace fmmq;     // NOLINT: the functions below are C's
using namespace fmmq::c;  // NOLINT

extern "C" {

fmmq_status fmmq_observer_try_read(fmmq_observer* observer, void* buffer, size_t buffer_size,
                                   fmmq_received* received) {
  if (!IsSpan(buffer, buffer_size) || received == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayReceived(In<Observer>(observer).TryRead({buffer, buffer_size}), received);
}

fmmq_status fmmq_observer_read(fmmq_observer* observer, void* buffer, size_t buffer_size,
                               fmmq_deadline deadline, fmmq_received* received) {
  if (!IsSpan(buffer, buffer_size) || received == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayReceived(In<Observer>(observer).Read({buffer, buffer_size}, Deadline::AtNs(deadline)),
                     received);
}

fmmq_status fmmq_observer_arm(fmmq_observer* observer, int* fd) {
  if (fd == nullptr) return FMMQ_INVALID_ARGUMENT;
  return SayValue(In<Observer>(observer).Arm(), fd);
}

void fmmq_observer_cancel(fmmq_observer* observer) { In<Observer>(observer).Cancel(); }

fmmq_status fmmq_observer_set_wait_policy(fmmq_observer* observer, const fmmq_wait_policy* policy) {
  return SetWaitPolicy(In<Observer>(observer), policy);
}

uint64_t fmmq_observer_position(const fmmq_observer* observer) {
  return In<Observer>(observer).position();
}

uint64_t fmmq_observer_lost(const fmmq_observer* observer) { return In<Observer>(observer).lost(); }

fmmq_status fmmq_observer_get_stats(const fmmq_observer* observer, fmmq_stats* stats,
                                    size_t stats_size) {
  return GetStats(In<Observer>(observer), stats, stats_size);
}

fmmq_status fmmq_observer_close(fmmq_observer* observer) {
  return Say(In<Observer>(observer).Close());
}
}
