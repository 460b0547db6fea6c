"""Messages in and out, as with queue.Queue."""

from __future__ import annotations

import array
import mmap
import os
import queue
import threading
import time
import unittest

import fmmq
from support import QueueTest


class Messages(QueueTest):
    def test_come_in_order_with_their_boundaries(self) -> None:
        q = self.new_queue()
        sent = [b"", b"a", b"two", b"\0\0", b"x" * 100_000]
        for message in sent:
            q.put(message)
        self.assertEqual([q.get() for _ in sent], sent)

    def test_are_any_bytes_like_object_and_come_as_bytes(self) -> None:
        q = self.new_queue()
        with mmap.mmap(-1, 4096) as pages:
            pages[:3] = b"abc"
            for item in (
                bytearray(b"abc"),
                memoryview(b"xabcx")[1:4],
                array.array("b", b"abc"),
                memoryview(pages)[:3].toreadonly(),
            ):
                q.put(item)
                got = q.get()
                self.assertEqual(got, b"abc")
                self.assertIs(type(got), bytes)
            del item

    def test_of_a_subclass_of_bytes(self) -> None:
        class Mine(bytes):
            pass

        q = self.new_queue()
        q.put(Mine(b"mine"))
        self.assertEqual(q.get(), b"mine")

    def test_of_every_length_around_the_scratch_and_the_block(self) -> None:
        q = self.new_queue()
        for size in [*range(70), 4094, 4095, 4096, 4097, 4098, 65536]:
            message = bytes(i & 255 for i in range(size))
            q.put(message)
            self.assertEqual(q.get(), message)

    def test_of_the_whole_ring(self) -> None:
        q = self.new_queue(capacity=1 << 16)
        self.assertEqual(q.max_message_size, 1 << 16)
        q.put(b"w" * (1 << 16))
        self.assertEqual(len(q.get()), 1 << 16)
        with self.assertRaises(fmmq.TooLarge):
            q.put(b"w" * ((1 << 16) + 1))

    def test_numbers_of_them_that_wait(self) -> None:
        q = self.new_queue()
        self.assertTrue(q.empty())
        self.assertEqual(q.qsize(), 0)
        q.put(b"small")
        q.put(b"x" * 10_000)  # many blocks, one message
        self.assertFalse(q.empty())
        self.assertEqual(q.qsize(), 2)
        q.get()
        self.assertEqual(q.qsize(), 1)
        with q.reserve(100) as view:
            view[0] = 1
            self.assertEqual(q.qsize(), 1)  # not written yet
        self.assertEqual(q.qsize(), 2)

    def test_counted_round_the_ring(self) -> None:
        q = self.new_queue(capacity=1 << 12)
        for _ in range(1000):
            q.put(b"x" * 50)
            q.put(b"y")
            self.assertEqual(q.qsize(), 2)
            q.get_many(2)
        self.assertEqual(q.qsize(), 0)

    def test_received_says_what_is_known(self) -> None:
        q = self.new_queue()
        q.put(b"a")
        q.put(b"b")
        first, second = q.get_received(), q.get_received()
        self.assertEqual((first.data, first.lost, first.redelivered), (b"a", 0, False))
        self.assertEqual((second.data, second.position), (b"b", first.position + 1))

    def test_of_a_queue_that_overwrites(self) -> None:
        q = self.new_queue(capacity=1 << 12, policy=fmmq.Policy.OVERWRITE)
        q.join()
        for i in range(1000):
            q.put(b"%d" % i)
        first = q.get_received()
        self.assertGreater(first.lost, 0)
        rest = q.get_many(1000)
        got = [int(first.data), *map(int, rest)]
        self.assertEqual(got, list(range(got[0], 1000)))
        self.assertFalse(q.full())


class WithoutWaiting(QueueTest):
    def test_empty(self) -> None:
        q = self.new_queue()
        for get in (q.get_nowait, lambda: q.get(False), lambda: q.get(block=False, timeout=5)):
            with self.assertRaises(queue.Empty) as caught:
                get()
            self.assertIsInstance(caught.exception, fmmq.Empty)

    def test_full(self) -> None:
        q = self.new_queue(capacity=1 << 12, block_size=32)
        for _ in range(128):
            self.assertFalse(q.full())
            q.put_nowait(b"m")
        self.assertTrue(q.full())
        for put in (
            lambda: q.put_nowait(b"m"),
            lambda: q.put(b"m", False),
            lambda: q.put(b"m", block=False),
            lambda: q.put(b"m", timeout=0),
        ):
            with self.assertRaises(queue.Full) as caught:
                put()
            self.assertIsInstance(caught.exception, fmmq.Full)

    def test_a_timeout_passes_and_not_much_earlier(self) -> None:
        q = self.new_queue()
        start = time.monotonic()
        with self.assertRaises(fmmq.Empty):
            q.get(True, 0.25)
        self.assertGreaterEqual(time.monotonic() - start, 0.25)


class Batches(QueueTest):
    def test_go_in_and_out_whole(self) -> None:
        q = self.new_queue()
        sent = [b"%d" % i for i in range(3000)]
        self.assertEqual(q.put_many(sent), 3000)
        self.assertEqual(q.get_many(1000), sent[:1000])
        self.assertEqual(q.get_many(10_000), sent[1000:])

    def test_of_any_iterable_and_mixed_types(self) -> None:
        q = self.new_queue()
        self.assertEqual(q.put_many(iter([b"a", bytearray(b"b"), memoryview(b"c"), b"d"])), 4)
        self.assertEqual(q.put_many({b"e": 1}), 1)
        self.assertEqual(q.put_many([]), 0)
        self.assertEqual(q.get_many(10), [b"a", b"b", b"c", b"d", b"e"])

    def test_of_a_long_list_of_mixed_types(self) -> None:
        q = self.new_queue()
        sent: list[fmmq.queue.BytesLike] = [b"%d" % i for i in range(1000)]
        for i in (0, 255, 256, 600, 999):
            sent[i] = bytearray(b"%d" % i)
        self.assertEqual(q.put_many(sent), 1000)
        self.assertEqual(q.get_many(1001), sent)

    def test_that_do_not_fit_say_how_much_did(self) -> None:
        q = self.new_queue(capacity=1 << 12, block_size=32)
        self.assertEqual(q.put_many([b"m"] * 200, block=False), 128)
        with self.assertRaises(fmmq.Full):
            q.put_many([b"m"], block=False)
        with self.assertRaises(fmmq.Full):
            q.put_many([b"m"] * 3, timeout=0.05)
        self.assertEqual(len(q.get_many(1000)), 128)

    def test_of_nothing(self) -> None:
        q = self.new_queue()
        self.assertEqual(q.get_many(0), [])
        with self.assertRaises(fmmq.Empty):
            q.get_many(10, block=False)
        with self.assertRaises(fmmq.Empty):
            q.get_many(10, timeout=0.05)

    def test_of_messages_too_large(self) -> None:
        q = self.new_queue(capacity=1 << 12)
        with self.assertRaises(fmmq.TooLarge):
            q.put_many([b"x" * 5000, b"y"])
        # What stands before it is written, and counted by who reads.
        with self.assertRaises(fmmq.TooLarge):
            q.put_many([b"a", b"x" * 5000])
        self.assertEqual(q.get_many(10), [b"a"])

    def test_with_a_list_that_changes_meanwhile(self) -> None:
        q = self.new_queue(capacity=1 << 12)
        items = [b"m"] * 1000

        class Last(bytearray):
            pass

        items.append(Last(b"last"))  # type: ignore[arg-type]

        writer = threading.Thread(target=q.put_many, args=(items,))
        writer.start()
        items.clear()
        got: list[bytes] = []
        while len(got) < 1001:
            got += q.get_many(100)
        writer.join()
        self.assertEqual(got, [b"m"] * 1000 + [b"last"])


class Streams(QueueTest):
    def test_iteration_ends_with_the_stream(self) -> None:
        q = self.new_queue()
        q.put_many([b"a", b"b"])
        q.end()
        self.assertEqual(list(q), [b"a", b"b"])
        self.assertEqual(list(q), [])
        with self.assertRaises(fmmq.EndOfStream):
            q.get()
        with self.assertRaises(EOFError):
            q.get_nowait()
        with self.assertRaises(fmmq.EndOfStream):
            q.get_many(10)
        for put in (lambda: q.put(b"c"), lambda: q.put_many([b"c"])):
            with self.assertRaises(fmmq.EndOfStream):
                put()


class Opening(QueueTest):
    def test_by_name(self) -> None:
        name = self.new_name()
        with self.assertRaises(fmmq.NotFound) as caught:
            fmmq.Queue.open(name)
        self.assertEqual((caught.exception.errno, caught.exception.filename), (2, name))
        with fmmq.Queue(name) as first, fmmq.Queue(name) as second:
            first.put(b"m")
            self.assertEqual(second.get(), b"m")
            self.assertEqual(second.name, name)
            self.assertIn(name, fmmq.names())
            self.assertIn(name, repr(first))
        with self.assertRaises(FileExistsError):
            fmmq.Queue.create(name)
        self.assertIn("closed", repr(first))
        fmmq.remove(name)
        with self.assertRaises(FileNotFoundError):
            fmmq.remove(name)

    def test_options(self) -> None:
        q = self.new_queue(
            capacity=1 << 16, block_size=64, seats=3, groups=2, string_size=10, mode=0o640
        )
        info = q.info()
        self.assertEqual((info.capacity, info.block_size, info.seats), (1 << 16, 64, 3))
        self.assertEqual((info.groups, info.string_size), (2, 10))
        self.assertEqual(info.policy, fmmq.Policy.LOSSLESS)
        self.assertFalse(info.anonymous)

    def test_anonymous(self) -> None:
        id = self.new_name()
        with fmmq.Queue.create_anonymous(id) as q:
            q.put(b"m")
            matches = fmmq.find("", id)
            self.assertEqual([match.pid for match in matches], [os.getpid()])
            self.assertEqual(matches[0].uuid, q.info().uuid)
            with fmmq.Queue.connect("", id) as other:
                self.assertEqual(other.get(), b"m")
            with fmmq.Queue.connect_pid(os.getpid(), id.encode()) as other:
                other.put(b"n")
            with fmmq.Queue.from_fd(q.segment_fileno()) as other:
                self.assertEqual(other.get(), b"n")
        # The latter where other users' processes are closed to us.
        with self.assertRaises((fmmq.NotFound, fmmq.PermissionDenied)):
            fmmq.Queue.connect("", id)

    def test_read_only(self) -> None:
        q = self.new_queue()
        q.put(b"m")
        with fmmq.Queue.open(q.name, fmmq.Access.READ_ONLY) as reader:
            with self.assertRaises(fmmq.ReadOnly):
                reader.put(b"x")
            with self.assertRaises(fmmq.ReadOnly):
                reader.get()
            with fmmq.Observer(reader, oldest=True) as observer:
                self.assertEqual(observer.get(), b"m")

    def test_single_producer(self) -> None:
        q = self.new_queue(single_producer=True)
        q.put(b"m")
        with fmmq.Queue.open(q.name) as other:
            with self.assertRaises(fmmq.Taken):
                other.put(b"x")
            self.assertEqual(other.get(), b"m")

    def test_seats_run_out(self) -> None:
        q = self.new_queue(seats=1)
        q.put(b"m")
        with self.assertRaises(fmmq.NoSeat):
            q.get()

    def test_a_file_that_is_not_a_queue(self) -> None:
        name = self.new_name()
        with open(f"/dev/shm/fmmq.{name}", "wb") as file:
            file.write(b"x" * 10_000)
        with self.assertRaises(fmmq.NotASegment):
            fmmq.Queue.open(name)


class Groups(QueueTest):
    def test_each_gets_everything_from_when_it_joined(self) -> None:
        q = self.new_queue()
        q.put(b"before")
        audit = fmmq.Queue.open(q.name, group=fmmq.Group("audit"))
        late = fmmq.Queue.open(q.name, group=fmmq.Group("late", from_oldest=True))
        self.addCleanup(audit.close)
        self.addCleanup(late.close)
        q.put(b"m")
        self.assertEqual(audit.get(), b"m")
        self.assertEqual(late.get_many(10), [b"before", b"m"])
        self.assertEqual(q.get_many(10), [b"before", b"m"])
        self.assertEqual(audit.qsize(), 0)
        self.assertEqual({group.name for group in q.groups()}, {"default", "audit", "late"})

    def test_exclusive_and_durable(self) -> None:
        q = self.new_queue()
        group = fmmq.Group("one", exclusive=True, durable=True)
        first = fmmq.Queue.open(q.name, group=group)
        with self.assertRaises(fmmq.Taken):
            fmmq.Queue.open(q.name, group=group)
        with self.assertRaises(fmmq.GroupMismatch):
            fmmq.Queue.open(q.name, group=fmmq.Group("one"))
        with self.assertRaises(fmmq.Taken):
            q.drop_group("one")
        first.close()
        q.put(b"kept")
        with fmmq.Queue.open(q.name, group=group) as again:
            self.assertEqual(again.get(), b"kept")
        q.drop_group("one")
        with self.assertRaises(fmmq.NotFound):
            q.drop_group("one")

    def test_names(self) -> None:
        q = self.new_queue()
        for name, error in (("", fmmq.BadName), ("a\0b", fmmq.BadName), ("x" * 65, fmmq.NameTooLong)):
            with self.assertRaises(error):
                fmmq.Queue.open(q.name, group=fmmq.Group(name))


class Knowledge(QueueTest):
    def test_stats_and_presence(self) -> None:
        q = self.new_queue()
        q.put(b"four")
        q.get()
        with self.assertRaises(fmmq.Empty):
            q.get_nowait()
        stats = q.stats()
        self.assertEqual((stats.put.messages, stats.put.bytes), (1, 4))
        self.assertEqual((stats.get.messages, stats.get.bytes), (1, 4))
        self.assertGreater(stats.get.misses, 0)
        self.assertEqual(q.presence()[:2], (1, 1))
        self.assertEqual(q.info().written_messages, 1)

    def test_the_calls_for_memory(self) -> None:
        q = self.new_queue()
        q.prefault()
        try:
            q.lock_in_memory()
        except (fmmq.PermissionDenied, fmmq.NoMemory) as refused:
            self.assertIsNotNone(refused.errno)

    def test_compat_policy(self) -> None:
        q = self.new_queue(capacity=1 << 12, policy=fmmq.Policy.COMPAT)
        q.put_many([b"m"] * 1000, block=False)
        self.assertRaises(fmmq.Full, q.put_nowait, b"m")
        q.let_writers_overwrite()
        q.put_nowait(b"m")
        with self.assertRaises(fmmq.NotSupported):
            self.new_queue().let_writers_overwrite()


if __name__ == "__main__":
    unittest.main()
