"""fork, spawn, forkserver, pickling; and processes that die in the middle of a call."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import unittest

import fmmq
from support import QueueTest, is_waiting, stays_asleep, thread, wait_until


def echo(requests: fmmq.Queue, answers: fmmq.Queue) -> None:
    for message in requests:
        answers.put(message.upper())


class Multiprocessing(QueueTest):
    def check(self, method: str) -> None:
        context = multiprocessing.get_context(method)
        requests, answers = self.new_queue(), self.new_queue()
        requests.put(b"used before")  # its ends are open
        worker = context.Process(target=echo, args=(requests, answers), daemon=True)
        worker.start()
        requests.put(b"and after")
        requests.end()
        self.assertEqual(answers.get(timeout=60), b"USED BEFORE")
        self.assertEqual(answers.get(timeout=60), b"AND AFTER")
        worker.join()
        self.assertEqual(worker.exitcode, 0)

    def test_fork(self) -> None:
        self.check("fork")

    def test_spawn(self) -> None:
        self.check("spawn")

    def test_forkserver(self) -> None:
        self.check("forkserver")


class Pickling(QueueTest):
    def test_by_name_with_its_group(self) -> None:
        q = self.new_queue()
        group = fmmq.Group("g", durable=True)
        member = fmmq.Queue.open(q.name, group=group)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pickle.loads(pickle.dumps(member, protocol)) as copy:
                q.put(b"m")
                self.assertEqual(copy.get(timeout=60), b"m")
        member.close()
        self.assertEqual(q.qsize(), pickle.HIGHEST_PROTOCOL + 1)

    def test_not_without_a_name(self) -> None:
        with fmmq.Queue.create_anonymous("nameless") as q, self.assertRaises(TypeError):
            pickle.dumps(q)

    def test_of_a_queue_that_is_gone(self) -> None:
        q = self.new_queue()
        pickled = pickle.dumps(q)
        fmmq.remove(q.name)
        with self.assertRaises(fmmq.NotFound):
            pickle.loads(pickled)


class Forks(QueueTest):
    def test_a_child_attaches_anew(self) -> None:
        for q in (self.new_queue(), fmmq.Queue.create_anonymous("forked")):
            with self.subTest(q):
                q.put(b"for the child")
                observer = fmmq.Observer(q)

                def child(q: fmmq.Queue = q, observer: fmmq.Observer = observer) -> None:
                    assert q.get(timeout=60) == b"for the child"
                    q.put(b"for the parent")
                    assert observer.get(timeout=60) == b"for the parent"
                    assert q.presence().producers == 2

                self.expect_exit(self.in_child(child))
                self.assertEqual(q.get(timeout=60), b"for the parent")
                self.assertEqual(observer.get(timeout=60), b"for the parent")

    def test_an_observer_goes_on_where_its_parent_was(self) -> None:
        q = self.new_queue()
        observer = fmmq.Observer(q)
        q.put_many([b"seen", b"new"])
        self.assertEqual(observer.get(), b"seen")

        def child() -> None:
            position = observer.position
            assert observer.get_many(10) == [b"new"]
            assert observer.position == position + 1

        self.expect_exit(self.in_child(child))
        self.assertEqual(observer.get(), b"new")

    def test_a_grandchild(self) -> None:
        q = self.new_queue()
        q.put(b"x")

        def child() -> None:
            q.put(b"y")
            self.expect_exit(self.in_child(lambda: q.put(b"z")))

        self.expect_exit(self.in_child(child))
        self.assertEqual(q.get_many(10), [b"x", b"y", b"z"])

    def test_while_another_thread_waits(self) -> None:
        q, answers = self.new_queue(), self.new_queue()

        def child() -> None:
            q.put(b"from the child")
            assert answers.get(timeout=60) == b"for the child"
            assert q.get(timeout=60) == b"for the child, too"

        got: list[bytes] = []
        with thread(lambda: got.append(q.get(timeout=60))) as reader:
            wait_until(lambda: q.stats().get.misses > 0 and is_waiting(reader))
            process = self.in_child(child)
        self.assertEqual(got, [b"from the child"])
        answers.put(b"for the child")
        q.put(b"for the child, too")
        self.expect_exit(process)

    def test_of_a_name_that_is_another_queue_by_now(self) -> None:
        q = self.new_queue()
        q.put(b"m")
        fmmq.remove(q.name)
        other = fmmq.Queue.create(q.name)
        self.addCleanup(other.close)

        def child() -> None:
            self.assertRaises(fmmq.Removed, q.get)

        self.expect_exit(self.in_child(child))
        self.assertEqual(q.get(), b"m")

    def test_closing_in_a_child_is_the_childs_alone(self) -> None:
        q = self.new_queue()
        q.put(b"m")

        def child() -> None:
            q.close()
            self.assertRaises(fmmq.Closed, q.get)

        self.expect_exit(self.in_child(child))
        self.assertEqual(q.get(), b"m")
        self.assertEqual(q.presence()[:2], (1, 1))


class Deaths(QueueTest):
    def kill(self, process: int) -> None:
        os.kill(process, signal.SIGKILL)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), -signal.SIGKILL)

    def test_of_a_reader_inside_get(self) -> None:
        q = self.new_queue()
        reader = self.in_child(q.get)
        wait_until(lambda: q.presence().members == 1 and stays_asleep(reader))
        self.kill(reader)
        q.put(b"goes on")
        self.assertEqual(q.get(timeout=60), b"goes on")
        wait_until(lambda: q.presence().members == 1)

    def test_of_a_writer_inside_put(self) -> None:
        q = self.new_queue(capacity=1 << 12)
        q.put_many([b"m"] * 128)

        def work() -> None:
            while True:
                q.put(b"from one who dies")

        writer = self.in_child(work)
        wait_until(lambda: q.presence().producers == 2 and stays_asleep(writer))
        self.kill(writer)
        self.assertEqual(q.get_many(1000), [b"m"] * 128)
        q.put(b"goes on")
        self.assertEqual(q.get(timeout=60), b"goes on")

    def test_of_writers_anywhere(self) -> None:
        q = self.new_queue(capacity=1 << 14)

        def work() -> None:
            i = 0
            while True:
                q.put_many([b"%d" % (i + k) for k in range(7)])
                i += 7
                q.put(b"%d" % i)
                i += 1

        for _ in range(10):
            writer = self.in_child(work)
            expected = 0
            while expected < 5000:
                for message in q.get_many(100, timeout=60):
                    self.assertEqual(int(message), expected)
                    expected += 1
            self.kill(writer)
            # Whatever it left is whole.
            with thread(lambda: q.put(b"end", timeout=60)):  # it may have left no room
                while (message := q.get(timeout=60)) != b"end":
                    self.assertEqual(int(message), expected)
                    expected += 1

    def test_of_readers_anywhere(self) -> None:
        q = self.new_queue(capacity=1 << 14)

        def work() -> None:
            while True:
                q.get_many(3)
                q.get()

        for i in range(10):
            reader = self.in_child(work)
            sent = 10_000 + 1000 * i  # more than fits: most of it is read
            for number in range(sent):
                q.put(b"%d" % number, timeout=60)
            self.kill(reader)
            # What it had in hand comes again, marked; the rest in order.
            last = -1
            with thread(lambda: q.put(b"end", timeout=60)):  # it may have left no room
                while (message := q.get_received(timeout=60)).data != b"end":
                    if not message.redelivered:
                        self.assertGreater(int(message.data), last)
                        last = int(message.data)
            self.assertIn(last, (-1, sent - 1))

    def test_of_a_reader_with_a_message_in_hand(self) -> None:
        q = self.new_queue()
        q.put_many([b"in hand", b"next"])

        def work() -> None:
            with q.peek() as view:
                assert bytes(view) == b"in hand"
                os.kill(os.getpid(), signal.SIGKILL)

        self.expect_exit(self.in_child(work), -signal.SIGKILL)
        got = [q.get_received(timeout=60) for _ in range(2)]
        self.assertEqual(
            {(m.data, m.redelivered) for m in got}, {(b"in hand", True), (b"next", False)}
        )

    def test_of_a_reader_with_a_batch_in_hand_that_a_batch_adopts(self) -> None:
        q = self.new_queue()
        q.put_many([b"in hand", b"next"])

        def work() -> None:
            with q.peek():
                os.kill(os.getpid(), signal.SIGKILL)

        self.expect_exit(self.in_child(work), -signal.SIGKILL)
        got: list[bytes] = []
        while len(got) < 2:
            got += q.get_many(10, timeout=60)
        self.assertEqual(set(got), {b"in hand", b"next"})

    def test_of_the_name(self) -> None:
        q = self.new_queue()
        fmmq.remove(q.name)
        with self.assertRaises(fmmq.Removed):
            q.get()


if __name__ == "__main__":
    unittest.main()
