"""The defects that tests/crash must find."""

_ADOPTION = "fmmq/queue/adoption.cc"
_CONSUMER = "fmmq/queue/consumer.cc"
_GATE = "fmmq/ring/gate.h"
_GROUPS = "fmmq/ring/groups.h"
_HANDLE = "fmmq/queue/handle.cc"
_MEMBER = "fmmq/ring/member.h"
_PRODUCER = "fmmq/queue/producer.cc"
_READER = "fmmq/ring/copying_reader.h"
_RECOVERY = "fmmq/ring/recovery.h"
_STRING = "fmmq/value/shared_string.h"
_WRITER = "fmmq/ring/writer.h"

# rule: of the protocol, which the defect breaks.
# at: the operation to look at, and perhaps "|" and the state.
DEFECTS = [
    # ---- the ring: writing ----
    dict(
        name = "commit_before_copy",
        rule = "the payload first, then the commit",
        at = "write|several blocks",
        file = _WRITER,
        old = """    CopyIn(head, message);
    PublishMessage(head, message.size(), blocks);
""",
        new = """    PublishMessage(head, message.size(), blocks);
    CopyIn(head, message);
""",
    ),
    dict(
        name = "intent_after_cas",
        rule = "a producer stores its intent, then moves head",
        at = "meet: write, repair",
        file = _WRITER,
        old = """    own_->intent.store(head + 1, std::memory_order_release);
    if (alone) {
      next_ = head + blocks;
      view_.control->head.store(next_, std::memory_order_release);  // E2
    } else if (!MoveHead(head, blocks)) {
      GiveUp(Code::kBusy);
      base::Pause(base::kLongPause);  // before the two pull at head's cache line again
      return false;
    } else if (HasEnded(view_)) {
      GiveBack(head, blocks);
      return false;
    }
    A::Fence(std::memory_order_release);  // E5: no payload store may come before head's
""",
        new = """    if (alone) {
      next_ = head + blocks;
      view_.control->head.store(next_, std::memory_order_release);  // E2
    } else if (!MoveHead(head, blocks)) {
      GiveUp(Code::kBusy);
      return false;
    } else if (HasEnded(view_)) {
      GiveBack(head, blocks);
      return false;
    }
    A::Fence(std::memory_order_release);  // E5: no payload store may come before head's
    own_->intent.store(head + 1, std::memory_order_release);
""",
    ),
    dict(
        name = "head_without_cas",
        rule = "head moves by compare and exchange",
        at = "meet: write, write",
        file = _WRITER,
        old = """    return view_.control->head.compare_exchange_strong(head, head + blocks,
                                                       std::memory_order_acq_rel,  // E2, E8
                                                       std::memory_order_relaxed);
""",
        new = """    view_.control->head.store(head + blocks, std::memory_order_release);
    return true;
""",
    ),
    dict(
        name = "intent_cleared_before_commit",
        rule = "an intent stands until the commit",
        at = "meet: write, repair",
        file = _WRITER,
        old = """    PublishMessage(head, message.size(), blocks);
    own_->intent.store(0, std::memory_order_release);  // E4
""",
        new = """    own_->intent.store(0, std::memory_order_release);
    PublishMessage(head, message.size(), blocks);
""",
    ),
    dict(
        name = "no_blocks_for_no_bytes",
        rule = "a message takes at least a block",
        at = "write|messages of no bytes",
        file = "fmmq/ring/view.h",
        old = """ + (bytes == 0 ? 1 : 0);""",
        new = """;""",
    ),
    dict(
        name = "abort_commits",
        rule = "an aborted reservation is no message",
        at = "abort|several blocks",
        file = _PRODUCER,
        old = "  s.writer.PublishAborted(s.writer.begin(), s.writer.blocks());\n",
        new = "  s.writer.PublishMessage(s.writer.begin(), s.reserved_bytes);\n",
    ),
    dict(
        name = "batch_from_the_back",
        rule = "a batch is published front to back",
        at = "batch|partly full",
        file = _PRODUCER,
        old = """    s.writer.CopyIn(position, messages[i]);
    s.writer.PublishMessage(position, messages[i].size(), taken);
""",
        new = """    const size_t last = fitting - 1 - i;
    position = s.writer.begin();
    for (size_t j = 0; j < last; ++j) position += s.view.Blocks(messages[j].size());
    s.writer.CopyIn(position, messages[last]);
    s.writer.PublishMessage(position, messages[last].size());
""",
    ),
    dict(
        name = "batch_without_end",
        rule = "a batch says how far it reaches",
        at = "meet: batch, repair",
        file = _WRITER,
        old = """      own_->end.store(head + blocks, std::memory_order_release);  // I6: after intent
""",
        new = "",
    ),

    # ---- the ring: the gate ----
    dict(
        name = "gate_without_cursors",
        rule = "groups hold writers back",
        at = "write|full",
        file = _GATE,
        old = "    if (behind > lag) lag = behind;\n  }\n  return static_cast<uint64_t>(lag);",
        new = "  }\n  return static_cast<uint64_t>(lag);",
    ),
    dict(
        name = "gate_without_intents",
        rule = "what members hold holds writers back",
        at = "meet: claim several, write",
        file = _GATE,
        old = "    const uint64_t intent_lag = IntentLag(view, own_seat, head);\n",
        new = "    const uint64_t intent_lag = 0;\n",
    ),
    dict(
        name = "gate_without_producers",
        rule = "producers' intents count in every mode",
        at = "meet: write, lap",
        file = _GATE,
        old = "    if (seat == own_seat) return;\n",
        new = """    if (seat == own_seat) return;
    if ((view.seats[seat].identity.load(std::memory_order_acquire) & 0xffff) == 1) return;
""",
    ),
    dict(
        name = "gate_of_a_block_more",
        rule = "there is room while p + k - gate <= block_count",
        at = "write|full",
        file = _WRITER,
        old = "blocks <= view_.block_count - used;",
        new = "blocks <= view_.block_count + 1 - used;",
    ),

    # ---- the ring: joining and reading ----
    dict(
        name = "join_loads_head_once",
        rule = "a joiner loads head again once it holds writers back",
        at = "meet: join, lap",
        file = _GROUPS,
        old = """  BumpHolderEpoch(view);
  group.cursor.store(FirstPosition(view, index, oldest), std::memory_order_relaxed);
""",
        new = "  BumpHolderEpoch(view);\n",
    ),
    dict(
        name = "claim_before_intent",
        rule = "a member stores its intent, then moves the cursor",
        at = "read|several blocks",
        file = _MEMBER,
        old = """    own_->intent.store(cursor + 1, std::memory_order_release);
    if (!MoveCursor(cursor, end)) {
      Release();
      return false;
    }
""",
        new = """    if (!MoveCursor(cursor, end)) {
      Release();
      return false;
    }
    own_->intent.store(cursor + 1, std::memory_order_release);
""",
    ),
    dict(
        name = "cursor_without_cas",
        rule = "members of a shared group compete by compare and exchange",
        at = "meet: read, read|partly full",
        file = _MEMBER,
        old = """    if (exclusive_) {
      cursor_->store(end""",
        new = """    if (true) {
      cursor_->store(end""",
    ),
    dict(
        name = "released_before_use",
        rule = "an intent is cleared after the last use",
        at = "read|several blocks",
        file = _MEMBER,
        old = """    A::CopyOut(buffer.data(), view_.Data(cursor), static_cast<size_t>(*bytes));
    *position = cursor;
    if (!exclusive) {
      Release();
""",
        new = """    if (!exclusive) Release();
    A::CopyOut(buffer.data(), view_.Data(cursor), static_cast<size_t>(*bytes));
    *position = cursor;
    if (!exclusive) {
""",
    ),
    dict(
        name = "no_lap_check",
        rule = "a copy is good when head has not passed it by a ring",
        at = "meet: observe, lap",
        file = _READER,
        old = "  return Distance(position, head) > static_cast<int64_t>(view.block_count);",
        new = "  return false && head == 0;",
    ),
    dict(
        name = "overwritten_cursor_without_cas",
        rule = "members that copy move the cursor by compare and exchange",
        at = "meet: read, read|overwriting",
        file = _READER,
        old = """    return word->compare_exchange_strong(from, to, std::memory_order_release,
                                         std::memory_order_relaxed);
""",
        new = """    word->store(to, std::memory_order_release);
    return true;
""",
    ),

    # ---- the end of the stream, the string, the file ----
    dict(
        name = "end_not_seen_behind_head",
        rule = "nothing that is written lies behind the end",
        at = "meet: write, end",
        file = _WRITER,
        old = """    } else if (HasEnded(view_)) {
""",
        new = """    } else if (false) {
""",
    ),
    dict(
        name = "end_left_half_done",
        rule = "who finds an end half done finishes it",
        at = "end of stream",
        file = "fmmq/ring/end_of_stream.h",
        old = "  if (ended == kEnding && may_help) {",
        new = "  if (false) {",
    ),
    dict(
        name = "version_before_value",
        rule = "the string's version is stored last",
        at = "set the string",
        file = _STRING,
        old = """  A::Fence(std::memory_order_release);  // S2
""",
        new = """  view.control->version.store(next, std::memory_order_release);
  A::Fence(std::memory_order_release);  // S2
""",
    ),
    dict(
        name = "string_without_lock",
        rule = "writers of the string take its lock",
        at = "meet: set the string, set",
        file = "fmmq/queue/shared_string.cc",
        old = "    if (!session.TryLockByte(format::kStringLock)) return Code::kBusy;\n",
        new = "",
    ),
    dict(
        name = "string_read_once",
        rule = "readers of the string look at its version again",
        at = "meet: get the string, set",
        file = _STRING,
        old = "    if (view.control->version.load(std::memory_order_relaxed) != *version) continue;\n",
        new = "",
    ),
    dict(
        name = "named_before_made",
        rule = "a segment gets its name when it is whole",
        at = "create",
        file = "fmmq/segment/segment.cc",
        old = """  const Status status = Build(file->get(), name, false, options, *geometry);
  if (!status.ok()) return status;
  return file;
}

Status Publish(int fd, std::string_view name) { return os::LinkAs(fd, FileName(name)); }
""",
        new = """  Status status = os::LinkAs(file->get(), FileName(name));
  if (status.ok()) status = Build(file->get(), name, false, options, *geometry);
  if (!status.ok()) return status;
  return file;
}

Status Publish(int, std::string_view) { return Code::kOk; }
""",
    ),

    # ---- life: locks, seats ----
    dict(
        name = "lock_that_a_fork_keeps",
        rule = "a seat's lock lives as long as its owner's address space, no longer",
        at = "write|a child lives on",
        file = _HANDLE,
        old = "  return status.ok() ? os::DontFork(at, PageBytes()) : status;",
        new = "  return status;",
    ),
    dict(
        name = "seat_without_lock",
        rule = "lock first, then look",
        at = "meet: take a seat, take a seat",
        file = _HANDLE,
        old = """    if (status == Code::kBusy) {
      none = Code::kBusy;
      continue;
    }
    if (!status.ok()) return status;
""",
        new = "",
    ),
    dict(
        name = "seat_not_looked_at_again",
        rule = "who has locked a seat looks at its words again",
        at = "outlive: take a seat, join and peek",
        file = _HANDLE,
        old = "    if (IsClean(view, i)) {  // looked at again",
        new = "    if (true) {  // looked at again",
    ),
    dict(
        name = "bit_cleared_before_seat",
        rule = "a seat that is not clean can be found",
        at = "close|partly full",
        file = _RECOVERY,
        old = """  auto& words = view.seats[seat];
  ClearClaim(view, seat);
""",
        new = """  auto& words = view.seats[seat];
  view.control->occupied[seat / 64].fetch_and(~(uint64_t{1} << (seat % 64)),
                                              std::memory_order_release);
  ClearClaim(view, seat);
""",
    ),
    dict(
        name = "closed_with_a_message",
        rule = "to close with a message in hand is a death",
        at = "leave|with a message",
        file = _CONSUMER,
        old = """    if (entry.ok() && !state_->member.holds() &&
        !ring::LoadStretch(state_->view, state_->seat).any) {
""",
        new = "    if (entry.ok()) {\n",
    ),
    dict(
        name = "dead_seats_stay",
        rule = "a dirty seat is recovered",
        at = "close|with a reservation",
        file = _RECOVERY,
        old = "  if (resolved) ClearSeat(view, seat);\n",
        new = "",
    ),
    dict(
        name = "full_of_the_dead",
        rule = "a new member takes over its group's dead seats",
        at = "join|seats of dead members",
        file = "fmmq/queue/membership.cc",
        old = "    if (ring::IsMemberOf(view, other, group)) {\n      *seat = other;",
        new = "    if (false) {\n      *seat = other;",
    ),

    # ---- death: holes, adoption, groups ----
    dict(
        name = "hole_not_repaired",
        rule = "who stands at a hole repairs it",
        at = "write|several blocks",
        file = _RECOVERY,
        old = "  if (hole == Hole::kHole) FillHole(view, position, end);\n",
        new = "",
    ),
    dict(
        name = "living_taken_for_dead",
        rule = "a live producer in the hole is waited for",
        at = "meet: write, repair",
        file = "fmmq/os/lock.cc",
        old = "{ return WouldWait(fd, F_RDLCK, byte); }",
        new = "{ return false && WouldWait(fd, F_RDLCK, byte); }",
    ),
    dict(
        name = "descriptors_before_producers",
        rule = "a repairer looks at the producers, and only then at the descriptors",
        at = "meet: write, repair|a hole",
        file = _RECOVERY,
        old = """  if (!OnlyDeadProducersIn(view, locks, position, head)) return Hole::kAlive;  // (2)
  if (view.LookAt(position).found != Found::kNothing) return Hole::kNone;      // (3)
  *end = FindRecord(view, position + 1, head);
""",
        new = """  if (view.LookAt(position).found != Found::kNothing) return Hole::kNone;
  *end = FindRecord(view, position + 1, head);
  if (!OnlyDeadProducersIn(view, locks, position, head)) return Hole::kAlive;
""",
    ),
    dict(
        name = "hole_up_to_head",
        rule = "a hole ends at the next start",
        at = "meet: repair, write",
        file = _RECOVERY,
        old = "  *end = FindRecord(view, position + 1, head);\n",
        new = "  *end = head;\n",
    ),
    dict(
        name = "late_repair",
        rule = "a block of a hole is filled once: who comes too late changes nothing",
        at = "meet: repair, repair and lap",
        file = _RECOVERY,
        old = """  return descriptor.compare_exchange_strong(word, format::AbortedWord(lap, blocks),
                                            std::memory_order_release,  // E1
                                            std::memory_order_relaxed);
""",
        new = """  descriptor.store(format::AbortedWord(lap, blocks), std::memory_order_release);
  return true;
""",
    ),
    dict(
        name = "repairer_owns_the_seat",
        rule = "who repairs shares a dead one's seat, and keeps nobody from repairing",
        at = "stop: make room",
        file = "fmmq/queue/lock_session.h",
        old = """  bool TryShare(uint32_t seat) { return TryShareByte(format::SeatShare(seat)); }
  void Unshare(uint32_t seat) { os::UnlockByte(fd(), format::SeatShare(seat)); }
""",
        new = """  bool TryShare(uint32_t seat) { return TryLockByte(format::SeatLock(seat)); }
  void Unshare(uint32_t seat) { os::UnlockByte(fd(), format::SeatLock(seat)); }
""",
    ),
    dict(
        name = "entry_taken_from_who_ends_it",
        rule = "who makes a group holds the lock of its entry, which who ends one shares",
        at = "stop: leave",
        file = "fmmq/queue/membership.cc",
        old = "    status = os::TryLockByte(entry_fd, format::GroupLock(i));\n",
        new = "    status = Code::kOk;\n",
    ),
    dict(
        name = "nothing_is_adopted",
        rule = "what a dead member held comes again",
        at = "read|several blocks",
        file = _RECOVERY,
        old = "  if (!held.any) return false;\n  // Winning",
        new = "  return false;\n  // Winning",
    ),
    dict(
        name = "adopted_for_good_at_once",
        rule = "an adopted message stays the dead one's until it is acknowledged",
        at = "adopt after read",
        file = _ADOPTION,
        old = "    s.Count(1, delivery.bytes);\n",
        new = "    s.Count(1, delivery.bytes);\n    Acknowledge(s);\n",
    ),
    dict(
        name = "adopted_without_mark",
        rule = "what comes again is marked",
        at = "peek, release|partly full",
        file = _ADOPTION,
        old = "delivery.position, 0, true};",
        new = "delivery.position, 0, false};",
    ),
    dict(
        name = "adopted_but_not_cleared",
        rule = "an acknowledged message no longer holds writers back",
        at = "peek, release|partly full",
        file = _ADOPTION,
        old = "    if (!rest) ring::ClearSeat(s.view, s.adopted.seat);\n",
        new = "",
    ),
    dict(
        name = "dead_groups_stay",
        rule = "a dead ephemeral group is reaped",
        at = "join|a new group",
        file = _GROUPS,
        old = "    if (IsMortal(view, i) && ClearDeadMembers(view, locks, i)) {\n",
        new = "    if (false) {\n",
    ),
]
