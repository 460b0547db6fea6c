#!/usr/bin/python3
"""A server whose event loop has a queue in it: as epoll_server, in asyncio.

Answers each request in capitals, in the queue that the request names. Ends with SIGTERM or SIGINT.
Its clients are asyncio_client.py and epoll_client.

asyncio_server.py [QUEUE]
"""

import asyncio
import contextlib
import os
import signal
import sys

import fmmq


def answer(request: bytes) -> None:
    """b"QUEUE TEXT". Clients that are gone, or do not read, are their own problem."""
    name, _, text = request.partition(b" ")
    with contextlib.suppress(fmmq.Error), fmmq.Queue.open(os.fsdecode(name)) as q:
        q.put_nowait(text.upper())


async def serve(q: fmmq.Queue) -> None:
    async for request in q:
        answer(request)


async def main(name: str) -> None:
    with fmmq.Queue(name, fmmq.Options(capacity=4096)) as q:
        task = asyncio.create_task(serve(q))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task
    fmmq.remove(name)


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "example"))
