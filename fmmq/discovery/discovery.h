// Finds anonymous segments in the processes that have them open, through /proc.
//
// THREAT MODEL. Command lines, memfd names and headers are their makers' words, and none is
// believed beyond what it says: a match is a sealed file whose header checks and has this id, held
// by a process whose command line has this text. Anybody can make one; /proc shows only processes
// that we may look into, and the file's permissions decide who may open it.
//
// Work: one short look at every process, one at every descriptor of those whose command line
// matches, one at each file among them that reads as ours. No allocation; 25 KiB of stack.
#ifndef FMMQ_DISCOVERY_DISCOVERY_H_
#define FMMQ_DISCOVERY_DISCOVERY_H_

#include <cstddef>
#include <string_view>

#include "fmmq/base/result.h"
#include "fmmq/discovery/match.h"
#include "fmmq/os/file.h"

namespace fmmq::discovery {

// Fills at most `max` matches, the newest segment first (of equal age: the lower pid first), each
// uuid once, and returns how many it filled. `pid` 0 is every process, this one included.
//
// kNotFound; kPermissionDenied when nothing was found, but a process that matches the program does
// not let us see its descriptors, or a memfd that has this id's label cannot be read; kNameTooLong
// (program or id); kNotSupported (no /proc); kSystem, kNoMemory.
//
// Not seen: the descriptors of a process whose main thread has ended before the others.
Result<size_t> Find(std::string_view program, std::string_view id, int pid, MatchInfo* matches,
                    size_t max);

// Opens what Find found, to read. kNotFound when the process, the descriptor or the segment in it
// is gone; kPermissionDenied; kSystem, kNoMemory.
Result<os::UniqueFd> Open(const MatchInfo& match);

}  // namespace fmmq::discovery

#endif  // FMMQ_DISCOVERY_DISCOVERY_H_
