// What those do who are left, and what they say about it.
#ifndef FMMQ_TESTS_CRASH_SURVIVORS_H_
#define FMMQ_TESTS_CRASH_SURVIVORS_H_

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "tests/crash/scene.h"

namespace fmmq::crash {

// How long survivors may take for what does not wait for anybody alive. Set before the first
// attempt.
inline std::chrono::milliseconds survivors_patience{10'000};

// Everybody in `row` who was to die is dead. The living finish; new members drain each durable
// group; the ring takes a full ring of new messages, and no more; every seat and group can be had;
// nobody leaves anything. Complaints go to the scene's ledger. Closes the scene's queue.
void LetSurvivorsJudge(const Row& row, Scene& scene);

class Survivors {
 public:
  Survivors(const Row& row, Scene& scene) : row_(row), scene_(scene) {}

  void Judge();

 private:
  struct Drain {
    Account account;
    Consumer consumer;
    bool at_end = false;
  };

  Ledger& ledger() const { return scene_.ledger(); }
  bool OpenTheQueue();
  void JoinGroups();
  void AddDrain(Account account, std::string_view name, const GroupOptions& options);
  // Reads what there is; true when something came.
  bool ReadAll(Drain& drain);
  bool ReadAll();
  uint64_t Lag() const;
  void DrainAll();
  void ExpectTheEnd();
  void ExpectNoUncountedLoss();

  Status WriteSoon(size_t size);
  bool Fill(uint32_t messages);
  void TakeAFullRing();
  void TakeAWholeRing();

  void TakeEverySeat();
  void TakeEveryGroup();
  void LeaveNothing();

  const Row& row_;
  Scene& scene_;
  std::vector<Drain> drains_;
  Actor writer_{3};
  uint64_t end_of_last_ = 0;  // behind the last message that came
};

}  // namespace fmmq::crash

#endif  // FMMQ_TESTS_CRASH_SURVIVORS_H_
