// What scenarios share: how they are prepared and run, and what must hold when they are done.
#ifndef TESTS_MODEL_SCENARIO_H_
#define TESTS_MODEL_SCENARIO_H_

#include <optional>

#include "tests/model/scenarios.h"
#include "tests/model/users.h"

namespace fmmq::model {

// `kBlocks` is a power of two; a block is 8 bytes. Seats are taken by the scenario; the last one is
// for the checks afterwards.
template <typename Derived, int kThreads, int kBlocks, int kSeats, int kGroups = 1>
class Scenario : public AnyScenario, public Users<kThreads, kBlocks, kSeats, kGroups> {
 public:
  static constexpr int kThreadCount = kThreads;
  static constexpr uint32_t kSurvivorSeat = kSeats - 1;
  using Base = Users<kThreads, kBlocks, kSeats, kGroups>;
  using typename Base::Member;
  using typename Base::Writer;

  Scenario() { lives = {}; }

  // Derived has before(), Run(thread) and after().
  void Prepare() override { static_cast<Derived*>(this)->before(); }
  void RunThread(unsigned index) override {
    CurrentLife().running = true;
    static_cast<Derived*>(this)->Run(index);
    CurrentLife().running = false;
  }
  void CheckAfter() override { static_cast<Derived*>(this)->after(); }

  // (All open: scenarios check each other's ends.)
  // Holders of locks that are no threads: the checks afterwards, and somebody of the past.
  static constexpr int kSurvivor = kThreads;
  static constexpr int kNobody = kThreads + 1;

  // How often something is tried: random schedules can be longer than those of a search.
  static uint32_t Times(uint32_t random, uint32_t searched) {
    return rl::ctx().is_random_sched() ? random : searched;
  }

  using Base::Check;
  using Base::control_;
  using Base::groups_;
  using Base::kernel_;
  using Base::ledger_;
  using Base::seats_;
  using Base::view_;

  static uint64_t NoClock() { return 0; }

  // --- preparation ---

  void SeatProducer(uint32_t seat, int holder) {
    Seat(seat, holder, format::SeatIdentity{format::Role::kProducer, 0, 0});
  }
  void SeatMember(uint32_t seat, int holder, uint32_t group = 0) {
    Seat(seat, holder,
         format::SeatIdentity{format::Role::kMember, group,
                              ring::LoadState(view_, group).generation});
  }
  void MakeGroup(uint32_t group = 0, bool durable = true, uint64_t cursor = 0) {
    groups_[group].cursor.store(cursor, std::memory_order_relaxed);
    groups_[group].state.store(
        Encode(format::GroupState{format::Phase::kLive, false, durable, 0, 1}),
        std::memory_order_relaxed);
  }

  // --- what must hold at the end ---

  // A survivor reads what is left of a group, with all that survivors do for the dead.
  void Drain(uint32_t group = 0) {
    SeatMember(kSurvivorSeat, kSurvivor, group);
    Member member(view_, kSurvivorSeat, group, false);
    for (int rounds = 0; rounds < 8 * kBlocks; ++rounds) {
      if (this->Read(member)) continue;
      if (this->Adopt(kSurvivor, kSurvivorSeat, group)) continue;
      if (!this->Rescue(kSurvivor, member.Cursor())) break;
    }
    Check(member.Cursor() == view_.Head(), "a reader is stuck in front of head");
  }

  // What `after` does in a lossless queue.
  void CheckSurvivors() {
    lives = {};
    Drain();
    ledger_.CheckAll(/*nothing_lost=*/true);
    CheckThatWritersGetOn();
  }

  // What `after` does for a group that began at `from`.
  void CheckGroupFrom(uint32_t group, uint64_t from) {
    lives = {};
    Drain(group);
    ledger_.CheckAll(/*nothing_lost=*/true, from);
  }

  // A survivor can write a whole ring, twice, and somebody reads it.
  void CheckThatWritersGetOn() {
    this->Rescue(kSurvivor, view_.Head());
    Member member(view_, kSurvivorSeat, 0, false);
    Writer writer(view_, kSurvivorSeat, NoClock);
    for (uint32_t i = 0; i < 2 * kBlocks && i < Ledger::kNumbers; ++i) {
      Check(this->Write(writer, Ledger::kProducers - 1, i), "a writer is stuck");
      if (i % kBlocks != kBlocks - 1) continue;
      for (int left = kBlocks; left != 0; --left) Check(this->Read(member), "a reader is stuck");
    }
  }

 private:
  void Seat(uint32_t seat, int holder, format::SeatIdentity identity) {
    kernel_.TryOwn(holder, seat);
    seats_[seat].identity.store(Encode(identity), std::memory_order_relaxed);
    const uint64_t bits = control_.occupied[0].load(std::memory_order_relaxed);
    control_.occupied[0].store(bits | uint64_t{1} << seat, std::memory_order_relaxed);
  }
};

}  // namespace fmmq::model

#endif  // TESTS_MODEL_SCENARIO_H_
