// The workers: processes that can be killed, stopped and replaced, or threads that cannot.
#ifndef FMMQ_TESTS_STRESS_CREW_H_
#define FMMQ_TESTS_STRESS_CREW_H_

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <thread>

#include "fmmq/fmmq.h"
#include "tests/stress/ledger.h"

namespace fmmq::stress {

class Crew {
 public:
  // `program32`: a build of this program for another width, which every second worker runs then;
  // may be nullptr. `queue` is for threads.
  Crew(Ledger& ledger, int ledger_fd, const char* program32, Queue& queue);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew();  // nobody is left

  uint32_t size() const { return size_; }
  bool Running(uint32_t slot) const { return places_[slot].running; }
  uint32_t CountRunning() const;
  // False when the system refuses.
  bool Fill(uint32_t slot);

  // kill -9, and gone when this returns, with all that it means for the ledger.
  void Kill(uint32_t slot);
  void KillAll();
  void Stop(uint32_t slot);
  void Continue(uint32_t slot);
  bool AnyStopped() const;
  // Takes note of workers that ended by themselves. They may, with exit code 0, when they are told
  // to leave; anything else is a violation.
  void Reap();
  void StopAll();

 private:
  struct Place {
    bool running = false;
    bool stopped = false;
    pid_t pid = 0;
    std::thread thread;
    std::atomic<bool> done{false};
  };

  bool Spawn(uint32_t slot);
  void StartThread(uint32_t slot);
  void Ended(uint32_t slot, int status);
  void ReapThreads();

  Ledger& ledger_;
  int ledger_fd_;
  const char* program32_;
  Queue& queue_;
  uint32_t size_;
  Place places_[kMaxSlots];
};

}  // namespace fmmq::stress

#endif  // FMMQ_TESTS_STRESS_CREW_H_
