// How a producer or a member comes by its seat.
#ifndef FMMQ_QUEUE_MEMBERSHIP_H_
#define FMMQ_QUEUE_MEMBERSHIP_H_

#include <cstdint>
#include <string_view>

#include "fmmq/queue/handle.h"
#include "fmmq/queue/queue.h"

namespace fmmq::internal {

struct Membership {
  uint32_t seat = 0;
  uint32_t group = 0;
};

// Both leave the seat's lock (and the lock of what only one may have) with `region`. On failure
// nothing is left behind. kNoSeat, kTaken, kBusy, and what the system refuses.
Status SeatProducer(const segment::Mapping& mapping, HandleRegion& region, uint32_t* seat);
// Joins the group, or creates it. Also kNoGroup, kGroupMismatch.
Status SeatMember(const segment::Mapping& mapping, HandleRegion& region, std::string_view group,
                  const GroupOptions& options, Membership* membership);

// Gives an observer a seat: others find the doorbell by it.
Status SeatForDoorbell(HandleState& state);
// Lets the observer be counted, as long as there is room for that.
Status SeatObserver(const segment::Mapping& mapping, HandleRegion& region);

}  // namespace fmmq::internal

#endif  // FMMQ_QUEUE_MEMBERSHIP_H_
