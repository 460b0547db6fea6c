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

}  // namespace fmmq

#endif  // FMMQ_QUEUE_MESSAGE_H_
