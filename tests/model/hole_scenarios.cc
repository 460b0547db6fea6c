// Holes: looked for where only the living are, and repaired by one or two.
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
        this->WriteReserved(*writer, 0, 1);
        this->Write(*writer, 0, 2);
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

// The same, as short as can be: a batch, and its producer leaves.
struct NoHoleInBatch : Scenario<NoHoleInBatch, 2, 2, 3> {
  std::optional<Writer> writer;
  void before() {
    MakeGroup();
    SeatProducer(0, 0);
    writer.emplace(view_, 0, NoClock);
    writer->Room(2);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      WriteBatch(*writer, 0, 0);
      ring::ClearClaim(view_, 0);
      return;
    }
    Locks locks{kernel_, 1};
    Check(ring::RepairHole(view_, locks, 1) != ring::Hole::kHole,
          "a live producer's blocks were taken for a hole");
  }
  void after() { CheckSurvivors(); }
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

// A producer that died between head and commit: its hole is the first block.
template <typename Scene>
void LeaveAHole(Scene& scene, uint32_t seat) {
  scene.SeatProducer(seat, Scene::kNobody);
  typename Scene::Writer dead(scene.view_, seat, Scene::NoClock);
  Scene::Check(dead.Reserve(1) == Code::kOk, "an empty ring has no room");
  scene.kernel_.Bury(Scene::kNobody);
}

// Behind a hole a producer writes, leaves, and its seat is a member's next: a repairer that asks
// who is at work there finds nobody, and has to see what was written.
struct HoleBeforeALeaver : Scenario<HoleBeforeALeaver, 2, 4, 4> {
  void before() {
    MakeGroup();
    LeaveAHole(*this, 0);
    SeatProducer(1, 0);
  }
  void Run(unsigned thread) {
    if (thread == 1) {
      Rescue(1, 0);
      return;
    }
    Writer writer(view_, 1, NoClock);
    Write(writer, 0, 0);
    ring::ClearSeat(view_, 1);
    kernel_.Disown(0, 1);
    ComeIn(1, 0);
  }
  void after() { CheckSurvivors(); }
};

// Two repair the same hole. One of them may be stopped in it for as long as the other one takes to
// read on, and a producer to go round the ring: what it does then comes too late, and harms nobody.
struct TwoRepairers : Scenario<TwoRepairers, 3, 2, 5> {
  void before() {
    MakeGroup();
    LeaveAHole(*this, 0);
    SeatProducer(1, 2);
    SeatMember(2, 1);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Rescue(0, 0);
    } else if (thread == 1) {
      Member member(view_, 2, 0, false);
      for (uint32_t tries = Times(6, 3); tries != 0; --tries) {
        if (!ReadCopy(member)) Rescue(1, member.Cursor());
      }
    } else {
      Writer writer(view_, 1, NoClock);
      uint32_t number = 0;
      for (uint32_t tries = Times(6, 4); tries != 0 && number < 4; --tries) {
        if (Write(writer, 0, number)) ++number;
      }
    }
  }
  void after() { CheckSurvivors(); }
};

constexpr Entry kEntries[] = {
    Bounded<NoHole<false>>("recovery against a live batch", 2),
    Bounded<NoHole<true>>("recovery against a live single producer", 2),
    Bounded<NoHoleInBatch>("recovery against a live batch alone", 3),
    Bounded<NoHoleInRetry>("recovery against two live batches", 1),
    Bounded<HoleBeforeALeaver>("recovery in front of one who leaves", 3),
    Bounded<TwoRepairers>("two repairers and a writer that laps", 2),
};

}  // namespace

EntryList HoleScenarios() { return {kEntries, std::size(kEntries)}; }

}  // namespace fmmq::model
