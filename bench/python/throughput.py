#!/usr/bin/python3
"""The predecessor's benchmark: six-byte messages from one Python process to another.

usage: throughput.py [--messages=N] [--others=N] [--rounds=N] [--plot=FILE.svg] [--cpus=WRITER,READER]

Writes N messages (20,000,000) with one call each, while a reader in another process drains them and
checks their number and order; then, labelled as such, one call each at both ends, and batches of
1000. Then the same with fewer messages (200,000) through multiprocessing.Queue, SimpleQueue and
Pipe, and string concatenation, for comparison. With rounds, all of it again, and medians at the end.

Run it with the package on PYTHONPATH; --plot needs gnuplot. It prints in the predecessor's form. A
run is as good as the machine is quiet: the ratios compare what ran in the same round. Progress goes
to standard error.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import fmmq
from fmmq._fmmq import nothing

CHUNK = 1000
MESSAGES = [b"%06d" % i for i in range(CHUNK)]  # each chunk is these
TWICE = MESSAGES + MESSAGES


def progress(text: str) -> None:
    print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


# ---- readers: each checks every message, and returns how many were wrong ----


def read_batches(q: fmmq.Queue, chunks: int) -> int:
    left, at, wrong = chunks * CHUNK, 0, 0
    get_many = q.get_many
    while left > 0:
        got = get_many(CHUNK)
        count = len(got)
        if got != TWICE[at : at + count]:
            wrong += 1
        at = (at + count) % CHUNK
        left -= count
    return wrong - left


def read_each(get: Callable[[], bytes], chunks: int) -> int:
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


def run_fmmq(title: str, chunks: int, write: Any, read: Any, capacity: int) -> float:
    q = fmmq.Queue.create_anonymous("bench", fmmq.Options(capacity=capacity))
    with q:
        return run(title, chunks, lambda: write(q, chunks), lambda: read(q, chunks))


def run_nothing(chunks: int) -> float:
    begin = time.perf_counter()
    for _ in range(chunks):
        for message in MESSAGES:
            nothing(message)
    return chunks * CHUNK / (time.perf_counter() - begin)


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


ONE_CALL = "fmmq, one call each; the reader drains"
BOTH = "fmmq, one call each at both ends"
BATCHES = "fmmq, batches of 1000 at both ends"
QUEUE, SIMPLE, PIPE = "multiprocessing.Queue", "multiprocessing.SimpleQueue", "multiprocessing.Pipe"
CONCATENATION = "string concatenation, in one process"
CPUS: list[int] = []
TIMES: dict[str, float] = {}


def run_round(options: argparse.Namespace) -> Iterator[tuple[str, float]]:
    chunks, others = options.messages // CHUNK, options.others // CHUNK
    yield "a no-op call of one argument", run_nothing(max(chunks // 10, 100))
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
    lines = "\n".join(f'"{title}" {rate / 1e6}' for title, rate in reversed(rates.items()))
    script = f"""
set terminal svg size 900,420 font "sans,13" background "white"
set output "{file}"
set title "Six-byte messages from one Python process to another"
set xlabel "million messages a second (logarithmic)"
set logscale x
set xrange [0.01:200]
set format x "%g"
set yrange [-0.6:{len(rates) - 0.4}]
set lmargin 38
set grid x
unset key
set style fill solid 0.7 noborder
$rates << END
{lines}
END
plot $rates using (0.01):0:(0.01):2:($0-0.3):($0+0.3):ytic(1) with boxxyerror lc rgb "#3060a0", \\
     $rates using 2:0:(sprintf("  %.3g", $2)) with labels left font "sans,11"
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
    rates: dict[str, list[float]] = {}
    ratios: list[float] = []
    for _ in range(options.rounds):
        this = dict(run_round(options))
        for title, rate in this.items():
            rates.setdefault(title, []).append(rate)
        nothing_takes = 1 / this["a no-op call of one argument"]
        ratios.append(TIMES[ONE_CALL] / options.messages / nothing_takes)
    medians = {title: statistics.median(of) for title, of in rates.items()}
    print(f"\nmessages a second, end to end, median of {options.rounds}:")
    for title, rate in medians.items():
        print(f"{rate:14,.0f}  {1e9 / rate:8.1f} ns  {title}")
    print(f"one call takes {statistics.median(ratios):.2f} times a no-op call, with the live reader")
    print(f"one call carries {medians[ONE_CALL] / medians[QUEUE]:.0f} times {QUEUE}")
    print(f"batches carry {medians[BATCHES] / medians[BOTH]:.2f} times one call at both ends,")
    print(f"              {medians[BATCHES] / medians[ONE_CALL]:.2f} times one call and a draining reader")
    if options.plot:
        plot(medians, options.plot)


if __name__ == "__main__":
    main()
