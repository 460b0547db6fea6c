"""What is wrong raises a Python exception, and leaves the queue as it was."""

from __future__ import annotations

import errno
import math
import os
import resource
import unittest

import fmmq
from support import QueueTest


class Broken:
    """Raises whatever it is asked."""

    def __bool__(self) -> bool:
        raise ZeroDivisionError

    def __float__(self) -> float:
        raise ZeroDivisionError

    def __index__(self) -> int:
        raise ZeroDivisionError


class Messages(QueueTest):
    def test_of_wrong_types(self) -> None:
        q = self.new_queue()
        for item in (None, 1, 1.5, "text", [b"a"], {}, object(), fmmq):
            for put in (q.put, q.put_nowait, lambda item: q.put_many([b"good", item])):
                with self.subTest(item=item, put=put), self.assertRaises(TypeError):
                    put(item)
        self.assertEqual(set(q.get_many(100)), {b"good"})

    def test_that_are_not_contiguous(self) -> None:
        with self.assertRaises(BufferError):
            self.new_queue().put(memoryview(b"abcdef")[::2])

    def test_one_where_many_are_meant(self) -> None:
        q = self.new_queue()
        for one in (b"message", "text", bytearray(3), memoryview(b"x"), None, 1):
            with self.assertRaises(TypeError):
                q.put_many(one)  # type: ignore[arg-type]

    def test_of_an_iterable_that_raises(self) -> None:
        q = self.new_queue()
        with self.assertRaises(ZeroDivisionError):
            q.put_many(b"%d" % (1 // i) for i in (1, 0))
        self.assertTrue(q.empty())


class Arguments(QueueTest):
    def test_numbers_and_names_of_them(self) -> None:
        q: object = self.new_queue()
        for call in (
            "q.put()",
            "q.put(b'', True, 1, 2)",
            "q.put(b'', item=b'')",
            "q.put(b'', wait=1)",
            "q.put_nowait()",
            "q.put_nowait(b'', b'')",
            "q.get(True, 1, 2)",
            "q.get(True, block=True)",
            "q.get(timeout=1, patience=1)",
            "q.get_nowait(1)",
            "q.get_many()",
            "q.get_many(1, max=1)",
            "q.reserve()",
            "q.peek(1, 2, 3)",
            "q.close(1)",
            "q.string.set()",
            "fmmq.Queue()",
            "fmmq.Observer()",
            "fmmq.Observer(3)",
            "fmmq.Observer(None)",
            "q._open()",
            "q._create(1)",
            "fmmq.Reservation()",
            "fmmq.Peek()",
            "fmmq.remove()",
        ):
            with self.subTest(call), self.assertRaises(TypeError):
                eval(call, {"q": q, "fmmq": fmmq})

    def test_timeouts(self) -> None:
        q = self.new_queue(string_size=10)
        calls = (
            lambda t: q.get(timeout=t),
            lambda t: q.get(True, t),
            lambda t: q.put(b"m", timeout=t),
            lambda t: q.get_many(3, timeout=t),
            lambda t: q.put_many([b"m"], timeout=t),
            lambda t: q.get_received(timeout=t),
            lambda t: q.reserve(3, timeout=t),
            lambda t: q.peek(timeout=t),
            lambda t: q.string.set(b"m", timeout=t),
            lambda t: q.string.wait(0, timeout=t),
            lambda t: fmmq.Observer(q).get(timeout=t),
        )
        wrong = {
            -1: ValueError,
            -1e-9: ValueError,
            -math.inf: ValueError,
            math.nan: ValueError,
            math.inf: OverflowError,
            1e300: OverflowError,
            10**400: OverflowError,
            1 << 62: OverflowError,
            "1": TypeError,
            b"1": TypeError,
            (): TypeError,
            1j: TypeError,
        }
        for call in calls:
            for timeout, error in wrong.items():
                with self.subTest(timeout=timeout), self.assertRaises(error):
                    call(timeout)
            with self.assertRaises(ZeroDivisionError):
                call(Broken())
        self.assertTrue(q.empty())

    def test_a_block_that_raises(self) -> None:
        q = self.new_queue()
        with self.assertRaises(ZeroDivisionError):
            q.get(Broken())  # type: ignore[arg-type]
        with self.assertRaises(fmmq.Empty):
            q.get(False, -1)  # not looked at, as in queue.Queue

    def test_sizes(self) -> None:
        q = self.new_queue()
        for size, error in {
            -1: ValueError,
            -(1 << 70): OverflowError,
            1 << 70: OverflowError,
            1.5: TypeError,
            "3": TypeError,
            None: TypeError,
        }.items():
            for call in (q.get_many, q.reserve, fmmq.Observer(q).get_many):
                with self.subTest(size=size), self.assertRaises(error):
                    call(size)  # type: ignore[operator]
        reservation = q.reserve(3)
        with reservation:
            for size, error in {-1: ValueError, 4: ValueError, "3": TypeError}.items():
                with self.assertRaises(error):
                    reservation.commit(size)  # type: ignore[arg-type]
            reservation.abort()

    def test_huge_numbers_of_messages(self) -> None:
        q = self.new_queue()
        q.put(b"m")
        observer = fmmq.Observer(q, oldest=True)
        for source in (observer, q):
            self.assertEqual(source.get_many((1 << 63) - 1), [b"m"])

    def test_no_more_than_a_million_messages_at_once(self) -> None:
        # Where writers are as fast as the reader, it would never end.
        most = 1 << 20
        messages = [b""] * (most + 3)
        for policy in (fmmq.Policy.LOSSLESS, fmmq.Policy.OVERWRITE):
            q = self.new_queue(capacity=1 << 26, block_size=32, policy=policy)
            q.join()
            observer = fmmq.Observer(q)
            q.put_many(messages)
            for source in (observer, q):
                self.assertEqual(len(source.get_many((1 << 63) - 1)), most)
                self.assertEqual(len(source.get_many(most)), 3)

    def test_options(self) -> None:
        for options in (
            fmmq.Options(capacity=0),
            fmmq.Options(capacity=-1),
            fmmq.Options(block_size=33),
            fmmq.Options(block_size=-32),
            fmmq.Options(seats=0),
            fmmq.Options(seats=1 << 40),
            fmmq.Options(groups=257),
            fmmq.Options(string_size=1 << 30),
            fmmq.Options(policy=7),  # type: ignore[arg-type]
            fmmq.Options(mode=0o7777),
        ):
            with self.subTest(options), self.assertRaises(fmmq.InvalidArgument):
                fmmq.Queue.create(self.new_name(), options)
        with self.assertRaises(OverflowError):
            fmmq.Queue.create(self.new_name(), fmmq.Options(capacity=1 << 70))
        with self.assertRaises(TypeError):
            fmmq.Queue.create(self.new_name(), fmmq.Options(capacity="big"))  # type: ignore
        with self.assertRaises(ValueError):
            fmmq.Queue.open(self.new_queue().name, 9)  # type: ignore[arg-type]

    def test_names(self) -> None:
        for make in (fmmq.Queue, fmmq.Queue.create, fmmq.Queue.open, fmmq.remove):
            for name, error in {
                "": fmmq.BadName,
                "a/b": fmmq.BadName,
                "a\0b": fmmq.BadName,
                "x" * 251: fmmq.NameTooLong,
                None: TypeError,
                3: TypeError,
            }.items():
                with self.subTest(name=name), self.assertRaises(error):
                    make(name)  # type: ignore[arg-type]
        with self.assertRaises(fmmq.NameTooLong):
            fmmq.Queue.create_anonymous("x" * 256)
        with self.assertRaises(fmmq.InvalidArgument):
            fmmq.Queue.connect_pid(0, "id")
        with self.assertRaises(OSError):
            fmmq.Queue.from_fd(987_654)

    def test_opened_twice(self) -> None:
        q = self.new_queue()
        with self.assertRaises(BufferError):
            q._open(q.name.encode(), 0, None)
        q.put(b"m")
        self.assertEqual(q.get(), b"m")


class Closed(QueueTest):
    def test_everything(self) -> None:
        q = self.new_queue(string_size=10)
        observer = fmmq.Observer(q)
        reservation, peek, string = q.reserve(3), q.peek(), q.string
        q.close()
        observer.close()
        q.close()  # the second time does nothing
        observer.close()
        self.assertTrue(q.closed and observer.closed)
        for call in (
            q.get,
            q.get_nowait,
            q.get_received,
            q.join,
            q.fileno,
            q.qsize,
            q.empty,
            q.full,
            q.info,
            q.stats,
            q.groups,
            q.presence,
            q.end,
            q.prefault,
            q.lock_in_memory,
            q.segment_fileno,
            q.let_writers_overwrite,
            q.__reduce__,
            reservation.__enter__,
            peek.__enter__,
            string.get,
            observer.get,
            observer.get_nowait,
            observer.stats,
            observer.fileno,
            lambda: q.name,
            lambda: q.put(b"m"),
            lambda: q.put_nowait(b"m"),
            lambda: q.put_many([b"m"]),
            lambda: q.get_many(3),
            lambda: next(q),
            lambda: next(observer),
            lambda: observer.get_many(3),
            lambda: q.drop_group("g"),
            lambda: string.set(b"m"),
            lambda: string.wait(0, timeout=0.1),
            lambda: fmmq.Observer(q),
        ):
            with self.subTest(call), self.assertRaises(fmmq.Closed):
                call()
        with self.assertRaises(ValueError):  # as with files
            q.get()
        self.assertEqual((observer.position, observer.lost), (0, 0))

    def test_never_opened(self) -> None:
        q = fmmq.Queue.__new__(fmmq.Queue)
        with self.assertRaises(fmmq.Closed):
            q.put(b"m")
        q.close()
        observer = fmmq.Observer.__new__(fmmq.Observer)
        with self.assertRaises(fmmq.Closed):
            observer.get()
        observer.close()

    def test_at_the_end_of_a_block(self) -> None:
        with self.new_queue() as q:
            q.put(b"m")
        self.assertTrue(q.closed)

    def test_descriptors_closed_behind_its_back(self) -> None:
        q = self.new_queue()
        q.put(b"m")
        os.close(q.segment_fileno())
        self.assertEqual(q.get(), b"m")
        with self.assertRaises(OSError):
            q.qsize()


class Exceptions(QueueTest):
    def test_there_is_one_for_each_status(self) -> None:
        codes = {*range(1, 9), *range(10, 21), *range(30, 36), *range(40, 44), *range(50, 55), 60}
        self.assertEqual(set(fmmq.errors.BY_CODE), codes)
        for code, kind in fmmq.errors.BY_CODE.items():
            self.assertEqual((kind.code, kind.__name__), (code, kind.__name__))
            self.assertTrue(kind.status.startswith("k") and kind.__doc__)
            self.assertIs(getattr(fmmq, kind.__name__), kind)

    def test_they_are_built_in_ones_too(self) -> None:
        for kind, base in (
            (fmmq.NotFound, FileNotFoundError),
            (fmmq.AlreadyExists, FileExistsError),
            (fmmq.PermissionDenied, PermissionError),
            (fmmq.Timeout, TimeoutError),
            (fmmq.EndOfStream, EOFError),
            (fmmq.OutOfOrder, BufferError),
            (fmmq.Closed, ValueError),
            (fmmq.NoSpace, OSError),
        ):
            self.assertTrue(issubclass(kind, base) and issubclass(kind, fmmq.Error))

    def test_what_the_system_refused_has_its_errno(self) -> None:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        name = self.new_name()
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
        try:
            with self.assertRaises(fmmq.NoSpace) as caught:
                fmmq.Queue.create(name)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        self.assertEqual((caught.exception.errno, caught.exception.filename), (errno.EFBIG, name))


if __name__ == "__main__":
    unittest.main()
