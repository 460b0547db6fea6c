// A log-linear histogram of durations: no allocation while it counts, values within 1.6 %.
#ifndef FMMQ_BENCH_HARNESS_HISTOGRAM_H_
#define FMMQ_BENCH_HARNESS_HISTOGRAM_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace bench {

class Histogram {
 public:
  void Add(uint64_t ns) {
    ++counts_[Bucket(ns)];
    ++total_;
    if (ns > max_) max_ = ns;
  }
  uint64_t total() const { return total_; }
  uint64_t max() const { return max_; }

  // The value that the fraction `part` of all do not exceed.
  uint64_t Percentile(double part) const {
    const auto rank = static_cast<uint64_t>(part * static_cast<double>(total_));
    uint64_t seen = 0;
    for (size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > rank) return Value(i);
    }
    return max_;
  }

 private:
  // 64 buckets for each power of two.
  static constexpr unsigned kBits = 6;
  static constexpr size_t kSub = size_t{1} << kBits;

  static size_t Bucket(uint64_t ns) {
    if (ns < kSub) return ns;
    const unsigned shift = 63 - static_cast<unsigned>(__builtin_clzll(ns)) - kBits;
    const size_t bucket = (shift + 1) * kSub + ((ns >> shift) - kSub);
    return bucket < kBuckets ? bucket : kBuckets - 1;
  }
  static uint64_t Value(size_t bucket) {
    if (bucket < kSub) return bucket;
    const size_t shift = bucket / kSub - 1;
    return (kSub + bucket % kSub) << shift;
  }

  static constexpr size_t kBuckets = 36 * kSub;  // up to a minute
  std::array<uint64_t, kBuckets> counts_{};
  uint64_t total_ = 0;
  uint64_t max_ = 0;
};

}  // namespace bench

#endif  // FMMQ_BENCH_HARNESS_HISTOGRAM_H_
