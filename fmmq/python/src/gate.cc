#include "fmmq/python/src/gate.h"

#include <ctime>

namespace fmmq::python {

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

void Gate::Hold() {
  pthread_mutex_lock(&mutex_);
  held_ = true;
  pthread_mutex_unlock(&mutex_);
  owner_ = PyThread_get_thread_ident();
}

void Gate::Leave() {
  pthread_mutex_lock(&mutex_);
  held_ = false;
  pthread_cond_broadcast(&changed_);
  pthread_mutex_unlock(&mutex_);
}

void Gate::AwaitFree(fmmq_deadline deadline) {
  timespec when;
  when.tv_sec = static_cast<time_t>(deadline / FMMQ_SECOND);
  when.tv_nsec = static_cast<long>(deadline % FMMQ_SECOND);
  pthread_mutex_lock(&mutex_);
  while (held_ && pthread_cond_timedwait(&changed_, &mutex_, &when) == 0) {
  }
  pthread_mutex_unlock(&mutex_);
}

}  // namespace fmmq::python
