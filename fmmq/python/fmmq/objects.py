"""Python objects as messages."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from typing import Any, Self

from fmmq.errors import EndOfStream
from fmmq.queue import Queue


class ObjectQueue:
    """Any picklable object in, its copy out, over a Queue.

    WARNING: whoever can write to the queue runs code in your process: unpickling a message can call
    anything. Use it only on queues whose every writer you trust as yourself (mode 0600, the default,
    keeps other users out). For everything else send bytes, by json or struct.

    >>> import fmmq
    >>> objects = fmmq.ObjectQueue(fmmq.Queue.create_anonymous("doc"))
    >>> objects.put({"answer": 42})
    >>> objects.get()
    {'answer': 42}
    """

    __slots__ = ("queue",)

    def __init__(self, queue: Queue) -> None:
        self.queue = queue

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
        return pickle.loads(self.queue.get(block, timeout))

    def get_nowait(self) -> Any:
        return pickle.loads(self.queue.get_nowait())

    def get_many(self, max: int, block: bool = True, timeout: float | None = None) -> list[Any]:
        return [pickle.loads(data) for data in self.queue.get_many(max, block, timeout)]

    async def get_async(self) -> Any:
        return pickle.loads(await self.queue.get_async())

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        return pickle.loads(next(self.queue))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        try:
            return await self.get_async()
        except EndOfStream:
            raise StopAsyncIteration from None


def _dump(item: object) -> bytes:
    return pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
