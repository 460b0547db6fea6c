// One mapped segment, shared by the handles of this process that use it.
//
// A region of address space, in this order:
//
//   private page   this object: counted references, the descriptor, the checked geometry
//   life page      one word, 1; the kernel hands it to a forked child as 0 (MADV_WIPEONFORK)
//   segment        the file
//   data again     so that a record that wraps is one contiguous span
#ifndef FMMQ_SEGMENT_MAPPING_H_
#define FMMQ_SEGMENT_MAPPING_H_

#include <atomic>
#include <cstdint>

#include "fmmq/base/result.h"
#include "fmmq/format/geometry.h"
#include "fmmq/os/file.h"
#include "fmmq/ring/view.h"
#include "fmmq/value/shared_string.h"

namespace fmmq::segment {

class Mapping {
 public:
  // Checks the file's header and size, and maps it. The reference returned is the caller's. Codes
  // as Queue::Open.
  static Result<Mapping*> Attach(os::UniqueFd file, bool writable, bool anonymous = false);

  Mapping* AddReference() {
    references_.fetch_add(1, std::memory_order_relaxed);
    return this;
  }
  // Unmaps with the last one.
  void DropReference();

  // False in a process that was forked from the one that attached.
  bool InOwnProcess() const { return __atomic_load_n(life_, __ATOMIC_RELAXED) != 0; }
  const uint32_t* life() const { return life_; }

  const ring::View<ring::HardwareAtomics>& view() const { return view_; }
  const value::StringView<ring::HardwareAtomics>& string() const { return string_; }
  const format::Header& header() const { return header_; }  // a private copy, checked
  const os::FileFacts& facts() const { return facts_; }
  bool writable() const { return writable_; }
  // Whether this process has to fence before it looks for waiters, because they cannot make it
  // (membarrier).
  bool must_fence() const { return must_fence_; }
  // Whether a named segment has lost its name. A system call.
  bool IsRemoved() const;
  int fd() const { return file_.get(); }

  // All of the segment, data twice.
  void* begin() const { return segment_; }
  uint64_t bytes() const { return geometry_.segment_bytes + geometry_.data_bytes; }

  // A new open file description of the segment.
  Result<os::UniqueFd> Reopen() const;

 private:
  Mapping() = default;
  Status Map(char* region);
  bool OwnsDescriptor() const;
  void FillView(char* segment);
  void FillStringView(char* region);

  std::atomic<uint32_t> references_{1};
  bool writable_ = false;
  bool must_fence_ = true;
  const uint32_t* life_ = nullptr;
  os::UniqueFd file_;
  os::FileFacts facts_;
  uint64_t region_bytes_ = 0;
  char* segment_ = nullptr;
  format::Geometry geometry_;
  ring::View<ring::HardwareAtomics> view_;
  value::StringView<ring::HardwareAtomics> string_;
  format::Header header_;
};

}  // namespace fmmq::segment

#endif  // FMMQ_SEGMENT_MAPPING_H_
