#!/usr/bin/python3
"""Everybody gets everything.

broadcast.py listen QUEUE NAME               a group of its own: loses nothing, holds the speaker up
broadcast.py watch QUEUE                     an observer: holds nobody up, and says what it lost
broadcast.py speak QUEUE LISTENERS TEXT...   once there are so many listeners
"""

import contextlib
import sys
import time

import fmmq

# Without the group "default": nobody reads it here, and it would hold the speaker up for ever.
OPTIONS = fmmq.Options(groups=16, default_group=False)


def speak(name: str, listeners: int, texts: list[str]) -> None:
    with fmmq.Queue(name, OPTIONS) as q:
        while len(q.groups()) < listeners:
            time.sleep(0.01)
        for text in texts:
            q.put(text.encode())
        q.end()


def print_all(reader: fmmq.Queue | fmmq.Observer, name: str) -> None:
    print("ready", flush=True)
    with contextlib.suppress(fmmq.EndOfStream):
        while True:
            message = reader.get_received()
            if message.lost:
                print(f"lost {message.lost} blocks")
            print(message.data.decode(), flush=True)
    with contextlib.suppress(fmmq.NotFound):  # another reader was faster
        fmmq.remove(name)  # who still has it open keeps it


def main() -> None:
    match sys.argv[1:]:
        case ["listen", name, own_name]:
            # Durable: it goes on where it was if the listener dies and comes again.
            group = fmmq.Group(own_name, durable=True)
            with fmmq.Queue(name, OPTIONS, group) as q:
                print_all(q, name)
        case ["watch", name]:
            with fmmq.Queue(name, OPTIONS) as q, fmmq.Observer(q, oldest=True) as observer:
                print_all(observer, name)
        case ["speak", name, listeners, *texts]:
            speak(name, int(listeners), texts)
        case _:
            print(
                "usage: broadcast.py listen QUEUE NAME | watch QUEUE"
                " | speak QUEUE LISTENERS TEXT...",
                file=sys.stderr,
            )
            sys.exit(2)


main()
