// Queue's shared string.
#include "fmmq/value/shared_string.h"

#include "fmmq/queue/handle.h"
#include "fmmq/queue/lock_session.h"
#include "fmmq/queue/queue.h"

namespace fmmq {
namespace {

using segment::Mapping;

Code CheckString(const Mapping* mapping) {
  if (mapping == nullptr) return Code::kClosed;
  if (!mapping->InOwnProcess()) return Code::kForked;
  return mapping->string().capacity == 0 ? Code::kNotSupported : Code::kOk;
}

}  // namespace

Status Queue::SetString(ConstBytes value, Deadline deadline) {
  if (const Code code = CheckString(mapping_); code != Code::kOk) return code;
  if (!mapping_->writable()) return Code::kReadOnly;
  if (value.size() > mapping_->string().capacity) return Code::kTooLarge;
  const Status status = internal::RetryWhileBusy(deadline.ns(), [&]() -> Status {
    const os::ForkBarrier barrier(/*wait=*/true);
    internal::LockSession session(*mapping_, barrier);
    if (!session.status().ok()) return session.status();
    if (!session.TryLockByte(format::kStringLock)) return Code::kBusy;
    value::StoreString(mapping_->string(), value);
    return Code::kOk;
  });
  if (!status.ok()) return status == Code::kBusy ? Status(Code::kTimeout) : status;
  std::atomic_thread_fence(std::memory_order_seq_cst);  // E7
  wait::WakeWaiters(mapping_->string().control->wait);
  return Code::kOk;
}

Result<StringInfo> Queue::GetString(MutableBytes buffer) const {
  if (const Code code = CheckString(mapping_); code != Code::kOk) return code;
  uint64_t bytes = 0;
  StringInfo info;
  const Code code = value::LoadString(mapping_->string(), buffer, &info.version, &bytes);
  info.size = static_cast<size_t>(bytes);
  return {code, info};
}

Result<uint64_t> Queue::WaitString(uint64_t version, Deadline deadline) const {
  if (const Code code = CheckString(mapping_); code != Code::kOk) return code;
  auto& control = *mapping_->string().control;
  wait::WaitState state;
  state.policy.spin_ns = 0;  // a value changes rarely
  uint64_t current = version;
  const auto changed = [&](bool) {
    current = control.version.load(std::memory_order_acquire);
    return current != version;
  };
  if (changed(false)) return current;
  const wait::Wait wait{control.wait, mapping_->writable(), state, deadline};
  const Code code = wait::WaitUntil(wait, wait::AttemptRef(changed));
  return {code, current};
}

}  // namespace fmmq
