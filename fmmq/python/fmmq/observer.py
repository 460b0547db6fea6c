"""Looking on."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from fmmq import _fmmq
from fmmq.errors import EndOfStream
from fmmq.types import HandleStats, Received
from fmmq.waiting import Bell

if TYPE_CHECKING:
    from fmmq.queue import Queue


class Observer(_fmmq.Observer):
    """A reader that holds nobody back and takes nothing away. Read rights are enough.

    It sees every message until writers lap it; then it goes on at a later message, and `lost` says
    how many positions it missed.

    >>> import fmmq
    >>> with fmmq.Queue.create_anonymous("doc") as q, fmmq.Observer(q) as observer:
    ...     q.put(b"news")
    ...     observer.get(), q.get(), observer.lost
    (b'news', b'news', 0)
    """

    __slots__ = ("_bell", "__weakref__")

    def __init__(self, queue: Queue, oldest: bool = False) -> None:
        """Begins now or, with `oldest`, at the oldest message that the ring still has."""
        super().__init__()
        self._bell = Bell()
        self._start(queue, oldest)

    def get_received(self, block: bool = True, timeout: float | None = None) -> Received:
        """As get(), with what is known of the message."""
        return Received(*self._get_received(block, timeout))

    async def get_async(self) -> bytes:
        """As get(), waiting in the event loop. NotSupported: no doorbell reaches this process."""
        return await self._bell.wait_for(
            self.get_nowait, self._arm_get, self._check_not_removed
        )

    def stats(self) -> HandleStats:
        """What this observer read."""
        return HandleStats(**self._stats())

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await self.get_async()
        except EndOfStream:
            raise StopAsyncIteration from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
