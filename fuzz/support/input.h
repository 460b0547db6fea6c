// A fuzz target's input, taken apart. Inputs are written so that a person can: an operation is a
// letter, and its arguments are digits and letters; any other byte means something, too.
#ifndef FMMQ_FUZZ_SUPPORT_INPUT_H_
#define FMMQ_FUZZ_SUPPORT_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace fmmq::fuzz {

class Input {
 public:
  Input(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}

  bool empty() const { return at_ == end_; }

  // 0 behind the end.
  uint8_t Byte() { return at_ == end_ ? uint8_t{0} : *at_++; }

  // One of `letters`: the byte itself, or what the byte's value counts off.
  char Letter(std::string_view letters) {
    const char byte = static_cast<char>(Byte());
    if (letters.find(byte) != std::string_view::npos) return byte;
    return letters[static_cast<uint8_t>(byte) % letters.size()];
  }

  // '0' is 0, '9' is 9, 'a' is 10, 'z' is 35; else the byte's value.
  uint32_t Number() {
    const uint8_t byte = Byte();
    if (byte >= '0' && byte <= '9') return byte - uint32_t{'0'};
    if (byte >= 'a' && byte <= 'z') return byte - uint32_t{'a'} + 10;
    return byte;
  }
  uint32_t Below(uint32_t limit) { return Number() % limit; }

  // '0' to '9': as many bytes. 'a' to 'z': 16 to 416, in steps of 16. 'A' to 'Z': 160 to 4160, in
  // steps of 160. Else the byte's value.
  size_t Size() {
    const uint8_t byte = Byte();
    if (byte >= '0' && byte <= '9') return byte - size_t{'0'};
    if (byte >= 'a' && byte <= 'z') return (byte - size_t{'a'} + 1) * 16;
    if (byte >= 'A' && byte <= 'Z') return (byte - size_t{'A'} + 1) * 160;
    return byte;
  }

  // Eight bytes, little endian; fewer at the end.
  uint64_t Word() {
    uint64_t word = 0;
    for (int shift = 0; shift < 64; shift += 8) word |= uint64_t{Byte()} << shift;
    return word;
  }

  // At most `size` bytes.
  std::string_view Bytes(size_t size) {
    const size_t left = static_cast<size_t>(end_ - at_);
    const size_t taken = size < left ? size : left;
    const std::string_view bytes(reinterpret_cast<const char*>(at_), taken);
    at_ += taken;
    return bytes;
  }
  std::string_view Rest() { return Bytes(static_cast<size_t>(end_ - at_)); }

 private:
  const uint8_t* at_;
  const uint8_t* end_;
};

}  // namespace fmmq::fuzz

#endif  // FMMQ_FUZZ_SUPPORT_INPUT_H_
