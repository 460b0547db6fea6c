// Writers that do not wait for readers, and readers that copy and then judge the copy.

#include "tests/model/scenario.h"
#include "tests/model/scenarios.h"

namespace fmmq::model {
namespace {

// What copying readers share: a message read by copy, and what was lost on the way.
template <typename Derived, int kThreads, int kBlocks, int kSeats>
struct CopyingScenario : Scenario<Derived, kThreads, kBlocks, kSeats> {
  using Base = Scenario<Derived, kThreads, kBlocks, kSeats>;

  template <typename Cursor>
  bool ReadByCopy(Cursor& cursor) {
    uint64_t words[kBlocks] = {};
    ring::Delivery delivery;
    const Code code = ring::ReadByCopy(this->view_, cursor, this->Bytes(words), &delivery);
    this->Check(code != Code::kCorrupt, "kCorrupt from a copy");
    this->Check(code != Code::kBufferTooSmall, "a message that is too long");
    if (code != Code::kOk) return false;
    this->ledger_.Delivered(words, delivery.bytes / 8, delivery.position, false);
    return true;
  }

  // Readers that copy find the end of the ring, and writers get on.
  void CheckCopyingSurvivors(uint64_t position) {
    lives = {};
    this->ledger_.CheckAll(/*nothing_lost=*/false);
    ring::PrivateCursor cursor{position};
    for (int tries = 0; tries < 4 * kBlocks && ReadByCopy(cursor); ++tries) {
    }
    this->Check(cursor.position == this->view_.Head(), "an observer is stuck in front of head");
    typename Base::Writer writer(this->view_, Base::kSurvivorSeat, this->NoClock);
    for (uint32_t i = 0; i < 2; ++i) {
      this->Check(this->Write(writer, Ledger::kProducers - 1, i), "a writer is stuck");
      this->Check(ReadByCopy(cursor), "an observer is stuck");
    }
  }
};

// An observer, and a writer whose messages of two blocks fill the ring: each tears the one before.
template <Way kWay>
struct ObserverOfBigMessages : CopyingScenario<ObserverOfBigMessages<kWay>, 2, 2, 2> {
  using Base = CopyingScenario<ObserverOfBigMessages<kWay>, 2, 2, 2>;
  ring::PrivateCursor cursor;
  std::optional<typename Base::Writer> writer;
  void before() {
    this->view_.policy = Policy::kOverwrite;
    this->SeatProducer(0, 0);
    writer.emplace(this->view_, 0, this->NoClock);
    this->Write(*writer, 0, 0, 2);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      for (uint32_t i = 1; i < 3; ++i)
        this->Check(this->WriteBy(kWay, *writer, 0, i, 2), "an overwriting writer waits");
    } else {
      for (int tries = 0; tries < 2; ++tries) this->ReadByCopy(cursor);
    }
  }
  void after() { this->CheckCopyingSurvivors(cursor.position); }
};

// The same with one-block messages in a ring of four: resynchronisation goes on inside the ring.
struct ObserverOfSmallMessages : CopyingScenario<ObserverOfSmallMessages, 2, 4, 2> {
  ring::PrivateCursor cursor;
  std::optional<Writer> writer;
  void before() {
    view_.policy = Policy::kOverwrite;
    SeatProducer(0, 0);
    writer.emplace(view_, 0, NoClock);
    for (uint32_t i = 0; i < 4; ++i) Write(*writer, 0, i);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      for (uint32_t i = 4; i < 7; ++i) Check(Write(*writer, 0, i), "an overwriting writer waits");
    } else {
      for (int tries = 0; tries < 3; ++tries) ReadByCopy(cursor);
    }
  }
  void after() { CheckCopyingSurvivors(cursor.position); }
};

// Two overwriting writers: neither laps the other in mid-copy.
struct OverwritingWriters : CopyingScenario<OverwritingWriters, 2, 2, 3> {
  void before() {
    view_.policy = Policy::kOverwrite;
    SeatProducer(0, 0);
    SeatProducer(1, 1);
  }
  void Run(unsigned thread) {
    Writer writer(view_, thread, NoClock);
    for (uint32_t i = 0; i < 3; ++i) Write(writer, thread, i, thread == 0 && i == 0 ? 2 : 1);
  }
  void after() { CheckCopyingSurvivors(0); }
};

struct ThreeOverwritingWriters : CopyingScenario<ThreeOverwritingWriters, 3, 2, 4> {
  void before() {
    view_.policy = Policy::kOverwrite;
    for (uint32_t i = 0; i < 3; ++i) SeatProducer(i, static_cast<int>(i));
  }
  void Run(unsigned thread) {
    Writer writer(view_, thread, NoClock);
    for (uint32_t i = 0; i < Times(2, 1); ++i) Write(writer, thread, i);
  }
  void after() { CheckCopyingSurvivors(0); }
};

// Two members share a cursor while writers overwrite.
struct OverwrittenMembers : CopyingScenario<OverwrittenMembers, 3, 2, 4> {
  void before() {
    view_.policy = Policy::kOverwrite;
    MakeGroup();
    SeatProducer(0, 0);
    SeatMember(1, 1);
    SeatMember(2, 2);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Writer writer(view_, 0, NoClock);
      for (uint32_t i = 0; i < Times(4, 3); ++i)
        Check(Write(writer, 0, i), "an overwriting writer waits");
      return;
    }
    ring::SharedCursor<Atomics> cursor{&groups_[0].cursor};
    for (uint32_t tries = Times(3, 1); tries != 0; --tries) ReadByCopy(cursor);
  }
  void after() { CheckCopyingSurvivors(groups_[0].cursor.load(std::memory_order_relaxed)); }
};

// The compat policy before its switch: the member copies, and its cursor alone holds writers back.
// (One member: a copy whose claim another one won may be overwritten at any time.)
struct CompatMember : CopyingScenario<CompatMember, 2, 1, 3> {
  void before() {
    view_.policy = Policy::kCompat;
    MakeGroup();
    SeatProducer(0, 0);
    SeatMember(1, 1);
    Payload<2>::current.guards_copies = true;
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Writer writer(view_, 0, NoClock);
      uint32_t number = 0;
      for (int tries = 0; tries < 4 && number < 3; ++tries) {
        if (Write(writer, 0, number)) ++number;
      }
      return;
    }
    ring::SharedCursor<Atomics> cursor{&groups_[0].cursor};
    for (int tries = 0; tries < 3; ++tries) ReadByCopy(cursor);
  }
  void after() { CheckCompatSurvivors(*this, /*nothing_lost=*/true); }

  template <typename S>
  static void CheckCompatSurvivors(S& s, bool nothing_lost) {
    lives = {};
    ring::SharedCursor<typename S::Atomics> cursor{&s.groups_[0].cursor};
    for (int tries = 0; tries < 8 && s.ReadByCopy(cursor); ++tries) {
    }
    s.ledger_.CheckAll(nothing_lost);
    s.view_.policy = Policy::kOverwrite;
    s.CheckCopyingSurvivors(cursor.Load());
  }
};

// Two members, and the switch to overwriting on the way.
struct CompatSwitch : CopyingScenario<CompatSwitch, 3, 2, 4> {
  void before() {
    view_.policy = Policy::kCompat;
    MakeGroup();
    SeatProducer(0, 0);
    SeatMember(1, 1);
    SeatMember(2, 2);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Writer writer(view_, 0, NoClock);
      uint32_t number = 0;
      for (uint32_t tries = Times(6, 3); tries != 0 && number < 4; --tries) {
        if (Write(writer, 0, number)) ++number;
      }
      return;
    }
    if (thread == 2) control_.flags.fetch_or(format::kOverwriting, std::memory_order_relaxed);
    ring::SharedCursor<Atomics> cursor{&groups_[0].cursor};
    for (uint32_t tries = Times(3, 1); tries != 0; --tries) ReadByCopy(cursor);
  }
  void after() { CompatMember::CheckCompatSurvivors(*this, /*nothing_lost=*/false); }
};

// --- small enough for a full search ---

template <Way kWay>
struct OneCopyOneOverwrite : CopyingScenario<OneCopyOneOverwrite<kWay>, 2, 2, 2> {
  using Base = CopyingScenario<OneCopyOneOverwrite<kWay>, 2, 2, 2>;
  ring::PrivateCursor cursor;
  std::optional<typename Base::Writer> writer;
  void before() {
    this->view_.policy = Policy::kOverwrite;
    this->SeatProducer(0, 0);
    writer.emplace(this->view_, 0, this->NoClock);
    this->Write(*writer, 0, 0, 2);
    writer->Room(2);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      this->Check(this->WriteBy(kWay, *writer, 0, 1, 2), "an overwriting writer waits");
    } else {
      this->ReadByCopy(cursor);
    }
  }
  void after() { this->CheckCopyingSurvivors(cursor.position); }
};

constexpr Entry kEntries[] = {
    Full<OneCopyOneOverwrite<Way::kEveryday>>("one copy, one overwriting write"),
    Full<OneCopyOneOverwrite<Way::kInSteps>>("one copy, one overwriting write in steps"),
    Bounded<ObserverOfBigMessages<Way::kEveryday>>(
        "an observer and an overwriting writer, big messages", 2),
    Bounded<ObserverOfBigMessages<Way::kInSteps>>("the same, written in steps", 2),
    Bounded<ObserverOfSmallMessages>("an observer and an overwriting writer, small messages", 2),
    Bounded<OverwritingWriters>("two overwriting writers", 1),
    Bounded<ThreeOverwritingWriters>("three overwriting writers", 1),
    Bounded<OverwrittenMembers>("two members and an overwriting writer", 1),
    Bounded<CompatMember>("a member and a writer, compat policy", 2),
    Bounded<CompatSwitch>("two members and a writer, compat policy switches", 1),
};

}  // namespace

EntryList OverwriteScenarios() { return {kEntries, std::size(kEntries)}; }

}  // namespace fmmq::model
