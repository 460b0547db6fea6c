// Deaths: of producers, whose holes are repaired, and of members, whose messages come again.
#include "tests/model/scenario.h"
#include "tests/model/scenarios.h"

namespace fmmq::model {
namespace {

enum class Writing { kEveryday, kInSteps, kBatch };

// A producer that may die at any step, a live one, and a member that looks after the dead.
template <Writing kWriting>
struct MortalProducer : Scenario<MortalProducer<kWriting>, 3, 4, 4> {
  using Base = Scenario<MortalProducer<kWriting>, 3, 4, 4>;
  std::optional<typename Base::Writer> mortal;
  void before() {
    this->MakeGroup();
    this->SeatProducer(0, 0);
    this->SeatProducer(1, 1);
    this->SeatMember(2, 2);
    mortal.emplace(this->view_, 0, this->NoClock);
    if (kWriting == Writing::kEveryday) mortal->Room(4);
  }
  void Write(uint32_t number) {
    if (kWriting == Writing::kBatch) {
      this->WriteBatch(*mortal, 0, number);
    } else if (kWriting == Writing::kInSteps) {
      this->WriteReserved(*mortal, 0, number, 2);
    } else {
      Base::Write(*mortal, 0, number, 2);
    }
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Mortal(this->kernel_, 0, kWriting == Writing::kEveryday ? 20 : 40, [this] {
        Write(0);
        if (this->Times(1, 0) != 0) Base::Write(*mortal, 0, 2);
      });
    } else if (thread == 1) {
      typename Base::Writer writer(this->view_, 1, this->NoClock);
      for (uint32_t i = 0; i < this->Times(3, 1); ++i) Base::Write(writer, 1, i);
    } else {
      typename Base::Member member(this->view_, 2, 0, true);
      for (uint32_t tries = this->Times(5, 2); tries != 0; --tries) {
        if (!this->ReadCopy(member)) this->Rescue(2, member.Cursor());
      }
    }
  }
  void after() { this->CheckSurvivors(); }
};

// A producer and a member, everyday calls, and either may die at any step. The ring begins full.
template <bool kExclusive>
struct EitherDies : Scenario<EitherDies<kExclusive>, 2, 2, 3> {
  using Base = Scenario<EitherDies<kExclusive>, 2, 2, 3>;
  std::optional<typename Base::Writer> writer;
  void before() {
    this->MakeGroup();
    this->SeatProducer(0, 0);
    this->SeatMember(1, 1);
    writer.emplace(this->view_, 0, this->NoClock);
    this->Write(*writer, 0, 0);
  }
  void Run(unsigned thread) {
    Mortal(this->kernel_, static_cast<int>(thread), this->Times(60, 20), [this, thread] {
      if (thread == 0) {
        for (uint32_t i = 1; i <= this->Times(4, 2); ++i) this->Write(*writer, 0, i);
        return;
      }
      typename Base::Member member(this->view_, 1, 0, kExclusive);
      for (uint32_t tries = this->Times(5, 2); tries != 0; --tries) this->ReadCopy(member);
    });
  }
  void after() { this->CheckSurvivors(); }
};

// An exclusive group's member dies at any step, or leaves; another one waits for its place; a
// producer takes the room that they leave. With `kTakesSeat` no seat is clean: the second member
// takes the dead one's, with what that held.
template <bool kTakesSeat>
struct ExclusiveSuccessor : Scenario<ExclusiveSuccessor<kTakesSeat>, 3, 2, 4> {
  using Base = Scenario<ExclusiveSuccessor<kTakesSeat>, 3, 2, 4>;
  void before() {
    this->MakeGroup();
    this->SeatMember(0, 0);
    this->kernel_.TryLock(0, kFirstGroupLock);
    this->SeatProducer(2, 2);
    typename Base::Writer writer(this->view_, 2, this->NoClock);
    for (uint32_t i = 0; i < 2; ++i) this->Write(writer, 0, i);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      First();
    } else if (thread == 1) {
      for (uint32_t tries = this->Times(6, 3); tries != 0; --tries) {
        if (this->kernel_.TryLock(1, kFirstGroupLock)) return Second();
      }
    } else {
      typename Base::Writer writer(this->view_, 2, this->NoClock);
      uint32_t number = 2;
      for (uint32_t tries = this->Times(6, 2); tries != 0 && number < 5; --tries) {
        if (this->Write(writer, 0, number)) ++number;
      }
    }
  }
  void First() {
    const bool lives = Mortal(this->kernel_, 0, 14, [this] {
      typename Base::Member member(this->view_, 0, 0, /*exclusive=*/true);
      const bool in_steps_first = rl::rand(2) != 0;
      if (in_steps_first) this->Read(member, 2);
      this->ReadCopy(member);
      ring::ClearSeat(this->view_, 0);
    });
    if (lives) this->kernel_.Bury(0);  // what closing a handle does with its locks
  }
  void Second() {
    uint32_t seat = 1;
    const bool inherits =
        kTakesSeat && ring::IsMemberOf(this->view_, 0, 0) && this->kernel_.TryOwn(1, 0);
    if (inherits) {
      seat = 0;
    } else {
      this->ComeIn(seat, 1);
    }
    typename Base::Member member(this->view_, seat, 0, /*exclusive=*/true);
    if (inherits) DeliverInherited();
    for (uint32_t tries = 2; tries != 0 && this->Adopt(1, seat); --tries) {
    }
    for (uint32_t tries = this->Times(4, 2); tries != 0; --tries) this->ReadCopy(member);
  }
  // As fmmq/queue/adoption.cc: a new member looks at its own seat before its first claim.
  void DeliverInherited() {
    typename Base::Locks locks{this->kernel_, 1};
    uint64_t words[2] = {};
    ring::Delivery delivery;
    uint64_t next = 0;
    while (ring::LoadStretch(this->view_, 0).any) {
      const Code code =
          ring::FetchHeld(this->view_, locks, 0, 0, this->Bytes(words), &delivery, &next);
      this->Check(code == Code::kOk || code == Code::kEmpty, "an inherited message is refused");
      if (code == Code::kOk)
        this->ledger_.Delivered(words, delivery.bytes / 8, delivery.position, true);
      if (code == Code::kEmpty || !ring::Settle(this->view_, 0, next))
        ring::ClearClaim(this->view_, 0);
    }
  }
  void after() { this->CheckSurvivors(); }
};

// Two producers that may both die, and a writer that waits for room.
struct MortalProducers : Scenario<MortalProducers, 3, 2, 4> {
  void before() {
    view_.policy = Policy::kOverwrite;
    MakeGroup();
    for (uint32_t i = 0; i < 3; ++i) SeatProducer(i, static_cast<int>(i));
  }
  void Run(unsigned thread) {
    if (thread < 2) {
      Mortal(kernel_, static_cast<int>(thread), 25, [this, thread] {
        Writer writer(view_, thread, NoClock);
        for (uint32_t i = 0; i < Times(2, 1); ++i) Write(writer, thread, i);
      });
      return;
    }
    Writer writer(view_, 2, NoClock);
    for (uint32_t i = 0; i < Times(4, 3); ++i) {
      if (!Write(writer, 2, i)) Rescue(2, view_.Head());
    }
  }
  void after() {
    lives = {};
    for (int tries = 0; tries < 4; ++tries) Rescue(3, view_.Head());
    Writer writer(view_, kSurvivorSeat, NoClock);
    for (uint32_t i = 0; i < 4; ++i) {
      Check(Write(writer, Ledger::kProducers - 1, i), "a writer is stuck");
    }
  }
};

// A member that may die with one or two messages in its hand, another one that adopts, and a writer
// that waits for their room.
template <Way kReading>
struct MortalMember : Scenario<MortalMember<kReading>, 3, 2, 4> {
  using Base = Scenario<MortalMember<kReading>, 3, 2, 4>;
  void before() {
    this->MakeGroup();
    this->SeatMember(0, 0);
    this->SeatMember(1, 1);
    this->SeatProducer(2, 2);
    typename Base::Writer writer(this->view_, 2, this->NoClock);
    for (uint32_t i = 0; i < 2; ++i) this->Write(writer, 0, i);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Mortal(this->kernel_, 0, kReading == Way::kEveryday ? 10 : 18, [this] {
        typename Base::Member member(this->view_, 0, 0, false);
        for (uint32_t i = 0; i < this->Times(2, 1); ++i) {
          kReading == Way::kEveryday ? this->ReadCopy(member) : this->Read(member, 2);
        }
      });
    } else if (thread == 1) {
      typename Base::Member member(this->view_, 1, 0, false);
      for (uint32_t tries = this->Times(4, 2); tries != 0; --tries) {
        if (!this->ReadBy(kReading, member)) this->Adopt(1, 1);
      }
    } else {
      typename Base::Writer writer(this->view_, 2, this->NoClock);
      uint32_t number = 2;
      for (uint32_t tries = this->Times(6, 2); tries != 0 && number < 5; --tries) {
        if (this->Write(writer, 0, number)) ++number;
      }
    }
  }
  void after() { this->CheckSurvivors(); }
};

// Two members that may both die, also while one adopts from the other; and a writer.
struct MortalMembers : Scenario<MortalMembers, 3, 2, 4> {
  void before() {
    MakeGroup();
    SeatMember(0, 0);
    SeatMember(1, 1);
    SeatProducer(2, 2);
    Writer writer(view_, 2, NoClock);
    for (uint32_t i = 0; i < 2; ++i) Write(writer, 0, i);
  }
  void Run(unsigned thread) {
    if (thread < 2) {
      Mortal(kernel_, static_cast<int>(thread), 60, [this, thread] {
        Member member(view_, thread, 0, false);
        for (uint32_t tries = Times(3, 1); tries != 0; --tries) {
          if (!Read(member, 2)) Adopt(static_cast<int>(thread), thread);
        }
      });
      return;
    }
    Writer writer(view_, 2, NoClock);
    uint32_t number = 2;
    for (uint32_t tries = Times(6, 2); tries != 0 && number < 4; --tries) {
      if (Write(writer, 0, number)) ++number;
    }
  }
  void after() { CheckSurvivors(); }
};

// A member died when it was about to claim what a live one claims now: the adopter keeps its hands
// off.
struct LostClaim : Scenario<LostClaim, 2, 2, 4> {
  void before() {
    MakeGroup();
    SeatMember(0, kNobody);
    SeatMember(1, 0);
    SeatMember(2, 1);
    SeatProducer(3, kNobody);
    Writer writer(view_, 3, NoClock);
    Write(writer, 0, 0);
    Write(writer, 0, 1);
    seats_[0].intent.store(1, std::memory_order_relaxed);
    kernel_.Bury(kNobody);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Member member(view_, 1, 0, false);
      Read(member, 2);
    } else {
      Adopt(1, 2);
    }
  }
  void after() { CheckSurvivors(); }
};

constexpr Entry kEntries[] = {
    Bounded<LostClaim>("redelivery against a live claim", 2),
    Bounded<MortalProducer<Writing::kEveryday>>("a mortal producer, a live one, a rescuer", 1),
    Bounded<MortalProducer<Writing::kInSteps>>("the same, written in steps", 1),
    Bounded<MortalProducer<Writing::kBatch>>("a mortal producer's batch, a live one, a rescuer", 1),
    Bounded<EitherDies<true>>("a mortal producer and a mortal exclusive member", 2),
    Bounded<EitherDies<false>>("a mortal producer and a mortal member", 2),
    Bounded<ExclusiveSuccessor<false>>("an exclusive member, its successor, a writer", 1),
    Bounded<ExclusiveSuccessor<true>>("the same, and the successor takes the seat, too", 1),
    Bounded<MortalProducers>("two mortal producers and an overwriting writer", 1),
    Bounded<MortalMember<Way::kEveryday>>("a mortal member that copies, an adopter, a writer", 1),
    Bounded<MortalMember<Way::kInSteps>>("a mortal member, an adopter, a writer", 1),
    Bounded<MortalMembers>("two mortal members and a writer", 1),
};

}  // namespace

EntryList RecoveryScenarios() { return {kEntries, std::size(kEntries)}; }

}  // namespace fmmq::model
