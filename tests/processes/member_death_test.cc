// Members that die with a message in their hand: somebody else has to get it.
#include "tests/processes/kill_fixture.h"

namespace fmmq {
namespace {

using test::Child;
using test::Ok;
using test::ReadTextSoon;
using test::Texts;

constexpr GroupOptions kDurableExclusive = {GroupKind::kExclusive, true, From::kNow};

using MemberDeathTest = test::KillTest;

TEST_F(MemberDeathTest, AnotherMemberGetsWhatADeadOneHeld) {
  Make();
  Consumer heir = *queue_.Join();
  Write("held");
  Write("next");
  KillAfter([this](Queue& queue) { HoldDefaultMessage(queue); });
  EXPECT_EQ(ReadSorted(heir, 2), (Texts{"held again", "next"}));
  EXPECT_EQ(test::ReadText(heir), "kEmpty");
}

TEST_F(MemberDeathTest, ANewMemberAdoptsBeforeItClaims) {
  Make();
  Write("held");
  Write("next");
  KillAfter([this](Queue& queue) { HoldDefaultMessage(queue); });
  Consumer heir = *queue_.Join();
  EXPECT_EQ(ReadTextSoon(heir), "held again");
  EXPECT_EQ(ReadTextSoon(heir), "next");
}

TEST_F(MemberDeathTest, TheNextMemberOfAnExclusiveGroupToo) {
  Make();
  const auto work = [this](Queue& queue) { HoldMessage(queue, "one", kDurableExclusive); };
  { Result<Consumer> creates = queue_.Join("one", kDurableExclusive); }
  Write("held");
  Write("next");
  Child child = Start(work);
  EXPECT_EQ(queue_.Join("one", kDurableExclusive).code(), Code::kTaken);
  child.Kill();
  Result<Consumer> heir = queue_.Join("one", kDurableExclusive);
  ASSERT_TRUE(Ok(heir));
  EXPECT_EQ(ReadTextSoon(*heir), "held again");
  EXPECT_EQ(ReadTextSoon(*heir), "next");
}

// What it held is not overwritten before somebody has it.
TEST_F(MemberDeathTest, ADeadMembersMessageHoldsWritersBack) {
  Make();
  Write("held");
  KillAfter([this](Queue& queue) { HoldDefaultMessage(queue); });
  Producer producer = *queue_.NewProducer();
  Observer observer = *queue_.Observe();
  uint64_t written = 0;
  // Until there is no room, and the writer has looked after the dead for some.
  EXPECT_TRUE(test::Eventually([&] {
    written += producer.TryWrite("filler").ok() ? 1 : 0;
    return producer.Stats().rescues >= 10;
  }));
  EXPECT_EQ(written, 127u);
  Consumer heir = *queue_.Join();
  EXPECT_EQ(ReadTextSoon(heir), "held again");
  EXPECT_EQ(producer.TryWrite("no room").code(), Code::kFull);
  EXPECT_EQ(ReadTextSoon(heir), "filler");  // acknowledges the one before
  EXPECT_TRUE(Ok(test::WriteSoon(producer, "room")));
}

// The heir dies, too, before it reads again or closes.
TEST_F(MemberDeathTest, ASecondDeathPassesTheMessageOn) {
  Make();
  Write("held");
  KillAfter([this](Queue& queue) { HoldDefaultMessage(queue); });
  for (int heirs = 0; heirs < 3; ++heirs) {
    KillAfter([this](Queue& queue) {
      Consumer heir = *queue.Join();
      ASSERT_EQ(ReadTextSoon(heir), "held again");
      stage_->Reach(1);
    });
  }
  {
    Consumer heir = *queue_.Join();
    EXPECT_EQ(ReadTextSoon(heir), "held again");
  }
  Consumer next = *queue_.Join();
  ExpectNothingFor(next, std::chrono::milliseconds(50));
}

TEST_F(MemberDeathTest, WhatWasReleasedIsNotDeliveredAgain) {
  Make();
  Consumer heir = *queue_.Join();
  Write("released");
  Child child = Start([this](Queue& queue) { HoldDefaultMessage(queue); });
  stage_->allowed = 1;
  ASSERT_TRUE(stage_->Await(2));
  child.Kill();
  ExpectNothingFor(heir, std::chrono::milliseconds(100));
  Write("next");
  EXPECT_EQ(ReadTextSoon(heir), "next");
}

TEST_F(MemberDeathTest, AnEphemeralGroupWithoutALivingMemberHoldsNobodyBack) {
  for (const GroupKind kind : {GroupKind::kShared, GroupKind::kExclusive}) {
    queue_ = {};
    Queue::Remove(name_.get()).IgnoreError();
    Options options;
    options.capacity = 4096;
    options.default_group = false;
    Make(options);
    stage_->reached = 0;
    Child child([&] {
      Queue queue = *Queue::Open(name_.get());
      Consumer consumer = *queue.Join("ephemeral", {kind, false, From::kNow});
      stage_->reached = 1;
      ASSERT_TRUE(Ok(test::Retry([&] { return consumer.TryPeek(); })));
      stage_->reached = 2;
      stage_->Reach(3);
    });
    ASSERT_TRUE(stage_->Await(1));
    Write("held");
    ASSERT_TRUE(stage_->Await(2));
    child.Kill();
    Producer producer = *queue_.NewProducer();
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(Ok(test::WriteSoon(producer, "goes on")));
    GroupInfo group;
    EXPECT_EQ(queue_.Groups(&group, 1), 0u);
  }
}

}  // namespace
}  // namespace fmmq
