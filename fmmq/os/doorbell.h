// Doorbells: abstract Unix datagram sockets, which epoll can watch and which vanish with their
// owner (unix(7)).
#ifndef FMMQ_OS_DOORBELL_H_
#define FMMQ_OS_DOORBELL_H_

#include <cstdint>

#include "fmmq/base/result.h"
#include "fmmq/os/file.h"

namespace fmmq::os {

// Whose doorbell it is. The name is made of private data alone: nothing of it comes from shared
// memory.
struct DoorbellName {
  const uint8_t* uuid;  // 16 bytes
  uint32_t seat;
  // Which of the seat's names: a forked child of the seat's last owner may still have one open. The
  // only part that comes from a peer; any value is some bell of this seat.
  uint8_t which;
};

// A socket that is readable once somebody rang. Takes the first name of the seat that is free, from
// `which` on, and says in `name` which one that is. kBusy: none is.
Result<UniqueFd> MakeDoorbell(DoorbellName* name);
// Never waits. False when nobody has that doorbell (any more).
bool RingDoorbell(const DoorbellName& name);
// Takes what was rung: the socket is no longer readable.
void ClearDoorbell(int fd);

// Unless the number means something else than a socket by now: somebody may have closed it behind
// our back.
void CloseDoorbell(int fd);

// Which network namespace this process is in, for that is where abstract names are known; 0:
// unknown.
uint64_t NetworkNamespace();

}  // namespace fmmq::os

#endif  // FMMQ_OS_DOORBELL_H_
