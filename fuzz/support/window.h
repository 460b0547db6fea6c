// A mapping of a queue's segment beside the queue's own: what a hostile peer has, and what says
// which bytes are in the ring.
#ifndef FMMQ_FUZZ_SUPPORT_WINDOW_H_
#define FMMQ_FUZZ_SUPPORT_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fmmq/base/bytes.h"
#include "fmmq/format/geometry.h"
#include "fmmq/format/layout.h"

namespace fmmq::fuzz {

class Window {
 public:
  // A word that anybody may change at any time.
  using Word = format::SharedWord;

  explicit Window(int fd);
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  ~Window();

  const format::Geometry& geometry() const { return geometry_; }
  // Words of the segment behind the header.
  size_t word_count() const;
  Word& word(size_t index) const;

  format::Control<Word>& control() const {
    return *At<format::Control<Word>>(format::kControlOffset);
  }
  format::Seat<Word>& seat(uint32_t index) const {
    return At<format::Seat<Word>>(format::kSeatsOffset)[index];
  }
  format::Group<Word>& group(uint32_t index) const {
    return At<format::Group<Word>>(geometry_.groups_offset)[index];
  }
  format::StringControl<Word>& string() const {
    return *At<format::StringControl<Word>>(geometry_.string_offset);
  }
  Word& descriptor(uint64_t block) const {
    return At<Word>(geometry_.descriptors_offset)[block & (geometry_.block_count - 1)];
  }
  unsigned char* data() const { return At<unsigned char>(geometry_.data_offset); }
  unsigned char* string_buffer(uint32_t which) const;

  // Whether the ring holds these bytes from `position` on.
  bool Shows(uint64_t position, ConstBytes bytes) const;
  // Whether it holds them from the beginning of some block on.
  bool ShowsSomewhere(ConstBytes bytes) const;

  // Bytes in data and in the string's buffers are marked from now on, if whoever writes there marks
  // them, or 0: the last word of a copy is filled up. Memory that is read by mistake is not likely
  // to be so.
  static constexpr unsigned char kMark = 0x80;
  void MarkAll() const;
  static bool IsMarked(ConstBytes bytes);

  static constexpr uint32_t kNone = ~uint32_t{0};
  // The entry of the group with this name, or kNone.
  uint32_t FindGroup(std::string_view name) const;
  // The first seat that shows an intent in [begin, end), or kNone.
  uint32_t FindIntent(uint64_t begin, uint64_t end) const;

  // Makes a queue that nobody used yet look as if `laps` whole laps had been written and read.
  void StartAfterLaps(uint64_t laps) const;

 private:
  template <typename T>
  T* At(uint64_t offset) const {
    return reinterpret_cast<T*>(base_ + offset);
  }

  char* base_ = nullptr;
  format::Geometry geometry_;
};

}  // namespace fmmq::fuzz

#endif  // FMMQ_FUZZ_SUPPORT_WINDOW_H_
