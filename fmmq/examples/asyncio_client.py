#!/usr/bin/python3
"""Asks asyncio_server.py or epoll_server, waits until it is there, and prints the answers.

asyncio_client.py QUEUE TEXT...
"""

import asyncio
import os
import sys

import fmmq

OPTIONS = fmmq.Options(capacity=4096)  # no request and no answer can be longer


async def ask(server: fmmq.Queue, answers: fmmq.Queue, texts: list[str]) -> None:
    for text in texts:
        await server.put_async(f"{answers.name} {text}".encode())
    for _ in texts:
        print((await answers.get_async()).decode(), flush=True)


async def main(name: str, texts: list[str]) -> None:
    own = f"{name}.{os.getpid()}"
    with fmmq.Queue(name, OPTIONS) as server, fmmq.Queue.create(own, OPTIONS) as answers:
        try:
            await asyncio.wait_for(ask(server, answers, texts), timeout=30)
        finally:
            fmmq.remove(own)


if len(sys.argv) < 3:
    print("usage: asyncio_client.py QUEUE TEXT...", file=sys.stderr)
    sys.exit(2)
asyncio.run(main(sys.argv[1], sys.argv[2:]))
