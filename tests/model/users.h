// What users do with a ring of a few blocks over Relacy's words: what fmmq/queue does around the
// ring's functions, as far as it matters.
#ifndef TESTS_MODEL_USERS_H_
#define TESTS_MODEL_USERS_H_

#include "tests/model/kernel.h"
#include "tests/model/ledger.h"
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

// What users call.
enum class Way {
  kEveryday,  // TryWrite; TryRead, which copies
  kInSteps    // TryReserve, fill in place, Commit; TryPeek, use in place, Release
};

template <int kThreads, int kBlocks, int kSeats, int kGroups>
class Users : public TinySegment<kThreads, kBlocks, kSeats, kGroups> {
 public:
  using Segment = TinySegment<kThreads, kBlocks, kSeats, kGroups>;
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

  using Segment::control_;
  using Segment::groups_;
  using Segment::seats_;
  using Segment::view_;

  Kernel<kThreads, kSeats> kernel_;
  Ledger ledger_;

  static void Check(bool truth, const char* what) { Ledger::Check(truth, what); }

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

  bool WriteBy(Way way, Writer& writer, uint32_t producer, uint32_t number, uint32_t blocks = 1) {
    return way == Way::kEveryday ? Write(writer, producer, number, blocks)
                                 : WriteReserved(writer, producer, number, blocks);
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
    uint64_t bytes = 0;
    const Code code = member.Claim(max_messages, ~uint64_t{0}, &messages, &bytes);
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

  bool ReadBy(Way way, Member& member) {
    return way == Way::kEveryday ? ReadCopy(member) : Read(member);
  }

  // Reads one message by copy, as Consumer::TryRead does. Who dies before its last step has not
  // read it.
  bool ReadCopy(Member& member) { return ReadAtOnce(member) || ReadClaimed(member); }

  bool ReadAtOnce(Member& member) {
    uint64_t words[kBlocks] = {};
    uint64_t position = 0;
    uint64_t bytes = 0;
    CurrentLife().holds = true;
    const bool read = member.Read(Bytes(words), /*known=*/0, &position, &bytes);
    CurrentLife().holds = false;
    if (read) DeliveredAndDone(words, bytes, position);
    return read;
  }

  // What it does where the short way found nothing, or something in its way.
  bool ReadClaimed(Member& member) {
    uint64_t words[kBlocks] = {};
    uint64_t messages = 0;
    uint64_t bytes = 0;
    const Code code = member.Claim(1, sizeof(words), &messages, &bytes);
    Check(code != Code::kCorrupt, "kCorrupt from a member's claim");
    if (code != Code::kOk) return false;
    const uint64_t position = member.begin();
    Atomics::ReadInPlace(words, view_.Data(position), bytes);
    member.Release();
    DeliveredAndDone(words, bytes, position);
    return true;
  }

  void DeliveredAndDone(const uint64_t* words, uint64_t bytes, uint64_t position) {
    ledger_.Delivered(words, bytes / 8, position, false);
    ledger_.Finished(position, position + 1);
  }

  void UseAll(Member& member) {
    uint64_t next = member.begin();
    uint64_t at = 0;
    uint64_t bytes = 0;
    for (;;) {
      const Code code = member.Next(&next, &at, &bytes);
      Check(code != Code::kCorrupt, "kCorrupt inside a claim");
      if (code != Code::kOk) return;
      uint64_t words[kBlocks] = {};
      Atomics::ReadInPlace(words, view_.Data(at), bytes);
      ledger_.Delivered(words, bytes / 8, at, false);
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
    if (!ring::DeadMemberHolds(view_, locks, own_seat, group, &cleared)) return cleared;
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
    Locks locks{kernel_, holder};
    const bool repaired = ring::RepairHole(view_, locks, position) == ring::Hole::kHole;
    const bool resolved = ring::ResolveSeats(view_, locks, 0) != 0;
    return repaired || resolved;
  }

  // Ends groups that nobody needs any more.
  void Reap(int holder) {
    Locks locks{kernel_, holder};
    ring::ReapGroups(view_, locks);
  }

  // What a writer without room does after a while.
  void MakeRoom(int holder) {
    Rescue(holder, view_.Head());
    Reap(holder);
  }

  // Takes a clean seat of the group while others are at work.
  void ComeIn(uint32_t seat, int holder, uint32_t group = 0) {
    kernel_.TryOwn(holder, seat);
    control_.occupied[0].fetch_or(uint64_t{1} << seat, std::memory_order_release);
    ring::BumpHolderEpoch(view_);
    seats_[seat].identity.store(
        Encode(format::SeatIdentity{format::Role::kMember, group,
                                    ring::LoadState(view_, group).generation}),
        std::memory_order_release);
  }

  // As Consumer finds out that the stream is at its end.
  bool HasSeenAll(const Member& member, uint32_t own_seat) {
    return ring::IsAtEnd(view_, member.Cursor(), /*may_help=*/true) && !OthersHold(own_seat);
  }
  bool OthersHold(uint32_t own_seat) {
    bool hold = false;
    view_.ForEachOccupied([&](uint32_t seat) {
      if (hold || seat == own_seat) return;
      hold = seats_[seat].intent.load(std::memory_order_relaxed) != 0 &&
             ring::IsMemberOf(view_, seat, 0);
    });
    return hold;
  }

  static MutableBytes Bytes(uint64_t (&words)[kBlocks]) {
    return {reinterpret_cast<std::byte*>(words), sizeof(words)};
  }

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
};

}  // namespace fmmq::model

#endif  // TESTS_MODEL_USERS_H_
