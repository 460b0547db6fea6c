// Groups: who gets which message, who holds writers back, who may join.
#include <algorithm>
#include <string>

#include "tests/queue/queue_fixture.h"

namespace fmmq {
namespace {

using test::kSmallBlocks;
using test::Ok;
using test::ReadText;
using test::Texts;

constexpr GroupOptions kEphemeral;
constexpr GroupOptions kDurable = {GroupKind::kShared, true, From::kNow};
constexpr GroupOptions kFromOldest = {GroupKind::kShared, false, From::kOldest};
constexpr GroupOptions kExclusive = {GroupKind::kExclusive, false, From::kNow};
constexpr GroupOptions kExclusiveDurable = {GroupKind::kExclusive, true, From::kNow};

class GroupTest : public test::QueueTest {
 protected:
  void SetUp() override {
    Make();
    producer_ = NewProducer();
  }
  void Write(const std::string& text) { ASSERT_TRUE(Ok(producer_.TryWrite(text))); }

  Producer producer_;
};

TEST_F(GroupTest, DefaultKeepsWhatWasWrittenBefore) {
  Write("early");
  Consumer consumer = Join();
  Write("late");
  EXPECT_EQ(test::ReadTexts(consumer), (Texts{"early", "late"}));
}

TEST_F(GroupTest, DefaultIsSharedAndDurableForWhoeverNamesIt) {
  EXPECT_TRUE(Ok(queue_.Join("default", kDurable)));
  EXPECT_EQ(queue_.Join("default", kEphemeral).code(), Code::kGroupMismatch);
  EXPECT_EQ(queue_.Join("default", kExclusiveDurable).code(), Code::kGroupMismatch);
}

TEST_F(GroupTest, ANewGroupBeginsNow) {
  Write("early");
  Consumer consumer = Join("new", kEphemeral);
  EXPECT_EQ(ReadText(consumer), "kEmpty");
  Write("late");
  EXPECT_EQ(test::ReadTexts(consumer), Texts{"late"});
}

TEST_F(GroupTest, ANewGroupCanBeginWhereTheSlowestOtherIs) {
  Consumer slowest = Join();
  for (const char* text : {"1", "2", "3"}) Write(text);
  EXPECT_EQ(ReadText(slowest), "1");
  Consumer late = Join("late", kFromOldest);
  EXPECT_EQ(test::ReadTexts(late), (Texts{"2", "3"}));
  EXPECT_EQ(test::ReadTexts(slowest), (Texts{"2", "3"}));
}

// Nobody protects older messages, so there is nothing that could be promised.
TEST_F(GroupTest, WithoutAnotherGroupTheOldestIsNow) {
  Options options = test::SmallOptions();
  options.default_group = false;
  producer_ = {};
  Make(options);
  producer_ = NewProducer();
  Write("unprotected");
  Consumer consumer = Join("first", kFromOldest);
  Write("protected");
  EXPECT_EQ(test::ReadTexts(consumer), Texts{"protected"});
}

// Only whoever creates the group says where it begins.
TEST_F(GroupTest, JoiningAnExistingGroupDoesNotMoveIt) {
  Consumer first = Join("group", kEphemeral);
  Write("1");
  Write("2");
  EXPECT_EQ(ReadText(first), "1");
  Consumer second = Join("group", kFromOldest);
  EXPECT_EQ(ReadText(second), "2");
  EXPECT_EQ(ReadText(second), "kEmpty");
}

TEST_F(GroupTest, MembersShareTheMessages) {
  Consumer a = Join();
  Consumer b = Join();
  for (const char* text : {"1", "2", "3", "4"}) Write(text);
  EXPECT_EQ(ReadText(a), "1");
  EXPECT_EQ(ReadText(b), "2");
  EXPECT_EQ(ReadText(b), "3");
  EXPECT_EQ(ReadText(a), "4");
  EXPECT_EQ(ReadText(a), "kEmpty");
  EXPECT_EQ(ReadText(b), "kEmpty");
}

TEST_F(GroupTest, MembersHoldDifferentMessagesAtOnce) {
  Consumer a = Join();
  Consumer b = Join();
  Write("1");
  Write("2");
  const Result<Message> first = a.TryPeek();
  const Result<Message> second = b.TryPeek();
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->bytes.text(), "1");
  EXPECT_EQ(second->bytes.text(), "2");
  EXPECT_TRUE(Ok(b.Release()));
  EXPECT_TRUE(Ok(a.Release()));
}

TEST_F(GroupTest, EveryGroupGetsEverything) {
  Consumer a = Join();
  Consumer b = Join("b", kEphemeral);
  Consumer c = Join("c", kExclusive);
  Texts expected;
  for (int i = 0; i < 50; ++i) {
    expected.push_back(std::to_string(i));
    Write(expected.back());
  }
  EXPECT_EQ(test::ReadTexts(a), expected);
  EXPECT_EQ(test::ReadTexts(b), expected);
  EXPECT_EQ(test::ReadTexts(c), expected);
}

TEST_F(GroupTest, TheSlowestHoldsWritersBack) {
  Consumer fast = Join();
  Consumer slow = Join("slow", kEphemeral);
  EXPECT_EQ(Fill(producer_), kSmallBlocks);
  EXPECT_EQ(Drain(fast), kSmallBlocks);
  EXPECT_EQ(producer_.TryWrite("x").code(), Code::kFull);
  EXPECT_EQ(ReadText(slow), "filler");
  EXPECT_TRUE(Ok(test::WriteSoon(producer_, "x")));
  EXPECT_EQ(producer_.TryWrite("x").code(), Code::kFull);
  EXPECT_EQ(Drain(slow), kSmallBlocks);
  EXPECT_EQ(ReadText(fast), "x");
}

// Whichever of the table's entries it has.
TEST_F(GroupTest, TheSlowestIsFoundWhereverItIs) {
  Consumer first = Join();
  Consumer middle = Join("middle", kEphemeral);
  Consumer last = Join("last", kEphemeral);
  for (Consumer* slowest : {&first, &middle, &last}) {
    ASSERT_TRUE(Ok(test::WriteSoon(producer_, "filler")));
    EXPECT_EQ(1 + Fill(producer_), kSmallBlocks);
    for (Consumer* other : {&first, &middle, &last}) {
      EXPECT_EQ(other == slowest ? kSmallBlocks : Drain(*other), kSmallBlocks);
    }
    EXPECT_EQ(producer_.TryWrite("x").code(), Code::kFull);
    EXPECT_EQ(Drain(*slowest), kSmallBlocks);
  }
}

TEST_F(GroupTest, ADurableGroupHoldsWritersBackWithoutMembers) {
  { const Consumer consumer = Join("durable", kDurable); }
  Consumer other = Join();
  EXPECT_EQ(Fill(producer_), kSmallBlocks);
  EXPECT_EQ(Drain(other), kSmallBlocks);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(producer_.TryWrite("x").code(), Code::kFull);
  Consumer again = Join("durable", kDurable);
  EXPECT_EQ(Drain(again), kSmallBlocks);
  EXPECT_TRUE(Ok(test::WriteSoon(producer_, "x")));
}

TEST_F(GroupTest, AnEphemeralGroupEndsWithItsLastMember) {
  Consumer other = Join();
  Consumer first = Join("ephemeral", kEphemeral);
  Consumer last = Join("ephemeral", kEphemeral);
  Fill(producer_);
  Drain(other);
  ASSERT_TRUE(Ok(first.Close()));
  EXPECT_EQ(producer_.TryWrite("x").code(), Code::kFull);
  EXPECT_EQ(Group("ephemeral").members, 1u);
  ASSERT_TRUE(Ok(last.Close()));
  EXPECT_TRUE(Ok(test::WriteSoon(producer_, "x")));
  EXPECT_STREQ(Group("ephemeral").name, "");
  // The name is free for a group of another kind, which begins anew.
  Consumer renewed = Join("ephemeral", kExclusiveDurable);
  EXPECT_EQ(ReadText(renewed), "kEmpty");
}

TEST_F(GroupTest, AnExclusiveGroupHasOneMember) {
  Consumer first = Join("one", kExclusive);
  EXPECT_EQ(queue_.Join("one", kExclusive).code(), Code::kTaken);
  Write("1");
  Write("2");
  EXPECT_EQ(ReadText(first), "1");
  ASSERT_TRUE(Ok(first.Close()));
  EXPECT_EQ(queue_.Info().members, 0u);
}

TEST_F(GroupTest, AnExclusiveGroupIsHandedOn) {
  Consumer first = Join("one", kExclusiveDurable);
  Write("1");
  Write("2");
  EXPECT_EQ(ReadText(first), "1");
  ASSERT_TRUE(Ok(first.Close()));
  Consumer second = Join("one", kExclusiveDurable);
  EXPECT_EQ(ReadText(second), "2");
  EXPECT_EQ(queue_.Join("one", kExclusiveDurable).code(), Code::kTaken);
}

TEST_F(GroupTest, KindAndDurabilityMustFit) {
  const Consumer shared = Join("shared", kEphemeral);
  const Consumer exclusive = Join("exclusive", kExclusive);
  EXPECT_EQ(queue_.Join("shared", kDurable).code(), Code::kGroupMismatch);
  EXPECT_EQ(queue_.Join("shared", kExclusive).code(), Code::kGroupMismatch);
  EXPECT_EQ(queue_.Join("exclusive", kEphemeral).code(), Code::kGroupMismatch);
  EXPECT_EQ(queue_.Join("exclusive", kExclusiveDurable).code(), Code::kGroupMismatch);
  EXPECT_EQ(queue_.Info().members, 2u);
}

TEST_F(GroupTest, GroupsSaysHowTheyAre) {
  Consumer consumer = Join("named", kExclusive);
  for (int i = 0; i < 5; ++i) Write("x");
  EXPECT_EQ(ReadText(consumer), "x");
  const GroupInfo info = Group("named");
  EXPECT_STREQ(info.name, "named");
  EXPECT_EQ(info.kind, GroupKind::kExclusive);
  EXPECT_FALSE(info.durable);
  EXPECT_EQ(info.cursor, 1u);
  EXPECT_EQ(info.lag, 4u);
  EXPECT_EQ(info.lost, 0u);
  EXPECT_EQ(info.members, 1u);
  EXPECT_EQ(Group("default").lag, 5u);
  EXPECT_EQ(Group("default").members, 0u);
  GroupInfo one;
  EXPECT_EQ(queue_.Groups(&one, 1), 1u);
  EXPECT_EQ(queue_.Groups(nullptr, 0), 0u);
}

// Names of the full length, and names that begin alike.
TEST_F(GroupTest, NamesAreComparedWhole) {
  const std::string longest(64, 'g');
  const std::string almost(63, 'g');
  Consumer a = Join(longest, kEphemeral);
  Consumer b = Join(almost, kEphemeral);
  EXPECT_EQ(Group(longest).members, 1u);
  EXPECT_EQ(Group(almost).members, 1u);
  Write("both");
  EXPECT_EQ(ReadText(a), "both");
  EXPECT_EQ(ReadText(b), "both");
}

// A member that goes while it holds a message: the others get it, marked.
TEST_F(GroupTest, ClosingWithAMessageInHandIsADeath) {
  Consumer dying = Join();
  Consumer heir = Join();
  Write("held");
  Write("next");
  ASSERT_TRUE(Ok(dying.TryPeek()));
  ASSERT_TRUE(Ok(dying.Close()));
  EXPECT_EQ(queue_.Info().members, 2u);  // its seat is not clean yet
  Texts texts = {test::ReadTextSoon(heir), test::ReadTextSoon(heir)};
  std::sort(texts.begin(), texts.end());
  EXPECT_EQ(texts, (Texts{"held again", "next"}));
  EXPECT_EQ(ReadText(heir), "kEmpty");
  EXPECT_EQ(queue_.Info().members, 1u);
}

TEST_F(GroupTest, ABatchInHandIsRedeliveredWhole) {
  Consumer dying = Join();
  for (const char* text : {"1", "2", "3", "4"}) Write(text);
  ASSERT_EQ(*dying.TryPeekBatch(3), 3u);
  EXPECT_EQ(dying.Next()->bytes.text(), "1");
  ASSERT_TRUE(Ok(dying.Close()));
  // A new member adopts before it claims.
  Consumer heir = Join();
  for (const char* text : {"1 again", "2 again", "3 again", "4"}) {
    EXPECT_EQ(test::ReadTextSoon(heir), text);
  }
  EXPECT_EQ(ReadText(heir), "kEmpty");
}

TEST_F(GroupTest, PeekingSaysWhenARedeliveryWaits) {
  Consumer dying = Join();
  Write("held");
  ASSERT_TRUE(Ok(dying.TryPeek()));
  ASSERT_TRUE(Ok(dying.Close()));
  Consumer heir = Join();
  Write("next");
  EXPECT_EQ(test::Retry([&] { return heir.TryPeek(); }).code(), Code::kRedelivery);
  EXPECT_EQ(heir.TryPeekBatch(5).code(), Code::kRedelivery);
  EXPECT_EQ(test::ReadTextSoon(heir), "held again");
  const Result<Message> next = test::Retry([&] { return heir.TryPeek(); });
  ASSERT_TRUE(Ok(next));
  EXPECT_EQ(next->bytes.text(), "next");
}

TEST_F(GroupTest, ARedeliveryWaitsForALargeEnoughBuffer) {
  Consumer dying = Join();
  Write(std::string(100, 'x'));
  ASSERT_TRUE(Ok(dying.TryPeek()));
  ASSERT_TRUE(Ok(dying.Close()));
  Consumer heir = Join();
  char buffer[100];
  const Result<Received> refused = test::ReadSoon(heir, {buffer, 99});
  EXPECT_EQ(refused.code(), Code::kBufferTooSmall);
  EXPECT_EQ(refused->size, 100u);
  const Result<Received> read = test::ReadSoon(heir, buffer);
  EXPECT_TRUE(Ok(read));
  EXPECT_EQ(read->size, 100u);
  EXPECT_TRUE(read->redelivered);
}

// The entry is used again and again by other groups; nobody is taken for a member of the old one.
TEST_F(GroupTest, ThousandsOfGroupsOneAfterAnother) {
  Consumer other = Join();
  for (int i = 0; i < 2000; ++i) {
    Consumer member = Join("group " + std::to_string(i), i % 2 != 0 ? kEphemeral : kExclusive);
    Write("x");
    ASSERT_EQ(ReadText(member), "x");
    ASSERT_EQ(ReadText(other), "x");
  }
  GroupInfo groups[16];
  EXPECT_EQ(queue_.Groups(groups, 16), 1u);
}

}  // namespace
}  // namespace fmmq
