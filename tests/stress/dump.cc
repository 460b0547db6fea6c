#include "tests/stress/dump.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <vector>

#include "fmmq/format/geometry.h"
#include "fmmq/format/layout.h"
#include "fmmq/format/words.h"

namespace fmmq::stress {
namespace {

void PrintWorkers(const Ledger& ledger) {
  for (uint32_t slot = 0; slot < SlotCount(ledger.plan); ++slot) {
    const Slot& board = ledger.slots[slot];
    const Part part = PartOf(ledger.plan, slot);
    std::fprintf(stderr, "worker %-2u %-9s %-10s process %u, %s, %" PRIu64 " messages\n", slot,
                 RoleName(part.role), part.role == Role::kMember ? GroupName(part.group) : "",
                 board.pid.load(), DoingName(static_cast<Doing>(board.doing.load())),
                 board.successes.load());
  }
}

void PrintGroups(const Queue& queue) {
  const QueueInfo info = queue.Info();
  std::fprintf(stderr, "head %" PRIu64 ", %" PRIu64 " recoveries\n", info.head, info.recoveries);
  std::vector<GroupInfo> groups(info.groups);
  const size_t count = queue.Groups(groups.data(), groups.size());
  for (size_t i = 0; i < count; ++i) {
    const GroupInfo& group = groups[i];
    std::fprintf(stderr,
                 "group %-12s cursor %" PRIu64 ", lag %" PRIu64 ", lost %" PRIu64
                 ", redelivered %" PRIu64 ", %u members\n",
                 group.name, group.cursor, group.lag, group.lost, group.redelivered, group.members);
  }
}

void PrintSeats(const char* segment, uint32_t seats) {
  using Seat = format::Seat<format::SharedWord>;
  for (uint32_t i = 0; i < seats; ++i) {
    const auto* const seat =
        reinterpret_cast<const Seat*>(segment + format::kSeatsOffset + i * sizeof(Seat));
    const uint64_t identity = seat->identity.load();
    if (identity == 0 && seat->intent.load() == 0) continue;
    const format::SeatIdentity who = format::DecodeSeat(identity);
    std::fprintf(stderr,
                 "seat %-3u role %u, group %u, intent %" PRIu64 ", end %" PRIu64
                 ", process %" PRIu64 "\n",
                 i, static_cast<unsigned>(who.role), who.group, seat->intent.load(),
                 seat->end.load(), seat->owner.load());
  }
}

bool WriteAll(int fd, const char* bytes, size_t size) {
  while (size != 0) {
    const ssize_t written = write(fd, bytes, size);
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

void CopySegment(const char* segment, size_t size, const DumpOptions& options) {
  char path[512];
  std::snprintf(path, sizeof(path), "%s/fmmq.%s", options.directory, options.name);
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool good = fd >= 0 && WriteAll(fd, segment, size);
  if (fd >= 0) close(fd);
  std::fprintf(stderr, good ? "segment: %s\n" : "segment: cannot write %s\n", path);
  if (good) {
    std::fprintf(stderr, "to look at it: cp %s /dev/shm/ && fmmq check %s && fmmq dump %s\n", path,
                 options.name, options.name);
  }
}

}  // namespace

void Dump(const Ledger& ledger, const Queue& queue, const DumpOptions& options) {
  PrintWorkers(ledger);
  PrintGroups(queue);
  const QueueInfo info = queue.Info();
  const auto size = static_cast<size_t>(info.segment_bytes);
  void* const memory = mmap(nullptr, size, PROT_READ, MAP_SHARED, queue.fd(), 0);
  if (memory == MAP_FAILED) return;
  PrintSeats(static_cast<const char*>(memory), info.seats);
  CopySegment(static_cast<const char*>(memory), size, options);
  munmap(memory, size);
}

}  // namespace fmmq::stress
