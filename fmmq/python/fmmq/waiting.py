"""asyncio: waiting through doorbells, with no thread and no polling.

A doorbell is a descriptor that the event loop watches. It is armed once, rings once, and then has to
be armed again; a ring may be for nothing. So: try, arm, wait, try again. Whoever dies rings nobody's
bell; what it left behind is found by looking every half second.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fmmq.errors import Busy, Empty, Full

_LOOK_AFTER_THE_DEAD = 0.5  # seconds
_BUSY = 0.005  # seconds until a handle that another thread is in is tried again

_T = TypeVar("_T")
_Loop = asyncio.AbstractEventLoop


class _Waiter:
    """Who waits in one event loop: one task at the bell, the others in line for its place."""

    __slots__ = ("line", "woken")

    def __init__(self) -> None:
        self.line = asyncio.Lock()
        self.woken: asyncio.Future[None] | None = None


class Bell:
    """One end's doorbell, for all event loops that have tasks waiting there."""

    __slots__ = ("_waiters",)

    def __init__(self) -> None:
        self._waiters: weakref.WeakKeyDictionary[_Loop, _Waiter] = weakref.WeakKeyDictionary()

    async def wait_for(self, attempt: Callable[[], _T], arm: Callable[[], int]) -> _T:
        """Calls `attempt` until it is neither Empty nor Full. Tasks take turns in order."""
        loop = asyncio.get_running_loop()
        waiter = self._waiters.get(loop)
        if waiter is None:
            waiter = self._waiters.setdefault(loop, _Waiter())
        if not waiter.line.locked():
            try:
                return attempt()
            except (Empty, Full):
                pass
        async with waiter.line:
            while True:
                try:
                    return attempt()
                except (Empty, Full):
                    pass
                try:
                    descriptor = arm()
                except Busy:
                    await asyncio.sleep(_BUSY)
                else:
                    await self._ring(loop, waiter, descriptor)

    def _ring(self, loop: _Loop, waiter: _Waiter, descriptor: int) -> Awaitable[None]:
        woken = loop.create_future()
        waiter.woken = woken
        loop.add_reader(descriptor, self._on_ring)
        timer = loop.call_later(_LOOK_AFTER_THE_DEAD, _wake, woken)

        def clean_up(_: object) -> None:
            timer.cancel()
            loop.remove_reader(descriptor)
            waiter.woken = None

        woken.add_done_callback(clean_up)
        return woken

    def _on_ring(self) -> None:
        # Whichever loop arms again first takes the ring away from the others.
        for loop, waiter in list(self._waiters.items()):
            if waiter.woken is not None and not loop.is_closed():
                loop.call_soon_threadsafe(_wake, waiter.woken)


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
