// Deaths: holes are repaired against live writers, and what dead members held is delivered again.
#include "tests/model/scenario.h"
#include "tests/model/scenarios.h"

namespace fmmq::model {
namespace {

// Holes looked for where only the living are: none is found. One message, then a batch (a single
// producer: more messages), then the producer leaves.
template <bool kSingle>
struct NoHole : Scenario<NoHole<kSingle>, 2, 4, 3> {
  using Base = Scenario<NoHole<kSingle>, 2, 4, 3>;
  std::optional<typename Base::Writer> writer;
  void before() {
    this->view_.single_producer = kSingle;
    this->MakeGroup();
    this->SeatProducer(0, 0);
    writer.emplace(this->view_, 0, this->NoClock);
    writer->Room(4);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      this->Write(*writer, 0, 0);
      if (kSingle) {
        for (uint32_t i = 1; i < 3; ++i) this->Write(*writer, 0, i);
      } else {
        this->WriteBatch(*writer, 0, 1);
      }
      ring::ClearSeat(this->view_, 0);
      return;
    }
    typename Base::Locks locks{this->kernel_, 1};
    for (int looks = 0; looks < 2; ++looks) {
      const uint64_t position = rl::rand(3);
      this->Check(ring::RepairHole(this->view_, locks, position) != ring::Hole::kHole,
                  "a live producer's blocks were taken for a hole");
    }
  }
  void after() {
    this->view_.single_producer = false;
    this->CheckSurvivors();
  }
};

// A retry: two producers, one of which changes its mind about where its batch will be.
struct NoHoleInRetry : Scenario<NoHoleInRetry, 3, 4, 4> {
  void before() {
    MakeGroup();
    SeatProducer(0, 0);
    SeatProducer(1, 1);
  }
  void Run(unsigned thread) {
    if (thread < 2) {
      Writer writer(view_, thread, NoClock);
      WriteBatch(writer, thread, 0);
      return;
    }
    Locks locks{kernel_, 2};
    for (uint32_t looks = Times(2, 1); looks != 0; --looks) {
      const uint64_t position = rl::rand(3);
      Check(ring::RepairHole(view_, locks, position) != ring::Hole::kHole,
            "a live producer's blocks were taken for a hole");
    }
  }
  void after() { CheckSurvivors(); }
};

// A producer that may die at any step, a live one, and a member that looks after the dead.
template <bool kBatch>
struct MortalProducer : Scenario<MortalProducer<kBatch>, 3, 4, 4> {
  using Base = Scenario<MortalProducer<kBatch>, 3, 4, 4>;
  void before() {
    this->MakeGroup();
    this->SeatProducer(0, 0);
    this->SeatProducer(1, 1);
    this->SeatMember(2, 2);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Mortal(this->kernel_, 0, 40, [this] {
        typename Base::Writer writer(this->view_, 0, this->NoClock);
        if (kBatch) {
          this->WriteBatch(writer, 0, 0);
        } else {
          this->Write(writer, 0, 0, 2);
        }
        if (this->Times(1, 0) != 0) this->Write(writer, 0, 2);
      });
    } else if (thread == 1) {
      typename Base::Writer writer(this->view_, 1, this->NoClock);
      for (uint32_t i = 0; i < this->Times(3, 1); ++i) this->Write(writer, 1, i);
    } else {
      typename Base::Member member(this->view_, 2, 0, false);
      for (uint32_t tries = this->Times(5, 2); tries != 0; --tries) {
        if (!this->Read(member)) this->Rescue(2, member.Cursor());
      }
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
struct MortalMember : Scenario<MortalMember, 3, 2, 4> {
  void before() {
    MakeGroup();
    SeatMember(0, 0);
    SeatMember(1, 1);
    SeatProducer(2, 2);
    Writer writer(view_, 2, NoClock);
    for (uint32_t i = 0; i < 2; ++i) Write(writer, 0, i);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      MortalMemberBody(0, 18, Times(2, 1), 2);
    } else if (thread == 1) {
      Member member(view_, 1, 0, false);
      for (uint32_t tries = Times(4, 2); tries != 0; --tries) {
        if (!Read(member)) Adopt(1, 1);
      }
    } else {
      Writer writer(view_, 2, NoClock);
      uint32_t number = 2;
      for (uint32_t tries = Times(6, 2); tries != 0 && number < 5; --tries) {
        if (Write(writer, 0, number)) ++number;
      }
    }
  }
  void after() { CheckSurvivors(); }
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
    Bounded<NoHole<false>>("recovery against a live batch", 2),
    Bounded<NoHole<true>>("recovery against a live single producer", 2),
    Bounded<NoHoleInRetry>("recovery against two live batches", 1),
    Bounded<LostClaim>("redelivery against a live claim", 2),
    Bounded<MortalProducer<false>>("a mortal producer, a live one, a rescuer", 1),
    Bounded<MortalProducer<true>>("a mortal producer's batch, a live one, a rescuer", 1),
    Bounded<MortalProducers>("two mortal producers and an overwriting writer", 1),
    Bounded<MortalMember>("a mortal member, an adopter, a writer", 1),
    Bounded<MortalMembers>("two mortal members and a writer", 1),
};

}  // namespace

EntryList RecoveryScenarios() { return {kEntries, std::size(kEntries)}; }

}  // namespace fmmq::model
