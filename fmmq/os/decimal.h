// Numbers in paths.
#ifndef FMMQ_OS_DECIMAL_H_
#define FMMQ_OS_DECIMAL_H_

#include <string_view>

namespace fmmq::os {

// A descriptor or a process id as text. (std::to_chars costs some 300 bytes of text.)
class Decimal {
 public:
  explicit Decimal(int number) {
    do {
      *--begin_ = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
  }
  Decimal(const Decimal&) = delete;
  Decimal& operator=(const Decimal&) = delete;
  const char* c_str() const { return begin_; }
  std::string_view view() const { return {begin_, static_cast<size_t>(End() - begin_)}; }

 private:
  const char* End() const { return text_ + sizeof(text_) - 1; }

  char text_[12] = {};
  char* begin_ = text_ + sizeof(text_) - 1;
};

}  // namespace fmmq::os

#endif  // FMMQ_OS_DECIMAL_H_
