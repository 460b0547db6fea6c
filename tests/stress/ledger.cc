#include "tests/stress/ledger.h"

#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <new>

namespace fmmq::stress {
namespace {

size_t HandBytes(const Plan& plan) {
  return (static_cast<size_t>(plan.max_message_bytes) + 63) / 64 * 64;
}

Ledger* Map(int fd, size_t bytes) {
  void* const memory =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<Ledger*>(memory);
}

}  // namespace

uint64_t Encode(LifeWord life) {
  return uint64_t{life.generation} << 32 | life.slot << 16 | static_cast<uint32_t>(life.state);
}

LifeWord DecodeLife(uint64_t word) {
  return {static_cast<uint32_t>(word >> 32), static_cast<uint32_t>(word >> 16 & 0xffff),
          static_cast<LifeState>(word & 0xffff)};
}

uint32_t CameFlags(uint32_t word, uint32_t generation) {
  return word >> 8 == (generation & 0xffffff) ? word & 0xff : 0;
}

uint32_t AddCame(HalfWord& word, uint32_t generation, uint32_t flag) {
  uint32_t old = word.load(std::memory_order_relaxed);
  while (true) {
    const uint32_t flags = CameFlags(old, generation);
    if (word.compare_exchange_weak(old, generation << 8 | flags | flag)) return flags;
  }
}

const char* DoingName(Doing doing) {
  constexpr const char* kNames[] = {
      "starting",  "opening", "joining", "writing", "reserving", "committing", "reading", "peeking",
      "releasing", "closing", "arming",  "string",  "asking",    "napping",    "holding", "ending"};
  return kNames[static_cast<uint32_t>(doing)];
}

const char* ViolationName(Violation violation) {
  constexpr const char* kNames[] = {"lost",   "duplicate", "torn",       "invented", "reordered",
                                    "gap",    "mark",      "status",     "stuck",    "ended",
                                    "string", "forked",    "left behind"};
  static_assert(sizeof(kNames) / sizeof(kNames[0]) == kViolations);
  return kNames[static_cast<uint32_t>(violation)];
}

MutableBytes Ledger::Hand(uint32_t slot) {
  char* const hands = reinterpret_cast<char*>(this + 1);
  return {hands + slot * HandBytes(plan), static_cast<size_t>(plan.max_message_bytes)};
}

uint64_t Ledger::CountViolations() const {
  uint64_t count = 0;
  for (const HalfWord& kind : violations) count += kind.load();
  return count;
}

bool Ledger::AllSaid() const {
  const uint32_t taken = notes_taken.load();
  for (uint32_t i = 0; i < taken && i < kMaxNotes; ++i) {
    if (notes[i].ready.load(std::memory_order_acquire) == 0) return false;
  }
  return taken >= CountViolations();
}

void Ledger::Accuse(Violation violation, uint32_t slot, const char* format, ...) {
  violations[static_cast<uint32_t>(violation)].fetch_add(1);
  const uint32_t index = notes_taken.fetch_add(1);
  if (index >= kMaxNotes) return;
  Note& note = notes[index];
  note.violation = static_cast<uint32_t>(violation);
  note.slot = slot;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(note.text, sizeof(note.text), format, arguments);
  va_end(arguments);
  note.ready.store(1, std::memory_order_release);
}

Ledger* MakeLedger(const Plan& plan, int* fd) {
  const size_t bytes = sizeof(Ledger) + (kMaxSlots + 1) * HandBytes(plan);
  *fd = memfd_create("fmmq-stress-ledger", 0);
  if (*fd < 0 || ftruncate(*fd, static_cast<off_t>(bytes)) != 0) return nullptr;
  Ledger* const ledger = Map(*fd, bytes);
  if (ledger == nullptr) return nullptr;
  // All the rest is fine with zeros, which a new file holds.
  new (&ledger->plan) Plan(plan);
  ledger->struct_bytes = sizeof(Ledger);
  uint32_t run = 0;
  if (getrandom(&run, sizeof(run), 0) != sizeof(run)) return nullptr;
  ledger->run = run;
  return ledger;
}

Ledger* AttachLedger(int fd) {
  struct stat info;
  if (fstat(fd, &info) != 0 || static_cast<uint64_t>(info.st_size) < sizeof(Ledger)) return nullptr;
  const auto bytes = static_cast<size_t>(info.st_size);
  Ledger* const ledger = Map(fd, bytes);
  return ledger != nullptr && ledger->struct_bytes == sizeof(Ledger) ? ledger : nullptr;
}

}  // namespace fmmq::stress
