#!/usr/bin/python3
"""One value that all processes see, always whole.

shared_string.py set QUEUE TEXT
shared_string.py get QUEUE
shared_string.py watch QUEUE    prints each new value, until that is empty; then removes the queue
"""

import contextlib
import sys

import fmmq

OPTIONS = fmmq.Options(capacity=4096, string_size=1000)  # no messages here


def watch(q: fmmq.Queue) -> None:
    """A slow watcher skips values, but never the newest."""
    version = 0
    while True:
        q.string.wait(version)
        value, version = q.string.read()
        print(value.decode(), flush=True)
        if not value:
            break
    with contextlib.suppress(fmmq.NotFound):  # of several watchers, one is the first
        fmmq.remove(q.name)


def main() -> None:
    match sys.argv[1:]:
        case ["set", name, text]:
            with fmmq.Queue(name, OPTIONS) as q:
                q.string.set(text.encode(), timeout=10)
        case ["get", name]:
            with fmmq.Queue(name, OPTIONS) as q:
                print(q.string.get().decode())
        case ["watch", name]:
            with fmmq.Queue(name, OPTIONS) as q:
                watch(q)
        case _:
            print(
                "usage: shared_string.py set QUEUE TEXT | get QUEUE | watch QUEUE", file=sys.stderr
            )
            sys.exit(2)


main()
