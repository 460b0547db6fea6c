#include "fmmq/queue/bells.h"

#include <utility>

#include "fmmq/os/doorbell.h"
#include "fmmq/os/futex.h"
#include "fmmq/ring/end_of_stream.h"

namespace fmmq::internal {
namespace {

os::DoorbellName NameOf(const segment::Mapping& mapping, uint32_t seat, uint8_t which) {
  return {mapping.header().uuid, seat, which};
}

// Each bell rings once, and then has to be armed again.
void RingDoorbells(const segment::Mapping& mapping, uint64_t bell) {
  const RingView& view = mapping.view();
  view.ForEachOccupied([&](uint32_t seat) {
    uint64_t armed = view.seats[seat].armed.load(std::memory_order_relaxed);
    if (format::BellOf(armed) != bell) return;
    if (view.seats[seat].armed.compare_exchange_strong(armed, format::kNoBell,
                                                       std::memory_order_acq_rel)) {
      os::RingDoorbell(NameOf(mapping, seat, format::DoorbellOf(armed)));
    }
  });
}

void Wake(const segment::Mapping& mapping, wait::Word& word, uint64_t bell) {
  if (!ring::TakeWaiters(word)) return;
  os::FutexWakeAll(wait::FutexOf(word));
  RingDoorbells(mapping, bell);
}

Status MakeDoorbell(HandleState& s) {
  if (s.doorbell.get() >= 0) return Code::kOk;
  os::DoorbellName name = NameOf(*s.mapping, s.seat, 0);
  Result<os::UniqueFd> made = os::MakeDoorbell(&name);
  if (made.ok()) s.doorbell = std::move(*made);
  s.which_doorbell = name.which;
  return made.status();
}

}  // namespace

void WakeFor(const segment::Mapping& mapping, bool data) {
  auto& control = *mapping.view().control;
  // After the end, members wait until the others hold nothing.
  if (data || ring::HasEnded(mapping.view())) Wake(mapping, control.data_wait, format::kDataBell);
  Wake(mapping, control.space_wait, format::kSpaceBell);
}

void WakeEverybody(const segment::Mapping& mapping) {
  ring::OrderBeforeBell<ring::HardwareAtomics>(/*must_fence=*/true);
  WakeFor(mapping, /*data=*/true);
}

Result<int> Arm(HandleState& s, const Arming& arming) {
  auto& control = *s.view.control;
  if ((control.flags.load(std::memory_order_acquire) & format::kManyNetworks) != 0) {
    return Code::kNotSupported;
  }
  if (const Status status = MakeDoorbell(s); !status.ok()) return status;
  os::ClearDoorbell(s.doorbell.get());
  s.view.seats[s.seat].armed.store(format::ArmedWord(arming.bell, s.which_doorbell),
                                   std::memory_order_release);
  ring::AnnounceWaiter(arming.bell == format::kDataBell ? control.data_wait : control.space_wait);
  os::BarrierEverywhere();  // E7
  ring::OrderBeforeSleep<ring::HardwareAtomics>();
  if (arming.is_ready(s, arming.bytes))
    os::RingDoorbell(NameOf(*s.mapping, s.seat, s.which_doorbell));
  return s.doorbell.get();
}

}  // namespace fmmq::internal
