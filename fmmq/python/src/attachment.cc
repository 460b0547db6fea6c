#include "fmmq/python/src/attachment.h"

#include <new>

#include "fmmq/python/src/count.h"

namespace fmmq::python {
namespace {

uint64_t g_forks = 0;
pthread_once_t g_fork_handler = PTHREAD_ONCE_INIT;

void CountFork() { ++g_forks; }
void InstallForkHandler() { pthread_atfork(nullptr, nullptr, CountFork); }

// A signal ends a sleep, so that its Python handler can run.
constexpr fmmq_wait_policy kWaitPolicy = [] {
  fmmq_wait_policy policy = FMMQ_WAIT_POLICY_INIT;
  policy.interruptible = true;
  return policy;
}();

fmmq_status Join(Attachment& attachment, fmmq_consumer* consumer) {
  const Membership& membership = attachment.membership;
  if (membership.is_default) return fmmq_queue_join_default(&attachment.queue, consumer);
  return fmmq_queue_join(&attachment.queue, consumer, membership.name, FMMQ_NUL_TERMINATED,
                         &membership.options);
}

}  // namespace

uint64_t ForkCount() { return g_forks; }

Attachment* NewAttachment() {
  pthread_once(&g_fork_handler, InstallForkHandler);
  void* const memory = PyMem_Malloc(sizeof(Attachment));
  if (memory == nullptr) {
    PyErr_NoMemory();
    return nullptr;
  }
  auto* const attachment = new (memory) Attachment;
  attachment->forks = g_forks;
  return attachment;
}

void AddReference(Attachment* attachment) { ++attachment->references; }

void DropReference(Attachment* attachment) {
  if (--attachment->references != 0) return;
  fmmq_producer_close(&attachment->writing.handle);
  fmmq_consumer_close(&attachment->reading.handle);
  fmmq_queue_close(&attachment->queue);
  UnmapDescriptors(attachment->descriptors);
  attachment->~Attachment();
  PyMem_Free(attachment);
}

fmmq_status OpenEnd(Attachment& attachment, WriteEnd& end) {
  return HoldAndCall(end.gate, Gate::Use::kOpens, [&] {
    const fmmq_status status = fmmq_queue_new_producer(&attachment.queue, &end.handle);
    return status == FMMQ_OK ? fmmq_producer_set_wait_policy(&end.handle, &kWaitPolicy) : status;
  });
}

fmmq_status OpenEnd(Attachment& attachment, ReadEnd& end) {
  return HoldAndCall(end.gate, Gate::Use::kOpens, [&] {
    const fmmq_status status = Join(attachment, &end.handle);
    return status == FMMQ_OK ? fmmq_consumer_set_wait_policy(&end.handle, &kWaitPolicy) : status;
  });
}

}  // namespace fmmq::python
