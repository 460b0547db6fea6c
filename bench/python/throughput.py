#!/usr/bin/python3
"""The predecessor's benchmark: six-byte messages from one Python process to another.

usage: throughput.py [--messages=N] [--others=N] [--rounds=N] [--capacity=BYTES]
                     [--cpus=WRITER,READER] [--plot=FILE.svg]

Writes N messages (20,000,000) with one call each, while a reader in another process drains them
and checks their number and order; then, labelled as such, one call each at both ends, and batches
of 1000. Then the same with fewer messages (200,000) through multiprocessing.Queue, SimpleQueue and
Pipe, and string concatenation, for comparison. With rounds, all of it again, and medians at the
end.

A reader of batches makes a bytes object of each message, compares it and frees it. What that takes
without any queue is measured, too: no batch can be faster, whatever carries it. So is the same with
the queue in one process, where nobody waits and no cache line comes from another processor.

Run it with the package on PYTHONPATH; --plot needs gnuplot. It prints in the predecessor's form.
A run is as good as the machine is quiet: the ratios compare what ran in the same round. Progress
goes to standard error.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import fmmq
from fmmq._fmmq import nothing

CHUNK = 1000
MESSAGES = [b"%06d" % i for i in range(CHUNK)]  # each chunk is these


def progress(text: str) -> None:
    print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


# ---- readers: each checks every message, and returns how many were wrong ----


def read_batches(q: fmmq.Queue, chunks: int) -> int:
    left, at, wrong = chunks * CHUNK, 0, 0
    get_many = q.get_many
    while left > 0:
        got = get_many(CHUNK - at)
        count = len(got)
        if got != (MESSAGES if count == CHUNK else MESSAGES[at : at + count]):
            wrong += 1
        del got  # before the next are made: their memory is in the cache
        at = (at + count) % CHUNK
        left -= count
    return wrong - left


def read_each(get: Callable[[], bytes], chunks: int) -> int:
    """Compares at once: collecting a list and comparing that takes as long or longer."""
    wrong = 0
    for _ in range(chunks):
        for expected in MESSAGES:
            if get() != expected:
                wrong += 1
    return wrong


# ---- writers: each returns how many writes found no room ----


def write_each(q: fmmq.Queue, chunks: int) -> int:
    put = q.put
    for done in range(chunks):
        if done % 1000 == 0:
            progress(f"{done * CHUNK} messages")
        for message in MESSAGES:
            put(message)
    return q.stats().put.misses


def write_batches(q: fmmq.Queue, chunks: int) -> int:
    for done in range(chunks):
        if done % 1000 == 0:
            progress(f"{done * CHUNK} messages")
        q.put_many(MESSAGES)
    return q.stats().put.misses


def write_with(put: Callable[[bytes], Any], chunks: int) -> int:
    for done in range(chunks):
        if done % 20 == 0:
            progress(f"{done * CHUNK} messages")
        for message in MESSAGES:
            put(message)
    return 0


def run(title: str, chunks: int, write: Callable[[], int], read: Callable[[], int]) -> float:
    """Messages per second, from the first write until the reader has all."""
    print(f"writing {chunks * CHUNK} messages: {title}", flush=True)
    context = multiprocessing.get_context("fork")
    ready, start = context.Event(), context.Event()

    def reader() -> None:
        if CPUS:
            os.sched_setaffinity(0, {CPUS[1]})
        ready.set()
        start.wait()
        sys.exit(1 if read() != 0 else 0)

    process = context.Process(target=reader)
    process.start()
    if CPUS:
        os.sched_setaffinity(0, {CPUS[0]})
    ready.wait()
    start.set()
    begin = time.perf_counter()
    busy = write()
    written = time.perf_counter() - begin
    process.join()
    seconds = time.perf_counter() - begin
    progress("")
    if process.exitcode != 0:
        sys.exit(f"FAILED: the reader of {title} got wrong messages")
    calls = chunks * CHUNK + busy
    print(f"Time:{seconds:.2f}s, with {busy} busy writes, {calls} total write calls", flush=True)
    TIMES[title] = written
    return chunks * CHUNK / seconds


Side = Callable[[fmmq.Queue, int], int]


def run_fmmq(title: str, chunks: int, write: Side, read: Side, capacity: int) -> float:
    q = fmmq.Queue.create_anonymous("bench", fmmq.Options(capacity=capacity))
    with q:
        return run(title, chunks, lambda: write(q, chunks), lambda: read(q, chunks))


def run_nothing(chunks: int) -> float:
    begin = time.perf_counter()
    for _ in range(chunks):
        for message in MESSAGES:
            nothing(message)
    return chunks * CHUNK / (time.perf_counter() - begin)


def run_floor(chunks: int) -> float:
    """What is left of read_batches without a queue: struct makes the objects, in one call."""
    make = struct.Struct(f"{len(MESSAGES[0])}s" * CHUNK).unpack
    data, expected = b"".join(MESSAGES), tuple(MESSAGES)
    begin = time.perf_counter()
    for _ in range(chunks):
        if make(data) != expected:
            sys.exit("FAILED: struct made wrong messages")
    return chunks * CHUNK / (time.perf_counter() - begin)


def run_alone(chunks: int) -> float:
    """read_batches in the writer's own process, of what is there: nothing to wait for."""
    some, seconds = 16, 0.0
    with fmmq.Queue.create_anonymous("bench", fmmq.Options(capacity=1 << 20)) as q:
        for _ in range(chunks // some):
            for _ in range(some):
                q.put_many(MESSAGES)
            begin = time.perf_counter()
            if read_batches(q, some) != 0:
                sys.exit("FAILED: wrong messages")
            seconds += time.perf_counter() - begin
    return chunks // some * some * CHUNK / seconds


def run_concatenation(chunks: int) -> float:
    print(f"writing {chunks * CHUNK} messages: {CONCATENATION}", flush=True)
    texts = [message.decode() for message in MESSAGES]
    begin = time.perf_counter()
    whole = ""
    for _ in range(chunks):
        for text in texts:
            whole += text
    seconds = time.perf_counter() - begin
    print(f"Time:{seconds:.2f}s, {len(whole)} characters", flush=True)
    return chunks * CHUNK / seconds


NOTHING = "a no-op call of one argument"
FLOOR = "no queue: bytes made, checked, freed"
ONE_CALL = "fmmq, one call each; the reader drains"
BOTH = "fmmq, one call each at both ends"
BATCHES = "fmmq, batches of 1000 at both ends"
ALONE = "fmmq, batches of 1000 taken, in one process"
QUEUE, SIMPLE, PIPE = "multiprocessing.Queue", "multiprocessing.SimpleQueue", "multiprocessing.Pipe"
CONCATENATION = "string concatenation, in one process"
CPUS: list[int] = []
TIMES: dict[str, float] = {}


def run_round(options: argparse.Namespace) -> Iterator[tuple[str, float]]:
    chunks, others = options.messages // CHUNK, options.others // CHUNK
    yield NOTHING, run_nothing(max(chunks // 10, 100))
    yield FLOOR, run_floor(max(chunks // 10, 100))
    yield ALONE, run_alone(max(chunks // 10, 100))
    yield ONE_CALL, run_fmmq(ONE_CALL, chunks, write_each, read_batches, options.capacity)
    read = lambda q, n: read_each(q.get, n)  # noqa: E731
    yield BOTH, run_fmmq(BOTH, chunks, write_each, read, options.capacity)
    yield BATCHES, run_fmmq(BATCHES, chunks, write_batches, read_batches, options.capacity)
    context = multiprocessing.get_context("fork")
    queue: Any
    for title, queue in ((QUEUE, context.Queue()), (SIMPLE, context.SimpleQueue())):
        yield title, run(
            title,
            others,
            lambda queue=queue: write_with(queue.put, others),  # type: ignore[misc]
            lambda queue=queue: read_each(queue.get, others),  # type: ignore[misc]
        )
        queue.close()
    receiver, sender = context.Pipe(duplex=False)
    yield PIPE, run(
        PIPE,
        others,
        lambda: write_with(sender.send_bytes, others),
        lambda: read_each(receiver.recv_bytes, others),
    )
    yield CONCATENATION, run_concatenation(chunks)


def plot(rates: dict[str, float], file: str) -> None:
    def color(title: str) -> str:
        if title in (NOTHING, FLOOR, ALONE, CONCATENATION):  # within one process
            return "0xb0b0b0"
        return "0x3060a0" if title.startswith("fmmq") else "0xc08040"

    lines = "\n".join(
        f'"{title}" {rate / 1e6} {color(title)}' for title, rate in reversed(rates.items())
    )
    script = f"""
set terminal svg size 840,400 font "sans,13" background "white"
set output "{file}"
set title "Six-byte messages from Python process to Python process; gray: within one"
set xlabel "million messages a second (logarithmic)"
set logscale x
set xrange [0.01:200]
set xtics nomirror scale 0.5,0
set ytics nomirror scale 0
set format x "%g"
set yrange [-0.6:{len(rates) - 0.4}]
set title offset -12,0
set lmargin 36
set rmargin 3
set bmargin 4
set border 3
set grid x lc rgb "#d0d0d0" dt 1
unset key
set style fill solid 0.9 noborder
set boxwidth 0.6
$rates << END
{lines}
END
plot $rates using (0.01):0:(0.01):2:($0-0.3):($0+0.3):3:ytic(1) with boxxy lc rgb var, \\
     $rates using 2:0:(sprintf("%.3g", $2)) with labels left offset 0.6,0 font "sans,11"
"""
    subprocess.run(["gnuplot"], input=script, text=True, check=True)
    print(f"plot: {file}")


def main() -> None:
    parser = argparse.ArgumentParser(usage=(__doc__ or "").split("\n\n")[1][7:])
    parser.add_argument("--messages", type=int, default=20_000_000)
    parser.add_argument("--others", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--capacity", type=int, default=1 << 20)
    parser.add_argument("--cpus", default="")
    parser.add_argument("--plot", default="")
    options = parser.parse_args()
    if options.cpus:
        CPUS.extend(int(cpu) for cpu in options.cpus.split(","))
    rounds: list[dict[str, float]] = []
    calls: list[float] = []
    for _ in range(options.rounds):
        this = dict(run_round(options))
        rounds.append(this)
        calls.append(TIMES[ONE_CALL] / options.messages * this[NOTHING])
    medians = {title: statistics.median(of[title] for of in rounds) for title in rounds[0]}

    def times(one: str, other: str) -> float:
        """How often as fast: of each round, for the machine's pace changes between them."""
        return statistics.median(of[one] / of[other] for of in rounds)

    print(f"\nmessages a second, end to end, median of {options.rounds}:")
    for title, rate in medians.items():
        print(f"{rate:14,.0f}  {1e9 / rate:8.1f} ns  {title}")
    print(f"one call takes {statistics.median(calls):.2f} times a no-op call, with the live reader")
    print(f"one call carries {times(ONE_CALL, QUEUE):.0f} times {QUEUE}")
    print(f"batches carry {times(BATCHES, BOTH):.2f} times one call at both ends,")
    print(f"              {times(BATCHES, ONE_CALL):.2f} times one call and a draining reader;")
    print(f"in one process they would carry {times(ALONE, BOTH):.2f} times one call at both ends;")
    print(f"no batch can carry {times(FLOOR, BOTH):.2f} times one call at both ends: the floor")
    if options.plot:
        plot(medians, options.plot)


if __name__ == "__main__":
    main()
