// One attempt at a row: the scene is set, somebody dies at a point, the survivors judge.
#ifndef FMMQ_TESTS_CRASH_ATTEMPT_H_
#define FMMQ_TESTS_CRASH_ATTEMPT_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/crash/scene.h"
#include "tests/crash/trace.h"
#include "tests/crash/tracee.h"

namespace fmmq::crash {

// Names of the segments that a process of this program made and that are still there.
std::vector<std::string> SegmentsOf(pid_t pid);

// Where the one died that a recovery begins after.
struct Start {
  const Trace* trace = nullptr;
  size_t point = 0;
};

class Attempt {
 public:
  // Makes the segment and brings it into the row's state; who dies before is dead.
  Attempt(const Row& row, const Start& start);
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  ~Attempt();

  Scene& scene() { return scene_; }
  // A child that will be killed, in front of its act.
  std::unique_ptr<Tracee> StartVictim();
  // The other one of a pair.
  std::unique_ptr<Tracee> StartSecond();

  std::string path() const;
  uint64_t Fingerprint(bool with_data) const;
  // What is wrong; empty when nothing is.
  std::string Judge();

 private:
  std::unique_ptr<Tracee> StartActor(uint32_t stage, Actor& actor, const Part& prepare,
                                     const Part& act);
  void KillHelper();

  const Row& row_;
  Scene scene_;
  int descriptors_;
};

}  // namespace fmmq::crash

#endif  // FMMQ_TESTS_CRASH_ATTEMPT_H_
