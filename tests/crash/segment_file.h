// The segment of one attempt as a file: its bytes, its kernel locks, its name.
#ifndef FMMQ_TESTS_CRASH_SEGMENT_FILE_H_
#define FMMQ_TESTS_CRASH_SEGMENT_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "fmmq/format/geometry.h"
#include "fmmq/format/layout.h"

namespace fmmq::crash {

class SegmentFile {
 public:
  using Word = format::SharedWord;

  // Maps it, if it is there.
  SegmentFile(const std::string& name, const Options& options);
  SegmentFile(const SegmentFile&) = delete;
  SegmentFile& operator=(const SegmentFile&) = delete;
  ~SegmentFile();

  bool good() const { return base_ != nullptr; }
  const format::Geometry& geometry() const { return geometry_; }
  const format::Control<Word>& control() const {
    return *At<format::Control<Word>>(format::kControlOffset);
  }
  const format::Seat<Word>& seat(uint32_t index) const {
    return At<format::Seat<Word>>(format::kSeatsOffset)[index];
  }
  const format::Group<Word>& group(uint32_t index) const {
    return At<format::Group<Word>>(geometry_.groups_offset)[index];
  }

  // Kernel locks that somebody holds, as numbers from format::kLockBase on.
  std::vector<uint64_t> Locks() const;
  // What tells this state of the segment and its locks from others. Without who owns seats and when
  // it was; with_data says whether the messages' bytes count.
  uint64_t Fingerprint(bool with_data) const;
  // Seats, groups and locks that somebody left behind; empty when there are none.
  std::string Leftovers() const;

  // What lies at an offset, for people.
  std::string NameOf(uint64_t offset) const;

 private:
  template <typename T>
  const T* At(uint64_t offset) const {
    return reinterpret_cast<const T*>(base_ + offset);
  }
  void FindLocks(uint64_t begin, uint64_t end, std::vector<uint64_t>* locks) const;
  uint64_t WordAt(uint64_t offset) const;
  bool IsLeftOut(uint64_t offset) const;

  format::Geometry geometry_;
  const char* base_ = nullptr;
  int file_ = -1;
};

}  // namespace fmmq::crash

#endif  // FMMQ_TESTS_CRASH_SEGMENT_FILE_H_
