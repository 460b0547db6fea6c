#include "tools/verdict.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "fmmq/format/layout.h"
#include "fmmq/format/words.h"
#include "fmmq/segment/mapping.h"
#include "fmmq/segment/segment.h"
#include "tools/judging.h"

namespace fmmq::tools {

void Judging::Damaged(std::string where, std::string what) const {
  if (verdict->damage.size() < kMaxDamage) {
    verdict->damage.push_back({std::move(where), std::move(what)});
  }
}

// Probed with a read lock, as the library does. Unknown counts as alive.
bool Judging::IsAlive(uint32_t seat) const {
  struct flock lock = {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(format::SeatLock(seat));
  lock.l_len = 1;
  return fcntl(fd, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

namespace {

using Mapping = segment::Mapping;

uint64_t Load(const format::SharedWord& word) { return word.load(std::memory_order_acquire); }

void JudgeWaitWord(const Judging& judging, const format::SharedWord& word, const char* where,
                   const char* name) {
  const uint64_t value = Load(word);
  if (value >> 32 != 0) {
    judging.Damaged(where, absl::StrCat(name, " has an upper half, ", value >> 32));
  }
}

void JudgeControl(const Judging& judging) {
  const auto& control = *judging.view.control;
  JudgeWaitWord(judging, control.data_wait, "control", "data_wait");
  JudgeWaitWord(judging, control.space_wait, "control", "space_wait");
  const uint64_t ended = Load(control.ended);
  const uint64_t head = judging.view.Head();
  // 0: not ended. 1: somebody is at it.
  if (ended >= 2 && ring::Distance(ended - 2, head) < 0) {
    judging.Damaged("control",
                    absl::StrCat("the stream ended at ", ended - 2, ", past head, ", head));
  }
}

void JudgeString(const Judging& judging, const Mapping& mapping) {
  const auto& string = mapping.string();
  if (string.capacity == 0) return;
  JudgeWaitWord(judging, string.control->wait, "string", "wait");
  for (int buffer = 0; buffer < 2; ++buffer) {
    const uint64_t bytes = Load(string.control->bytes[buffer]);
    if (bytes > string.capacity) {
      judging.Damaged("string", absl::StrCat("buffer ", buffer, " says ", bytes, " bytes of ",
                                             string.capacity));
    }
  }
}

// A group's words, with head before them and after them.
struct GroupLook {
  uint64_t head_before = 0;
  uint64_t state = 0;
  char name[format::kMaxGroupNameBytes] = {};
  uint64_t cursor = 0;
  bool steady = false;  // nobody made or freed the group meanwhile
  bool overwriting = false;
  uint64_t head_after = 0;
};

GroupLook LookAtGroup(const RingView& view, uint32_t index) {
  const auto& group = view.groups[index];
  GroupLook look;
  look.head_before = view.Head();
  look.state = Load(group.state);
  for (size_t i = 0; i < sizeof(look.name) / 8; ++i) {
    const uint64_t word = Load(group.name[i]);
    std::memcpy(look.name + 8 * i, &word, sizeof(word));
  }
  look.cursor = Load(group.cursor);
  look.steady = Load(group.state) == look.state;
  look.overwriting = view.Overwriting();  // one way: what was lossless now was so before
  look.head_after = view.Head();
  return look;
}

std::string NameTrouble(const GroupLook& look, uint32_t bytes) {
  if (bytes == 0 || bytes > sizeof(look.name)) {
    return absl::StrCat("its name has ", bytes, " bytes of ", sizeof(look.name));
  }
  for (size_t i = 0; i < sizeof(look.name); ++i) {
    if ((look.name[i] != 0) != (i < bytes)) return "its name is not as long as its state says";
  }
  return "";
}

// A cursor that is right for the snapshots on both its sides, or what is wrong with it.
std::string CursorTrouble(const RingView& view, const GroupLook& look) {
  if (ring::Distance(look.cursor, look.head_after) < 0) {
    return absl::StrCat("its cursor, ", look.cursor, ", is ahead of head, ", look.head_after);
  }
  const int64_t behind = ring::Distance(look.cursor, look.head_before);
  if (look.overwriting || behind <= static_cast<int64_t>(view.block_count)) return "";
  return absl::StrCat("its cursor, ", look.cursor, ", is more than a ring behind head, ",
                      look.head_before);
}

// The oldest cursor so far.
struct Oldest {
  bool any = false;
  uint64_t cursor = 0;
};

void JudgeGroup(const Judging& judging, uint32_t index, Oldest* oldest) {
  const GroupLook look = LookAtGroup(judging.view, index);
  const format::GroupState state = format::DecodeGroup(look.state);
  const std::string where = absl::StrCat("group ", index);
  if (static_cast<uint32_t>(state.phase) == 3) judging.Damaged(where, "it is in phase 3 of 0 to 2");
  if (!look.steady || state.phase != format::Phase::kLive) return;
  ++judging.verdict->groups;
  const std::string name_trouble = NameTrouble(look, state.name_bytes);
  if (!name_trouble.empty()) judging.Damaged(where, name_trouble);
  const std::string cursor_trouble = CursorTrouble(judging.view, look);
  if (!cursor_trouble.empty()) return judging.Damaged(where, cursor_trouble);
  if (!oldest->any || ring::Distance(look.cursor, oldest->cursor) > 0) {
    *oldest = {true, look.cursor};
  }
}

void JudgeIdentity(const Judging& judging, uint32_t index, const std::string& where) {
  const uint64_t word = Load(judging.view.seats[index].identity);
  const format::SeatIdentity identity = format::DecodeSeat(word);
  if (static_cast<uint32_t>(identity.role) > static_cast<uint32_t>(format::Role::kObserver)) {
    judging.Damaged(
        where, absl::StrCat("its role is ", static_cast<uint32_t>(identity.role), ", of 0 to 3"));
  } else if (identity.role == format::Role::kMember && identity.group >= judging.view.group_count) {
    judging.Damaged(where, absl::StrCat("it is a member of group ", identity.group, " of ",
                                        judging.view.group_count));
  }
}

void JudgeIntent(const Judging& judging, uint32_t index, const std::string& where) {
  const auto& seat = judging.view.seats[index];
  const uint64_t intent = Load(seat.intent);
  const uint64_t end = Load(seat.end);
  const bool steady = Load(seat.intent) == intent;
  const uint64_t head = judging.view.Head();
  if (intent == 0 || !steady) return;
  const uint64_t begin = intent - 1;
  if (ring::Distance(begin, head) < 0) {
    judging.Damaged(where, absl::StrCat("it holds ", begin, ", ahead of head, ", head));
  }
  // Nothing between the two is left of a batch when its last record is handed on.
  const int64_t blocks = ring::Distance(begin, end);
  if (end != 0 && (blocks < 0 || blocks > static_cast<int64_t>(judging.view.block_count))) {
    judging.Damaged(where, absl::StrCat("it holds from ", begin, " to ", end,
                                        ", which is no part "
                                        "of a ring of ",
                                        judging.view.block_count, " blocks"));
  }
}

void JudgeSeats(const Judging& judging) {
  judging.view.ForEachOccupied([&](uint32_t index) {
    const std::string where = absl::StrCat("seat ", index);
    ++judging.verdict->seats;
    if (!judging.IsAlive(index)) ++judging.verdict->dead_seats;
    JudgeIdentity(judging, index, where);
    JudgeIntent(judging, index, where);
  });
}

void JudgeSegment(const Mapping& mapping, Verdict* verdict) {
  const Judging judging{mapping.view(), mapping.fd(), verdict};
  JudgeControl(judging);
  JudgeString(judging, mapping);
  Oldest oldest;
  for (uint32_t i = 0; i < judging.view.group_count; ++i) JudgeGroup(judging, i, &oldest);
  JudgeSeats(judging);
  JudgeRecords(judging, oldest.any, oldest.cursor);
}

}  // namespace

Verdict Judge(const std::string& name) {
  Verdict verdict;
  auto file = segment::OpenNamed(name, /*writable=*/false);
  verdict.status = file.status();
  if (!file.ok()) return verdict;
  const Result<Mapping*> mapping = Mapping::Attach(std::move(*file), /*writable=*/false);
  verdict.status = mapping.status();
  if (!mapping.ok()) return verdict;
  JudgeSegment(**mapping, &verdict);
  (*mapping)->DropReference();
  return verdict;
}

}  // namespace fmmq::tools
