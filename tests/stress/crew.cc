#include "tests/stress/crew.h"

#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "tests/stress/burial.h"
#include "tests/stress/worker.h"

extern char** environ;

namespace fmmq::stress {

Crew::Crew(Ledger& ledger, int ledger_fd, const char* program32, Queue& queue)
    : ledger_(ledger),
      ledger_fd_(ledger_fd),
      program32_(program32),
      queue_(queue),
      size_(SlotCount(ledger.plan)) {
  // What a killed worker forked becomes our child.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

Crew::~Crew() {
  if (ledger_.plan.threads != 0) {
    ledger_.phase.store(static_cast<uint32_t>(Phase::kLeaving));
    for (Place& place : places_) {
      if (place.thread.joinable()) place.thread.join();
    }
    return;
  }
  KillAll();
}

uint32_t Crew::CountRunning() const {
  uint32_t count = 0;
  for (const Place& place : places_) count += place.running ? 1 : 0;
  return count;
}

bool Crew::Fill(uint32_t slot) {
  Slot& board = ledger_.slots[slot];
  board.incarnation.fetch_add(1);
  board.doing.store(static_cast<uint32_t>(Doing::kStarting));
  if (ledger_.plan.threads != 0) {
    StartThread(slot);
  } else if (!Spawn(slot)) {
    return false;
  }
  places_[slot].running = true;
  return true;
}

bool Crew::Spawn(uint32_t slot) {
  char place[60];
  std::snprintf(place, sizeof(place), "--worker=%d:%u:%d", ledger_fd_, slot, int{getpid()});
  static char name[] = "stress";
  char* const arguments[] = {name, place, nullptr};
  const bool other = program32_ != nullptr && (slot + ledger_.slots[slot].incarnation) % 2 != 0;
  const char* const program = other ? program32_ : "/proc/self/exe";
  const int error = posix_spawn(&places_[slot].pid, program, nullptr, nullptr, arguments, environ);
  if (error != 0) {
    std::fprintf(stderr, "stress: cannot run %s, errno %d\n", program, error);
    return false;
  }
  ledger_.slots[slot].pid = static_cast<uint32_t>(places_[slot].pid);
  return true;
}

void Crew::StartThread(uint32_t slot) {
  places_[slot].thread = std::thread([this, slot] {
    Worker worker(ledger_, slot, queue_, /*own_process=*/false);
    Work(worker);
    places_[slot].done = true;
  });
}

void Crew::Kill(uint32_t slot) {
  Place& place = places_[slot];
  if (!place.running) return;
  kill(place.pid, SIGKILL);
  int status = 0;
  while (waitpid(place.pid, &status, 0) < 0 && errno == EINTR) continue;
  Ended(slot, status);
}

void Crew::KillAll() {
  for (uint32_t slot = 0; slot < size_; ++slot) Kill(slot);
}

void Crew::Stop(uint32_t slot) {
  if (!places_[slot].running) return;
  kill(places_[slot].pid, SIGSTOP);
  places_[slot].stopped = true;
}

void Crew::StopAll() {
  if (ledger_.plan.threads != 0) return;
  for (uint32_t slot = 0; slot < size_; ++slot) Stop(slot);
}

void Crew::Continue(uint32_t slot) {
  if (!places_[slot].running || !places_[slot].stopped) return;
  kill(places_[slot].pid, SIGCONT);
  places_[slot].stopped = false;
}

bool Crew::AnyStopped() const {
  for (const Place& place : places_) {
    if (place.running && place.stopped) return true;
  }
  return false;
}

void Crew::Reap() {
  if (ledger_.plan.threads != 0) return ReapThreads();
  int status = 0;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    for (uint32_t slot = 0; slot < size_; ++slot) {
      if (places_[slot].running && places_[slot].pid == pid) Ended(slot, status);
    }
    // Others are what dead workers forked: they accuse by themselves.
  }
}

void Crew::ReapThreads() {
  for (uint32_t slot = 0; slot < size_; ++slot) {
    Place& place = places_[slot];
    if (!place.running || !place.done) continue;
    place.thread.join();
    place.running = false;
    BuryWorker(ledger_, slot, /*killed=*/false);
  }
}

void Crew::Ended(uint32_t slot, int status) {
  Place& place = places_[slot];
  place.running = place.stopped = false;
  const bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  const bool left = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (!killed && !left) {
    ledger_.Accuse(Violation::kEnded, slot, "process %d ended with %s %d while %s", int{place.pid},
                   WIFSIGNALED(status) ? "signal" : "exit code",
                   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                   DoingName(static_cast<Doing>(ledger_.slots[slot].doing.load())));
  }
  BuryWorker(ledger_, slot, !left);
}

}  // namespace fmmq::stress
