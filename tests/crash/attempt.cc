#include "tests/crash/attempt.h"

#include <dirent.h>
#include <signal.h>

#include "tests/crash/hash.h"
#include "tests/crash/segment_file.h"
#include "tests/crash/survivors.h"
#include "tests/support/names.h"

namespace fmmq::crash {
namespace {

int CountDescriptors() {
  DIR* const directory = opendir("/proc/self/fd");
  if (directory == nullptr) return -1;
  int count = 0;
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

}  // namespace

std::vector<std::string> SegmentsOf(pid_t pid) {
  const std::string start = test::NamePrefix() + std::to_string(pid) + ".";
  std::vector<std::string> names;
  for (const std::string& name : test::OwnSegments()) {
    if (name.compare(0, start.size(), start) == 0) names.push_back(name);
  }
  return names;
}

Attempt::Attempt(const Row& row, const Start& start) : row_(row), descriptors_(CountDescriptors()) {
  SharedBoard().ledger.Clear();
  SharedBoard().flags = 0;
  scene_.options = row.options;
  scene_.name = test::UniqueName();
  // A pair's and a recovery's victims are different writers and readers than who dies before.
  const Row& first = row.before == nullptr ? row : *row.before;
  if (!first.creates) {
    Result<Queue> queue = Queue::Create(scene_.name, row.options);
    if (!queue.ok()) scene_.ledger().Complain("the harness cannot create the queue");
    scene_.queue = std::move(*queue);
  }
  if (first.arrange) first.arrange(scene_);
  if (start.trace == nullptr) return;
  const std::unique_ptr<Tracee> dying =
      StartActor(0, scene_.victim, row.before->prepare, row.before->act);
  bool diverged = false;
  start.trace->Follow(*dying, start.point, &diverged);
}

Attempt::~Attempt() {
  KillHelper();
  scene_.living = Actor{0};
  scene_.queue = {};
  Queue::Remove(scene_.name).IgnoreError();
}

void Attempt::KillHelper() {
  const int helper = SharedBoard().helper.exchange(0);
  if (helper > 0) kill(helper, SIGKILL);
}

std::unique_ptr<Tracee> Attempt::StartActor(uint32_t stage, Actor& actor, const Part& prepare,
                                            const Part& act) {
  return std::make_unique<Tracee>(
      &SharedBoard().stage[stage],
      [this, &actor, &prepare] {
        if (prepare) prepare(scene_, actor);
      },
      [this, &actor, &act] { act(scene_, actor); });
}

std::unique_ptr<Tracee> Attempt::StartVictim() {
  Actor& actor = row_.before == nullptr ? scene_.victim : scene_.second;
  return StartActor(0, actor, row_.prepare, row_.act);
}

std::unique_ptr<Tracee> Attempt::StartSecond() {
  return StartActor(1, scene_.second, row_.second_prepare, row_.second_act);
}

std::string Attempt::path() const { return test::SegmentPath(scene_.name); }

uint64_t Attempt::Fingerprint(bool with_data) const {
  const SegmentFile file(scene_.name, scene_.options);
  const Board& board = SharedBoard();
  return Combine(Combine(file.Fingerprint(with_data), board.ledger.Fingerprint()),
                 board.flags.load());
}

std::string Attempt::Judge() {
  LetSurvivorsJudge(row_, scene_);
  KillHelper();
  Ledger& ledger = scene_.ledger();
  if (ledger.content() && CountDescriptors() != descriptors_) {
    ledger.Complain("a survivor leaves a descriptor open");
  }
  return ledger.complaint();
}

}  // namespace fmmq::crash
