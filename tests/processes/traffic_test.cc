// Two producers, two members of one group, a second group, two observers: nothing lost in groups,
// nothing doubled, each producer's order kept, observers' losses counted exactly.
#include "tests/processes/traffic.h"

#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

using test::Ok;
using test::Traffic;
using test::TrafficPlan;

using Part = std::function<void(Queue&)>;

std::vector<Part> PartsOf(Traffic& traffic) {
  std::vector<Part> parts;
  const TrafficPlan& plan = traffic.plan();
  for (uint32_t i = 0; i < plan.producers; ++i) {
    parts.push_back([&traffic, i](Queue& queue) { traffic.Produce(queue, i); });
  }
  for (uint32_t group = 0; group < test::kMaxGroupsInTraffic; ++group) {
    for (uint32_t i = 0; i < plan.members[group]; ++i) {
      parts.push_back([&traffic, group, i](Queue& queue) { traffic.Consume(queue, group, i); });
    }
  }
  for (uint32_t i = 0; i < plan.observers; ++i) {
    parts.push_back([&traffic](Queue& queue) { traffic.Observe(queue); });
  }
  return parts;
}

// Each opens the queue for itself.
void RunInProcesses(const std::vector<Part>& parts, const std::string& name) {
  std::vector<test::Child> children;
  for (const Part& part : parts) {
    children.emplace_back([&part, &name] {
      Result<Queue> queue = Queue::Open(name);
      ASSERT_TRUE(Ok(queue));
      part(*queue);
    });
  }
  for (test::Child& child : children) EXPECT_TRUE(test::Succeeded(child.Wait()));
}

// All over one mapping, so that a sanitizer sees who does what to which word.
void RunInThreads(const std::vector<Part>& parts, Queue& queue) {
  std::vector<std::thread> threads;
  for (const Part& part : parts) threads.emplace_back([&part, &queue] { part(queue); });
  for (std::thread& thread : threads) thread.join();
}

enum class Where { kProcesses, kThreads };

class TrafficTest : public ::testing::TestWithParam<Where> {
 protected:
  static void Run(const TrafficPlan& plan) {
    const test::ScopedName name;
    Result<Queue> queue = Queue::Create(name.get(), plan.options);
    ASSERT_TRUE(Ok(queue));
    // Both groups are there before the first message.
    { Result<Consumer> audit = queue->Join(test::TrafficGroup(1), {GroupKind::kShared, true}); }
    Traffic traffic(plan);
    if (GetParam() == Where::kProcesses) {
      RunInProcesses(PartsOf(traffic), name);
    } else {
      RunInThreads(PartsOf(traffic), *queue);
    }
    if (!HasFailure()) traffic.Check(*queue);
    EXPECT_EQ(queue->Info().producers + queue->Info().members, 0u);
    EXPECT_EQ(queue->Info().recoveries, 0u);
  }

  static TrafficPlan Plan(Policy policy, uint64_t capacity) {
    TrafficPlan plan;
    plan.options.policy = policy;
    plan.options.capacity = capacity;
    return plan;
  }
};

TEST_P(TrafficTest, Lossless) { Run(Plan(Policy::kLossless, 64 << 10)); }

// Small enough that it is full and empty all the time, and wraps at each handful of messages.
TEST_P(TrafficTest, LosslessThroughATinyRing) {
  TrafficPlan plan = Plan(Policy::kLossless, 4096);
  plan.messages = 20000;
  plan.max_size = 500;
  Run(plan);
}

TEST_P(TrafficTest, SingleProducer) {
  TrafficPlan plan = Plan(Policy::kLossless, 64 << 10);
  plan.options.single_producer = true;
  plan.producers = 1;
  plan.messages = 200000;
  Run(plan);
}

TEST_P(TrafficTest, Overwrite) { Run(Plan(Policy::kOverwrite, 64 << 10)); }

TEST_P(TrafficTest, OverwriteThroughATinyRing) {
  TrafficPlan plan = Plan(Policy::kOverwrite, 4096);
  plan.messages = 20000;
  plan.max_size = 500;
  Run(plan);
}

TEST_P(TrafficTest, CompatBeforeItsSwitch) {
  TrafficPlan plan = Plan(Policy::kCompat, 16 << 10);
  plan.messages = 20000;
  plan.max_size = 100;
  Run(plan);
}

TEST_P(TrafficTest, FourProducersContend) {
  TrafficPlan plan = Plan(Policy::kLossless, 16 << 10);
  plan.options.block_size = 16;
  plan.producers = 4;
  plan.messages = 50000;
  plan.observers = 1;
  Run(plan);
}

INSTANTIATE_TEST_SUITE_P(In, TrafficTest, ::testing::Values(Where::kProcesses, Where::kThreads),
                         [](const auto& where) {
                           return where.param == Where::kProcesses ? "Processes" : "Threads";
                         });

}  // namespace
}  // namespace fmmq
