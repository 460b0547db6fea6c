// A segment of a few blocks over Relacy's words: everything in it is zero, as in a new one.
#ifndef TESTS_MODEL_TINY_SEGMENT_H_
#define TESTS_MODEL_TINY_SEGMENT_H_

#include "tests/model/atomics.h"
//
#include "fmmq/format/layout.h"
#include "fmmq/ring/view.h"

namespace fmmq::model {

template <int kThreads, int kBlocks, int kSeats, int kGroups>
class TinySegment {
 public:
  TinySegment() {
    InitControl();
    for (auto& seat : seats_) InitSeat(seat);
    for (auto& group : groups_) InitGroup(group);
    for (auto& descriptor : descriptors_) descriptor.Init(0);
    for (auto& block : payload_) {
      block.word.Init(0);
      block.guard(rl::debug_info()) = 0;
    }
    Payload<kThreads>::current = {base_, payload_, kBlocks, false};
    view_.control = &control_;
    view_.seats = seats_;
    view_.groups = groups_;
    view_.descriptors = descriptors_;
    view_.data = base_;
    view_.block_count = kBlocks;
    view_.max_message_bytes = 8 * kBlocks;
    view_.block_shift = 3;
    view_.lap_shift = static_cast<uint32_t>(__builtin_ctz(kBlocks));
    view_.seat_count = kSeats;
    view_.group_count = kGroups;
  }

  format::Control<ModelWord<kThreads>> control_;
  format::Seat<ModelWord<kThreads>> seats_[kSeats];
  format::Group<ModelWord<kThreads>> groups_[kGroups];
  ModelWord<kThreads> descriptors_[kBlocks];
  PayloadBlock<kThreads> payload_[kBlocks];
  std::byte base_[8 * kBlocks];
  ring::View<RelacyAtomics<kThreads>> view_;

 private:
  void InitControl() {
    for (auto* word :
         {&control_.head, &control_.holder_epoch, &control_.data_wait, &control_.space_wait,
          &control_.flags, &control_.ended, &control_.recoveries, &control_.written_messages,
          &control_.written_bytes, &control_.read_messages, &control_.read_bytes, &control_.wanted,
          &control_.wanted_until, &control_.occupied[0]}) {
      word->Init(0);
    }
  }
  void InitSeat(format::Seat<ModelWord<kThreads>>& seat) {
    for (auto* word : {&seat.intent, &seat.end, &seat.identity, &seat.owner, &seat.messages,
                       &seat.bytes, &seat.armed}) {
      word->Init(0);
    }
    for (auto& word : seat.reserved) word.Init(0);
  }
  void InitGroup(format::Group<ModelWord<kThreads>>& group) {
    for (auto* word : {&group.cursor, &group.state, &group.lost, &group.redelivered}) word->Init(0);
    for (auto& word : group.name) word.Init(0);
  }
};

}  // namespace fmmq::model

#endif  // TESTS_MODEL_TINY_SEGMENT_H_
