// Groups come and go while somebody writes.
#include "tests/model/scenario.h"
#include "tests/model/scenarios.h"

namespace fmmq::model {
namespace {

// A group is created, with its first position at head, while a writer goes round.
struct JoinAtHead : Scenario<JoinAtHead, 2, 2, 3> {
  void before() {
    SeatProducer(0, 0);
    SeatMember(1, 1);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Writer writer(view_, 0, NoClock);
      for (uint32_t i = 0; i < 5; ++i) Write(writer, 0, i);
      return;
    }
    ring::CreateGroup(view_, 0, ring::GroupName("g"), false, true, /*oldest=*/false, 1);
  }
  void after() { CheckGroupFrom(0, groups_[0].cursor.load(std::memory_order_relaxed)); }
};

// The same from the oldest message that another group keeps, whose member moves on meanwhile; the
// entry had a group before, whose cursor was further ahead.
struct JoinAtOldest : Scenario<JoinAtOldest, 3, 2, 4, 2> {
  void before() {
    MakeGroup(1);
    SeatProducer(0, 0);
    SeatMember(1, 1);
    SeatMember(2, 2, 1);
    groups_[0].cursor.store(1, std::memory_order_relaxed);
    Writer writer(view_, 0, NoClock);
    Write(writer, 0, 0);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Writer writer(view_, 0, NoClock);
      for (uint32_t i = 1; i <= Times(5, 3); ++i) Write(writer, 0, i);
    } else if (thread == 1) {
      ring::CreateGroup(view_, 0, ring::GroupName("g"), false, true, /*oldest=*/true, 1);
    } else {
      Member member(view_, 2, 1, false);
      for (uint32_t tries = Times(3, 1); tries != 0; --tries) Read(member);
    }
  }
  void after() {
    ledger_ = Written();
    CheckGroupFrom(0, groups_[0].cursor.load(std::memory_order_relaxed));
  }

 private:
  // Each group gets each message: the new one's are counted for themselves.
  Ledger Written() const { return ledger_.WithoutDeliveries(); }
};

// The same, where the other group is dead, and somebody ends it meanwhile.
struct JoinBesideReaper : Scenario<JoinBesideReaper, 3, 2, 4, 2> {
  void before() {
    MakeGroup(1, /*durable=*/false);
    SeatProducer(0, 0);
    SeatMember(1, 1);
    SeatMember(2, kNobody, 1);
    Writer writer(view_, 0, NoClock);
    Write(writer, 0, 0);
    kernel_.Bury(kNobody);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Writer writer(view_, 0, NoClock);
      for (uint32_t i = 1; i <= Times(5, 3); ++i) Write(writer, 0, i);
    } else if (thread == 1) {
      if (!kernel_.TryLock(1, kFirstGroupLock)) return;
      ring::CreateGroup(view_, 0, ring::GroupName("g"), false, true, /*oldest=*/true, 1);
      kernel_.Unlock(1, kFirstGroupLock);
    } else {
      Reap(2);
    }
  }
  void after() { CheckGroupFrom(0, groups_[0].cursor.load(std::memory_order_relaxed)); }
};

// The last member of an ephemeral group reads a message and leaves, and a writer takes the room.
struct Leave : Scenario<Leave, 2, 1, 3> {
  void before() {
    MakeGroup(0, /*durable=*/false);
    SeatProducer(0, 0);
    SeatMember(1, 1);
    Writer writer(view_, 0, NoClock);
    Write(writer, 0, 0);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Writer writer(view_, 0, NoClock);
      for (uint32_t i = 1; i < 4; ++i) Write(writer, 0, i);
      return;
    }
    {
      Member member(view_, 1, 0, false);
      Read(member);
    }
    ring::ClearSeat(view_, 1);
    Reap(1);
  }
  void after() {
    lives = {};
    Check(groups_[0].state.load(std::memory_order_relaxed) != 0, "the generation is gone");
    Writer writer(view_, kSurvivorSeat, NoClock);
    Check(Write(writer, Ledger::kProducers - 1, 0), "a writer is stuck");
  }
};

// The same in the compat policy, where the cursor alone holds writers back: no intent is ever
// stored, and the end of the group is all that says that the copy is done.
struct CompatLeave : Scenario<CompatLeave, 2, 1, 3> {
  void before() {
    view_.policy = Policy::kCompat;
    MakeGroup(0, /*durable=*/false);
    SeatProducer(0, 0);
    SeatMember(1, 1);
    Writer writer(view_, 0, NoClock);
    Write(writer, 0, 0);
    Payload<2>::current.guards_copies = true;
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Writer writer(view_, 0, NoClock);
      for (uint32_t i = 1; i < 3; ++i) Write(writer, 0, i);
      return;
    }
    ring::SharedCursor<Atomics> cursor{&groups_[0].cursor};
    uint64_t words[1] = {};
    ring::Delivery delivery;
    ring::ReadByCopy(view_, cursor, Bytes(words), &delivery);
    ring::ClearSeat(view_, 1);
    Reap(1);
  }
  void after() {
    lives = {};
    Writer writer(view_, kSurvivorSeat, NoClock);
    Check(Write(writer, Ledger::kProducers - 1, 0), "a writer is stuck");
  }
};

// The same where the member may die at any step, and the writer has to find that out; or somebody
// else does, and the writer takes the room that it finds.
template <int kThreads>
struct MortalLeave : Scenario<MortalLeave<kThreads>, kThreads, 1, kThreads + 1> {
  using Base = Scenario<MortalLeave<kThreads>, kThreads, 1, kThreads + 1>;
  void before() {
    this->MakeGroup(0, /*durable=*/false);
    this->SeatProducer(0, 0);
    this->SeatMember(1, 1);
    typename Base::Writer writer(this->view_, 0, this->NoClock);
    this->Write(writer, 0, 0);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      typename Base::Writer writer(this->view_, 0, this->NoClock);
      for (uint32_t i = 1; i < (kThreads == 2 ? 4 : 2); ++i) {
        if (!this->Write(writer, 0, i) && kThreads == 2) this->MakeRoom(0);
      }
    } else if (thread == 1) {
      const auto leave = [this] {
        {
          typename Base::Member member(this->view_, 1, 0, /*exclusive=*/true);
          this->ReadAtOnce(member);
        }
        ring::ClearSeat(this->view_, 1);
        this->Reap(1);
      };
      // With three, only around the end of ClearSeat.
      Mortal(this->kernel_, 1, kThreads == 2 ? 60 : 25, leave, kThreads == 2 ? 0 : 18);
    } else {
      this->Reap(2);
    }
  }
  void after() {
    lives = {};
    this->MakeRoom(Base::kSurvivor);
    typename Base::Writer writer(this->view_, Base::kSurvivorSeat, this->NoClock);
    this->Check(this->Write(writer, Ledger::kProducers - 1, 0), "a writer is stuck");
  }
};

// Two end a dead group, and one of them makes another one in its entry, which the other one leaves
// alone, however late it comes.
struct ReapAndMake : Scenario<ReapAndMake, 2, 2, 4> {
  bool made = false;
  void before() {
    MakeGroup(0, /*durable=*/false);
    SeatMember(1, kNobody);
    SeatProducer(2, 1);  // until it is a member of the new group
    kernel_.Bury(kNobody);
  }
  void Run(unsigned thread) {
    Reap(static_cast<int>(thread));
    if (thread == 0 || !kernel_.TryLock(1, kFirstGroupLock)) return;
    if (ring::LoadState(view_, 0).phase == format::Phase::kFree) {
      made = true;
      ring::CreateGroup(view_, 0, ring::GroupName("g"), false, false, /*oldest=*/false, 2);
    }
    kernel_.Unlock(1, kFirstGroupLock);
  }
  void after() {
    lives = {};
    const bool live = ring::LoadState(view_, 0).phase == format::Phase::kLive;
    Check(live == made, "a new group was freed, or an old one was not");
  }
};

// A group's creator that may die at any step, and a writer that makes room.
struct MortalJoin : Scenario<MortalJoin, 2, 2, 3> {
  void before() {
    SeatProducer(0, 0);
    SeatMember(1, 1);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Writer writer(view_, 0, NoClock);
      for (uint32_t i = 0; i < 4; ++i) {
        if (!Write(writer, 0, i)) MakeRoom(0);
      }
      return;
    }
    Mortal(kernel_, 1, 40, [this] {
      if (!kernel_.TryLock(1, kFirstGroupLock)) return;
      ring::CreateGroup(view_, 0, ring::GroupName("g"), false, false, /*oldest=*/false, 1);
      kernel_.Unlock(1, kFirstGroupLock);
      Member member(view_, 1, 0, false);
      Read(member);
      ring::ClearSeat(view_, 1);
      Reap(1);
    });
  }
  void after() {
    lives = {};
    MakeRoom(kSurvivor);
    Writer writer(view_, kSurvivorSeat, NoClock);
    for (uint32_t i = 0; i < 3; ++i) {
      Check(Write(writer, Ledger::kProducers - 1, i), "a writer is stuck");
    }
  }
};

constexpr Entry kEntries[] = {
    Bounded<JoinAtHead>("a group joins at head", 2),
    Bounded<JoinAtOldest>("a group joins at another's cursor", 1),
    Bounded<JoinBesideReaper>("a group joins at the cursor of a dead one", 1),
    Bounded<Leave>("a group's last member leaves", 2),
    Bounded<CompatLeave>("a group's last member leaves, compat policy", 2),
    Bounded<MortalLeave<2>>("a group's last member leaves or dies", 1),
    Bounded<MortalLeave<3>>("a group's last member leaves or dies, somebody frees it", 1),
    Bounded<ReapAndMake>("two free a group, one makes another", 3),
    Bounded<MortalJoin>("a group's creator dies", 1),
};

}  // namespace

EntryList GroupScenarios() { return {kEntries, std::size(kEntries)}; }

}  // namespace fmmq::model
