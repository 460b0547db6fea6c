#include "fmmq/format/words.h"

#include "fmmq/format/layout.h"
#include "gtest/gtest.h"

namespace fmmq::format {
namespace {

constexpr uint32_t kLaps[] = {0, 1, 2, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};

TEST(DescriptorTest, StartsKeepLapAndLength) {
  for (const uint32_t lap : kLaps) {
    for (const uint64_t bytes :
         {uint64_t{0}, uint64_t{1}, uint64_t{0x40000000}, kMaxMessageBytes}) {
      const uint64_t word = StartWord(lap, bytes);
      EXPECT_EQ(KindOf(word), Kind::kStart);
      EXPECT_EQ(LapOf(word), lap);
      EXPECT_EQ(MessageBytes(word), bytes);
    }
  }
}

TEST(DescriptorTest, AbortedRecordsKeepLapAndBlocks) {
  for (const uint32_t lap : kLaps) {
    for (const uint64_t blocks : {uint64_t{1}, uint64_t{2}, kMaxBlockCount}) {
      const uint64_t word = AbortedWord(lap, blocks);
      EXPECT_EQ(KindOf(word), Kind::kAborted);
      EXPECT_EQ(LapOf(word), lap);
      EXPECT_EQ(AbortedBlocks(word), blocks);
    }
  }
}

TEST(DescriptorTest, InteriorsKeepLap) {
  for (const uint32_t lap : kLaps) {
    EXPECT_EQ(KindOf(InteriorWord(lap)), Kind::kInterior);
    EXPECT_EQ(LapOf(InteriorWord(lap)), lap);
  }
}

// FORMAT.md's numbers.
TEST(DescriptorTest, BitsAreWhereTheFormatSays) {
  EXPECT_EQ(StartWord(1, 0), 0x0000000180000000u);
  EXPECT_EQ(StartWord(0xffffffff, kMaxMessageBytes), 0xffffffffffffffffu);
  EXPECT_EQ(AbortedWord(2, 3), 0x0000000240000003u);
  EXPECT_EQ(InteriorWord(5), 0x0000000500000000u);
}

// A fresh segment is all zeros: its descriptors belong to lap 0, one less than the first.
TEST(DescriptorTest, ZeroIsAnInteriorOfLapZero) {
  EXPECT_EQ(KindOf(0), Kind::kInterior);
  EXPECT_EQ(LapOf(0), 0u);
}

TEST(SeatIdentityTest, RoundTripsAtTheLimits) {
  for (const Role role : {Role::kNone, Role::kProducer, Role::kMember}) {
    for (const uint32_t group : {0u, 1u, kMaxGroups - 1, 0xffffu}) {
      for (const uint32_t generation : kLaps) {
        const SeatIdentity identity = DecodeSeat(Encode(SeatIdentity{role, group, generation}));
        EXPECT_EQ(identity.role, role);
        EXPECT_EQ(identity.group, group);
        EXPECT_EQ(identity.generation, generation);
      }
    }
  }
}

TEST(SeatIdentityTest, AnOwnerIsNeverZero) {
  EXPECT_EQ(Encode(SeatIdentity{}), 0u);
  EXPECT_EQ(Encode(SeatIdentity{Role::kProducer, 0, 0}), 1u);
  EXPECT_EQ(Encode(SeatIdentity{Role::kMember, 3, 4}), 0x0000000400030002u);
}

void ExpectRoundTrip(const GroupState& state) {
  const GroupState decoded = DecodeGroup(Encode(state));
  EXPECT_EQ(decoded.phase, state.phase);
  EXPECT_EQ(decoded.exclusive, state.exclusive);
  EXPECT_EQ(decoded.durable, state.durable);
  EXPECT_EQ(decoded.name_bytes, state.name_bytes);
  EXPECT_EQ(decoded.generation, state.generation);
}

TEST(GroupStateTest, RoundTripsAtTheLimits) {
  for (const Phase phase : {Phase::kFree, Phase::kJoining, Phase::kLive}) {
    for (const uint32_t name_bytes : {0u, 1u, kMaxGroupNameBytes}) {
      for (const uint32_t generation : kLaps) {
        for (int bits = 0; bits < 4; ++bits) {
          ExpectRoundTrip({phase, (bits & 1) != 0, (bits & 2) != 0, name_bytes, generation});
        }
      }
    }
  }
}

TEST(GroupStateTest, EveryPhaseButFreeHoldsWriters) {
  EXPECT_FALSE(HoldsWriters(0));
  EXPECT_FALSE(HoldsWriters(Encode(GroupState{Phase::kFree, true, true, 7, 9})));
  EXPECT_TRUE(HoldsWriters(Encode(GroupState{Phase::kJoining, false, false, 1, 1})));
  EXPECT_TRUE(HoldsWriters(Encode(GroupState{Phase::kLive, false, false, 1, 1})));
  EXPECT_TRUE(HoldsWriters(3));  // no phase at all
}

}  // namespace
}  // namespace fmmq::format
