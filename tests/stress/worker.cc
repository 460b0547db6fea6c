#include "tests/stress/worker.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace fmmq::stress {

Worker::Worker(Ledger& ledger, uint32_t slot, Queue& queue, bool own_process)
    : ledger_(ledger),
      slot_(slot),
      part_(PartOf(ledger.plan, slot)),
      queue_(queue),
      own_process_(own_process),
      random_(ledger.plan.seed * 1000003 + slot * 65537 + ledger.slots[slot].incarnation) {}

bool Worker::Leaves() const {
  return ledger_.InPhase(part_.role == Role::kProducer ? Phase::kDraining : Phase::kLeaving);
}

bool Worker::Returned(Status status, std::initializer_list<Code> allowed, const char* call) {
  Add(Mine().beats, 1);
  if (status.ok()) return true;
  for (const Code code : allowed) {
    if (status == code) return false;
  }
  ledger_.Accuse(Violation::kStatus, slot_, "%s said %s, errno %d", call, status.name(),
                 status.error());
  Nap(1000);
  return false;
}

void Worker::Nap(uint32_t max_us) {
  Say(Doing::kNapping);
  Sleep(max_us);
}

void Worker::Linger(uint32_t max_us) {
  Say(Doing::kHolding);
  Sleep(max_us);
}

void Worker::Sleep(uint32_t max_us) {
  std::this_thread::sleep_for(std::chrono::microseconds(random_.Below(max_us) + 1));
}

void Work(Worker& worker) {
  switch (worker.part().role) {
    case Role::kProducer:
      return Produce(worker);
    case Role::kMember:
      return Consume(worker);
    case Role::kVisitor:
      return Visit(worker);
    case Role::kObserver:
      return Observe(worker);
  }
}

int WorkerMain(const char* place) {
  int fd = -1;
  unsigned slot = 0;
  int director = 0;
  // A worker never outlives the director, which may be dead already.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGCHLD, SIG_IGN);  // children that it forks are nobody's business
  const bool clear = std::sscanf(place, "%d:%u:%d", &fd, &slot, &director) == 3;
  if (clear && getppid() != director) return 0;
  Ledger* const ledger = clear ? AttachLedger(fd) : nullptr;
  if (ledger == nullptr || slot >= kMaxSlots) {
    std::fprintf(stderr, "stress: --worker is for the stress tester itself\n");
    return 2;
  }
  Queue queue;
  Worker worker(*ledger, slot, queue, /*own_process=*/true);
  worker.Say(Doing::kOpening);
  Result<Queue> opened = Queue::Open(ledger->plan.name);
  if (!worker.Returned(opened.status(), {}, "Open")) return 1;
  queue = std::move(*opened);
  Work(worker);
  worker.Say(Doing::kEnding);
  return 0;
}

}  // namespace fmmq::stress
