#include "tests/crash/crew.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "tests/crash/survivors.h"
#include "tests/support/names.h"

namespace fmmq::crash {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kMaxRows = 512;
constexpr uint32_t kNoRow = ~uint32_t{0};

struct Shared {
  Outcome outcomes[kMaxRows];
};

volatile std::sig_atomic_t interrupted = 0;
void Interrupt(int) { interrupted = 1; }

// A worker hangs when its row gets no further for so long.
std::chrono::milliseconds LongestAttempt() {
  return 4 * survivors_patience + std::chrono::seconds(20);
}

class Crew {
 public:
  Crew(const std::vector<Row>& rows, const Settings& settings)
      : rows_(rows), settings_(settings), begin_(Clock::now()) {}

  void Run(uint32_t jobs);
  int Report() const;

 private:
  struct Worker {
    pid_t pid = 0;
    uint32_t row = kNoRow;
    uint64_t points = 0;
    Clock::time_point moved;
  };

  size_t count() const { return rows_.size(); }
  bool StartNext(Worker* worker);
  [[noreturn]] void Work(uint32_t row);
  static void End(const Worker& worker);
  static void Tidy(pid_t pid);
  void Watch(Worker* worker);
  void Blame(uint32_t row, const char* what);
  void ShowProgress();

  const std::vector<Row>& rows_;
  const Settings& settings_;
  Clock::time_point begin_;
  uint32_t next_ = 0;  // not shared: a broken core may write anywhere in a victim
  test::SharedPage<Shared> shared_;
};

[[noreturn]] void Crew::Work(uint32_t index) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const Clock::time_point begin = Clock::now();
  Outcome& outcome = shared_->outcomes[index];
  Campaign(rows_[index], settings_, &outcome).Run();
  outcome.milliseconds = static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count());
  outcome.finished = 1;
  std::fflush(nullptr);
  _exit(0);
}

// A process for each row: what a broken core did to one does not harm the next.
bool Crew::StartNext(Worker* worker) {
  if (next_ >= count()) return false;
  const uint32_t row = next_++;
  std::fflush(nullptr);
  *worker = {fork(), row, 0, Clock::now()};
  if (worker->pid == 0) Work(row);
  return worker->pid > 0;
}

void Crew::Blame(uint32_t row, const char* what) {
  Outcome& outcome = shared_->outcomes[row];
  const std::string text = rows_[row].operation + ", " + rows_[row].state + ": " + what;
  if (outcome.violations++ == 0) {
    std::snprintf(outcome.first_violation, sizeof(outcome.first_violation), "%s", text.c_str());
  }
  std::fprintf(stderr, "VIOLATION %s\n", text.c_str());
}

void Crew::End(const Worker& worker) {
  if (worker.pid <= 0) return;
  kill(worker.pid, SIGKILL);
  waitpid(worker.pid, nullptr, 0);
  Tidy(worker.pid);
}

// A worker that was killed could not take its segment away.
void Crew::Tidy(pid_t pid) {
  for (const std::string& name : SegmentsOf(pid)) Queue::Remove(name).IgnoreError();
}

void Crew::Watch(Worker* worker) {
  if (worker->pid <= 0) return;
  Outcome& outcome = shared_->outcomes[worker->row];
  const uint64_t points = outcome.looks + outcome.points + outcome.starts + outcome.violations;
  if (points != worker->points) {
    worker->points = points;
    worker->moved = Clock::now();
  }
  int status = 0;
  const bool over = waitpid(worker->pid, &status, WNOHANG) == worker->pid;
  if (!over && Clock::now() - worker->moved < LongestAttempt()) return;
  if (!over) End(*worker);
  if (outcome.finished == 0) {
    Blame(worker->row, over ? "a survivor crashed" : "a survivor hangs");
    Tidy(worker->pid);
  }
  *worker = {};
}

void Crew::ShowProgress() {
  if (!isatty(STDERR_FILENO)) return;
  uint64_t points = 0, violations = 0;
  uint32_t rows = 0;
  for (size_t i = 0; i < count(); ++i) {
    points += shared_->outcomes[i].points;
    violations += shared_->outcomes[i].violations;
    rows += shared_->outcomes[i].finished != 0 ? 1 : 0;
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begin_);
  std::fprintf(stderr, "\r%u of %zu rows, %llu points, %llu violations, %lld s ", rows, count(),
               static_cast<unsigned long long>(points), static_cast<unsigned long long>(violations),
               static_cast<long long>(seconds.count()));
}

void Crew::Run(uint32_t jobs) {
  std::vector<Worker> workers(jobs == 0 ? 1 : jobs);
  for (int round = 0; !interrupted; ++round) {
    bool busy = false;
    for (Worker& worker : workers) {
      Watch(&worker);
      busy = worker.pid > 0 || StartNext(&worker) || busy;
    }
    if (!busy) break;
    if (round % 50 == 0) ShowProgress();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  for (const Worker& worker : workers) End(worker);
  ShowProgress();
  if (isatty(STDERR_FILENO)) std::fputc('\n', stderr);
}

int Crew::Report() const {
  uint64_t points = 0, worlds = 0, violations = 0, diverged = 0;
  std::printf("| operation | state | points | worlds | violations |\n");
  std::printf("| --- | --- | ---: | ---: | ---: |\n");
  for (size_t i = 0; i < count(); ++i) {
    const Outcome& outcome = shared_->outcomes[i];
    std::printf("| %s | %s | %llu | %llu | %llu |\n", rows_[i].operation.c_str(),
                rows_[i].state.c_str(), static_cast<unsigned long long>(outcome.points),
                static_cast<unsigned long long>(outcome.worlds),
                static_cast<unsigned long long>(outcome.violations));
    points += outcome.points, worlds += outcome.worlds;
    violations += outcome.violations, diverged += outcome.diverged;
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begin_);
  std::printf(
      "\n%zu rows, %llu points (%llu of them where the clock had led elsewhere), %llu "
      "worlds, %llu violations, %lld s\n",
      count(), static_cast<unsigned long long>(points), static_cast<unsigned long long>(diverged),
      static_cast<unsigned long long>(worlds), static_cast<unsigned long long>(violations),
      static_cast<long long>(seconds.count()));
  for (size_t i = 0; i < count(); ++i) {
    const char* const text = shared_->outcomes[i].first_violation;
    if (text[0] != '\0') std::printf("\nVIOLATION %s\n", text);
  }
  // Where a call waits for a time, many may not be. Nearly all: breakpoints do not work here.
  const bool reached = diverged * 10 <= points * 9;
  if (!reached) std::printf("\nFAILED: nearly no point was reached\n");
  return violations == 0 && points != 0 && reached ? 0 : 1;
}

}  // namespace

int RunCrew(const std::vector<Row>& rows, const Settings& settings, uint32_t jobs) {
  if (rows.size() > kMaxRows) std::abort();
  Crew crew(rows, settings);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, Interrupt);
  test::NamePrefix();  // one for all workers
  crew.Run(jobs);
  const int code = crew.Report();
  if (!interrupted) return code;
  std::puts("\nInterrupted: this is not all.");
  return 1;
}

}  // namespace fmmq::crash
