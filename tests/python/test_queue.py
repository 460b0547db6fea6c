"""Messages in and out, as with queue.Queue."""

from __future__ import annotations

import array
import mmap
import queue
import time
import unittest

import fmmq
from support import PATIENCE, QueueTest, thread, wait_until


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


    def test_numbers_of_them_when_writers_came_round(self) -> None:
        for size in (1, 50, 500):
            q = self.new_queue(capacity=1 << 12, policy=fmmq.Policy.OVERWRITE)
            q.join()
            for i in range(1000):
                q.put(b"x" * size)
                number = q.qsize()
                self.assertGreater(number, 0)
                self.assertFalse(q.empty())
                if i % 100 == 99:
                    self.assertEqual(len(q.get_many(2000)), number)
                    self.assertEqual(q.qsize(), 0)

    def test_numbers_of_them_when_writers_were_let(self) -> None:
        q = self.new_queue(capacity=1 << 12, policy=fmmq.Policy.COMPAT)
        q.join()
        q.let_writers_overwrite()
        q.put_many([b"m"] * 1000)
        number = q.qsize()
        self.assertGreater(number, 0)
        self.assertEqual(len(q.get_many(2000)), number)


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

        got: list[bytes] = []
        with thread(lambda: q.put_many(items, timeout=PATIENCE)):
            wait_until(lambda: q.stats().put.misses > 0)  # it waits for room
            items.clear()
            while len(got) < 1001:
                got += q.get_many(100, timeout=PATIENCE)
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



if __name__ == "__main__":
    unittest.main()
