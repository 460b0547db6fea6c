// Nobody sleeps through what it waits for; and the end of the stream is its end. A lost wake-up is
// a deadlock here: there are no slices.
#include "tests/model/scenario.h"
#include "tests/model/scenarios.h"

namespace fmmq::model {
namespace {

enum class Barrier {
  kFences,     // the waker could not register for the waiters' barriers: it fences
  kEverywhere  // the waiter makes everybody pass a barrier
};

// What fmmq/wait/waiter.cc and fmmq/queue/handle.h put around the ring's functions.
template <typename Derived, Barrier kBarrier, int kThreads, int kBlocks, int kSeats>
struct WaitingScenario : Scenario<Derived, kThreads, kBlocks, kSeats> {
  using Base = Scenario<Derived, kThreads, kBlocks, kSeats>;
  using Word = ModelWord<kThreads>;

  // membarrier(2): the site where it is left out in a mutant is here.
  static void BarrierEverywhere(Place place = Place::Here()) {
    if (kBarrier != Barrier::kEverywhere) return;
    rl::ctx().sched();
    if (OrderHere(place, "membarrier", std::memory_order_seq_cst) == std::memory_order_seq_cst) {
      rl::systemwide_fence(Word::Info("membarrier", place));
    }
  }

  template <typename Attempt>
  void WaitFor(Word& word, Attempt&& attempt) {
    for (;;) {
      const uint32_t value = ring::AnnounceWaiter(word);
      BarrierEverywhere();
      ring::OrderBeforeSleep<typename Base::Atomics>();
      if (attempt()) return;
      rl::ctx().sched();
      // The kernel compares and falls asleep in one step.
      if (static_cast<uint32_t>(word.Newest()) == value)
        word.Park(Word::Info("sleep", {"futex", 0, ""}));
    }
  }

  // A write that waits for room; what it does before the wait was in vain.
  void WaitToWrite(typename Base::Writer& writer, uint32_t producer, uint32_t number) {
    if (!this->Write(writer, producer, number)) {
      RingIfGaveUp(writer);
      WaitFor(this->control_.space_wait, [&] {
        const bool written = this->WriteReserved(writer, producer, number);
        if (!written) RingIfGaveUp(writer);
        return written;
      });
    }
    RingBells(/*data=*/true);
  }
  // Others may have found no room because of an intent that is gone.
  void RingIfGaveUp(typename Base::Writer& writer) {
    if (writer.TakeGaveUp()) RingBells(/*data=*/true);
  }

  // A read that waits for data.
  void WaitToRead(typename Base::Member& member) {
    if (!this->ReadAtOnce(member))
      WaitFor(this->control_.data_wait, [&] { return this->ReadClaimed(member); });
    RingBells(/*data=*/false);
  }

  void RingBells(bool data) {
    ring::OrderBeforeBell<typename Base::Atomics>(kBarrier == Barrier::kFences);
    auto& control = this->control_;
    if (!ring::SomebodyWaits(control)) return;
    if (data || ring::HasEnded(this->view_)) Wake(control.data_wait, format::kDataBell);
    Wake(control.space_wait, format::kSpaceBell);
  }

  void Wake(Word& word, uint64_t bell) {
    if (!ring::TakeWaiters(word)) return;
    rl::ctx().sched();
    word.WakeAll(Word::Info("wake", {"futex", 0, ""}));
    static_cast<Derived*>(this)->RingDoorbells(bell);
  }
  void RingDoorbells(uint64_t) {}
};

// Members wait for data. Two of them: the bell rings for both.
template <Barrier kBarrier, int kMembers>
struct WaitForData
    : WaitingScenario<WaitForData<kBarrier, kMembers>, kBarrier, kMembers + 1, 2, kMembers + 2> {
  using Base =
      WaitingScenario<WaitForData<kBarrier, kMembers>, kBarrier, kMembers + 1, 2, kMembers + 2>;
  std::optional<typename Base::Writer> writer;
  void before() {
    this->MakeGroup();
    this->SeatProducer(0, 0);
    for (int i = 1; i <= kMembers; ++i) this->SeatMember(static_cast<uint32_t>(i), i);
    writer.emplace(this->view_, 0, this->NoClock);
    writer->Room(2);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      for (uint32_t i = 0; i < 2; ++i) {
        this->Check(this->Write(*writer, 0, i), "no room");
        this->RingBells(/*data=*/true);
      }
      return;
    }
    typename Base::Member member(this->view_, thread, 0, /*exclusive=*/kMembers == 1);
    for (int left = 2 / kMembers; left != 0; --left) this->WaitToRead(member);
  }
  void after() { this->CheckSurvivors(); }
};

// A writer waits for room; it comes from an exclusive group's cursor, or from an intent.
template <Barrier kBarrier, bool kExclusive>
struct WaitForRoom : WaitingScenario<WaitForRoom<kBarrier, kExclusive>, kBarrier, 2, 1, 3> {
  using Base = WaitingScenario<WaitForRoom<kBarrier, kExclusive>, kBarrier, 2, 1, 3>;
  void before() {
    this->MakeGroup();
    this->SeatProducer(0, 0);
    this->SeatMember(1, 1);
    typename Base::Writer writer(this->view_, 0, this->NoClock);
    this->Write(writer, 0, 0);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      typename Base::Writer writer(this->view_, 0, this->NoClock);
      this->WaitToWrite(writer, 0, 1);
      return;
    }
    typename Base::Member member(this->view_, 1, 0, kExclusive);
    for (int tries = 0; tries < 2; ++tries) {
      if (this->ReadCopy(member)) this->RingBells(/*data=*/false);
    }
  }
  void after() { this->CheckSurvivors(); }
};

// Both wait for each other, in a ring of one block that begins full. Two writers: who gives a
// reservation up may have been in the other's way.
template <Barrier kBarrier, int kWriters>
struct BothWait
    : WaitingScenario<BothWait<kBarrier, kWriters>, kBarrier, kWriters + 1, 1, kWriters + 2> {
  using Base =
      WaitingScenario<BothWait<kBarrier, kWriters>, kBarrier, kWriters + 1, 1, kWriters + 2>;
  void before() {
    this->MakeGroup();
    for (uint32_t i = 0; i < kWriters; ++i) this->SeatProducer(i, static_cast<int>(i));
    this->SeatMember(kWriters, kWriters);
    typename Base::Writer writer(this->view_, 0, this->NoClock);
    this->Write(writer, 0, 0);
  }
  void Run(unsigned thread) {
    if (thread < kWriters) {
      typename Base::Writer writer(this->view_, thread, this->NoClock);
      for (uint32_t i = 1; i <= 2 / kWriters; ++i) this->WaitToWrite(writer, thread, i);
      return;
    }
    typename Base::Member member(this->view_, kWriters, 0, /*exclusive=*/true);
    for (int left = 3; left != 0; --left) this->WaitToRead(member);
  }
  void after() { this->CheckSurvivors(); }
};

// A doorbell instead of a sleep: who takes the waiters off the word also rings what is armed.
template <Barrier kBarrier>
struct Doorbell : WaitingScenario<Doorbell<kBarrier>, kBarrier, 2, 1, 3> {
  using Base = WaitingScenario<Doorbell<kBarrier>, kBarrier, 2, 1, 3>;
  std::optional<typename Base::Writer> writer;
  Cell<2> socket;
  void before() {
    this->MakeGroup();
    this->SeatProducer(0, 0);
    this->SeatMember(1, 1);
    writer.emplace(this->view_, 0, this->NoClock);
    writer->Room(1);
    socket.Init(0);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      this->Write(*writer, 0, 0);
      this->RingBells(/*data=*/true);
      return;
    }
    typename Base::Member member(this->view_, 1, 0, false);
    this->seats_[1].armed.store(format::ArmedWord(format::kDataBell, 0), std::memory_order_relaxed);
    ring::AnnounceWaiter(this->control_.data_wait);
    this->BarrierEverywhere();
    ring::OrderBeforeSleep<typename Base::Atomics>();
    if (this->Read(member)) return;
    rl::ctx().sched();
    if (socket.Newest() == 0) socket.Park(socket.Info("poll", {"doorbell", 0, ""}));
    // What comes through a socket comes after what was done before it was sent.
    socket.template Modify<rl::rmw_type_add>(0, rl::mo_acquire,
                                             socket.Info("recv", {"doorbell", 0, ""}));
    this->Check(this->Read(member), "a bell for nothing");
  }
  void RingDoorbells(uint64_t bell) {
    this->view_.ForEachOccupied([this, bell](uint32_t seat) {
      uint64_t armed = this->seats_[seat].armed.load(std::memory_order_relaxed);
      if (format::BellOf(armed) != bell) return;
      if (!this->seats_[seat].armed.compare_exchange_strong(
              armed, format::kNoBell, std::memory_order_acq_rel, std::memory_order_relaxed))
        return;
      socket.template Modify<rl::rmw_type_add>(1, rl::mo_acq_rel, socket.Info("ring", {"", 0, ""}));
      socket.WakeAll(socket.Info("ring", {"doorbell", 0, ""}));
    });
  }
  void after() { this->CheckSurvivors(); }
};

// The end of the stream: who says it may die half-way, and then the reader does the rest. No
// message whose write returned ok comes after it.
struct EndOfStream : Scenario<EndOfStream, 3, 4, 4> {
  bool at_end = false;
  std::optional<Writer> writer;
  rl::var<int> of_the_author;  // what was done before the end is there for who sees the end
  void before() {
    MakeGroup();
    SeatProducer(0, 0);
    SeatProducer(1, 1);
    SeatMember(2, 2);
    writer.emplace(view_, 0, NoClock);
    writer->Room(4);
    of_the_author(rl::debug_info()) = 0;
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      for (uint32_t i = 0; i < Times(3, 1); ++i) Write(*writer, 0, i);
    } else if (thread == 1) {
      of_the_author(rl::debug_info()) = 1;
      Mortal(kernel_, 1, 4, [this] { ring::EndStream(view_); });
    } else {
      Member member(view_, 2, 0, false);
      for (uint32_t tries = Times(6, 2); tries != 0 && !at_end; --tries) {
        if (!Read(member)) at_end = ring::IsAtEnd(view_, member.Cursor(), /*may_help=*/true);
      }
      if (at_end) Check(static_cast<int>(of_the_author(rl::debug_info())) == 1, "an end too early");
    }
  }
  void after() {
    lives = {};
    if (at_end) ledger_.CheckAll(/*nothing_lost=*/true);
    Drain();
    ledger_.CheckAll(/*nothing_lost=*/true);
    // What was reported lies in front of the end; what lies behind is nothing but aborted records.
    ring::EndStream(view_);
    Check(ring::IsAtEnd(view_, view_.Head(), false), "an end that nobody can reach");
  }
};

// A member waits for the end of the stream, and that waits until another member has let go of the
// last message.
template <Barrier kBarrier>
struct WaitForEnd : WaitingScenario<WaitForEnd<kBarrier>, kBarrier, 3, 2, 4> {
  using Base = WaitingScenario<WaitForEnd<kBarrier>, kBarrier, 3, 2, 4>;
  std::optional<typename Base::Member> holder;
  void before() {
    this->MakeGroup();
    this->SeatMember(0, 0);
    this->SeatMember(1, 1);
    this->SeatProducer(2, 2);
    typename Base::Writer writer(this->view_, 2, this->NoClock);
    this->Write(writer, 0, 0);
    holder.emplace(this->view_, 0, 0, false);
    uint64_t messages = 0;
    uint64_t bytes = 0;
    holder->Claim(1, 8, &messages, &bytes);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      this->UseAll(*holder);
      this->ledger_.Finished(0, 1);
      holder->Release();
      this->RingBells(/*data=*/false);
    } else if (thread == 1) {
      typename Base::Member member(this->view_, 1, 0, false);
      this->WaitFor(this->control_.data_wait, [&] { return this->HasSeenAll(member, 1); });
      this->Check(this->ledger_.FinishedAll(), "the end of the stream while a message is held");
    } else {
      ring::EndStream(this->view_);
      this->RingBells(/*data=*/true);
    }
  }
  void after() { this->CheckGroupFrom(0, 0); }
};

// The last message is in a member's hand: for another one the stream has not ended yet.
struct EndWhileHeld : Scenario<EndWhileHeld, 2, 2, 4> {
  void before() {
    MakeGroup();
    SeatMember(0, 0);
    SeatMember(1, 1);
    SeatProducer(2, kNobody);
    Writer writer(view_, 2, NoClock);
    Write(writer, 0, 0);
    ring::EndStream(view_);
  }
  void Run(unsigned thread) {
    Member member(view_, thread, 0, false);
    if (thread == 0) {
      Read(member);
      return;
    }
    if (HasSeenAll(member, 1))
      Check(ledger_.FinishedAll(), "the end of the stream while a message may come back");
  }
  void after() {
    lives = {};
    Drain();
    ledger_.CheckAll(true);
  }
};

constexpr Entry kEntries[] = {
    Bounded<WaitForData<Barrier::kFences, 1>>("a member waits, fences", 3),
    Bounded<WaitForData<Barrier::kEverywhere, 1>>("a member waits, membarrier", 3),
    Bounded<WaitForRoom<Barrier::kFences, true>>("a writer waits, fences", 3),
    Bounded<WaitForRoom<Barrier::kEverywhere, true>>("a writer waits, membarrier", 3),
    Bounded<WaitForRoom<Barrier::kFences, false>>("a writer waits for an intent, fences", 3),
    Bounded<WaitForRoom<Barrier::kEverywhere, false>>("a writer waits for an intent, membarrier",
                                                      3),
    Bounded<BothWait<Barrier::kFences, 1>>("both wait, fences", 2),
    Bounded<BothWait<Barrier::kEverywhere, 1>>("both wait, membarrier", 2),
    Bounded<BothWait<Barrier::kEverywhere, 2>>("two writers and a member wait, membarrier", 1),
    Bounded<Doorbell<Barrier::kFences>>("a doorbell, fences", 3),
    Bounded<Doorbell<Barrier::kEverywhere>>("a doorbell, membarrier", 3),
    Bounded<WaitForData<Barrier::kFences, 2>>("two members wait, fences", 1),
    Bounded<WaitForData<Barrier::kEverywhere, 2>>("two members wait, membarrier", 1),
    Bounded<WaitForEnd<Barrier::kEverywhere>>("a member waits for the end, membarrier", 1),
    Bounded<EndOfStream>("the end of the stream", 1),
    Bounded<EndWhileHeld>("the end of the stream while a message is held", 3),
};

}  // namespace

EntryList WaitingScenarios() { return {kEntries, std::size(kEntries)}; }

}  // namespace fmmq::model
