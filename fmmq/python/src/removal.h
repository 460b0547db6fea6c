// Whether a queue's name is gone, for waits that are not the core's: those of event loops.
#ifndef FMMQ_PYTHON_SRC_REMOVAL_H_
#define FMMQ_PYTHON_SRC_REMOVAL_H_

#include "fmmq/python/src/python.h"

// First Python.h.
#include "fmmq/c/fmmq.h"

namespace fmmq::python {

// A descriptor of a named queue's segment that outlives the queue object. Anonymous queues have no
// name to lose: none is kept then.
class SegmentFile {
 public:
  SegmentFile() = default;
  ~SegmentFile();
  SegmentFile(const SegmentFile&) = delete;
  SegmentFile& operator=(const SegmentFile&) = delete;

  // FMMQ_SYSTEM with errno: no descriptor is left.
  fmmq_status Keep(const fmmq_queue& queue);
  bool IsRemoved() const;

 private:
  int fd_ = -1;
  uint8_t uuid_[16] = {};
};

bool IsRemoved(const fmmq_queue& queue);

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_REMOVAL_H_
