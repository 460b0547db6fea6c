// Makes, finds and removes segments.
#ifndef FMMQ_SEGMENT_SEGMENT_H_
#define FMMQ_SEGMENT_SEGMENT_H_

#include <string_view>

#include "fmmq/base/result.h"
#include "fmmq/format/options.h"
#include "fmmq/os/file.h"

namespace fmmq::segment {

// A whole new segment, open for reading and writing: one that Publish can give its name, or an
// anonymous, sealed one.
Result<os::UniqueFd> CreateUnpublished(std::string_view name, const Options& options);
Result<os::UniqueFd> CreateAnonymous(std::string_view id, const Options& options);
// From now on others find it. kAlreadyExists.
Status Publish(int fd, std::string_view name);
Result<os::UniqueFd> OpenNamed(std::string_view name, bool writable);
Status Remove(std::string_view name);
// Calls visit(visitor, name) for each file in /dev/shm that has a named segment's name, until that
// returns false.
Status List(bool (*visit)(void* visitor, std::string_view name), void* visitor);

}  // namespace fmmq::segment

#endif  // FMMQ_SEGMENT_SEGMENT_H_
