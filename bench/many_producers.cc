// Messages of 64 bytes from producers on one processor to a member on another, as a program of its
// own: linked with the core as it is, and with one whose writers store no intents.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "bench/harness/case.h"
#include "bench/harness/throughput.h"
#include "bench/transports/fmmq_queue.h"

namespace bench {
namespace {

constexpr FmmqUse kForMany{false, true};

int Main(uint64_t duration_ns, int writer_cpu, int reader_cpu, int senders) {
  const Placement placement{std::vector<int>(static_cast<size_t>(senders), writer_cpu),
                            {reader_cpu}};
  const Rate rate =
      MeasureThroughput<FmmqQueue<kForMany>>(ShapeOf(64, senders), placement, duration_ns);
  if (!rate.good) return 1;
  std::printf("%.6g\n", rate.per_second);
  return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: many_producers NANOSECONDS WRITER_CPU READER_CPU PRODUCERS\n");
    return 2;
  }
  return bench::Main(std::strtoull(argv[1], nullptr, 10), std::atoi(argv[2]), std::atoi(argv[3]),
                     std::atoi(argv[4]));
}
