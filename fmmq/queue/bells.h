// Waking those who wait: sleepers at the segment's words, and doorbells.
#ifndef FMMQ_QUEUE_BELLS_H_
#define FMMQ_QUEUE_BELLS_H_

#include "fmmq/queue/handle.h"

namespace fmmq::internal {

// A doorbell wait: what for, and how to see whether it is there already.
struct Arming {
  format::Bell bell;
  bool (*is_ready)(HandleState& state, size_t bytes);
  size_t bytes;  // producers: the message that there has to be room for
};

// Arms the handle's doorbell, and makes it first; its descriptor. A handle without a seat cannot
// have one.
Result<int> Arm(HandleState& s, const Arming& arming);

}  // namespace fmmq::internal

#endif  // FMMQ_QUEUE_BELLS_H_
