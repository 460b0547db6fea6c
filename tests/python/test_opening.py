"""Opening queues, groups, and what there is to know about both."""

from __future__ import annotations

import os
import unittest

import fmmq
from support import QueueTest


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
