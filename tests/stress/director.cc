#include "tests/stress/director.h"

#include <signal.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <thread>

#include "tests/stress/dump.h"
#include "tests/stress/finale.h"

namespace fmmq::stress {
namespace {

volatile sig_atomic_t interrupted = 0;

void Interrupt(int) { interrupted = 1; }

constexpr uint32_t kStopMs = 60;  // somebody is stopped for up to so long, and sometimes for longer
constexpr uint32_t kLongStopMs = 600;

}  // namespace

Director::Director(const Plan& plan, const DirectorOptions& options)
    : plan_(plan), options_(options), random_(plan.seed) {}

bool Director::Prepare() {
  signal(SIGINT, Interrupt);
  signal(SIGTERM, Interrupt);
  const Status opened = OpenForStress(&plan_, &queue_);
  if (!opened.ok()) {
    std::fprintf(stderr, "stress: queue %s: %s: %s\n", plan_.name, opened.name(), opened.message());
    return false;
  }
  ledger_ = MakeLedger(plan_, &ledger_fd_);
  if (ledger_ == nullptr) {
    std::fprintf(stderr, "stress: no memory for the ledger\n");
    return false;
  }
  start_ = now_ = Look(queue_, plan_);
  ledger_->start = start_.head;
  crew_ = std::make_unique<Crew>(*ledger_, ledger_fd_, options_.worker32, queue_);
  settling_ = std::make_unique<Settling>(*ledger_);
  stalls_ = std::make_unique<StallWatch>(*ledger_, now_);
  begin_ = next_look_ = next_pace_ = Clock::now();
  next_kill_ = After(plan_.kill_every_ms);
  next_stop_ = After(plan_.stop_every_ms);
  return true;
}

int Director::Run() {
  if (!Prepare()) return 2;
  Loop();
  if (ledger_->CountViolations() == 0) Finish();
  if (ledger_->CountViolations() != 0) Freeze();
  return Report();
}

bool Director::Over() const {
  if (interrupted != 0 || ledger_->CountViolations() != 0) return true;
  if (plan_.messages != 0 && CountWritten() >= plan_.messages) return true;
  return plan_.seconds != 0 && Clock::now() - begin_ >= std::chrono::seconds(plan_.seconds);
}

void Director::Loop() {
  while (!Over()) {
    FillPlaces();
    Tick();
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  }
  crew_->Continue(stopped_ % kMaxSlots);
  stopped_ = kMaxSlots;
}

void Director::FillPlaces() {
  for (uint32_t slot = 0; slot < crew_->size(); ++slot) {
    if (!crew_->Running(slot) && !crew_->Fill(slot)) {
      ledger_->Accuse(Violation::kEnded, slot, "cannot start a worker");
    }
  }
}

void Director::Tick() {
  crew_->Reap();
  const bool kills = plan_.kills != 0 && plan_.threads == 0;
  const Clock::time_point now = Clock::now();
  if (kills && now >= next_kill_) KillSomebody();
  if (kills && plan_.stop_every_ms != 0 && now >= next_stop_) StopSomebody();
  if (stopped_ != kMaxSlots && now >= continue_at_) {
    crew_->Continue(stopped_);
    stopped_ = kMaxSlots;
  }
  if (now >= next_pace_) ChangePace();
  if (now < next_look_) return;
  next_look_ = now + Ms(5);
  now_ = Look(queue_, plan_);
  settling_->Step(now_, *crew_);
  stalls_->Tick(now_, *crew_);
  CountUp();
  progress_.Show(summary_);
}

// Between nothing and twice the average.
Director::Clock::time_point Director::After(uint64_t average_ms) {
  return Clock::now() + std::chrono::microseconds(random_.Below(average_ms * 2000 + 1));
}

uint32_t Director::PickRunning() {
  const uint32_t first = random_.Below(crew_->size());
  // Every other time one with something in its hand.
  const bool any = random_.OneIn(2);
  for (uint32_t i = 0; i < crew_->size() && !any; ++i) {
    const uint32_t slot = (first + i) % crew_->size();
    const auto doing = static_cast<Doing>(ledger_->slots[slot].doing.load());
    if (crew_->Running(slot) && doing == Doing::kHolding) return slot;
  }
  return crew_->Running(first) ? first : kMaxSlots;
}

// Also somebody who is stopped.
void Director::KillSomebody() {
  const uint32_t slot = PickRunning();
  // On time on average, also where a kill itself takes long.
  next_kill_ += std::chrono::microseconds(random_.Below(plan_.kill_every_ms * 2000 + 1));
  if (slot == kMaxSlots) return;
  if (slot == stopped_) stopped_ = kMaxSlots;
  crew_->Kill(slot);
  ++summary_.kills;
}

void Director::StopSomebody() {
  next_stop_ = After(plan_.stop_every_ms);
  const uint32_t slot = PickRunning();
  if (stopped_ != kMaxSlots || slot == kMaxSlots) return;
  stopped_ = slot;
  crew_->Stop(slot);
  const uint32_t most_ms = random_.OneIn(16) ? kLongStopMs : kStopMs;
  continue_at_ = Clock::now() + std::chrono::microseconds(random_.Below(most_ms * 1000));
  ++summary_.stops;
}

// A full ring, an empty ring, both at speed.
void Director::ChangePace() {
  next_pace_ = Clock::now() + Ms(300);
  ledger_->pace.store(random_.Below(3), std::memory_order_relaxed);
}

uint64_t Director::CountWritten() const {
  uint64_t written = 0;
  for (uint32_t slot = 0; slot < plan_.producers; ++slot) {
    written += ledger_->slots[slot].successes.load();
  }
  return written;
}

void Director::CountUp() {
  const auto seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  summary_.seconds = seconds;
  summary_.written = CountWritten();
  summary_.messages = settling_->messages() + CountUnsettled(*ledger_);
  summary_.excused = settling_->excused();
  summary_.missing = settling_->missing();
  summary_.recoveries = now_.recoveries - start_.recoveries;
  summary_.longest_stall_ms = stalls_->longest_ms();
  summary_.deliveries = summary_.redeliveries = summary_.lost_positions = 0;
  for (uint32_t group = 0; group < plan_.groups; ++group) {
    summary_.deliveries += ledger_->groups[group].messages.load();
    summary_.redeliveries += ledger_->groups[group].marked.load();
    summary_.lost_positions += now_.lost[group] - start_.lost[group];
  }
}

// ---- the end ----

// Lets everybody with this role leave; false when they do not.
bool Director::LeaveInPhase(Phase phase, Role role) {
  ledger_->phase.store(static_cast<uint32_t>(phase), std::memory_order_release);
  const uint64_t start_us = stalls_->us();
  while (true) {
    Tick();
    bool left = true;
    for (uint32_t slot = 0; slot < crew_->size(); ++slot) {
      const bool leaves = phase == Phase::kLeaving || PartOf(plan_, slot).role == role;
      if (leaves && crew_->Running(slot)) left = false;
    }
    if (left || ledger_->CountViolations() != 0) return left;
    if (stalls_->us() - start_us > plan_.stuck_ms * 10'000) break;
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  }
  ledger_->Accuse(Violation::kStuck, kDirector, "not everybody left when told to");
  return false;
}

// Writers leave first. Then either the members go on until all is read, or they die, too, with what
// they hold, and what is left is for a newcomer.
void Director::Finish() {
  plan_.stop_every_ms = 0;
  next_kill_ = Clock::time_point::max();
  FillPlaces();  // who was killed last may have been a group's only member
  if (!LeaveInPhase(Phase::kDraining, Role::kProducer)) return;
  const bool massacre = plan_.kills != 0 && plan_.threads == 0 && random_.OneIn(2);
  if (massacre) {
    summary_.kills += crew_->CountRunning();
    crew_->KillAll();
    ledger_->phase.store(static_cast<uint32_t>(Phase::kLeaving), std::memory_order_release);
  } else {
    while (!now_.AllRead(now_.head, plan_.groups) && ledger_->CountViolations() == 0) {
      Tick();
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
    if (!LeaveInPhase(Phase::kLeaving, Role::kMember)) return;
  }
  AwaitChildren();
  Finale finale(*ledger_, queue_, *crew_, *settling_, start_);
  finale.Run(summary_.kills == 0);
  now_ = Look(queue_, plan_);
  CountUp();
}

// What workers forked ends by itself when everybody leaves.
void Director::AwaitChildren() {
  const Clock::time_point end = Clock::now() + std::chrono::seconds(60);
  while (ledger_->children.load() != 0 && Clock::now() < end) std::this_thread::sleep_for(Ms(5));
  if (ledger_->children.load() != 0) {
    ledger_->Accuse(Violation::kForked, kDirector, "forked children did not end");
  }
  crew_->Reap();
}

// Nobody moves any more, so that the evidence stays. But who found something may say what it was.
void Director::Freeze() {
  for (int i = 0; i < 100 && !ledger_->AllSaid(); ++i) std::this_thread::sleep_for(Ms(2));
  crew_->StopAll();
  progress_.Wipe();
  DumpOptions dump = {options_.dump_directory, plan_.name};
  Dump(*ledger_, queue_, dump);
  CountUp();
  if (plan_.threads == 0) crew_->KillAll();
}

int Director::Report() {
  progress_.Wipe();
  CountUp();
  const bool failed = ledger_->CountViolations() != 0;
  // Threads cannot be killed, and one that is stuck would not be joined: they end with this
  // process.
  if (plan_.threads == 0 || !failed) crew_.reset();
  if (!options_.keep_segment && Queue::Remove(plan_.name).code() != Code::kOk &&
      ledger_->CountViolations() == 0) {
    ledger_->Accuse(Violation::kLeft, kDirector, "the name was gone before it was removed");
  }
  summary_.interrupted = interrupted != 0;
  const int code = PrintReport(*ledger_, summary_, options_.json);
  if (crew_ != nullptr) {
    std::fflush(nullptr);
    _exit(code);
  }
  return code;
}

}  // namespace fmmq::stress
