// Producers, groups and observers at work on one queue, each in a process or a thread of its own,
// and the account of what came where.
#ifndef FMMQ_TESTS_PROCESSES_TRAFFIC_H_
#define FMMQ_TESTS_PROCESSES_TRAFFIC_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "fmmq/fmmq.h"
#include "tests/support/shared_page.h"

namespace fmmq::test {

inline constexpr uint32_t kMaxProducers = 4;
inline constexpr uint32_t kMaxGroupsInTraffic = 2;
inline constexpr uint32_t kMaxTrafficMessages = 200000;  // of one producer

// Who takes part. Members of a group read in different ways: by copy, in place, in batches.
struct TrafficPlan {
  Options options;
  uint32_t producers = 2;
  uint64_t messages = 100000;  // of each producer
  size_t max_size = 32;        // bytes; each message has a size from 16 to this one
  uint32_t members[kMaxGroupsInTraffic] = {2, 1};  // of "default", and of "audit"
  uint32_t observers = 2;

  uint64_t TotalMessages() const { return producers * messages; }
};

struct GroupAccount {
  std::atomic<uint64_t> messages;
  std::atomic<uint64_t> blocks;
  std::atomic<uint64_t> lost;  // the sum of what its members say
  // How often each message came.
  std::atomic<uint8_t> seen[kMaxProducers][kMaxTrafficMessages];
};

struct TrafficBoard {
  Barrier start;
  std::atomic<uint32_t> producers_done;
  GroupAccount groups[kMaxGroupsInTraffic];
};

// Each takes its part from the start, when all are there, to the end, and checks what it gets.
// `index` counts from 0 within its kind.
class Traffic {
 public:
  explicit Traffic(const TrafficPlan& plan) : plan_(plan) {}

  void Produce(Queue& queue, uint32_t index);
  void Consume(Queue& queue, uint32_t group, uint32_t index);
  void Observe(Queue& queue);

  // Checks the account when everybody is through.
  void Check(Queue& queue);

  const TrafficPlan& plan() const { return plan_; }
  uint32_t parties() const {
    return plan_.producers + plan_.members[0] + plan_.members[1] + plan_.observers;
  }

 private:
  // What one reader has seen of each producer.
  struct Order {
    int64_t last[kMaxProducers] = {-1, -1, -1, -1};
    bool Accept(ConstBytes bytes);
    uint32_t writer = 0;
    uint64_t sequence = 0;
  };

  bool Start();
  bool ProducersDone() const { return board_->producers_done == plan_.producers; }
  bool GroupIsThrough(Queue& queue, uint32_t group);
  size_t WriteNext(Producer& producer, uint32_t writer, uint64_t sequence);
  uint64_t BlocksOf(size_t size) const;
  bool Account(uint32_t group, Order& order, ConstBytes bytes);
  Code ReadByCopy(Consumer& consumer, uint32_t group, Order& order);
  Code ReadBatch(Consumer& consumer, uint32_t group, Order& order);

  TrafficPlan plan_;
  SharedPage<TrafficBoard> board_;
};

constexpr std::string_view TrafficGroup(uint32_t group) { return group == 0 ? "default" : "audit"; }

}  // namespace fmmq::test

#endif  // FMMQ_TESTS_PROCESSES_TRAFFIC_H_
