"""Queue: what programs use."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from fmmq import _fmmq
from fmmq.errors import EndOfStream
from fmmq.shared_string import SharedString
from fmmq.types import (
    Access,
    BytesLike,
    Group,
    GroupInfo,
    HandleStats,
    Info,
    Options,
    Policy,
    Presence,
    Received,
    Stats,
)
from fmmq.waiting import Bell

_CREATE, _OPEN_OR_CREATE, _ANONYMOUS = 0, 1, 2


def _id_bytes(id: str | bytes) -> bytes:
    return id.encode() if isinstance(id, str) else id


class Queue(_fmmq.Queue):
    """A message queue in shared memory, with the names of queue.Queue.

    Messages are bytes: any bytes-like object in, bytes out, boundaries kept, in order. What put()
    returned from is delivered, whatever process dies. Any thread may use a Queue; a process that
    was forked from this one attaches anew by itself with its first call.

    >>> import fmmq
    >>> with fmmq.Queue("fmmq-doctest") as q:    # opens, or creates: /dev/shm/fmmq.fmmq-doctest
    ...     q.put(b"good morning")
    ...     q.get(timeout=1.0)
    b'good morning'
    >>> fmmq.remove("fmmq-doctest")
    """

    __slots__ = ("_get_bell", "_put_bell", "_group", "_access", "__weakref__")

    def __init__(
        self, name: str, options: Options = Options(), group: Group | None = None
    ) -> None:
        """Opens the queue, or creates it with these options where there is none.

        Every way to get a queue raises BadName, NameTooLong, PermissionDenied, NoMemory,
        SystemRefused where they fit. Where it may create: InvalidArgument, NoSpace (all memory is
        reserved at once). Where it may open: NotASegment, VersionMismatch, BadChecksum,
        BadGeometry, SizeMismatch. With a group, which is joined at once: NoSeat, NoGroup,
        GroupMismatch, Taken.
        """
        self._set_up(group, Access.BEST)
        self._create(_OPEN_OR_CREATE, os.fsencode(name), options._tuple(), self._group_tuple())

    @classmethod
    def create(
        cls, name: str, options: Options = Options(), group: Group | None = None
    ) -> Self:
        """Makes a queue that has a name, whole or not at all. AlreadyExists."""
        return cls._opened(
            group,
            Access.BEST,
            lambda q: q._create(_CREATE, os.fsencode(name), options._tuple(), q._group_tuple()),
        )

    @classmethod
    def open(
        cls, name: str, access: Access = Access.BEST, group: Group | None = None
    ) -> Self:
        """Opens a queue that has a name. NotFound."""
        return cls._opened(
            group, access, lambda q: q._open(os.fsencode(name), access, q._group_tuple())
        )

    @classmethod
    def create_anonymous(
        cls, id: str | bytes, options: Options = Options(), group: Group | None = None
    ) -> Self:
        """Makes a queue without a file: gone with the last process that has it open.

        Others find it by its id, at most 255 bytes, which need not be unique.
        """
        return cls._opened(
            group,
            Access.BEST,
            lambda q: q._create(_ANONYMOUS, _id_bytes(id), options._tuple(), q._group_tuple()),
        )

    @classmethod
    def connect(
        cls,
        program: str,
        id: str | bytes,
        access: Access = Access.BEST,
        group: Group | None = None,
    ) -> Self:
        """Attaches to the newest anonymous queue with this id.

        A process must have it open whose command line, its arguments joined by spaces, contains
        `program`; "" is every process. Looks at all processes of the machine. NotFound.
        """
        return cls._opened(
            group,
            access,
            lambda q: q._connect(os.fsencode(program), _id_bytes(id), access, q._group_tuple()),
        )

    @classmethod
    def connect_pid(
        cls,
        pid: int,
        id: str | bytes,
        access: Access = Access.BEST,
        group: Group | None = None,
    ) -> Self:
        """As connect(), in one process."""
        return cls._opened(
            group, access, lambda q: q._connect_pid(pid, _id_bytes(id), access, q._group_tuple())
        )

    @classmethod
    def from_fd(
        cls, fd: int, access: Access = Access.BEST, group: Group | None = None
    ) -> Self:
        """Attaches to an anonymous queue by a descriptor of it, which stays the caller's."""
        return cls._opened(group, access, lambda q: q._open_fd(fd, access, q._group_tuple()))

    @classmethod
    def _opened(cls, group: Group | None, access: Access, open: Callable[[Self], None]) -> Self:
        queue = cls.__new__(cls)
        queue._set_up(group, access)
        open(queue)
        return queue

    def _set_up(self, group: Group | None, access: Access) -> None:
        self._get_bell = Bell()
        self._put_bell = Bell()
        self._group = group
        self._access = access

    def _group_tuple(self) -> tuple[bytes, bool, bool, bool] | None:
        return None if self._group is None else self._group._tuple()

    # ---- messages, beside what _fmmq.Queue has ----

    def get_received(self, block: bool = True, timeout: float | None = None) -> Received:
        """As get(), with what is known of the message.

        A message marked redelivered was in the hand of a member that died. It stays that one's
        until the next get; if this process dies before, another member gets it.
        """
        return Received(*self._get_received(block, timeout))

    def reserve(
        self, size: int, block: bool = True, timeout: float | None = None
    ) -> _fmmq.Reservation:
        """A message of `size` bytes to write in place, in a `with` block, which publishes it.

        An exception in the block gives it up; commit(size) in the block publishes only a part.
        Messages put later wait behind it. Errors as put(). BufferError (OutOfOrder) where the order
        is wrong: another put in the block, or a slice of the view that outlives it; then nothing is
        published.

        >>> import fmmq
        >>> q = fmmq.Queue.create_anonymous("doc")
        >>> with q.reserve(5) as view:
        ...     view[:] = b"hello"
        >>> with q.peek() as view:
        ...     bytes(view)
        b'hello'
        """
        return self._reserve(size, block, timeout)

    def peek(self, block: bool = True, timeout: float | None = None) -> _fmmq.Peek:
        """The next message, to read in place in a `with` block, which takes it at its end.

        Writers wait behind it meanwhile; if this process dies in the block, another member of the
        group gets it. Errors as get(). NotSupported: writers may overwrite (the policy is not
        lossless). Redelivery: get() it. BufferError (OutOfOrder) as in reserve().
        """
        return self._peek(block, timeout)

    async def get_async(self) -> bytes:
        """As get(), waiting in the event loop. NotSupported: no doorbell reaches this process."""
        return await self._get_bell.wait_for(
            self.get_nowait, self._arm_get, self._check_not_removed
        )

    async def put_async(self, item: BytesLike) -> None:
        """As put(), waiting in the event loop."""
        size = memoryview(item).nbytes
        await self._put_bell.wait_for(
            lambda: self.put_nowait(item), lambda: self._arm_put(size), self._check_not_removed
        )

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await self.get_async()
        except EndOfStream:
            raise StopAsyncIteration from None

    # ---- what there is to know ----

    def qsize(self) -> int:
        """How many messages wait for this queue's group at this moment; walks over them.

        Where writers overwrite, those that it can still read: of a group that they lapped, not what
        they overwrote, nor the quarter of the ring that they come to next, which get() skips.
        """
        return self._count(1 << 62)

    def empty(self) -> bool:
        """Whether no message waits for this queue's group at this moment."""
        return self._count(1) == 0

    @property
    def name(self) -> str:
        """The queue's name; its id, when anonymous."""
        return str(self._info()["name"])

    @property
    def max_message_size(self) -> int:
        """Bytes of the largest message that can fit: the whole ring, at most 2**31 - 1."""
        return min(int(self._info()["capacity"]), (1 << 31) - 1)

    @property
    def string(self) -> SharedString:
        """The queue's shared string (Options.string_size)."""
        return SharedString(self)

    def info(self) -> Info:
        """A snapshot of the queue."""
        fields: dict[str, Any] = self._info()
        fields["policy"] = Policy(fields["policy"])
        return Info(**fields)

    def stats(self) -> Stats:
        """What this object wrote and read."""
        put, get = self._stats()
        return Stats(HandleStats(**put), HandleStats(**get))

    def groups(self) -> list[GroupInfo]:
        """The queue's groups."""
        return [GroupInfo(**group) for group in self._groups()]

    def presence(self) -> Presence:
        """Who lives. Asks the kernel about every seat: some hundred system calls."""
        return Presence(**self._presence())

    def drop_group(self, name: str) -> None:
        """Ends a group that has no live member: writers no longer wait for it.

        Taken (it has live members), NotFound, ReadOnly.
        """
        self._drop_group(name.encode())

    # ---- the object ----

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        info = self._info()
        if info["anonymous"]:
            raise TypeError("an anonymous queue has no name to be pickled by: connect to it")
        return _open_again, (type(self), info["name"], self._access, self._group)

    def __repr__(self) -> str:
        kind = type(self)
        if self.closed:
            return f"<{kind.__module__}.{kind.__qualname__}, closed>"
        info = self._info()
        which = "anonymous " if info["anonymous"] else ""
        return f"<{kind.__module__}.{kind.__qualname__} {which}{info['name']!r}>"


def _open_again(
    kind: type[Queue], name: str, access: Access, group: Group | None
) -> Queue:
    return kind.open(name, access, group)
