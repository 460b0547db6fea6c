"""Reference counts and memory stay as they are, whatever is called how often.

10 million operations; FMMQ_OPERATIONS says another number.
"""

from __future__ import annotations

import gc
import os
import sys
import unittest

import fmmq
from support import QueueTest, is_sanitized

OPERATIONS = int(os.environ.get("FMMQ_OPERATIONS", "10000000"))


def resident_bytes() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")


class Flat(QueueTest):
    def setUp(self) -> None:
        self.q = self.new_queue(capacity=1 << 16, string_size=100)
        self.observer = fmmq.Observer(self.q)
        self.message = bytes(range(100))
        self.long = bytes(5000)
        self.many = [self.message] * 50

    def everything(self) -> int:
        """Every call, the failing ones, too; says how many operations that was."""
        q, message = self.q, self.message
        for _ in range(2000):
            q.put(message)
            q.get()
        for _ in range(20):
            q.put_many(self.many)
            q.get_many(50)
        q.put(bytearray(message))
        q.put(self.long)
        q.put(item=message, timeout=1.5)
        q.get(True, 1)
        q.get()
        q.get_received()
        with q.reserve(10) as view:
            view[:] = bytes(10)
        with q.peek() as view:
            bytes(view)
        self.observer.get_many(1000)
        for wrong in (
            q.get_nowait,
            lambda: q.put(None),  # type: ignore[arg-type]
            lambda: q.put(b"", wait=1),  # type: ignore[call-arg]
            lambda: q.put(bytes(1 << 17)),
            lambda: q.get(timeout=-1),
            lambda: q.put_many([b"", None]),  # type: ignore[list-item]
            lambda: fmmq.Queue.open("there/is none"),
            lambda: fmmq.Observer(q).get(False),
        ):
            try:
                wrong()
            except (fmmq.Error, TypeError, ValueError):
                pass
        q.get_many(10)
        q.string.set(message)
        q.string.get()
        q.qsize(), q.full(), q.info(), q.stats(), q.groups()
        with fmmq.Queue.open(q.name) as other:
            other.put(message)
            other.get()
            with fmmq.Observer(other, oldest=True) as observer:
                observer.get()
        return 6000

    def test_references(self) -> None:
        kept = (None, True, False, self.message, self.long, self.q, self.many, fmmq.Queue, fmmq.Empty)
        self.everything()
        # The interpreter itself may keep some of None now and then. What leaks does so each time.
        for _ in range(3):
            gc.collect()
            before = [sys.getrefcount(thing) for thing in kept]
            for _ in range(20):
                self.everything()
            gc.collect()
            moved = [sys.getrefcount(thing) - count for thing, count in zip(kept, before)]
            if all(abs(by) < 20 for by in moved):
                return
        self.fail(f"references kept or lost: {[(repr(t)[:50], by) for t, by in zip(kept, moved)]}")

    @unittest.skipIf(is_sanitized(), "what is freed stays in quarantine")
    def test_memory(self) -> None:
        done = 0
        while done < OPERATIONS // 4:
            done += self.everything()
        gc.collect()
        before = resident_bytes()
        while done < OPERATIONS + OPERATIONS // 4:
            done += self.everything()
        gc.collect()
        self.assertLess(resident_bytes() - before, 1 << 20)
        if hasattr(sys, "getallocatedblocks"):
            blocks = sys.getallocatedblocks()
            for _ in range(20):
                self.everything()
            gc.collect()
            self.assertLess(abs(sys.getallocatedblocks() - blocks), 200)


if __name__ == "__main__":
    unittest.main()
