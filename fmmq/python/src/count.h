// How many messages wait for a group, without reading them: for qsize().
#ifndef FMMQ_PYTHON_SRC_COUNT_H_
#define FMMQ_PYTHON_SRC_COUNT_H_

#include "fmmq/python/src/attachment.h"

namespace fmmq::python {

// Counts the messages that a group with this cursor and lag can still read, and not more than
// `limit`. Stops at what is not written yet. FMMQ_BUSY: writers overwrote what was to be counted
// next; *count says how far it came.
fmmq_status CountMessages(Attachment& attachment, uint64_t cursor, uint64_t lag, size_t limit,
                          size_t* count);
void UnmapDescriptors(const DescriptorMap& map);

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_COUNT_H_
