"""Message queues in shared memory for the programs of one Linux machine.

>>> import fmmq
>>> q = fmmq.Queue("fmmq-doctest")         # opens, or creates
>>> q.put(b"a message")                    # in this process, or another
>>> q.get()                                # in any process
b'a message'
>>> q.close()
>>> fmmq.remove("fmmq-doctest")

README.md of fmmq/python says more, with examples.
"""

from __future__ import annotations

import os as _os

from fmmq import errors
from fmmq._fmmq import Peek, Reservation, format_version
from fmmq._fmmq import find as _find
from fmmq._fmmq import library_version as __version__
from fmmq._fmmq import names as _names
from fmmq._fmmq import remove as _remove
from fmmq.errors import (
    AlreadyExists,
    BadChecksum,
    BadGeometry,
    BadName,
    BufferTooSmall,
    Busy,
    Cancelled,
    Closed,
    Corrupt,
    Empty,
    EndOfStream,
    Error,
    Forked,
    Full,
    GroupMismatch,
    Interrupted,
    InvalidArgument,
    NameTooLong,
    NoGroup,
    NoMemory,
    NoSeat,
    NoSpace,
    NotASegment,
    NotFound,
    NotSupported,
    OutOfOrder,
    PermissionDenied,
    ReadOnly,
    Redelivery,
    Removed,
    SizeMismatch,
    SystemRefused,
    Taken,
    Timeout,
    TooLarge,
    VersionMismatch,
)
from fmmq.objects import ObjectQueue
from fmmq.observer import Observer
from fmmq.queue import Queue
from fmmq.shared_string import SharedString
from fmmq.types import (
    Access,
    Group,
    GroupInfo,
    HandleStats,
    Info,
    Match,
    Options,
    Policy,
    Presence,
    Received,
    Stats,
)

__all__ = [
    "Access",
    "AlreadyExists",
    "BadChecksum",
    "BadGeometry",
    "BadName",
    "BufferTooSmall",
    "Busy",
    "Cancelled",
    "Closed",
    "Corrupt",
    "Empty",
    "EndOfStream",
    "Error",
    "Forked",
    "Full",
    "Group",
    "GroupInfo",
    "GroupMismatch",
    "HandleStats",
    "Info",
    "Interrupted",
    "InvalidArgument",
    "Match",
    "NameTooLong",
    "NoGroup",
    "NoMemory",
    "NoSeat",
    "NoSpace",
    "NotASegment",
    "NotFound",
    "NotSupported",
    "ObjectQueue",
    "Observer",
    "Options",
    "OutOfOrder",
    "Peek",
    "PermissionDenied",
    "Policy",
    "Presence",
    "Queue",
    "ReadOnly",
    "Received",
    "Redelivery",
    "Removed",
    "Reservation",
    "SharedString",
    "SizeMismatch",
    "Stats",
    "SystemRefused",
    "Taken",
    "Timeout",
    "TooLarge",
    "VersionMismatch",
    "__version__",
    "errors",
    "find",
    "format_version",
    "names",
    "remove",
]


def remove(name: str) -> None:
    """Takes a queue's name away. Who has it open keeps it; the memory goes with the last of them.

    NotFound, PermissionDenied, BadName, NameTooLong.
    """
    _remove(_os.fsencode(name))


def names() -> list[str]:
    """The names of the queues in /dev/shm, in no order. None is opened: each may be any file."""
    return _names()


def find(program: str, id: str | bytes) -> list[Match]:
    """Anonymous queues with this id, the newest first, at most 64: see Queue.connect. NotFound."""
    wanted = id.encode() if isinstance(id, str) else id
    return [Match(*match) for match in _find(_os.fsencode(program), wanted)]
