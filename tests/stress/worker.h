// What all workers have in common.
#ifndef FMMQ_TESTS_STRESS_WORKER_H_
#define FMMQ_TESTS_STRESS_WORKER_H_

#include <chrono>
#include <cstdint>
#include <initializer_list>

#include "fmmq/fmmq.h"
#include "tests/stress/ledger.h"
#include "tests/stress/oracle.h"
#include "tests/support/payload.h"

namespace fmmq::stress {

// Repeatable: the same seed gives the same numbers.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(test::Mix(seed + 1)) {}
  uint64_t Next() { return test::Mix(state_ += 0x9e3779b97f4a7c15u); }
  // 0 to limit - 1.
  uint32_t Below(uint64_t limit) { return static_cast<uint32_t>(Next() % limit); }
  bool OneIn(uint64_t times) { return Below(times) == 0; }

 private:
  uint64_t state_;
};

inline Deadline Soon(uint32_t ms) { return Deadline::In(std::chrono::milliseconds(ms)); }

// A worker's place: its slot of the ledger, and the queue. In a process of its own the queue is its
// own, too; threads share one.
class Worker {
 public:
  Worker(Ledger& ledger, uint32_t slot, Queue& queue, bool own_process);

  Ledger& ledger() { return ledger_; }
  const Plan& plan() const { return ledger_.plan; }
  uint32_t slot() const { return slot_; }
  Part part() const { return part_; }
  Queue& queue() { return queue_; }
  bool own_process() const { return own_process_; }
  Random& random() { return random_; }

  // Whether it is time to leave for good.
  bool Leaves() const;

  // Says what is being done: for people.
  void Say(Doing doing) { Mine().doing.store(static_cast<uint32_t>(doing), kRelaxed); }
  // A call returned. Whether its status is ok; one that is neither ok nor among `allowed` is a
  // violation.
  bool Returned(Status status, std::initializer_list<Code> allowed, const char* call);
  void Succeed(uint64_t count) { Add(Mine().successes, count); }
  void Nap(uint32_t max_us);
  // With something in the hand: whoever kills looks for that.
  void Linger(uint32_t max_us);

  Slot& Mine() { return ledger_.slots[slot_]; }

 private:
  void Sleep(uint32_t max_us);

  static constexpr auto kRelaxed = std::memory_order_relaxed;
  // Only this worker writes its slot's words.
  static void Add(Word& word, uint64_t count) {
    word.store(word.load(kRelaxed) + count, std::memory_order_release);
  }

  Ledger& ledger_;
  uint32_t slot_;
  Part part_;
  Queue& queue_;
  bool own_process_;
  Random random_;
};

// Each does its part until it is time to leave: one handle after the other.
void Produce(Worker& worker);
void Consume(Worker& worker);
void Visit(Worker& worker);
void Observe(Worker& worker);

// Whichever of them the slot's part is.
void Work(Worker& worker);

// The main function of a worker's process. `place` is "<descriptor of the ledger>:<slot>:<the
// director's process>".
int WorkerMain(const char* place);

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_WORKER_H_
