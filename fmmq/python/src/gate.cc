#include "fmmq/python/src/gate.h"

#include <ctime>

namespace fmmq::python {
namespace {

class Locked {
 public:
  explicit Locked(pthread_mutex_t* mutex) : mutex_(mutex) { pthread_mutex_lock(mutex_); }
  ~Locked() { pthread_mutex_unlock(mutex_); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  pthread_mutex_t* mutex_;
};

}  // namespace

Gate::Gate() {
  pthread_mutex_init(&mutex_, nullptr);
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&changed_, &attributes);
  pthread_condattr_destroy(&attributes);
}

// A forked child may have a copy that a thread of its parent's sleeps at. Destroying a condition
// that somebody waits for would wait for them; there is nothing in either to give back.
Gate::~Gate() = default;

void Gate::Hold(Use use) {
  const Locked locked(&mutex_);
  use_ = use;
  owner_ = PyThread_get_thread_ident();
}

void Gate::Leave() {
  const Locked locked(&mutex_);
  use_ = Use::kNone;
  pthread_cond_broadcast(&changed_);
}

void Gate::Join(bool newcomer) {
  const Locked locked(&mutex_);
  ++line_;
  if (newcomer) ++newcomers_;
}

void Gate::TakeTurn(bool newcomer) {
  const Locked locked(&mutex_);
  --line_;
  if (newcomer) --newcomers_;
  ++turns_;
  pthread_cond_broadcast(&changed_);
}

void Gate::AwaitFree(fmmq_deadline deadline) {
  Await(deadline, [this] { return !held(); });
}

void Gate::AwaitTurn(uint64_t turns, fmmq_deadline deadline) {
  Await(deadline, [this, turns] { return line_ == 0 || turns_ != turns; });
}

template <typename Done>
void Gate::Await(fmmq_deadline deadline, Done&& done) {
  timespec when;
  when.tv_sec = static_cast<time_t>(deadline / FMMQ_SECOND);
  when.tv_nsec = static_cast<long>(deadline % FMMQ_SECOND);
  const Locked locked(&mutex_);
  while (!done() && pthread_cond_timedwait(&changed_, &mutex_, &when) == 0) {
  }
}

}  // namespace fmmq::python
