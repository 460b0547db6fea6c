// The part of Queue::Connect that comes after the search.
#ifndef FMMQ_QUEUE_CONNECT_H_
#define FMMQ_QUEUE_CONNECT_H_

#include "fmmq/discovery/match.h"
#include "fmmq/queue/queue.h"

namespace fmmq::internal {

// Attaches to the first of these that can be had: since they were found, processes may have ended.
// Else what the first that still exists said; kNotFound when all are gone.
Result<Queue> ConnectToFirst(const MatchInfo* matches, size_t count, Access access);

}  // namespace fmmq::internal

#endif  // FMMQ_QUEUE_CONNECT_H_
