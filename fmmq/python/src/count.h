// How many messages stand in a stretch of the ring, without reading them: for qsize().
#ifndef FMMQ_PYTHON_SRC_COUNT_H_
#define FMMQ_PYTHON_SRC_COUNT_H_

#include "fmmq/python/src/attachment.h"

namespace fmmq::python {

// Counts messages from `begin` on, up to `end` at most, and not more than `limit`. Stops at what
// is not written yet, or overwritten.
fmmq_status CountMessages(Attachment& attachment, uint64_t begin, uint64_t end, size_t limit,
                          size_t* count);
void UnmapDescriptors(const DescriptorMap& map);

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_COUNT_H_
