// What readers get.
#ifndef FMMQ_QUEUE_MESSAGE_H_
#define FMMQ_QUEUE_MESSAGE_H_

#include <cstddef>
#include <cstdint>

#include "fmmq/base/bytes.h"

namespace fmmq {

// A message that was copied into the caller's buffer.
struct Received {
  size_t size = 0;        // bytes; with kBufferTooSmall, what the message needs
  uint64_t position = 0;  // where it stands in the ring, in blocks since creation
  uint64_t lost = 0;      // positions overwritten since the reader's last message and this one
  bool redelivered =
      false;  // a member died with this message in hand: it may have worked on it already
};

// A message in place. The bytes stay valid and unchanged until Consumer::Release.
struct Message {
  ConstBytes bytes;
  uint64_t position = 0;
};

// What a handle did since it was made.
struct HandleStats {
  uint64_t messages = 0;  // written, or read
  uint64_t bytes = 0;     // of those
  uint64_t misses =
      0;              // looks that found no room, or nothing to read; a call that waits looks often
  uint64_t lost = 0;  // positions that writers overtook
  uint64_t redelivered = 0;  // messages of dead members that this one got
  uint64_t rescues = 0;      // times that it looked after the dead
};

}  // namespace fmmq

#endif  // FMMQ_QUEUE_MESSAGE_H_
