"""What can go wrong: one class for each status of fmmq.

All are Errors; each is also the built-in exception that fits, so that ``except queue.Empty``,
``except FileNotFoundError`` or ``except BufferError`` work. Where the system refused, ``errno``
says why.
"""

from __future__ import annotations

import queue
from typing import ClassVar


class Error(Exception):
    """Base of all exceptions of fmmq."""

    code: ClassVar[int] = 0
    """The status as in C: FMMQ_FULL is 2."""
    status: ClassVar[str] = "unknown"
    """Its name as in C++ and in what the command prints: "kFull"."""


class Empty(Error, queue.Empty):
    """Nothing to read now, or not in time."""

    code = 1
    status = "kEmpty"


class Full(Error, queue.Full):
    """No room to write now, or not in time."""

    code = 2
    status = "kFull"


class Busy(Error):
    """Somebody else is in the way right now: try again."""

    code = 3
    status = "kBusy"


class Timeout(Error, TimeoutError):
    """The deadline passed (of the shared string; queues say Empty and Full)."""

    code = 4
    status = "kTimeout"


class Cancelled(Error):
    """The wait was cancelled."""

    code = 5
    status = "kCancelled"


class Interrupted(Error, InterruptedError):
    """A signal interrupted the wait. Waits go on after signals here, so nothing raises it."""

    code = 6
    status = "kInterrupted"


class Removed(Error):
    """The queue's name is gone, and nothing came for a while."""

    code = 7
    status = "kRemoved"


class EndOfStream(Error, EOFError):
    """A producer ended the stream: nothing more comes, nothing more can be written."""

    code = 8
    status = "kEndOfStream"


class InvalidArgument(Error, ValueError):
    """An argument is out of its range."""

    code = 10
    status = "kInvalidArgument"


class BadName(Error, ValueError):
    """A name is empty, or has "/" or NUL in it."""

    code = 11
    status = "kBadName"


class NameTooLong(Error, ValueError):
    """A name of a queue has over 250 bytes, an id over 255, or a group's over 64."""

    code = 12
    status = "kNameTooLong"


class TooLarge(Error, ValueError):
    """The message can never fit into this ring, or the value into the shared string."""

    code = 13
    status = "kTooLarge"


class BufferTooSmall(Error, BufferError):
    """The message is longer than the buffer. Buffers grow here, so nothing raises it."""

    code = 14
    status = "kBufferTooSmall"


class NotSupported(Error):
    """Not with this queue's options, or not on this system."""

    code = 15
    status = "kNotSupported"


class Closed(Error, ValueError):
    """The queue is closed."""

    code = 16
    status = "kClosed"


class Forked(Error):
    """What was open belongs to the parent process. (Queues attach anew; open messages cannot.)"""

    code = 17
    status = "kForked"


class ReadOnly(Error):
    """The segment is mapped without write rights: observers and statistics only."""

    code = 18
    status = "kReadOnly"


class OutOfOrder(Error, BufferError):
    """The call does not fit: a message is open in place, or none is."""

    code = 19
    status = "kOutOfOrder"


class Redelivery(Error):
    """A dead member's message waits: get it, for it cannot be peeked at."""

    code = 20
    status = "kRedelivery"


class AlreadyExists(Error, FileExistsError):
    """The name is taken."""

    code = 30
    status = "kAlreadyExists"


class NotFound(Error, FileNotFoundError):
    """There is no such queue."""

    code = 31
    status = "kNotFound"


class PermissionDenied(Error, PermissionError):
    """Permission denied."""

    code = 32
    status = "kPermissionDenied"


class NoSpace(Error, OSError):
    """No room left in /dev/shm."""

    code = 33
    status = "kNoSpace"


class NoMemory(Error, OSError):
    """No room left in the address space."""

    code = 34
    status = "kNoMemory"


class SystemRefused(Error, OSError):
    """The system refused for another reason: see errno."""

    code = 35
    status = "kSystem"


class NoSeat(Error):
    """Every seat is taken: close a queue, or create with more seats."""

    code = 40
    status = "kNoSeat"


class NoGroup(Error):
    """Every group entry is taken: create with more groups."""

    code = 41
    status = "kNoGroup"


class GroupMismatch(Error):
    """The group exists with another kind or durability."""

    code = 42
    status = "kGroupMismatch"


class Taken(Error):
    """An exclusive group has its member, or a single-producer queue its producer."""

    code = 43
    status = "kTaken"


class NotASegment(Error):
    """The file is not a segment of fmmq."""

    code = 50
    status = "kNotASegment"


class VersionMismatch(Error):
    """Another format version or byte order."""

    code = 51
    status = "kVersionMismatch"


class BadChecksum(Error):
    """The header's checksum does not fit its bytes."""

    code = 52
    status = "kBadChecksum"


class BadGeometry(Error):
    """A header field is out of its limits."""

    code = 53
    status = "kBadGeometry"


class SizeMismatch(Error):
    """The file's size is not what its header says."""

    code = 54
    status = "kSizeMismatch"


class Corrupt(Error):
    """A word in shared memory has an impossible value: a peer wrote nonsense."""

    code = 60
    status = "kCorrupt"


BY_CODE: dict[int, type[Error]] = {
    kind.code: kind
    for kind in list(globals().values())
    if isinstance(kind, type) and issubclass(kind, Error) and kind is not Error
}
