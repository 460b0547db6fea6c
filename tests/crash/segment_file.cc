#include "tests/crash/segment_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "fmmq/format/words.h"
#include "tests/crash/hash.h"
#include "tests/support/names.h"

namespace fmmq::crash {

SegmentFile::SegmentFile(const std::string& name, const Options& options) {
  format::ComputeGeometry(options, static_cast<uint32_t>(sysconf(_SC_PAGESIZE)), &geometry_);
  file_ = open(test::SegmentPath(name).c_str(), O_RDWR | O_CLOEXEC);
  struct stat info;
  if (file_ < 0 || fstat(file_, &info) != 0) return;
  if (static_cast<uint64_t>(info.st_size) != geometry_.segment_bytes) return;
  void* const memory =
      mmap(nullptr, static_cast<size_t>(geometry_.segment_bytes), PROT_READ, MAP_SHARED, file_, 0);
  if (memory != MAP_FAILED) base_ = static_cast<const char*>(memory);
}

SegmentFile::~SegmentFile() {
  if (base_ != nullptr) {
    munmap(const_cast<char*>(base_), static_cast<size_t>(geometry_.segment_bytes));
  }
  if (file_ >= 0) close(file_);
}

// The kernel names one lock in a range, not always the first.
void SegmentFile::FindLocks(uint64_t begin, uint64_t end, std::vector<uint64_t>* locks) const {
  if (begin >= end) return;
  struct flock lock;
  std::memset(&lock, 0, sizeof(lock));
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(begin);
  lock.l_len = static_cast<off_t>(end - begin);
  if (fcntl(file_, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return;
  const uint64_t first = std::max(begin, static_cast<uint64_t>(lock.l_start));
  const uint64_t behind =
      lock.l_len == 0 ? end : std::min(end, static_cast<uint64_t>(lock.l_start + lock.l_len));
  FindLocks(begin, first, locks);
  locks->push_back(first - format::kLockBase);
  FindLocks(std::max(behind, first + 1), end, locks);
}

std::vector<uint64_t> SegmentFile::Locks() const {
  std::vector<uint64_t> locks;
  FindLocks(format::kLockBase, format::kLockBase + 0x40000, &locks);
  return locks;
}

uint64_t SegmentFile::WordAt(uint64_t offset) const {
  uint64_t word;
  std::memcpy(&word, base_ + offset, sizeof(word));
  return word;
}

// Owners are process ids, `wanted_until` is a time.
bool SegmentFile::IsLeftOut(uint64_t offset) const {
  using Control = format::Control<Word>;
  if (offset == format::kControlOffset + offsetof(Control, wanted_until)) return true;
  const bool in_seats = offset >= format::kSeatsOffset && offset < geometry_.groups_offset;
  return in_seats && (offset - format::kSeatsOffset) % sizeof(format::Seat<Word>) ==
                         offsetof(format::Seat<Word>, owner);
}

uint64_t SegmentFile::Fingerprint(bool with_data) const {
  struct stat info;
  if (file_ < 0 || fstat(file_, &info) != 0) return 0;
  if (!good()) return Combine(1, static_cast<uint64_t>(info.st_size));
  const uint64_t end = with_data ? geometry_.segment_bytes : geometry_.data_offset;
  // Of the header, what is the same for each segment.
  uint64_t hash = Hash(base_, offsetof(format::Header, created_ns));
  for (uint64_t offset = format::kControlOffset; offset < end; offset += 8) {
    const uint64_t word = WordAt(offset);
    if (word == 0) continue;
    hash = Combine(Combine(hash, offset), IsLeftOut(offset) ? 1 : word);
  }
  for (const uint64_t lock : Locks()) hash = Combine(hash, lock);
  return hash;
}

std::string SegmentFile::Leftovers() const {
  for (uint32_t i = 0; i < geometry_.seats; ++i) {
    const uint64_t at = format::kSeatsOffset + i * sizeof(format::Seat<Word>);
    for (uint64_t offset = at; offset < at + sizeof(format::Seat<Word>); offset += 8) {
      if (WordAt(offset) != 0) return NameOf(offset) + " is left behind";
    }
  }
  for (const Word& occupied : control().occupied) {
    if (occupied.load() != 0) return "a seat is left occupied";
  }
  for (uint32_t i = 0; i < geometry_.groups; ++i) {
    const auto state = format::DecodeGroup(group(i).state.load());
    if (state.phase == format::Phase::kFree) continue;
    if (state.phase == format::Phase::kLive && state.durable) continue;
    return "group " + std::to_string(i) + " is left behind";
  }
  const std::vector<uint64_t> locks = Locks();
  return locks.empty() ? "" : "lock " + std::to_string(locks[0]) + " is still held";
}

std::string SegmentFile::NameOf(uint64_t offset) const {
  static constexpr const char* kSeatWords[] = {"intent",   "end",   "identity", "owner",
                                               "messages", "bytes", "armed"};
  const auto part = [](const char* what, uint64_t index, const std::string& word) {
    return what + (" " + std::to_string(index)) + (word.empty() ? "" : " " + word);
  };
  if (offset >= geometry_.data_offset) {
    return part("data of block",
                (offset - geometry_.data_offset) % geometry_.data_bytes / geometry_.block_size, "");
  }
  if (offset >= geometry_.descriptors_offset) {
    return part("descriptor", (offset - geometry_.descriptors_offset) / 8, "");
  }
  if (offset >= geometry_.string_offset)
    return part("string +", offset - geometry_.string_offset, "");
  if (offset >= geometry_.groups_offset) {
    const uint64_t within = offset - geometry_.groups_offset;
    const uint64_t word = within % 128 / 8;
    const char* const name = word == 0 ? "cursor" : word == 1 ? "state" : "word";
    return part("group", within / 128, name);
  }
  if (offset >= format::kSeatsOffset) {
    const uint64_t within = offset - format::kSeatsOffset;
    const uint64_t word = within % 128 / 8;
    return part("seat", within / 128, word < 7 ? kSeatWords[word] : "reserved");
  }
  switch (offset) {
    case 1024:
      return "head";
    case 1152:
      return "holder_epoch";
    case 1544:
      return "ended";
    default:
      return part("control +", offset, "");
  }
}

}  // namespace fmmq::crash
