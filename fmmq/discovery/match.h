// What a search for anonymous segments finds.
#ifndef FMMQ_DISCOVERY_MATCH_H_
#define FMMQ_DISCOVERY_MATCH_H_

#include <cstdint>

namespace fmmq {

// An anonymous segment, and a process that had it open when we looked. Either may be gone by now.
struct MatchInfo {
  int pid = 0;              // of several processes that have it open, the lowest; as /proc counts
  int fd = -1;              // its number in that process
  uint64_t created_ns = 0;  // CLOCK_REALTIME, nanoseconds since 1970
  uint8_t uuid[16] = {};    // as QueueInfo::uuid: what tells two segments with one id apart
};

}  // namespace fmmq

#endif  // FMMQ_DISCOVERY_MATCH_H_
