"""Observers, the shared string, objects as messages."""

from __future__ import annotations

import asyncio
import pickle
import unittest

import fmmq
from support import PATIENCE, QueueTest, is_waiting, thread, wait_until


class Interrupting:
    """An object whose unpickling is interrupted, if it is to be."""

    ready = False

    def __reduce__(self) -> tuple[object, ...]:
        return interrupt, ()


def interrupt() -> None:
    if Interrupting.ready:
        raise KeyboardInterrupt


class Observers(QueueTest):
    def test_see_what_is_written_from_now_on_or_all(self) -> None:
        q = self.new_queue()
        q.put(b"before")
        with fmmq.Observer(q) as now, fmmq.Observer(q, oldest=True) as oldest:
            q.put(b"m")
            q.put(b"x" * 5000)
            self.assertEqual(now.get_many(10), [b"m", b"x" * 5000])
            self.assertEqual(oldest.get_received().data, b"before")
            self.assertEqual(oldest.get_nowait(), b"m")
            self.assertEqual(len(oldest.get()), 5000)
            self.assertEqual(q.qsize(), 3)  # nothing was taken
            self.assertEqual(q.presence().observers, 2)
            self.assertEqual(oldest.stats().messages, 3)
            for wait in (lambda: now.get(timeout=0.05), now.get_nowait, lambda: now.get_many(3, False)):
                with self.assertRaises(fmmq.Empty):
                    wait()

    def test_say_what_they_lost(self) -> None:
        q = self.new_queue(capacity=1 << 12, policy=fmmq.Policy.OVERWRITE)
        observer = fmmq.Observer(q)
        for i in range(1000):
            q.put(b"%d" % i)
        message = observer.get_received()
        self.assertEqual(int(message.data), message.lost)
        self.assertEqual(observer.lost, message.lost)
        self.assertEqual(observer.position, message.position + 1)
        rest = [int(message) for message in observer.get_many(1000)]
        self.assertEqual(rest, list(range(int(message.data) + 1, 1000)))

    def test_outlive_their_queue_and_end_with_the_stream(self) -> None:
        q = self.new_queue()
        observer = fmmq.Observer(q)
        q.put(b"m")
        q.end()
        q.close()
        self.assertEqual(list(observer), [b"m"])
        with self.assertRaises(fmmq.EndOfStream):
            observer.get()

    def test_wait(self) -> None:
        q = self.new_queue()
        observer = fmmq.Observer(q)
        with thread(lambda: self.assertEqual(observer.get(timeout=60), b"m")) as reader:
            wait_until(lambda: is_waiting(reader))
            q.put(b"m")

    def test_cannot_begin_twice(self) -> None:
        q = self.new_queue()
        with self.assertRaises(BufferError):
            fmmq.Observer(q)._start(q, False)


class SharedStrings(QueueTest):
    def test_are_seen_whole_by_all(self) -> None:
        q = self.new_queue(string_size=100_000)
        with fmmq.Queue.open(q.name) as other:
            self.assertEqual(other.string.read(), (b"", 0))
            for value in (b"a", b"\0", b"x" * 100_000, b"", bytearray(b"bytes-like")):
                q.string.set(value)
                self.assertEqual(other.string.get(), value)
            self.assertEqual(other.string.read().version, 5)

    def test_are_waited_for(self) -> None:
        q = self.new_queue(string_size=10)
        with thread(lambda: self.assertEqual(q.string.wait(0, timeout=60), 1)) as reader:
            wait_until(lambda: is_waiting(reader))
            q.string.set(b"new")
        self.assertEqual(q.string.wait(0), 1)
        with self.assertRaises(TimeoutError) as caught:
            q.string.wait(1, timeout=0.05)
        self.assertIsInstance(caught.exception, fmmq.Timeout)

    def test_misused(self) -> None:
        with self.assertRaises(fmmq.NotSupported):
            self.new_queue().string.get()
        q = self.new_queue(string_size=10)
        with self.assertRaises(fmmq.TooLarge):
            q.string.set(b"x" * 11)
        for wrong in (None, "text", 3):
            with self.assertRaises(TypeError):
                q.string.set(wrong)  # type: ignore[arg-type]
        for version, error in {-1: OverflowError, 1 << 64: OverflowError, "1": TypeError}.items():
            with self.assertRaises(error):
                q.string.wait(version)  # type: ignore[arg-type]
        with fmmq.Queue.open(q.name, fmmq.Access.READ_ONLY) as reader:
            with self.assertRaises(fmmq.ReadOnly):
                reader.string.set(b"m")

    def test_in_a_forked_child(self) -> None:
        q = self.new_queue(string_size=10)
        self.expect_exit(self.in_child(lambda: q.string.set(b"child")))
        self.assertEqual(q.string.get(), b"child")


class Objects(QueueTest):
    def test_go_in_and_come_out(self) -> None:
        objects = fmmq.ObjectQueue(self.new_queue())
        things = [None, 1, "text", {"a": (1, 2)}, [b"x" * 10_000]]
        for thing in things:
            objects.put(thing)
        self.assertEqual([objects.get() for _ in things], things)
        objects.put_nowait(1)
        self.assertEqual(objects.get_nowait(), 1)
        objects.put_many(things)
        self.assertEqual(objects.get_many(10), things)
        with self.assertRaises(fmmq.Empty):
            objects.get(timeout=0)
        with self.assertRaises((pickle.PicklingError, AttributeError)):
            objects.put(lambda: None)
        objects.queue.put(b"not a pickle")
        with self.assertRaises(pickle.UnpicklingError):
            objects.get()
        objects.put(2)
        objects.queue.end()
        self.assertEqual(list(objects), [2])

    def test_that_are_none_cost_no_others(self) -> None:
        q = self.new_queue()
        objects = fmmq.ObjectQueue(q)

        def fill() -> None:
            objects.put_many([0, 1])
            q.put(b"not a pickle")
            objects.put_many([2, 3, 4, 5, 6, 7])

        fill()
        self.assertEqual(objects.get_many(10), [0, 1])
        with self.assertRaises(pickle.UnpicklingError):
            objects.get_many(10)
        self.assertEqual(objects.get_many(2), [2, 3])
        objects.put(8)  # comes behind what was taken
        self.assertEqual((objects.get(), objects.get_nowait(), next(objects)), (4, 5, 6))
        self.assertEqual(asyncio.run(objects.get_async()), 7)
        self.assertEqual(objects.get_many(10), [8])
        with self.assertRaises(fmmq.Empty):
            objects.get_many(10, block=False)

    def test_that_were_taken_are_not_a_childs(self) -> None:
        q = self.new_queue()
        objects = fmmq.ObjectQueue(q)
        q.put(b"not a pickle")
        objects.put(1)
        with self.assertRaises(pickle.UnpicklingError):
            objects.get_many(10)

        def child() -> None:
            self.assertRaises(fmmq.Empty, objects.get_nowait)

        self.expect_exit(self.in_child(child))
        self.assertEqual(pickle.loads(pickle.dumps(objects)).queue.qsize(), 0)
        self.assertEqual(objects.get_nowait(), 1)

    def test_of_a_get_many_that_is_interrupted(self) -> None:
        objects = fmmq.ObjectQueue(self.new_queue())
        objects.put_many([1, Interrupting(), 2])
        Interrupting.ready = True
        with self.assertRaises(KeyboardInterrupt):
            objects.get_many(10)
        Interrupting.ready = False
        self.assertEqual(objects.get_many(10, block=False), [1, None, 2])

    def test_in_other_processes(self) -> None:
        objects = fmmq.ObjectQueue(self.new_queue())
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            copy = pickle.loads(pickle.dumps(objects, protocol))
            self.assertIs(type(copy), fmmq.ObjectQueue)
            self.assertEqual(copy.queue.name, objects.queue.name)
            objects.put([protocol])
            self.assertEqual(copy.get(timeout=PATIENCE), [protocol])
        with self.assertRaises(TypeError):
            pickle.dumps(fmmq.ObjectQueue(fmmq.Queue.create_anonymous("nameless")))

    def test_the_class_warns(self) -> None:
        self.assertIn("WARNING", fmmq.ObjectQueue.__doc__ or "")


if __name__ == "__main__":
    unittest.main()
