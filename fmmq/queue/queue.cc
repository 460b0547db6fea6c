#include "fmmq/queue/queue.h"

#include <cstring>
#include <new>
#include <utility>

#include "fmmq/format/names.h"
#include "fmmq/os/memory.h"
#include "fmmq/queue/membership.h"
#include "fmmq/queue/states.h"
#include "fmmq/ring/groups.h"
#include "fmmq/segment/mapping.h"
#include "fmmq/segment/segment.h"
#include "fmmq/wait/waiter.h"

namespace fmmq {
namespace {

using internal::HandleRegion;
using segment::Mapping;

Code CheckOpen(const Mapping* mapping) {
  if (mapping == nullptr) return Code::kClosed;
  return mapping->InOwnProcess() ? Code::kOk : Code::kForked;
}

Code CheckWritable(const Mapping* mapping) {
  const Code code = CheckOpen(mapping);
  return code == Code::kOk && !mapping->writable() ? Code::kReadOnly : code;
}

// Opens with the rights that were asked for; `open(writable)` does the opening.
template <typename Open>
Result<Mapping*> AttachWith(Access access, bool anonymous, Open&& open) {
  const bool writable = access != Access::kReadOnly;
  Result<os::UniqueFd> file = open(writable);
  if (file.ok()) return Mapping::Attach(std::move(*file), writable, anonymous);
  if (access != Access::kBest || file.code() != Code::kPermissionDenied) return file.status();
  file = open(false);
  if (!file.ok()) return file.status();
  return Mapping::Attach(std::move(*file), false, anonymous);
}

}  // namespace

Queue& Queue::operator=(Queue&& other) noexcept {
  if (this != &other) {
    Close().IgnoreError();
    mapping_ = std::exchange(other.mapping_, nullptr);
  }
  return *this;
}

Result<Queue> Queue::Create(std::string_view name, const Options& options) {
  Result<os::UniqueFd> file = segment::CreateUnpublished(name, options);
  if (!file.ok()) return file.status();
  const Result<Mapping*> mapping = Mapping::Attach(std::move(*file), true);
  if (!mapping.ok()) return mapping.status();
  Queue queue(*mapping);
  const Status status = segment::Publish(queue.fd(), name);
  if (!status.ok()) return status;
  return queue;
}

Result<Queue> Queue::Open(std::string_view name, Access access) {
  const Result<Mapping*> mapping = AttachWith(
      access, false, [name](bool writable) { return segment::OpenNamed(name, writable); });
  if (!mapping.ok()) return mapping.status();
  return Queue(*mapping);
}

Result<Queue> Queue::OpenOrCreate(std::string_view name, const Options& options) {
  constexpr int kTries = 8;  // somebody may remove the name each time between our two calls
  Result<Queue> queue = Open(name);
  for (int tries = 0; queue.code() == Code::kNotFound && tries < kTries; ++tries) {
    queue = Create(name, options);
    if (queue.code() != Code::kAlreadyExists) return queue;
    queue = Open(name);
  }
  return queue;
}

Result<Queue> Queue::CreateAnonymous(std::string_view id, const Options& options) {
  Result<os::UniqueFd> file = segment::CreateAnonymous(id, options);
  if (!file.ok()) return file.status();
  const Result<Mapping*> mapping = Mapping::Attach(std::move(*file), true, true);
  if (!mapping.ok()) return mapping.status();
  return Queue(*mapping);
}

Result<Queue> Queue::OpenFd(int fd, Access access) {
  const Result<os::FileFacts> facts = os::Facts(fd);
  if (!facts.ok()) return facts.status();
  const Result<Mapping*> mapping =
      AttachWith(access, true, [&](bool writable) { return os::Reopen(fd, writable, *facts); });
  if (!mapping.ok()) return mapping.status();
  return Queue(*mapping);
}

Status Queue::Remove(std::string_view name) { return segment::Remove(name); }

Status Queue::ListNames(VisitName visit, void* visitor) { return segment::List(visit, visitor); }

Result<Producer> Queue::NewProducer() {
  if (const Code code = CheckWritable(mapping_); code != Code::kOk) return code;
  HandleRegion region;
  uint32_t seat = 0;
  const Status status = internal::SeatProducer(*mapping_, region, &seat);
  if (!status.ok()) return status;
  return Producer(new (region.Take()) internal::ProducerState(mapping_, seat));
}

Result<Consumer> Queue::Join() {
  GroupOptions options;
  options.durable = true;
  return Join(kDefaultGroupName, options);
}

Result<Consumer> Queue::Join(std::string_view group, const GroupOptions& options) {
  if (const Code code = CheckWritable(mapping_); code != Code::kOk) return code;
  if (const Status status = format::CheckGroupName(group); !status.ok()) return status;
  HandleRegion region;
  internal::Membership membership;
  const Status status = internal::SeatMember(*mapping_, region, group, options, &membership);
  if (!status.ok()) return status;
  return Consumer(new (region.Take()) internal::ConsumerState(
      mapping_, membership.seat, membership.group, options.kind == GroupKind::kExclusive,
      options.durable));
}

Result<Observer> Queue::Observe(From from) {
  if (const Code code = CheckOpen(mapping_); code != Code::kOk) return code;
  HandleRegion region;
  if (const Status status = internal::SeatObserver(*mapping_, region); !status.ok()) return status;
  const uint64_t position =
      from == From::kNow ? mapping_->view().Head() : ring::OldestPosition(mapping_->view());
  return Observer(new (region.Take()) internal::ObserverState(mapping_, position));
}

Status Queue::LetWritersOverwrite() {
  if (const Code code = CheckWritable(mapping_); code != Code::kOk) return code;
  if (mapping_->view().policy != Policy::kCompat) return Code::kNotSupported;
  mapping_->view().control->flags.fetch_or(format::kOverwriting, std::memory_order_seq_cst);  // E7
  internal::WakeFor(*mapping_, /*data=*/false);
  return Code::kOk;
}

Status Queue::Prefault() {
  const Code code = CheckOpen(mapping_);
  if (code != Code::kOk) return code;
  return os::Prefault(mapping_->begin(), mapping_->bytes(), mapping_->writable());
}

Status Queue::LockInMemory() {
  const Code code = CheckOpen(mapping_);
  return code == Code::kOk ? os::LockInMemory(mapping_->begin(), mapping_->bytes()) : Status(code);
}

size_t Queue::max_message_size() const {
  return mapping_ == nullptr ? 0 : static_cast<size_t>(mapping_->view().max_message_bytes);
}

int Queue::fd() const { return mapping_ == nullptr ? -1 : mapping_->fd(); }

Status Queue::Close() {
  if (mapping_ == nullptr) return Code::kClosed;
  std::exchange(mapping_, nullptr)->DropReference();
  return Code::kOk;
}

}  // namespace fmmq
