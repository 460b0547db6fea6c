// What is a death, and what is none.
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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

// Ways to get a child that outlives its parent. Each returns its process id.
pid_t Fork() {
  const pid_t child = fork();
  if (child == 0) {
    while (true) pause();
  }
  return child;
}

// Without the C library's knowledge: no fork handler runs.
pid_t RawClone() {
  const auto child = static_cast<pid_t>(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
  if (child == 0) {
    while (true) pause();
  }
  return child;
}

// In the parent's own memory, until it becomes another program.
pid_t Vfork() {
  const pid_t child = vfork();
  if (child == 0) {
    execl("/bin/sleep", "sleep", "1000", nullptr);
    _exit(1);
  }
  return child;
}

class OrphanTest : public LivenessTest, public ::testing::WithParamInterface<pid_t (*)()> {};
INSTANTIATE_TEST_SUITE_P(Ways, OrphanTest, ::testing::Values(Fork, RawClone, Vfork));

// A process that the dead one had made lives on, perhaps with a copy of its memory.
TEST_P(OrphanTest, DoesNotKeepTheDeadAlive) {
  Make();
  Consumer consumer = *queue_.Join();
  KillAfter([this](Queue& queue) {
    Producer producer = *queue.NewProducer();
    ASSERT_TRUE(Ok(producer.TryReserve(100)));
    stage_->other_pid = GetParam()();
    stage_->Reach(1);
  });
  Write("next");
  EXPECT_EQ(ReadTextSoon(consumer), "next");
  EXPECT_EQ(kill(stage_->other_pid, 0), 0);
  kill(stage_->other_pid, SIGKILL);
}

// The parent's handles go on working while such a child is there.
TEST_P(OrphanTest, DoesNotDisturbTheLiving) {
  Make();
  Producer producer = *queue_.NewProducer();
  Consumer consumer = *queue_.Join();
  const pid_t child = GetParam()();
  EXPECT_TRUE(Ok(producer.TryWrite("message")));
  EXPECT_EQ(ReadTextSoon(consumer), "message");
  EXPECT_EQ(queue_.Presence()->producers, 1u);
  EXPECT_EQ(queue_.Presence()->members, 1u);
  kill(child, SIGKILL);
  EXPECT_EQ(waitpid(child, nullptr, 0), child);
}

TEST_F(LivenessTest, AClonedChildRefusesItsParentsHandles) {
  Make();
  Producer producer = *queue_.NewProducer();
  const auto child = static_cast<pid_t>(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
  if (child == 0) {
    const bool refused = producer.TryWrite("message").code() == Code::kForked;
    Result<Queue> anew = Queue::Open(name_.get());
    _exit(refused && anew.ok() && anew->NewProducer()->TryWrite("anew").ok() ? 0 : 1);
  }
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  Consumer consumer = *queue_.Join();
  EXPECT_EQ(ReadTextSoon(consumer), "anew");
}

}  // namespace
}  // namespace fmmq
