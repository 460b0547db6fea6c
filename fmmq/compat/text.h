// Text that grows in memory from malloc, for the caller to free.
#ifndef FMMQ_COMPAT_TEXT_H_
#define FMMQ_COMPAT_TEXT_H_

#include <cstddef>
#include <cstdlib>
#include <utility>

#include "fmmq/base/bytes.h"

namespace fmmq::compat {

class Text {
 public:
  Text() = default;
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;
  ~Text() { std::free(data_); }

  const char* data() const { return data_; }
  size_t size() const { return size_; }

  // Where the next piece may be written; MakeRoom comes first. Two bytes behind it stay free: for a
  // space and the final NUL.
  MutableBytes room() const { return {data_ + size_, capacity_ - size_ - 2}; }

  // Room for a piece of `bytes` bytes, 0 or more. False when there is no memory; what there is
  // stays.
  bool MakeRoom(size_t bytes) {
    const size_t needed = size_ + bytes + 2;
    if (needed <= capacity_) return true;
    size_t capacity = capacity_ < kFirst ? kFirst : 2 * capacity_;
    if (capacity < needed) capacity = needed;
    return Resize(capacity);
  }

  // Keeps `bytes` bytes that were written into room().
  void Keep(size_t bytes) { size_ += bytes; }
  void KeepWithSpace(size_t bytes) {
    size_ += bytes;
    data_[size_++] = ' ';
  }

  // The text, NUL terminated; the caller's from now on. Null when there is no memory.
  char* Take() {
    if (data_ == nullptr && !Resize(1)) return nullptr;
    data_[size_] = '\0';
    if (capacity_ - size_ > kMaxWaste) Resize(size_ + 1);
    return std::exchange(data_, nullptr);
  }

 private:
  static constexpr size_t kFirst = 256;
  static constexpr size_t kMaxWaste = 65536;

  bool Resize(size_t capacity) {
    auto* const data = static_cast<char*>(std::realloc(data_, capacity));
    if (data == nullptr) return false;
    data_ = data;
    capacity_ = capacity;
    return true;
  }

  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace fmmq::compat

#endif  // FMMQ_COMPAT_TEXT_H_
