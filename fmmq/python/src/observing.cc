#include "fmmq/python/src/observing.h"

#include <new>

namespace fmmq::python {
namespace {

fmmq_status ObserveAnew(ObserverObject* self) {
  Observing* const old = self->observing;
  Observing* anew = nullptr;
  const fmmq_status status = Observe(self, FMMQ_FROM_OLDEST, &anew);
  if (status != FMMQ_OK) return status;
  anew->skip_before = fmmq_observer_position(&old->handle);
  self->observing = anew;
  Drop(old);
  return FMMQ_OK;
}

PyObject* BytesOf(const void* data, size_t size) {
  return PyBytes_FromStringAndSize(static_cast<const char*>(data), static_cast<Py_ssize_t>(size));
}

// A message longer than the scratch, straight into a new object; it stays until it is read.
fmmq_status ReadLong(Observing& observing, fmmq_received* received, PyObject** bytes) {
  const size_t size = received->size;
  Owned whole(BytesOf(nullptr, size));
  if (!whole) return kRaised;
  const fmmq_status status =
      fmmq_observer_try_read(&observing.handle, PyBytes_AsString(whole.get()), size, received);
  if (status != FMMQ_OK) return status;
  *bytes = received->size == size ? whole.Take()
                                  : BytesOf(PyBytes_AsString(whole.get()), received->size);
  return *bytes != nullptr ? FMMQ_OK : kRaised;
}

fmmq_status ReadAny(ObserverObject* self, const Timing& timing, UseObserver* use,
                    fmmq_received* received, PyObject** bytes) {
  for (;;) {
    fmmq_status status = Run(self, timing, use, [received](Observing& o, fmmq_deadline deadline) {
      return fmmq_observer_read(&o.handle, o.scratch, sizeof(o.scratch), deadline, received);
    });
    if (status == FMMQ_OK) {
      *bytes = BytesOf((*use)->scratch, received->size);
      return *bytes != nullptr ? FMMQ_OK : kRaised;
    }
    while (status == FMMQ_BUFFER_TOO_SMALL) status = ReadLong(**use, received, bytes);
    if (status == FMMQ_OK || !IsWorthWaiting(status)) return status;
    if (timing.IsOver()) return FMMQ_TIMEOUT;
  }
}

}  // namespace

void Drop(Observing* observing) {
  if (--observing->references != 0) return;
  fmmq_observer_close(&observing->handle);
  observing->~Observing();
  PyMem_Free(observing);
}

fmmq_status Observe(ObserverObject* self, fmmq_from from, Observing** out) {
  Use use;
  fmmq_status status = Attach(self->queue, &use);
  if (status != FMMQ_OK) return status;
  void* const memory = PyMem_Malloc(sizeof(Observing));
  if (memory == nullptr) return FMMQ_NO_MEMORY;
  auto* const observing = new (memory) Observing;
  observing->forks = ForkCount();
  errno = 0;
  status = observing->segment.Keep(use->queue);
  if (status == FMMQ_OK) status = fmmq_queue_observe(&use->queue, &observing->handle, from);
  fmmq_wait_policy policy = FMMQ_WAIT_POLICY_INIT;
  policy.interruptible = true;
  if (status == FMMQ_OK) status = fmmq_observer_set_wait_policy(&observing->handle, &policy);
  if (status == FMMQ_OK) {
    *out = observing;
  } else {
    const int error = errno;
    Drop(observing);
    errno = error;
  }
  return status;
}

fmmq_status Prepare(ObserverObject* self, const Timing& timing, bool newcomer, UseObserver* use) {
  for (;;) {
    if (self->observing == nullptr) return FMMQ_CLOSED;
    fmmq_status status = FMMQ_OK;
    if (self->observing->forks != ForkCount()) status = ObserveAnew(self);
    if (status != FMMQ_OK) return status;
    use->Set(self->observing);
    if (!(*use)->gate.held()) return FMMQ_OK;
    status = AwaitEnd(**use, timing, newcomer);
    if (status != FMMQ_OK) return status;
  }
}

fmmq_status Read(ObserverObject* self, const Timing& timing, UseObserver* use,
                 fmmq_received* received, PyObject** bytes) {
  for (;;) {
    const fmmq_status status = ReadAny(self, timing, use, received, bytes);
    if (status != FMMQ_OK || received->position >= (*use)->skip_before) return status;
    Py_DECREF(*bytes);
  }
}

}  // namespace fmmq::python
