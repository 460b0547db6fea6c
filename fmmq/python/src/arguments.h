// What Python callers hand in.
#ifndef FMMQ_PYTHON_SRC_ARGUMENTS_H_
#define FMMQ_PYTHON_SRC_ARGUMENTS_H_

#include "fmmq/python/src/python.h"

// First Python.h.
#include "fmmq/c/types.h"

namespace fmmq::python {

// How long a call may wait.
struct Timing {
  bool block = true;
  fmmq_deadline deadline = FMMQ_NEVER;

  // Whether it is time to stop; reads the clock.
  bool IsOver() const {
    return !block || (deadline != FMMQ_NEVER && fmmq_deadline_in(0) >= deadline);
  }
  // The end of a slice of a wait, so that signals, closing and forks are noticed in between.
  fmmq_deadline Slice() const {
    constexpr uint64_t kSliceNs = 100 * FMMQ_MILLISECOND;
    const fmmq_deadline slice = fmmq_deadline_in(kSliceNs);
    return slice < deadline ? slice : deadline;
  }
};

inline constexpr Timing kNoWait = {false, 0};

// The arguments of a call by METH_FASTCALL | METH_KEYWORDS, sorted by name. `names` are those that
// it takes, `count` of them; the first `required` have to be there. What is not given is nullptr.
bool TakeArguments(const char* function, PyObject* const* arguments, Py_ssize_t given,
                   PyObject* keywords, const char* const* names, int count, int required,
                   PyObject** out);

// `block` and `timeout` as in queue.Queue: seconds; None waits for ever. nullptr is the default.
// ValueError for a negative timeout or NaN, OverflowError for one past the clock's end.
bool TakeTiming(PyObject* block, PyObject* timeout, Timing* timing);

// A count of bytes or messages. ValueError for a negative one, OverflowError for a huge one.
bool TakeCount(PyObject* number, const char* what, size_t* count);

// The bytes of any object that has the buffer protocol, contiguous.
class BytesLike {
 public:
  BytesLike() = default;
  ~BytesLike() {
    if (held_) PyBuffer_Release(&buffer_);
  }
  BytesLike(const BytesLike&) = delete;
  BytesLike& operator=(const BytesLike&) = delete;

  bool Take(PyObject* object);
  const void* data() const { return buffer_.buf; }
  size_t size() const { return static_cast<size_t>(buffer_.len); }

 private:
  Py_buffer buffer_{};
  bool held_ = false;
};

}  // namespace fmmq::python

#endif  // FMMQ_PYTHON_SRC_ARGUMENTS_H_
