// Two processes want one name at the same time, 1000 times.
#include <atomic>
#include <cstring>
#include <string>

#include "fmmq/fmmq.h"
#include "gtest/gtest.h"
#include "tests/support/child.h"
#include "tests/support/names.h"
#include "tests/support/shared_page.h"
#include "tests/support/statuses.h"

namespace fmmq {
namespace {

constexpr int kRounds = 1000;

struct Outcome {
  Code code;
  uint8_t uuid[16];
};

struct Race {
  test::Barrier barrier;
  Outcome outcomes[2][kRounds];
};

Options SmallOptions() {
  Options options;
  options.capacity = 4096;
  options.seats = 2;
  options.groups = 1;
  return options;
}

using MakeQueue = Result<Queue> (*)(std::string_view name, const Options& options);

// One of the two: starts each round together with the other, and ends it together, so that the
// queue still exists when the slower one comes. The first one cleans up.
void RunRounds(Race& race, int self, const std::string& name, MakeQueue make) {
  for (Outcome& outcome : race.outcomes[self]) {
    ASSERT_TRUE(race.barrier.Wait(2));
    const Result<Queue> queue = make(name, SmallOptions());
    outcome.code = queue.code();
    std::memcpy(outcome.uuid, queue->Info().uuid, sizeof(outcome.uuid));
    ASSERT_TRUE(race.barrier.Wait(2));
    if (self != 0) continue;
    ASSERT_TRUE(test::Ok(Queue::Remove(name)));
  }
}

void RunRace(Race& race, MakeQueue make) {
  const test::ScopedName name;
  test::Child other([&] { RunRounds(race, 1, name, make); });
  test::Child self([&] { RunRounds(race, 0, name, make); });
  EXPECT_TRUE(test::Succeeded(self.Wait()));
  EXPECT_TRUE(test::Succeeded(other.Wait()));
}

TEST(RaceTest, ExactlyOneCreatorWins) {
  const test::SharedPage<Race> race;
  RunRace(*race, &Queue::Create);
  for (int round = 0; round < kRounds; ++round) {
    const Code first = race->outcomes[0][round].code;
    const Code second = race->outcomes[1][round].code;
    EXPECT_NE(first == Code::kOk, second == Code::kOk) << round;
    EXPECT_EQ(first == Code::kOk ? second : first, Code::kAlreadyExists) << round;
  }
}

TEST(RaceTest, BothGetTheSameQueueWhereTheyAskForThat) {
  const test::SharedPage<Race> race;
  RunRace(*race, &Queue::OpenOrCreate);
  for (int round = 0; round < kRounds; ++round) {
    const Outcome& first = race->outcomes[0][round];
    const Outcome& second = race->outcomes[1][round];
    EXPECT_EQ(first.code, Code::kOk) << round;
    EXPECT_EQ(second.code, Code::kOk) << round;
    EXPECT_EQ(std::memcmp(first.uuid, second.uuid, 16), 0) << round;
  }
  const Outcome* const outcomes = race->outcomes[0];
  EXPECT_NE(std::memcmp(outcomes[0].uuid, outcomes[kRounds - 1].uuid, 16), 0);
}

Result<Queue> OpenSoon(std::string_view name, const Options&) {
  const test::Deadline deadline;
  while (true) {
    Result<Queue> queue = Queue::Open(name);
    if (queue.code() != Code::kNotFound || deadline.passed()) return queue;
  }
}

// Whoever opens finds nothing or the whole segment, never a half-made one.
TEST(RaceTest, NobodySeesAHalfMadeSegment) {
  const test::SharedPage<Race> race;
  const test::ScopedName name;
  test::Child opener([&] { RunRounds(*race, 1, name, &OpenSoon); });
  test::Child creator([&] { RunRounds(*race, 0, name, &Queue::Create); });
  EXPECT_TRUE(test::Succeeded(creator.Wait()));
  EXPECT_TRUE(test::Succeeded(opener.Wait()));
  for (int round = 0; round < kRounds; ++round) {
    EXPECT_EQ(race->outcomes[0][round].code, Code::kOk) << round;
    EXPECT_EQ(race->outcomes[1][round].code, Code::kOk) << round;
  }
}

}  // namespace
}  // namespace fmmq
