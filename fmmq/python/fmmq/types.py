"""What is handed to queues and comes from them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    BytesLike: TypeAlias = ReadableBuffer
else:
    BytesLike = "bytes, or any other object with the buffer protocol, contiguous"


class Policy(enum.IntEnum):
    """What happens when a writer reaches messages that a group has not read yet."""

    LOSSLESS = 0
    """The writer waits, or gets Full: groups hold writers back."""
    OVERWRITE = 1
    """The writer goes on; groups lose the oldest messages, whole ones."""
    COMPAT = 2
    """Lossless until Queue.let_writers_overwrite(), then overwrite."""


class Access(enum.IntEnum):
    """How a queue is opened."""

    BEST = 0
    """To read and write where permissions allow it, else to read only."""
    READ_ONLY = 1
    """Observers and statistics only."""
    READ_WRITE = 2
    """PermissionDenied when permissions do not allow it."""


@dataclass(frozen=True)
class Options:
    """What the creator of a queue chooses, for the queue's life.

    >>> Options(capacity=4 << 20, mode=0o660).policy
    <Policy.LOSSLESS: 0>
    """

    capacity: int = 1 << 20
    """Bytes of the ring; rounded up to a power of two. Keep messages below a quarter of it."""
    block_size: int = 32
    """The unit of the ring in bytes, 16 to 4096, a power of two; a message takes at least one."""
    seats: int = 64
    """Writers and readers at the same time, 1 to 1024: each open Queue takes one to put and one to
    get."""
    groups: int = 16
    """Groups at the same time, 0 to 256."""
    string_size: int = 0
    """Bytes of the shared string: 0 for none, at most 16 MiB."""
    policy: Policy = Policy.LOSSLESS
    single_producer: bool = False
    """One writer at a time, which then writes without contention."""
    default_group: bool = True
    """The durable group "default" exists from creation: it keeps what is written before the first
    reader comes, and holds writers back without one."""
    mode: int = 0o600
    """Permission bits as for chmod."""

    def _tuple(self) -> tuple[int, int, int, int, int, int, bool, bool, int]:
        return (
            self.capacity,
            self.block_size,
            self.seats,
            self.groups,
            self.string_size,
            self.policy,
            self.single_producer,
            self.default_group,
            self.mode,
        )


@dataclass(frozen=True)
class Group:
    """A named cursor of a queue; each message goes to one of its members.

    A queue is a member of the group "default" unless it is opened with another one. Readers that
    share a group share the work; readers in groups of their own all get everything.
    """

    name: str
    """1 to 64 bytes."""
    exclusive: bool = False
    """One member at a time; a second one gets Taken."""
    durable: bool = False
    """It outlives its members, and holds writers back without them; else it ends with the last."""
    from_oldest: bool = False
    """Where it begins, if this creates it: at what other groups still hold back, or now."""

    def _tuple(self) -> tuple[bytes, bool, bool, bool]:
        return (self.name.encode(), self.exclusive, self.durable, self.from_oldest)


class Received(NamedTuple):
    """A message, and what is known of it."""

    data: bytes
    position: int
    """Where it stands in the ring, in blocks since creation."""
    lost: int
    """Positions overwritten between the reader's last message and this one."""
    redelivered: bool
    """A member died with it in hand: it may have worked on it already."""


class Match(NamedTuple):
    """An anonymous queue, and a process that had it open when we looked."""

    pid: int
    fd: int
    created_ns: int
    """Nanoseconds since 1970."""
    uuid: bytes


class HandleStats(NamedTuple):
    """What one end did since it was opened."""

    messages: int
    bytes: int
    misses: int
    """Looks that found no room, or nothing to read."""
    lost: int
    """Positions that writers overtook."""
    redelivered: int
    """Messages of dead members that this one got."""
    rescues: int
    """Times that it looked after the dead."""


class Stats(NamedTuple):
    """What this Queue object wrote and read."""

    put: HandleStats
    get: HandleStats


class Presence(NamedTuple):
    """Handles whose processes live, by the kernel's word."""

    producers: int
    members: int
    observers: int
    """At most 256 are counted."""


class GroupInfo(NamedTuple):
    """One group of a queue, at one moment."""

    name: str
    exclusive: bool
    durable: bool
    cursor: int
    """The next position to read."""
    lag: int
    """Positions written but not read."""
    lost: int
    """Positions overwritten before they were read."""
    redelivered: int
    members: int


class Info(NamedTuple):
    """A queue, at one moment. Sizes are in bytes."""

    segment_bytes: int
    capacity: int
    block_size: int
    seats: int
    groups: int
    string_size: int
    policy: Policy
    single_producer: bool
    anonymous: bool
    writable: bool
    created_ns: int
    """Nanoseconds since 1970."""
    uuid: bytes
    name: str
    """Or id, when anonymous."""
    head: int
    """Positions (blocks) reserved since creation."""
    recoveries: int
    """Holes of dead producers that were repaired."""
    written_messages: int
    written_bytes: int
    read_messages: int
    """By members of groups, all groups together."""
    read_bytes: int
    ended: bool
    producers: int
    members: int
