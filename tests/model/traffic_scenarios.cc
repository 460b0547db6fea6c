// Writers and the members of a lossless group, nobody dies.

#include "tests/model/scenario.h"
#include "tests/model/scenarios.h"

namespace fmmq::model {
namespace {

// Two producers, one of them with a message of the whole ring, and a member; of an exclusive group
// when it reads in the everyday way.
template <Way kReading>
struct TwoProducersAndMember : Scenario<TwoProducersAndMember<kReading>, 3, 2, 4> {
  using Base = Scenario<TwoProducersAndMember<kReading>, 3, 2, 4>;
  void before() {
    this->MakeGroup();
    this->SeatProducer(0, 0);
    this->SeatProducer(1, 1);
    this->SeatMember(2, 2);
  }
  void Run(unsigned thread) {
    if (thread == 2) {
      typename Base::Member member(this->view_, 2, 0, kReading == Way::kEveryday);
      for (uint32_t tries = this->Times(8, 3); tries != 0; --tries) this->ReadBy(kReading, member);
      return;
    }
    typename Base::Writer writer(this->view_, thread, this->NoClock);
    uint32_t number = 0;
    for (uint32_t tries = this->Times(5, 1); tries != 0 && number < 2; --tries) {
      if (this->Write(writer, thread, number, number == 0 ? thread + 1 : 1)) ++number;
    }
  }
  void after() { this->CheckSurvivors(); }
};

// A producer, and two members that compete: one copies, the other claims two messages at a time.
struct ProducerAndTwoMembers : Scenario<ProducerAndTwoMembers, 3, 2, 4> {
  void before() {
    MakeGroup();
    SeatProducer(0, 0);
    SeatMember(1, 1);
    SeatMember(2, 2);
  }
  void Run(unsigned thread) {
    if (thread != 0) {
      Member member(view_, thread, 0, false);
      for (uint32_t tries = Times(5, 2); tries != 0; --tries) {
        if (thread == 1) {
          ReadCopy(member);
        } else {
          Read(member, 2);
        }
      }
      return;
    }
    Writer writer(view_, 0, NoClock);
    uint32_t number = 0;
    for (uint32_t tries = Times(8, 3); tries != 0 && number < 4; --tries) {
      if (Write(writer, 0, number)) ++number;
    }
  }
  void after() { CheckSurvivors(); }
};

// A producer and an exclusive member in a ring of one block; with `kSingle` the producer is alone
// by right, and moves head by plain stores.
template <bool kSingle, Way kWay>
struct OneToOne : Scenario<OneToOne<kSingle, kWay>, 2, 1, 3> {
  using Base = Scenario<OneToOne<kSingle, kWay>, 2, 1, 3>;
  void before() {
    this->view_.single_producer = kSingle;
    this->MakeGroup();
    this->SeatProducer(0, 0);
    this->SeatMember(1, 1);
  }
  void Run(unsigned thread) {
    if (thread == 1) {
      typename Base::Member member(this->view_, 1, 0, /*exclusive=*/true);
      for (int tries = 0; tries < 4; ++tries) this->ReadBy(kWay, member);
      return;
    }
    typename Base::Writer writer(this->view_, 0, this->NoClock);
    uint32_t number = 0;
    for (int tries = 0; tries < 4 && number < 3; ++tries) {
      if (this->WriteBy(kWay, writer, 0, number)) ++number;
    }
  }
  void after() {
    this->view_.single_producer = false;
    this->CheckSurvivors();
  }
};

// A member claims one message, then batches, while a producer fills what they leave.
struct BatchMember : Scenario<BatchMember, 2, 4, 3> {
  void before() {
    MakeGroup();
    SeatProducer(0, 0);
    SeatMember(1, 1);
    Writer writer(view_, 0, NoClock);
    for (uint32_t i = 0; i < 4; ++i) Write(writer, 0, i);
  }
  void Run(unsigned thread) {
    if (thread == 1) {
      Member member(view_, 1, 0, false);
      for (uint64_t tries = 0; tries < 3; ++tries) Read(member, tries + 1);
      return;
    }
    Writer writer(view_, 0, NoClock);
    uint32_t number = 4;
    for (int tries = 0; tries < 4 && number < 6; ++tries) {
      if (Write(writer, 0, number)) ++number;
    }
  }
  void after() { CheckSurvivors(); }
};

// --- small enough for a full search ---

template <Way kWay, bool kExclusive>
struct OneWriteOneRead : Scenario<OneWriteOneRead<kWay, kExclusive>, 2, 2, 3> {
  using Base = Scenario<OneWriteOneRead<kWay, kExclusive>, 2, 2, 3>;
  std::optional<typename Base::Writer> writer;
  std::optional<typename Base::Member> member;
  void before() {
    this->MakeGroup();
    this->SeatProducer(0, 0);
    this->SeatMember(1, 1);
    writer.emplace(this->view_, 0, this->NoClock);
    writer->Room(2);
    member.emplace(this->view_, 1, 0, kExclusive);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      this->Check(this->WriteBy(kWay, *writer, 0, 0), "no room in an empty ring");
    } else {
      this->ReadBy(kWay, *member);
    }
  }
  void after() { this->CheckSurvivors(); }
};

template <Way kFirst, Way kSecond>
struct TwoWrites : Scenario<TwoWrites<kFirst, kSecond>, 2, 2, 3> {
  using Base = Scenario<TwoWrites<kFirst, kSecond>, 2, 2, 3>;
  std::optional<typename Base::Writer> writers[2];
  void before() {
    this->MakeGroup();
    for (uint32_t i = 0; i < 2; ++i) {
      this->SeatProducer(i, static_cast<int>(i));
      writers[i].emplace(this->view_, i, this->NoClock);
      writers[i]->Room(2);
    }
  }
  void Run(unsigned thread) {
    const Way way = thread == 0 ? kFirst : kSecond;
    this->Check(this->WriteBy(way, *writers[thread], thread, 0), "no room in an empty ring");
  }
  void after() { this->CheckSurvivors(); }
};

// The first in the everyday way.
template <Way kSecond>
struct TwoReads : Scenario<TwoReads<kSecond>, 2, 2, 4> {
  using Base = Scenario<TwoReads<kSecond>, 2, 2, 4>;
  std::optional<typename Base::Member> members[2];
  void before() {
    this->MakeGroup();
    this->SeatProducer(2, 0);
    typename Base::Writer writer(this->view_, 2, this->NoClock);
    this->Write(writer, 0, 0);
    for (uint32_t i = 0; i < 2; ++i) {
      this->SeatMember(i, static_cast<int>(i));
      members[i].emplace(this->view_, i, 0, false);
    }
  }
  void Run(unsigned thread) {
    this->ReadBy(thread == 0 ? Way::kEveryday : kSecond, *members[thread]);
  }
  void after() { this->CheckSurvivors(); }
};

constexpr Way kEveryday = Way::kEveryday;
constexpr Way kInSteps = Way::kInSteps;

constexpr Entry kEntries[] = {
    Full<OneWriteOneRead<kEveryday, true>>("one write, one read, exclusive group"),
    Full<OneWriteOneRead<kEveryday, false>>("one write, one read, shared group"),
    Full<OneWriteOneRead<kInSteps, false>>("one write, one read, in steps"),
    Full<TwoWrites<kInSteps, kInSteps>>("two writes in steps"),
    Full<TwoReads<kEveryday>>("two reads of one message"),
    Full<TwoReads<kInSteps>>("two reads of one message, one in steps"),
    Bounded<TwoWrites<kEveryday, kEveryday>>("two writes", 4),
    Bounded<TwoWrites<kEveryday, kInSteps>>("two writes, one in steps", 4),
    Bounded<OneToOne<false, kEveryday>>("a producer and an exclusive member, one block", 2),
    Bounded<OneToOne<false, kInSteps>>("the same in steps", 2),
    Bounded<OneToOne<true, kEveryday>>("a single producer and an exclusive member, one block", 2),
    Bounded<OneToOne<true, kInSteps>>("the same in steps, single producer", 2),
    Bounded<BatchMember>("a producer and a member that claims batches", 2),
    Bounded<TwoProducersAndMember<kEveryday>>("two producers and an exclusive member", 1),
    Bounded<TwoProducersAndMember<kInSteps>>("two producers and a member, in steps", 1),
    Bounded<ProducerAndTwoMembers>("a producer and two members", 1),
};

}  // namespace

EntryList TrafficScenarios() { return {kEntries, std::size(kEntries)}; }

}  // namespace fmmq::model
