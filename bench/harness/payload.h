// Messages that check themselves: order, origin, and each of their bytes.
//
// The first word says who sent it and which one it is; the others are the same in each message, so
// that making one costs a store. The receiver adds all words up.
#ifndef FMMQ_BENCH_HARNESS_PAYLOAD_H_
#define FMMQ_BENCH_HARNESS_PAYLOAD_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace bench {

inline constexpr size_t kMaxSenders = 64;

// What else the first word of a message says.
enum class Mark : uint64_t { kNone = 0, kBegin = 1, kEnd = 2 };

inline constexpr uint64_t FirstWord(Mark mark, uint32_t sender, uint64_t sequence) {
  return static_cast<uint64_t>(mark) << 62 | uint64_t{sender} << 56 | sequence;
}

inline uint64_t PatternWord(size_t index) { return (index + 1) * 0x9e3779b97f4a7c15u; }

// The sum of all but the first word of a message of `bytes`.
inline uint64_t PatternSum(size_t bytes) {
  uint64_t sum = 0;
  for (size_t i = 1; i < bytes / 8; ++i) sum += PatternWord(i);
  return sum;
}

// A message stays as it is until kKept more were made.
template <size_t kKept = 1>
class Composer {
 public:
  // `bytes`: a multiple of 8.
  Composer(size_t bytes, uint32_t sender)
      : size_(bytes / 8), words_(size_ * kKept), sender_(sender) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] = PatternWord(i % size_);
  }
  std::string_view Next(Mark mark) {
    uint64_t* const message = &words_[kKept == 1 ? 0 : sequence_ % kKept * size_];
    *message = FirstWord(mark, sender_, sequence_++);
    return {reinterpret_cast<const char*>(message), size_ * 8};
  }
  uint64_t sequence() const { return sequence_; }

 private:
  size_t size_;  // words of a message
  std::vector<uint64_t> words_;
  uint32_t sender_;
  uint64_t sequence_ = 0;
};

class Inspector {
 public:
  explicit Inspector(size_t bytes) : bytes_(bytes), pattern_(PatternSum(bytes)) {}

  // Reads every byte. False: it is not the message that had to come next from its sender.
  bool Check(std::string_view message, Mark* mark) {
    uint64_t sender, sequence;
    return IsWhole(message, mark, &sender, &sequence) && sequence == next_[sender]++;
  }

  // The same, but some may be missing, each time.
  bool CheckSome(std::string_view message, Mark* mark) {
    uint64_t sender, sequence;
    if (!IsWhole(message, mark, &sender, &sequence) || sequence < next_[sender]) return false;
    next_[sender] = sequence + 1;
    return true;
  }

 private:
  bool IsWhole(std::string_view message, Mark* mark, uint64_t* sender, uint64_t* sequence) const {
    if (message.size() != bytes_) return false;
    const uint64_t first = Load(message.data());
    *sender = first >> 56 & (kMaxSenders - 1);
    *mark = static_cast<Mark>(first >> 62);
    *sequence = first & ((uint64_t{1} << 56) - 1);
    return Sum(message) == first + pattern_;
  }

  // Four sums side by side: one alone is as slow as its additions, and would be what is measured.
  static uint64_t Sum(std::string_view message) {
    uint64_t sums[4] = {};
    const char* word = message.data();
    const char* const end = word + message.size();
    for (; end - word >= 32; word += 32) {
      for (int i = 0; i < 4; ++i) sums[i] += Load(word + 8 * i);
    }
    for (; word != end; word += 8) sums[0] += Load(word);
    return sums[0] + sums[1] + sums[2] + sums[3];
  }

  static uint64_t Load(const char* from) {
    uint64_t word;
    std::memcpy(&word, from, sizeof(word));
    return word;
  }

  size_t bytes_;
  uint64_t pattern_;
  uint64_t next_[kMaxSenders] = {};
};

}  // namespace bench

#endif  // FMMQ_BENCH_HARNESS_PAYLOAD_H_
