"""What the tests of the Python package share."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import unittest
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import fmmq

PATIENCE = 60.0  # seconds until a test gives up; none of them measures


def is_sanitized() -> bool:
    return "libasan" in os.environ.get("LD_PRELOAD", "")


class QueueTest(unittest.TestCase):
    """Gives out queues with names of their own, and takes the names away at the end."""

    _count = 0

    def new_name(self) -> str:
        QueueTest._count += 1
        name = f"python-test-{os.getpid()}-{time.monotonic_ns()}-{QueueTest._count}"
        self.addCleanup(_remove_if_there, name)
        return name

    def new_queue(self, **options: object) -> fmmq.Queue:
        q = fmmq.Queue.create(self.new_name(), fmmq.Options(**options))  # type: ignore[arg-type]
        self.addCleanup(q.close)
        return q

    def in_child(self, work: Callable[[], object]) -> int:
        """Runs `work` in a forked child; returns its process id. It exits with 0, or 1."""
        child = os.fork()
        if child != 0:
            self.addCleanup(_end, child, os.pidfd_open(child))
            return child
        status = 1
        try:
            work()
            status = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stderr.flush()
            os._exit(status)

    def expect_exit(self, child: int, code: int = 0) -> None:
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), code)

    def run_script(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-c", script, *arguments],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


def _end(child: int, descriptor: int) -> None:
    """Ends a child that a failed test left."""
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        pass
    finally:
        os.close(descriptor)


def _remove_if_there(name: str) -> None:
    try:
        fmmq.remove(name)
    except FileNotFoundError:
        pass


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen")
        time.sleep(0.005)


def is_asleep(process: int, thread: int | None = None) -> bool:
    """Whether a thread (by default the first) sleeps in the kernel."""
    task = process if thread is None else thread
    with open(f"/proc/{process}/task/{task}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "S"


def stays_asleep(process: int, thread: int | None = None) -> bool:
    for _ in range(5):
        if not is_asleep(process, thread):
            return False
        time.sleep(0.01)
    return True


def is_waiting(worker: threading.Thread) -> bool:
    """Whether a thread of this process waits, and is not about to do something."""
    return worker.native_id is not None and stays_asleep(os.getpid(), worker.native_id)


@contextmanager
def thread(work: Callable[[], object]) -> Iterator[threading.Thread]:
    """Runs `work` in a thread, which must end by the end of the block and a little; what it raised
    is raised there."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    worker = threading.Thread(target=run, daemon=True)  # a failed test leaves it behind
    worker.start()
    yield worker
    worker.join(PATIENCE)
    if worker.is_alive():
        raise AssertionError("a thread does not end")
    if raised:
        raise raised[0]


@contextmanager
def alarm(seconds: float, handler: Callable[[int, object], None]) -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def signal_once_asleep(handler: Callable[[int, object], None]) -> Iterator[None]:
    """Sends this thread, the main one, a signal as soon as it sleeps in the block."""
    main = threading.get_native_id()

    def send() -> None:
        wait_until(lambda: stays_asleep(os.getpid(), main))
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, handler)
    try:
        with thread(send):
            yield
    finally:
        signal.signal(signal.SIGUSR1, before)
