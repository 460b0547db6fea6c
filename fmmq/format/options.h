// What a creator chooses. Everything here is fixed for the segment's life and stored in its header.
#ifndef FMMQ_FORMAT_OPTIONS_H_
#define FMMQ_FORMAT_OPTIONS_H_

#include <cstdint>

namespace fmmq {

// What happens when a writer reaches messages that a group has not read yet.
enum class Policy : uint32_t {
  kLossless = 0,  // the writer gets kFull: groups hold writers back
  kOverwrite =
      1,        // the writer goes on; groups lose the oldest messages, whole ones, and count them
  kCompat = 2,  // lossless until somebody calls Queue::LetWritersOverwrite, then overwrite
};

struct Options {
  // Bytes of the ring; rounded up to a power of two of at least a page. A message of n bytes takes
  // max(1, ceil(n / block_size)) blocks of it. Keep messages below a quarter of the ring.
  uint64_t capacity = uint64_t{1} << 20;
  // The unit of the ring in bytes: a power of two, 16 to 4096.
  uint32_t block_size = 32;
  // How many producers and consumers can be attached at the same time: 1 to 1024. 128 bytes each.
  uint32_t seats = 64;
  // How many groups can exist at the same time: 0 to 256. 128 bytes each.
  uint32_t groups = 16;
  // Bytes of the shared string; 0 for none, at most 16 MiB.
  uint32_t string_size = 0;
  Policy policy = Policy::kLossless;
  // One producer at a time, which then writes without any contended instruction.
  bool single_producer = false;
  // Whether the durable shared group "default" exists from creation, so that messages written
  // before any reader came are kept for it. Takes one of `groups`.
  bool default_group = true;
  // Permission bits of the segment's file, as for chmod: 0 to 0777. See ParsePermissions for
  // "rwx------".
  uint32_t mode = 0600;
};

}  // namespace fmmq

#endif  // FMMQ_FORMAT_OPTIONS_H_
