"""asyncio: waiting through doorbells, with no thread and no polling.

A doorbell is a descriptor that the event loop watches. It is armed once, rings once, and then has
to be armed again; a ring may be for nothing. So: try, arm, wait, try again. Whoever dies rings
nobody's bell, nor does who removes the queue: both are found by looking every half second.
"""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import Callable
from typing import TypeVar

from fmmq.errors import Busy, Empty, Full

_LOOK_AROUND = 0.5  # seconds
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

    async def wait_for(
        self,
        attempt: Callable[[], _T],
        arm: Callable[[], int],
        check_not_removed: Callable[[], None],
    ) -> _T:
        """Calls `attempt` until it is neither Empty nor Full. Tasks take turns in order.

        `arm` gives a descriptor of our own: the bell may be closed meanwhile, and its number be
        another file's, which the event loop must not watch.
        """
        loop = asyncio.get_running_loop()
        waiter = self._waiters.get(loop)
        if waiter is None:
            waiter = self._waiters.setdefault(loop, _Waiter())
        if not waiter.line.locked():
            try:
                return attempt()
            except (Empty, Full):
                pass
        look_around = loop.time() + _LOOK_AROUND
        async with waiter.line:
            while True:
                try:
                    return attempt()
                except (Empty, Full):
                    pass
                if loop.time() >= look_around:
                    check_not_removed()
                    look_around = loop.time() + _LOOK_AROUND
                await self._ring(loop, waiter, arm, look_around)

    async def _ring(
        self, loop: _Loop, waiter: _Waiter, arm: Callable[[], int], until: float
    ) -> None:
        try:
            descriptor = arm()
        except Busy:
            await asyncio.sleep(_BUSY)
            return
        waiter.woken = woken = loop.create_future()
        try:
            loop.add_reader(descriptor, self._on_ring)
            timer = loop.call_at(until, _wake, woken)
            try:
                await woken
            finally:
                timer.cancel()
                if not loop.is_closed():
                    loop.remove_reader(descriptor)
        finally:
            waiter.woken = None
            os.close(descriptor)

    def _on_ring(self) -> None:
        # Whichever loop arms again first takes the ring away from the others.
        for loop, waiter in list(self._waiters.items()):
            if waiter.woken is not None and not loop.is_closed():
                loop.call_soon_threadsafe(_wake, waiter.woken)


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
