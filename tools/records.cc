// The records between the oldest position that somebody needs and head: a chain without gaps.
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "fmmq/format/layout.h"
#include "fmmq/ring/copying_reader.h"
#include "fmmq/ring/recovery.h"
#include "tools/judging.h"

namespace fmmq::tools {
namespace {

std::string Blocks(uint64_t begin, uint64_t end) { return absl::StrCat(begin, " to ", end - 1); }

class Walk {
 public:
  explicit Walk(const Judging& judging) : judging_(judging), view_(judging.view) {}

  void Run(bool any_from, uint64_t from) {
    // Loaded after all cursors: a reservation in front of it is in front of it as a whole.
    head_ = view_.Head();
    judging_.verdict->head = head_;
    position_ = any_from ? from : Oldest();
    if (ring::Distance(position_, head_) > static_cast<int64_t>(view_.block_count)) {
      position_ = Oldest();  // writers went on since
    }
    judging_.verdict->begin = position_;
    for (uint64_t left = view_.block_count; left != 0 && !AtHead(); --left) {
      if (!Step()) return;
    }
  }

 private:
  bool AtHead() const { return ring::Distance(position_, head_) <= 0; }

  uint64_t Oldest() const {
    return head_ <= view_.block_count ? 0
                                      : ring::FindRecord(view_, head_ - view_.block_count, head_);
  }

  // Looks at what stands at position_, and goes past it. False when there is no way on.
  bool Step() {
    const ring::Record record = view_.LookAt(position_);
    if (record.present()) return Pass(record);
    if (ring::Overtaken(view_, position_)) return SkipOvertaken();
    if (record.found == ring::Found::kNothing) return PassHole();
    return Spoiled(record.found == ring::Found::kPassed ? "belongs to a later lap"
                                                        : "is no record's beginning");
  }

  bool Pass(const ring::Record& record) {
    const uint64_t end = position_ + record.blocks;
    if (ring::Distance(end, head_) < 0) {
      judging_.Damaged("ring", absl::StrCat("the record at ", position_, " reaches to ", end,
                                            ", past head, ", head_));
      return false;
    }
    ++(record.found == ring::Found::kMessage ? judging_.verdict->messages
                                             : judging_.verdict->aborted);
    position_ = end;
    return true;
  }

  // Goes on where the next record begins: how many are missing in between, nobody can say.
  bool Spoiled(const char* what) {
    judging_.Damaged("ring", absl::StrCat("the block at ", position_, " ", what));
    position_ = ring::FindRecord(view_, position_ + 1, head_);
    return judging_.verdict->damage.size() < kMaxDamage;
  }

  // Writers were faster: what they took is gone for the others, too.
  bool SkipOvertaken() {
    judging_.verdict->overtaken = true;
    const uint64_t resumed = ring::ResyncPosition(view_);
    if (ring::Distance(position_, resumed) <= 0) return false;
    position_ = resumed;
    return true;
  }

  bool PassHole() {
    Unfinished hole{position_, ring::FindRecord(view_, position_ + 1, head_), {}};
    AddHolders(&hole);
    // Who reserved it said so before head moved, and says so until it is published: with nobody
    // there, it has just been published.
    const bool still = view_.LookAt(position_).found == ring::Found::kNothing;
    if (hole.holders.empty() && !still) return true;
    if (hole.holders.empty()) {
      judging_.Damaged("ring", absl::StrCat("the blocks ", Blocks(hole.begin, hole.end),
                                            " are reserved, and nobody holds them"));
    }
    position_ = hole.end;
    judging_.verdict->unfinished.push_back(std::move(hole));
    // Each costs a question about every seat: no honest ring has more than seats.
    return judging_.verdict->damage.size() < kMaxDamage &&
           judging_.verdict->unfinished.size() < format::kMaxSeats;
  }

  void AddHolders(Unfinished* hole) const {
    view_.ForEachOccupied([&](uint32_t seat) {
      if (!ring::IsProducer(view_, seat)) return;
      if (!ring::Touches(ring::LoadStretch(view_, seat), hole->begin, hole->end)) return;
      const uint64_t owner = view_.seats[seat].owner.load(std::memory_order_relaxed);
      hole->holders.push_back({seat, owner, judging_.IsAlive(seat)});
    });
  }

  const Judging& judging_;
  const RingView& view_;
  uint64_t head_ = 0;
  uint64_t position_ = 0;
};

}  // namespace

void JudgeRecords(const Judging& judging, bool any_from, uint64_t from) {
  Walk(judging).Run(any_from, from);
}

}  // namespace fmmq::tools
