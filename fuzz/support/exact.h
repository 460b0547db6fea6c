// Memory of exactly the size that is needed, so that a sanitizer sees a step past either end.
#ifndef FMMQ_FUZZ_SUPPORT_EXACT_H_
#define FMMQ_FUZZ_SUPPORT_EXACT_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>

#include "fmmq/base/bytes.h"

namespace fmmq::fuzz {

class Exact {
 public:
  explicit Exact(size_t size) : size_(size), bytes_(new char[size]) {
    std::fill_n(bytes_.get(), size, '\0');
  }
  Exact(const void* data, size_t size) : size_(size), bytes_(new char[size]) {
    std::copy_n(static_cast<const char*>(data), size, bytes_.get());
  }
  explicit Exact(std::string_view text) : Exact(text.data(), text.size()) {}

  size_t size() const { return size_; }
  char* data() { return bytes_.get(); }
  const char* data() const { return bytes_.get(); }
  std::string_view view() const { return {bytes_.get(), size_}; }
  MutableBytes space() { return {bytes_.get(), size_}; }
  ConstBytes bytes() const { return {bytes_.get(), size_}; }

 private:
  size_t size_;
  std::unique_ptr<char[]> bytes_;
};

}  // namespace fmmq::fuzz

#endif  // FMMQ_FUZZ_SUPPORT_EXACT_H_
