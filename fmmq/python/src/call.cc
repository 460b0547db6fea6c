#include "fmmq/python/src/call.h"

#include <cstring>

namespace fmmq::python {
namespace {

fmmq_status OpenAgain(const fmmq_info& info, Attachment& old, fmmq_access access,
                      fmmq_queue* queue) {
  if (info.anonymous) return fmmq_queue_open_fd(queue, fmmq_queue_fd(&old.queue), access);
  return fmmq_queue_open(queue, info.id, FMMQ_NUL_TERMINATED, access);
}

// The name may be another queue's by now.
fmmq_status CheckSame(const fmmq_info& info, const fmmq_queue& queue) {
  fmmq_info now;
  const fmmq_status status = fmmq_queue_get_info(&queue, &now, sizeof(now));
  if (status != FMMQ_OK) return status;
  return std::memcmp(info.uuid, now.uuid, sizeof(now.uuid)) == 0 ? FMMQ_OK : FMMQ_REMOVED;
}

}  // namespace

fmmq_status Attach(QueueObject* queue, Use* use) {
  if (queue->attachment == nullptr) return FMMQ_CLOSED;
  if (queue->attachment->forks != ForkCount()) {
    const fmmq_status status = AttachAnew(queue);
    if (status != FMMQ_OK) return status;
  }
  use->Set(queue->attachment);
  return FMMQ_OK;
}

fmmq_status AttachAnew(QueueObject* queue) {
  Attachment* const old = queue->attachment;
  if (old == nullptr) return FMMQ_CLOSED;
  fmmq_info info;
  errno = 0;
  fmmq_status status = fmmq_queue_get_info(&old->queue, &info, sizeof(info));
  if (status != FMMQ_OK) return status;
  Attachment* const anew = NewAttachment();
  if (anew == nullptr) return kRaised;
  anew->membership = old->membership;
  status = OpenAgain(info, *old, queue->access, &anew->queue);
  if (status == FMMQ_OK) status = CheckSame(info, anew->queue);
  if (status != FMMQ_OK) {
    DropReference(anew);
    return status;
  }
  queue->attachment = anew;
  DropReference(old);
  return FMMQ_OK;
}

fmmq_status AwaitGate(Gate& gate, const Timing& timing, bool newcomer) {
  if (gate.IsMine()) return FMMQ_OUT_OF_ORDER;
  // All but a view is over soon: a call tries once, however little time it has.
  const bool comes_through = newcomer && gate.use() != Gate::Use::kView;
  if (!comes_through && timing.IsOver()) return FMMQ_TIMEOUT;
  const fmmq_deadline deadline = comes_through ? Timing{}.Slice() : timing.Slice();
  gate.Join(newcomer);
  PyThreadState* const thread = PyEval_SaveThread();
  gate.AwaitFree(deadline);
  PyEval_RestoreThread(thread);
  gate.TakeTurn(newcomer);
  return PyErr_CheckSignals() < 0 ? kRaised : FMMQ_OK;
}

void GiveWay(Gate& gate, const Timing& timing) {
  const uint64_t turns = gate.turns();
  PyThreadState* const thread = PyEval_SaveThread();
  gate.AwaitTurn(turns, timing.Slice());
  PyEval_RestoreThread(thread);
}

}  // namespace fmmq::python
