// What a queue should do, in plain code that has all the memory it wants, no atomics and no peers.
//
// Each function is told what an operation was asked for and what it answered, and fails when the
// answer was not the right one; then it does the same to the model.
//
// Two things hang on the clock: when a handle that gets nowhere looks after the dead, and so when
// what a dead member left is noticed. There the model takes either answer, and looks at the segment
// (Window) which one it was.
#ifndef FMMQ_FUZZ_SUPPORT_RING_MODEL_H_
#define FMMQ_FUZZ_SUPPORT_RING_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fmmq/queue/queue.h"
#include "fuzz/support/window.h"

namespace fmmq::fuzz {

class RingModel {
 public:
  static constexpr int kProducers = 3;
  static constexpr int kMembers = 4;
  static constexpr int kObservers = 2;

  RingModel(const Options& options, const Window& window, uint64_t start);

  // ---- producers ----
  void NewProducer(int p, Code code);
  void Write(int p, const std::string& message, Code code);
  void WriteBatch(int p, const std::vector<std::string>& messages, Code code, size_t written);
  void Reserve(int p, size_t size, Code code);
  void Commit(int p, const std::string& message, Code code);
  void Abort(int p, Code code);
  void End(int p, Code code);
  void CloseProducer(int p, Code code);
  bool IsReserved(int p) const { return producers_[p].blocks != 0; }
  size_t ReservedBytes(int p) const { return producers_[p].bytes; }

  // ---- members ----
  void Join(int m, const std::string& name, const GroupOptions& options, Code code);
  void Read(int m, size_t room, Code code, const Received& received, const char* bytes);
  void Peek(int m, Code code, const Message& message);
  void PeekBatch(int m, size_t max, Code code, size_t count);
  void Next(int m, Code code, const Message& message);
  void Release(int m, Code code);
  void CloseMember(int m, Code code);

  // ---- observers ----
  void Observe(int o, From from, Code code);
  void Look(int o, size_t room, Code code, const Received& received, const char* bytes);
  void CloseObserver(int o, Code code);

  // ---- the queue ----
  void LetWritersOverwrite(Code code);
  void DropGroup(const std::string& name, Code code);
  void Check(const Queue& queue);
  // Who lives, by the kernel's word: some hundred system calls.
  void CheckPresence(const Queue& queue) const;
  // Whether nothing is left to deliver in any durable group.
  bool IsDrained() const;
  // Names and kinds of the durable groups.
  std::vector<GroupInfo> DurableGroups() const;

 private:
  struct Counts {
    uint32_t producers = 0;
    uint32_t members = 0;
    uint32_t observers = 0;
  };
  struct Record {
    bool message = false;
    uint64_t blocks = 0;
    std::string bytes;
  };
  struct Producer {
    bool open = false;
    uint64_t begin = 0;
    uint64_t blocks = 0;  // 0: no reservation
    size_t bytes = 0;
  };
  struct Group {
    std::string name;
    bool exclusive = false;
    bool durable = false;
    uint64_t cursor = 0;
    uint64_t lost = 0;
    uint64_t redelivered = 0;
  };
  // [begin, end) was in the hand of a member that is gone. Another one may hold its seat.
  struct Hold {
    Group* group = nullptr;
    uint64_t begin = 0;
    uint64_t end = 0;
    int adopter = -1;  // delivered what is in front of `adopted`, and has not acknowledged it
    uint64_t adopted = 0;
    int heir = -1;  // has taken the seat over
  };
  struct Member {
    bool open = false;
    Group* group = nullptr;
    uint64_t begin = 0;
    uint64_t end = 0;   // == begin: nothing held
    uint64_t next = 0;  // what Next shows
    uint64_t lost = 0;  // not yet reported
  };
  struct Observer {
    bool open = false;
    uint64_t position = 0;
    uint64_t lost = 0;
  };
  uint64_t Blocks(size_t bytes) const;
  bool InPlace() const { return policy_ == Policy::kLossless; }
  bool Fits(int p, uint64_t blocks) const;
  size_t CountFitting(int p, const std::vector<std::string>& messages) const;
  void JudgeRoom(bool fitted, int p, uint64_t blocks, Code code);
  void Publish(uint64_t position, bool message, uint64_t blocks, const std::string& bytes);
  Code Idle(int p, size_t bytes) const;

  // The first record that is not before `position`.
  std::vector<std::pair<uint64_t, Record>>::const_iterator FirstFrom(uint64_t position) const;
  const Record* At(uint64_t position) const;
  uint64_t FindRecord(uint64_t from) const;
  uint64_t SkipAborted(uint64_t begin, uint64_t end) const;
  bool Overtaken(uint64_t position) const { return head_ > position + block_count_; }
  void StepOverAborted(Group* group);
  void FollowAttempt(Group* group);
  bool IsAtEnd(uint64_t position) const { return ended_ && position >= end_; }
  bool OthersHold(int m) const;
  bool OnlyGhostsHold(int m) const;

  void JudgeCopy(uint64_t* position, uint64_t* unreported, uint64_t* lost, size_t room, Code code,
                 const Received& received, const char* bytes);
  void JudgeInPlaceRead(int m, size_t room, Code code, const Received& received, const char* bytes);
  bool TakeRedelivery(int m, const Received& received, const char* bytes);
  void JudgeNothing(int m, Code code);
  Code CheckInPlace(int m);
  bool JudgeClaim(int m, Code code);

  uint64_t FrontOf(const Hold& hold) const;
  bool IsGhost(const Hold& hold) const { return FrontOf(hold) == hold.end; }
  Hold* HoldOfAdopter(int m);
  Hold* HoldOfHeir(int m);
  bool Acknowledge(int m);
  void Reap();
  bool HasLiveMember(const Group& group) const;
  void RemoveGroup(const Group* group);
  template <typename Predicate>
  void RemoveHolds(Predicate&& predicate);
  void Sync();

  uint32_t LiveSeats() const;
  uint32_t DeadSeats() const;
  Group* FindGroup(const std::string& name);
  Code JoinCode(const std::string& name, const GroupOptions& options, bool seat);
  void Inherit(int m);
  uint64_t FirstPosition(const Group* own, From from) const;

  Counts Count() const;

  const Window& window_;
  Policy policy_;
  bool single_producer_;
  uint32_t seats_;
  uint32_t group_count_;
  uint64_t block_count_;
  uint32_t block_size_;
  bool overwriting_;
  uint64_t head_;
  bool ended_ = false;
  uint64_t end_ = 0;
  uint64_t written_ = 0;
  uint64_t read_ = 0;
  std::vector<std::pair<uint64_t, Record>> published_;  // by position
  Producer producers_[kProducers];
  Member members_[kMembers];
  Observer observers_[kObservers];
  std::vector<std::unique_ptr<Group>> groups_;  // members know their group's address
  std::vector<Hold> holds_;
};

}  // namespace fmmq::fuzz

#endif  // FMMQ_FUZZ_SUPPORT_RING_MODEL_H_
