// What is a death, and what is none.
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/processes/kill_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::ReadTextSoon;

using LivenessTest = test::KillTest;

TEST_F(LivenessTest, AStoppedProducerIsNotDead) {
  Make();
  Consumer consumer = *queue_.Join();
  Observer observer = *queue_.Observe();
  Child child = Start([this](Queue& queue) { HoldReservation(queue); });
  child.Stop();
  Write("next");
  EXPECT_EQ(ReadTextSoon(consumer), "whole");
  EXPECT_EQ(ReadTextSoon(observer), "whole");
  ExpectNothingFor(consumer, std::chrono::milliseconds(150));
  ExpectNothingFor(observer, std::chrono::milliseconds(150));
  stage_->allowed = 2;
  child.Send(SIGCONT);
  EXPECT_TRUE(test::Succeeded(child.Wait()));
  for (const char* text : {"late", "next", "after late"}) {
    EXPECT_EQ(ReadTextSoon(consumer), text);
    EXPECT_EQ(ReadTextSoon(observer), text);
  }
  EXPECT_EQ(queue_.Info().recoveries, 0u);
}

TEST_F(LivenessTest, AStoppedMemberIsNotDead) {
  Make();
  Consumer other = *queue_.Join();
  Write("held");
  Child child = Start([this](Queue& queue) { HoldDefaultMessage(queue); });
  child.Stop();
  Write("next");
  EXPECT_EQ(ReadTextSoon(other), "next");
  ExpectNothingFor(other, std::chrono::milliseconds(150));
  stage_->allowed = 2;
  child.Send(SIGCONT);
  EXPECT_TRUE(test::Succeeded(child.Wait()));
  ExpectNothingFor(other, std::chrono::milliseconds(50));
}

TEST_F(LivenessTest, AStoppedSingleProducerKeepsItsPlace) {
  Options options;
  options.single_producer = true;
  Make(options);
  Child child = Start([this](Queue& queue) { HoldReservation(queue); });
  child.Stop();
  EXPECT_EQ(queue_.NewProducer().code(), Code::kTaken);
  child.Kill();
  EXPECT_TRUE(Ok(queue_.NewProducer()));
}

// Its lock lives in its address space, not in a descriptor.
TEST_F(LivenessTest, WhoClosesAllItsDescriptorsIsNotDead) {
  Make();
  Consumer consumer = *queue_.Join();
  Child child = Start([this](Queue& queue) {
    Producer producer = *queue.NewProducer();
    ASSERT_TRUE(Ok(producer.TryReserve(100)));
    ASSERT_EQ(syscall(SYS_close_range, 3, ~0u, 0), 0);
    stage_->Reach(1);
    ASSERT_TRUE(Ok(producer.Commit(0)));
  });
  Write("next");
  ExpectNothingFor(consumer, std::chrono::milliseconds(150));
  stage_->allowed = 1;
  EXPECT_TRUE(test::Succeeded(child.Wait()));
  EXPECT_EQ(ReadTextSoon(consumer), "");
  EXPECT_EQ(ReadTextSoon(consumer), "next");
}

// Another program in the same process is another owner: what the first one held is nobody's.
TEST_F(LivenessTest, WhoBecomesAnotherProgramIsDead) {
  Make();
  Consumer consumer = *queue_.Join();
  Child child = Start([this](Queue& queue) {
    Producer producer = *queue.NewProducer();
    ASSERT_TRUE(Ok(producer.TryReserve(100)));
    stage_->reached = 1;
    execl("/bin/sleep", "sleep", "100", nullptr);
  });
  Write("next");
  EXPECT_EQ(ReadTextSoon(consumer), "next");
}

// A process that the dead one had forked lives on, with a copy of its memory.
TEST_F(LivenessTest, AForkedChildDoesNotKeepTheDeadAlive) {
  Make();
  Consumer consumer = *queue_.Join();
  KillAfter([this](Queue& queue) {
    Producer producer = *queue.NewProducer();
    ASSERT_TRUE(Ok(producer.TryReserve(100)));
    const int child = fork();
    if (child == 0) {
      while (true) pause();
    }
    stage_->other_pid = child;
    stage_->Reach(1);
  });
  Write("next");
  EXPECT_EQ(ReadTextSoon(consumer), "next");
  EXPECT_EQ(kill(stage_->other_pid, 0), 0);
  kill(stage_->other_pid, SIGKILL);
}

}  // namespace
}  // namespace fmmq
