// What one measurement is, and what it says.
#ifndef FMMQ_BENCH_HARNESS_CASE_H_
#define FMMQ_BENCH_HARNESS_CASE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/harness/ping_pong.h"
#include "bench/harness/transport.h"

namespace bench {

struct Figure {
  const char* name;  // with its unit
  double value;
};

struct Case {
  std::string row;                               // cases of one row are compared with each other,
  uint64_t x;                                    // at the same x: bytes, producers, readers, ...
  std::string subject;                           // what is measured
  std::function<std::vector<Figure>()> measure;  // nothing: it failed
};

struct Settings {
  uint64_t duration_ns;
  int writer_cpu;
  int reader_cpu;
};

using Cases = std::vector<Case>;

// The ring is the same for everybody.
inline Shape ShapeOf(size_t message_bytes, int senders = 1, int receivers = 1) {
  const size_t ring_bytes = message_bytes >= 65536 ? size_t{16} << 20 : size_t{1} << 20;
  return {message_bytes, ring_bytes, senders, receivers};
}

inline constexpr char kPerSecond[] = "messages/s";

void AddOneToOne(const Settings& settings, Cases* cases);
void AddThereAndBack(const Settings& settings, Cases* cases);
void AddSeveralToOne(const Settings& settings, Cases* cases);
void AddOneToSeveral(const Settings& settings, Cases* cases);
void AddCosts(const Settings& settings, Cases* cases);
// `folder`: where the two programs are.
void AddSafety(const Settings& settings, const std::string& folder, Cases* cases);

}  // namespace bench

#endif  // FMMQ_BENCH_HARNESS_CASE_H_
