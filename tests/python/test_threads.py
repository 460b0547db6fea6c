"""Threads that share a Queue; signals; closing while somebody waits."""

from __future__ import annotations

import asyncio
import queue
import signal
import threading
import unittest

import fmmq
from support import PATIENCE, QueueTest, alarm, is_waiting, signal_once_asleep, thread, wait_until


class Threads(QueueTest):
    def test_many_writers_and_readers_on_one_object(self) -> None:
        q = self.new_queue(capacity=1 << 12)
        each = 5000
        got: list[bytes] = []

        def write(who: int) -> None:
            for i in range(each):
                q.put(b"%d %d" % (who, i))

        def read() -> None:
            mine = []
            while (message := q.get()) != b"stop":
                mine.append(message)
            got.extend(mine)

        readers = [threading.Thread(target=read) for _ in range(3)]
        writers = [threading.Thread(target=write, args=(who,)) for who in range(3)]
        for worker in readers + writers:
            worker.start()
        for worker in writers:
            worker.join()
        for _ in readers:
            q.put(b"stop")
        for worker in readers:
            worker.join()
        self.assertEqual(sorted(got), sorted(b"%d %d" % (w, i) for w in range(3) for i in range(each)))
        self.assertEqual(q.presence()[:2], (1, 1))

    def test_others_run_while_one_waits(self) -> None:
        q = self.new_queue()
        with thread(lambda: self.assertEqual(q.get(timeout=60), b"m")) as reader:
            wait_until(lambda: q.stats().get.misses > 0 and is_waiting(reader))
            with self.assertRaises(queue.Empty):  # it waits its turn, and its time passes
                q.get(timeout=0.05)
            with self.assertRaises(queue.Empty):
                q.get_nowait()
            q.put(b"m")

    def test_closed_while_one_waits(self) -> None:
        q = self.new_queue(capacity=1 << 12)
        full = self.new_queue(capacity=1 << 12)
        full.put(b"x" * 4096)
        observer = fmmq.Observer(q)

        def fails(call: object) -> None:
            with self.assertRaises(fmmq.Closed):
                call()  # type: ignore[operator]

        with (
            thread(lambda: fails(lambda: q.get(timeout=60))) as first,
            thread(lambda: fails(lambda: full.put(b"m", timeout=60))) as second,
            thread(lambda: fails(lambda: observer.get(timeout=60))) as third,
        ):
            for worker in (first, second, third):
                wait_until(lambda: is_waiting(worker))
            for thing in (q, full, observer):
                thing.close()

    def test_one_seat_is_enough_for_all(self) -> None:
        q = self.new_queue(seats=2)
        for _ in range(5):
            with thread(lambda: q.put(b"m")):
                pass
            with thread(lambda: self.assertEqual(q.get(), b"m")):
                pass


class Turns(QueueTest):
    """A call that waits lets those of other threads come through."""

    def test_the_end_of_the_stream(self) -> None:
        q = self.new_queue(capacity=1 << 12)
        q.put(b"x" * 4096)

        def write() -> None:
            with self.assertRaises(fmmq.EndOfStream):
                q.put(b"late", timeout=PATIENCE)

        with thread(write) as writer:
            wait_until(lambda: q.stats().put.misses > 0 and is_waiting(writer))
            q.end()

    def test_who_writes(self) -> None:
        q = self.new_queue(capacity=1 << 12, block_size=32)
        q.put(b"x" * 3872)  # leaves 7 blocks
        with thread(lambda: q.put(b"y" * 300, timeout=PATIENCE)) as writer:
            wait_until(lambda: q.stats().put.misses > 0 and is_waiting(writer))
            q.put_nowait(b"a")
            self.assertEqual(q.put_many([b"b", b"c"], block=False), 2)
            with q.reserve(1, block=False) as view:
                view[0] = ord("d")
            q.put(b"e", timeout=0)
            asyncio.run(asyncio.wait_for(q.put_async(b"f"), PATIENCE))
            q.put(b"g")
            with self.assertRaises(fmmq.Full):
                q.put_nowait(b"h")
            self.assertTrue(writer.is_alive())
            got = q.get_many(8)
        got += q.get_many(8)
        self.assertEqual(got[1:], [b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"y" * 300])

    def test_who_reads(self) -> None:
        q = self.new_queue()
        with thread(lambda: self.assertEqual(q.get(timeout=PATIENCE), b"m")) as reader:
            wait_until(lambda: q.stats().get.misses > 0 and is_waiting(reader))
            for get in (
                q.get_nowait,
                lambda: q.get(timeout=0.01),
                lambda: q.get_many(3, block=False),
                lambda: q.get_received(timeout=0),
                q.peek(block=False).__enter__,
            ):
                with self.assertRaises(fmmq.Empty):
                    get()
            q.fileno()
            q.join()
            self.assertTrue(reader.is_alive())
            q.put(b"m")

    def test_who_observes(self) -> None:
        q = self.new_queue()
        observer = fmmq.Observer(q)
        with thread(lambda: self.assertEqual(observer.get(timeout=PATIENCE), b"m")) as reader:
            wait_until(lambda: is_waiting(reader))
            observer.fileno()
            self.assertEqual(observer.stats().messages, 0)
            with self.assertRaises(fmmq.Empty):
                observer.get_nowait()
            self.assertTrue(reader.is_alive())
            q.put(b"m")

    def test_all_who_wait(self) -> None:
        q = self.new_queue()
        got: list[bytes] = []

        def read() -> None:
            got.append(q.get(timeout=PATIENCE))

        with thread(read) as first, thread(read) as second, thread(read) as third:
            for reader in (first, second, third):
                wait_until(lambda: is_waiting(reader))
            for _ in range(3):
                with self.assertRaises(fmmq.Empty):
                    q.get_nowait()
            for i in range(3):
                q.put(b"%d" % i)
        self.assertEqual(set(got), {b"0", b"1", b"2"})

    def test_and_the_time_passes_all_the_same(self) -> None:
        q = self.new_queue()

        def wait() -> None:
            with self.assertRaises(fmmq.Empty):
                q.get(timeout=0.3)

        with thread(wait) as reader:
            while reader.is_alive():
                with self.assertRaises(fmmq.Empty):
                    q.get_nowait()


class Signals(QueueTest):
    def interrupted(self, call: object) -> None:
        """KeyboardInterrupt ends the wait."""

        def handler(*_: object) -> None:
            raise KeyboardInterrupt

        with signal_once_asleep(handler), self.assertRaises(KeyboardInterrupt):
            call()  # type: ignore[operator]

    def test_end_every_wait(self) -> None:
        q = self.new_queue(capacity=1 << 12, string_size=10)
        observer = fmmq.Observer(q)
        self.interrupted(q.get)
        self.interrupted(lambda: q.get_many(3))
        self.interrupted(q.get_received)
        self.interrupted(lambda: next(q))
        self.interrupted(observer.get)
        self.interrupted(lambda: observer.get_many(3))
        self.interrupted(lambda: next(observer))
        self.interrupted(q.peek().__enter__)
        self.interrupted(lambda: q.string.wait(0))
        q.put(b"x" * 4096)
        self.interrupted(lambda: q.put(b"m"))
        self.interrupted(lambda: q.put_many([b"m"]))
        self.interrupted(q.reserve(1).__enter__)
        self.assertEqual(q.get(), b"x" * 4096)  # and nothing is lost

    def test_end_a_wait_for_another_threads_turn(self) -> None:
        q = self.new_queue()
        with thread(lambda: self.assertEqual(q.get(timeout=60), b"m")) as reader:
            wait_until(lambda: q.stats().get.misses > 0 and is_waiting(reader))
            self.interrupted(q.get)
            q.put(b"m")

    def test_with_other_handlers_let_it_go_on(self) -> None:
        q = self.new_queue()
        seen: list[int] = []

        def handler(*_: object) -> None:
            seen.append(1)
            if len(seen) < 20:
                signal.setitimer(signal.ITIMER_REAL, 0.005)
            else:
                q.put(b"from the handler")

        with alarm(0.01, handler):
            self.assertEqual(q.get(timeout=60), b"from the handler")
        self.assertEqual(len(seen), 20)

    def test_whose_handler_uses_the_same_end(self) -> None:
        q = self.new_queue()
        inner: list[bytes] = []

        def handler(*_: object) -> None:
            q.put_many([b"first", b"second"])
            inner.append(q.get(timeout=60))

        with signal_once_asleep(handler):
            self.assertEqual(q.get(timeout=60), b"second")
        self.assertEqual(inner, [b"first"])

    def test_whose_handler_closes_the_queue(self) -> None:
        q = self.new_queue()
        with signal_once_asleep(lambda *_: q.close()), self.assertRaises(fmmq.Closed):
            q.get(timeout=60)

    def test_that_come_all_the_time(self) -> None:
        # Some arrive between a look and a sleep: slices end those waits.
        q = self.new_queue()

        def handler(*_: object) -> None:
            raise KeyboardInterrupt

        before = signal.signal(signal.SIGALRM, handler)
        self.addCleanup(signal.signal, signal.SIGALRM, before)
        for i in range(200):
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.00002 * (i % 20 + 1))
                q.get(timeout=60)
            except KeyboardInterrupt:
                continue
            self.fail("no message was there")


if __name__ == "__main__":
    unittest.main()
