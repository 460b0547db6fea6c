// How a consumer takes over what a dead member of its group held.
#ifndef FMMQ_QUEUE_ADOPTION_H_
#define FMMQ_QUEUE_ADOPTION_H_

#include "fmmq/queue/message.h"
#include "fmmq/queue/states.h"

namespace fmmq::internal {

// Whether some other seat of the group shows an intent: cheap, no system call.
bool OthersHold(const ConsumerState& s);

// Looks whether there is anything to adopt, and remembers it in s.adopt.
Status LookForHeld(ConsumerState& s);

// Delivers a message that a dead member held; it stays that one's until Acknowledge. Unless there
// is nothing (more) to adopt now, s.adopt stays true, and the status is the call's.
Status Adopt(ConsumerState& s, MutableBytes buffer, Received* received);

// Says that the message that Adopt delivered is done with. False when there is none.
bool Acknowledge(ConsumerState& s);

}  // namespace fmmq::internal

#endif  // FMMQ_QUEUE_ADOPTION_H_
