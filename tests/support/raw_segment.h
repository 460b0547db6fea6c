// A segment file as bytes: what a test may look at and write behind the library's back.
#ifndef FMMQ_TESTS_SUPPORT_RAW_SEGMENT_H_
#define FMMQ_TESTS_SUPPORT_RAW_SEGMENT_H_

#include <cstdint>
#include <string>

#include "fmmq/format/geometry.h"
#include "fmmq/format/layout.h"
#include "fmmq/format/words.h"

namespace fmmq::test {

class RawSegment {
 public:
  using Word = format::SharedWord;

  // Maps the named segment; a failure fails the test and leaves good() false.
  explicit RawSegment(const std::string& name);
  RawSegment(const RawSegment&) = delete;
  RawSegment& operator=(const RawSegment&) = delete;
  ~RawSegment();

  bool good() const { return base_ != nullptr; }
  const format::Geometry& geometry() const { return geometry_; }
  format::Header& header() const { return *At<format::Header>(0); }
  format::Control<Word>& control() const {
    return *At<format::Control<Word>>(format::kControlOffset);
  }
  format::Seat<Word>& seat(uint32_t index) const {
    return At<format::Seat<Word>>(format::kSeatsOffset)[index];
  }
  format::Group<Word>& group(uint32_t index) const {
    return At<format::Group<Word>>(geometry_.groups_offset)[index];
  }
  Word& descriptor(uint64_t block) const { return At<Word>(geometry_.descriptors_offset)[block]; }
  char* data() const { return At<char>(geometry_.data_offset); }

  // Whether a living process holds the kernel lock on this byte (format::SeatLock and others).
  bool IsLocked(uint64_t byte) const;

  // Makes an empty queue, whose only group is "default", look as if `laps` whole laps of the ring
  // had been written and read. Handles must be opened afterwards.
  void StartAfterLaps(uint64_t laps);

 private:
  template <typename T>
  T* At(uint64_t offset) const {
    return reinterpret_cast<T*>(base_ + offset);
  }

  std::string path_;
  char* base_ = nullptr;
  format::Geometry geometry_;
};

// Files with chosen bytes under a segment's name.
void WriteSegmentFile(const std::string& name, const void* bytes, size_t size);
// A good segment's header: a ring of 4 KiB, blocks of 32, 4 seats, 2 groups.
format::Header SmallHeader();
// Writes the header as it is, followed by zeros up to `file_bytes`.
void WriteSegmentFile(const std::string& name, const format::Header& header, uint64_t file_bytes);

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_SUPPORT_RAW_SEGMENT_H_
