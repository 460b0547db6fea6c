// What scenarios share: a ring of a few blocks over Relacy's words, what its users do, and what
// must hold when they are done.
#ifndef TESTS_MODEL_SCENARIO_H_
#define TESTS_MODEL_SCENARIO_H_

#include <optional>

#include "tests/model/kernel.h"
#include "tests/model/ledger.h"
#include "tests/model/scenarios.h"
#include "tests/model/tiny_segment.h"
//
#include "fmmq/ring/adoption.h"
#include "fmmq/ring/copying_reader.h"
#include "fmmq/ring/end_of_stream.h"
#include "fmmq/ring/groups.h"
#include "fmmq/ring/member.h"
#include "fmmq/ring/recovery.h"
#include "fmmq/ring/wait_word.h"
#include "fmmq/ring/writer.h"

namespace fmmq::ring {

// Each look is a step of the search.
template <int kThreads>
inline constexpr int kLivePolls<model::RelacyAtomics<kThreads>> = 1;

}  // namespace fmmq::ring

namespace fmmq::model {

// `kBlocks` is a power of two; a block is 8 bytes. Seats are taken by the scenario; the last one is
// for the checks afterwards.
template <typename Derived, int kThreads, int kBlocks, int kSeats, int kGroups = 1>
class Scenario : public AnyScenario, public TinySegment<kThreads, kBlocks, kSeats, kGroups> {
 public:
  using Segment = TinySegment<kThreads, kBlocks, kSeats, kGroups>;
  static constexpr int kThreadCount = kThreads;
  static constexpr uint32_t kSurvivorSeat = kSeats - 1;
  using Atomics = RelacyAtomics<kThreads>;
  using View = ring::View<Atomics>;
  using Member = ring::Member<Atomics>;
  using Locks = HeldLocks<kThreads, kSeats>;

  // Knows where it wrote last: Write does not say, but its seat's intent did.
  class Writer : public ring::Writer<Atomics> {
   public:
    Writer(const View& view, uint32_t seat, uint64_t (*clock)())
        : ring::Writer<Atomics>(view, seat, clock), intent_(&view.seats[seat].intent) {}
    uint64_t last_position() const { return intent_->last() - 1; }

   private:
    const ModelWord<kThreads>* intent_;
  };

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

  static uint64_t NoClock() { return 0; }
  static void Check(bool truth, const char* what) { Ledger::Check(truth, what); }

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

  // --- what users do ---

  // Writes one message, as Producer::TryWrite does; whether that returned ok.
  bool Write(Writer& writer, uint32_t producer, uint32_t number, uint32_t blocks = 1) {
    uint64_t words[kBlocks];
    if (!writer.Write(MessageOf(words, producer, number, blocks)))
      return WriteReserved(writer, producer, number, blocks);
    ledger_.Reported(producer, number, writer.last_position());
    return true;
  }

  // The same in steps: what a write does whose writer knows of no room, and who fills in place.
  bool WriteReserved(Writer& writer, uint32_t producer, uint32_t number, uint32_t blocks = 1) {
    if (writer.Reserve(blocks) != Code::kOk) return false;
    const uint64_t begin = writer.begin();
    Fill(writer, begin, producer, number, blocks);
    writer.Finish();
    ledger_.Reported(producer, number, begin);
    return true;
  }

  // Writes two messages as one batch, the second with the next number.
  bool WriteBatch(Writer& writer, uint32_t producer, uint32_t number) {
    if (writer.Reserve(2, /*batch=*/true) != Code::kOk) return false;
    const uint64_t begin = writer.begin();
    Fill(writer, begin, producer, number, 1);
    Fill(writer, begin + 1, producer, number + 1, 1);
    writer.Finish();
    ledger_.Reported(producer, number, begin);
    ledger_.Reported(producer, number + 1, begin + 1);
    return true;
  }

  // Claims, reads in place, releases. Whether there was anything.
  bool Read(Member& member, uint64_t max_messages = 1) {
    uint64_t messages = 0;
    ring::Record first;
    const Code code = member.Claim(max_messages, ~uint64_t{0}, &messages, &first);
    Check(code != Code::kCorrupt, "kCorrupt from a member's claim");
    if (code != Code::kOk) return false;
    const uint64_t begin = member.begin();
    const uint64_t end = member.end();
    try {
      UseAll(member);
    } catch (const Death&) {
      ledger_.Finished(begin, end);
      throw;
    }
    ledger_.Finished(begin, end);
    member.Release();
    return true;
  }

  // Reads one message by copy, as Consumer::TryRead does. Who dies before its last step has not read
  // it.
  bool ReadCopy(Member& member) { return ReadAtOnce(member) || ReadClaimed(member); }

  bool ReadAtOnce(Member& member) {
    uint64_t words[kBlocks] = {};
    uint64_t position = 0;
    uint64_t bytes = 0;
    CurrentLife().holds = true;
    const bool read = member.Read(Bytes(words), &position, &bytes);
    CurrentLife().holds = false;
    if (read) DeliveredAndDone(words, bytes, position);
    return read;
  }

  // What it does where the short way found nothing, or something in its way.
  bool ReadClaimed(Member& member) {
    uint64_t words[kBlocks] = {};
    uint64_t messages = 0;
    ring::Record first;
    const Code code = member.Claim(1, sizeof(words), &messages, &first);
    Check(code != Code::kCorrupt, "kCorrupt from a member's claim");
    if (code != Code::kOk) return false;
    const uint64_t position = member.begin();
    Atomics::ReadInPlace(words, view_.Data(position), first.bytes);
    member.Release();
    DeliveredAndDone(words, first.bytes, position);
    return true;
  }

  void DeliveredAndDone(const uint64_t* words, uint64_t bytes, uint64_t position) {
    ledger_.Delivered(words, bytes / 8, position, false);
    ledger_.Finished(position, position + 1);
  }

  void UseAll(Member& member) {
    uint64_t next = member.begin();
    uint64_t at = 0;
    ring::Record record;
    for (;;) {
      const Code code = member.Next(&next, &record, &at);
      Check(code != Code::kCorrupt, "kCorrupt inside a claim");
      if (code != Code::kOk) return;
      uint64_t words[kBlocks] = {};
      Atomics::ReadInPlace(words, view_.Data(at), record.bytes);
      ledger_.Delivered(words, record.bytes / 8, at, false);
    }
  }

  // One redelivery, if there is one: with `acknowledge` also what the next call does.
  bool Adopt(int holder, uint32_t own_seat, uint32_t group = 0) {
    Locks locks{kernel_, holder};
    uint64_t words[kBlocks] = {};
    ring::Delivery delivery;
    uint32_t seat = 0;
    uint64_t next = 0;
    bool cleared = false;
    const Code code = ring::FetchFromTheDead(view_, locks, own_seat, group, Bytes(words), &delivery,
                                             &seat, &next, &cleared);
    Check(code != Code::kBufferTooSmall, "a dead member's message that is too long");
    if (code != Code::kOk) return cleared;
    ledger_.Delivered(words, delivery.bytes / 8, delivery.position, true);
    if (!ring::Settle(view_, seat, next)) ring::ClearSeat(view_, seat);
    locks.Unlock(seat);
    return true;
  }

  // What a reader that waits at `position` does after a while.
  bool Rescue(int holder, uint64_t position) {
    if (!kernel_.TryLock(holder, kRecoveryLock)) return false;
    Locks locks{kernel_, holder};
    const bool repaired = ring::RepairHole(view_, locks, position) == ring::Hole::kHole;
    const bool resolved = ring::ResolveSeats(view_, locks, 0) != 0;
    kernel_.Unlock(holder, kRecoveryLock);
    return repaired || resolved;
  }

  // Ends groups that nobody needs any more.
  void Reap(int holder) {
    if (!kernel_.TryLock(holder, kControlLock)) return;
    Locks locks{kernel_, holder};
    ring::ReapGroups(view_, locks);
    kernel_.Unlock(holder, kControlLock);
  }

  // What a writer without room does after a while.
  void MakeRoom(int holder) {
    Rescue(holder, view_.Head());
    Reap(holder);
  }

  // A member that may die at one of its first `steps` steps.
  void MortalMemberBody(uint32_t seat, unsigned steps, uint32_t reads, uint64_t max_messages) {
    Mortal(kernel_, static_cast<int>(seat), steps, [&] {
      Member member(view_, seat, 0, false);
      for (uint32_t i = 0; i < reads; ++i) Read(member, max_messages);
    });
  }

  static MutableBytes Bytes(uint64_t (&words)[kBlocks]) {
    return {reinterpret_cast<std::byte*>(words), sizeof(words)};
  }

  // --- what must hold at the end ---

  // A survivor reads what is left of a group, with all that survivors do for the dead.
  void Drain(uint32_t group = 0) {
    SeatMember(kSurvivorSeat, kSurvivor, group);
    Member member(view_, kSurvivorSeat, group, false);
    for (int rounds = 0; rounds < 8 * kBlocks; ++rounds) {
      if (Read(member)) continue;
      if (Adopt(kSurvivor, kSurvivorSeat, group)) continue;
      if (!Rescue(kSurvivor, member.Cursor())) break;
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
    Rescue(kSurvivor, view_.Head());
    Member member(view_, kSurvivorSeat, 0, false);
    Writer writer(view_, kSurvivorSeat, NoClock);
    for (uint32_t i = 0; i < 2 * kBlocks && i < Ledger::kNumbers; ++i) {
      Check(Write(writer, Ledger::kProducers - 1, i), "a writer is stuck");
      if (i % kBlocks != kBlocks - 1) continue;
      for (int left = kBlocks; left != 0; --left) Check(Read(member), "a reader is stuck");
    }
  }

  using Segment::control_;
  using Segment::groups_;
  using Segment::seats_;
  using Segment::view_;

  Kernel<kThreads, kSeats> kernel_;
  Ledger ledger_;

  void Fill(Writer& writer, uint64_t position, uint32_t producer, uint32_t number,
            uint32_t blocks) {
    uint64_t words[kBlocks];
    writer.CopyIn(position, MessageOf(words, producer, number, blocks));
    writer.PublishMessage(position, 8 * blocks);
  }

  static ConstBytes MessageOf(uint64_t (&words)[kBlocks], uint32_t producer, uint32_t number,
                              uint32_t blocks) {
    for (uint32_t i = 0; i < blocks; ++i) words[i] = WordOf(producer, number, i);
    return {reinterpret_cast<const std::byte*>(words), 8 * blocks};
  }

 private:
  void Seat(uint32_t seat, int holder, format::SeatIdentity identity) {
    kernel_.TryLock(holder, kFirstSeatLock + seat);
    seats_[seat].identity.store(Encode(identity), std::memory_order_relaxed);
    const uint64_t bits = control_.occupied[0].load(std::memory_order_relaxed);
    control_.occupied[0].store(bits | uint64_t{1} << seat, std::memory_order_relaxed);
  }
};

}  // namespace fmmq::model

#endif  // TESTS_MODEL_SCENARIO_H_
