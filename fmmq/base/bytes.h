// Spans of bytes that convert from whatever holds contiguous plain data: std::string_view,
// std::vector, std::array, absl::Span. (C++17 has no std::span, and a public signature that named
// absl::Span would tie the archive's symbols to one Abseil release.)
#ifndef FMMQ_BASE_BYTES_H_
#define FMMQ_BASE_BYTES_H_

#include <cstddef>
#include <iterator>
#include <string_view>
#include <type_traits>
#include <utility>

namespace fmmq {

class ConstBytes {
 public:
  constexpr ConstBytes() = default;
  constexpr ConstBytes(const void* data, size_t size) : data_(data), size_(size) {}
  template <typename C,
            typename E = std::remove_pointer_t<decltype(std::data(std::declval<const C&>()))>,
            typename = std::enable_if_t<std::is_trivially_copyable_v<E> &&
                                        !std::is_same_v<std::remove_extent_t<C>, char>>>
  constexpr ConstBytes(const C& c)
      : data_(std::data(c)), size_(std::size(c) * sizeof(E)) {}  // NOLINT
  // A literal is its characters without the final NUL. A buffer is not a text: say how much of it,
  // {buffer, size}.
  template <size_t N>
  constexpr ConstBytes(const char (&literal)[N]) : data_(literal), size_(N - 1) {}  // NOLINT
  template <size_t N>
  ConstBytes(char (&buffer)[N]) = delete;

  constexpr const void* data() const { return data_; }
  constexpr size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  std::string_view text() const { return {static_cast<const char*>(data_), size_}; }

 private:
  const void* data_ = nullptr;
  size_t size_ = 0;
};

class MutableBytes {
 public:
  constexpr MutableBytes() = default;
  constexpr MutableBytes(void* data, size_t size) : data_(data), size_(size) {}
  template <typename C, typename E = std::remove_pointer_t<decltype(std::data(std::declval<C&>()))>,
            typename = std::enable_if_t<std::is_trivially_copyable_v<E> && !std::is_const_v<E>>>
  constexpr MutableBytes(C& c) : data_(std::data(c)), size_(std::size(c) * sizeof(E)) {}  // NOLINT

  constexpr void* data() const { return data_; }
  constexpr size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace fmmq

#endif  // FMMQ_BASE_BYTES_H_
