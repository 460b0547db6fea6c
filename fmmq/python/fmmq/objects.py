"""Python objects as messages."""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Iterable
from typing import Any, Self

from fmmq.errors import EndOfStream
from fmmq.queue import Queue


class ObjectQueue:
    """Any picklable object in, its copy out, over a Queue.

    WARNING: whoever can write to the queue runs code in your process: unpickling a message can call
    anything. Use it only on queues whose every writer you trust as yourself (mode 0600, the
    default, keeps other users out). For everything else send bytes, by json or struct.

    >>> import fmmq
    >>> objects = fmmq.ObjectQueue(fmmq.Queue.create_anonymous("doc"))
    >>> objects.put({"answer": 42})
    >>> objects.get()
    {'answer': 42}

    A message that is no pickle, or cannot be loaded here, is taken, and what pickle says of it is
    raised: in its place, by get_many() too, which keeps what it took behind that for the next gets.
    The queue's qsize() does not count what is kept. Goes to other processes as its queue does.
    """

    __slots__ = ("queue", "_taken", "_owner", "__weakref__")

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self._taken: deque[bytes] = deque()  # by a get_many, before the queue's messages
        self._owner = 0  # the process that took them: a forked child has only a copy

    def put(self, item: object, block: bool = True, timeout: float | None = None) -> None:
        self.queue.put(_dump(item), block, timeout)

    def put_nowait(self, item: object) -> None:
        self.queue.put_nowait(_dump(item))

    def put_many(
        self, items: Iterable[object], block: bool = True, timeout: float | None = None
    ) -> int:
        return self.queue.put_many([_dump(item) for item in items], block, timeout)

    async def put_async(self, item: object) -> None:
        await self.queue.put_async(_dump(item))

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        kept = self._take_kept(1)
        return pickle.loads(kept[0] if kept else self.queue.get(block, timeout))

    def get_nowait(self) -> Any:
        return self.get(block=False)

    def get_many(self, max: int, block: bool = True, timeout: float | None = None) -> list[Any]:
        messages = self._take_kept(max) or self.queue.get_many(max, block, timeout)
        items: list[Any] = []
        for message in messages:
            try:
                items.append(pickle.loads(message))
            except Exception:
                bad = len(items)
                self._keep(messages[bad:] if items else messages[1:])
                if items:
                    return items
                raise
            except BaseException:  # KeyboardInterrupt: nothing is delivered
                self._keep(messages)
                raise
        return items

    async def get_async(self) -> Any:
        kept = self._take_kept(1)
        return pickle.loads(kept[0] if kept else await self.queue.get_async())

    def _take_kept(self, max: int) -> list[bytes]:
        kept: list[bytes] = []
        if not self._taken or self._owner != os.getpid():
            return kept
        try:
            while len(kept) < max:
                kept.append(self._taken.popleft())
        except IndexError:  # other threads take, too
            pass
        return kept

    def _keep(self, messages: list[bytes]) -> None:
        if self._owner != os.getpid():
            self._taken.clear()
            self._owner = os.getpid()
        self._taken.extendleft(reversed(messages))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.queue,)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        kept = self._take_kept(1)
        return pickle.loads(kept[0] if kept else next(self.queue))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        try:
            return await self.get_async()
        except EndOfStream:
            raise StopAsyncIteration from None


def _dump(item: object) -> bytes:
    return pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
