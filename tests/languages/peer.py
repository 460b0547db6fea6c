"""The peer in Python. See README.md."""

import sys

import fmmq

PATIENCE = 60
MASK = 0xFFFFFFFF


def make(seed, i):
    state = (seed + i * 2654435761) & MASK
    size = 0
    if i % 16 != 0:
        state = (state * 1664525 + 1013904223) & MASK
        size = (state >> 20) << (i % 16 == 1)
    message = bytearray(size)
    for k in range(size):
        state = (state * 1664525 + 1013904223) & MASK
        message[k] = state >> 24
    return message


def send(queue, count, seed):
    total = 0
    for i in range(count):
        message = make(seed, i)
        queue.put(message, timeout=PATIENCE)
        total += len(message)
    queue.end()
    return count, total


def receive(queue, count, seed):
    total = 0
    for i in range(count):
        message = queue.get(timeout=PATIENCE)
        if message != make(seed, i):
            sys.exit(f"python: message {i} is wrong")
        total += len(message)
    try:
        queue.get(timeout=PATIENCE)
    except fmmq.EndOfStream:
        return count, total
    sys.exit("python: there is one more")


def main():
    what, name, count, seed = sys.argv[1:]
    with fmmq.Queue(name, fmmq.Options(capacity=65536)) as queue:
        result = (send if what == "send" else receive)(queue, int(count), int(seed))
    print("%d messages, %d bytes" % result)


main()
