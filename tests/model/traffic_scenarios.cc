// Writers and the members of a lossless group, nobody dies.

#include "tests/model/scenario.h"
#include "tests/model/scenarios.h"

namespace fmmq::model {
namespace {

// Two producers, one of them with a message of the whole ring, and a member.
struct TwoProducersAndMember : Scenario<TwoProducersAndMember, 3, 2, 4> {
  void before() {
    MakeGroup();
    SeatProducer(0, 0);
    SeatProducer(1, 1);
    SeatMember(2, 2);
  }
  void Run(unsigned thread) {
    if (thread == 2) {
      Member member(view_, 2, 0, false);
      for (uint32_t tries = Times(8, 3); tries != 0; --tries) Read(member);
      return;
    }
    Writer writer(view_, thread, NoClock);
    uint32_t number = 0;
    for (uint32_t tries = Times(5, 1); tries != 0 && number < 2; --tries) {
      if (Write(writer, thread, number, number == 0 ? thread + 1 : 1)) ++number;
    }
  }
  void after() { CheckSurvivors(); }
};

// A producer, and two members that compete; one of them claims two messages at a time.
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
      for (uint32_t tries = Times(5, 2); tries != 0; --tries) Read(member, thread);
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
template <bool kSingle>
struct OneToOne : Scenario<OneToOne<kSingle>, 2, 1, 3> {
  using Base = Scenario<OneToOne<kSingle>, 2, 1, 3>;
  void before() {
    this->view_.single_producer = kSingle;
    this->MakeGroup();
    this->SeatProducer(0, 0);
    this->SeatMember(1, 1);
  }
  void Run(unsigned thread) {
    if (thread == 1) {
      typename Base::Member member(this->view_, 1, 0, /*exclusive=*/true);
      for (int tries = 0; tries < 4; ++tries) this->Read(member, 2);
      return;
    }
    typename Base::Writer writer(this->view_, 0, this->NoClock);
    uint32_t number = 0;
    for (int tries = 0; tries < 4 && number < 3; ++tries) {
      if (this->Write(writer, 0, number)) ++number;
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

struct OneWriteOneRead : Scenario<OneWriteOneRead, 2, 2, 3> {
  std::optional<Writer> writer;
  std::optional<Member> member;
  void before() {
    MakeGroup();
    SeatProducer(0, 0);
    SeatMember(1, 1);
    writer.emplace(view_, 0, NoClock);
    writer->Room(2);
    member.emplace(view_, 1, 0, false);
  }
  void Run(unsigned thread) {
    if (thread == 0) {
      Check(Write(*writer, 0, 0), "no room in an empty ring");
    } else {
      Read(*member);
    }
  }
  void after() { CheckSurvivors(); }
};

struct TwoWrites : Scenario<TwoWrites, 2, 2, 3> {
  std::optional<Writer> writers[2];
  void before() {
    MakeGroup();
    for (uint32_t i = 0; i < 2; ++i) {
      SeatProducer(i, static_cast<int>(i));
      writers[i].emplace(view_, i, NoClock);
      writers[i]->Room(2);
    }
  }
  void Run(unsigned thread) {
    Check(Write(*writers[thread], thread, 0), "no room in an empty ring");
  }
  void after() { CheckSurvivors(); }
};

struct TwoReads : Scenario<TwoReads, 2, 2, 4> {
  std::optional<Member> members[2];
  void before() {
    MakeGroup();
    SeatProducer(2, 0);
    Writer writer(view_, 2, NoClock);
    Write(writer, 0, 0);
    for (uint32_t i = 0; i < 2; ++i) {
      SeatMember(i, static_cast<int>(i));
      members[i].emplace(view_, i, 0, false);
    }
  }
  void Run(unsigned thread) { Read(*members[thread]); }
  void after() { CheckSurvivors(); }
};

constexpr Entry kEntries[] = {
    Full<OneWriteOneRead>("one write, one read"),
    Full<TwoWrites>("two writes"),
    Full<TwoReads>("two reads of one message"),
    Bounded<OneToOne<false>>("a producer and an exclusive member, one block", 2),
    Bounded<OneToOne<true>>("a single producer and an exclusive member, one block", 2),
    Bounded<BatchMember>("a producer and a member that claims batches", 2),
    Bounded<TwoProducersAndMember>("two producers and a member", 1),
    Bounded<ProducerAndTwoMembers>("a producer and two members", 1),
};

}  // namespace

EntryList TrafficScenarios() { return {kEntries, std::size(kEntries)}; }

}  // namespace fmmq::model
