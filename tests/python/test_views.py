"""Messages in place: wrong orders raise BufferError, and nothing crashes."""

from __future__ import annotations

import contextlib
import gc
import os
import unittest
import weakref

import fmmq
from support import PATIENCE, QueueTest, is_waiting, thread, wait_until


class Reservations(QueueTest):
    def test_publish_at_the_end_of_the_block(self) -> None:
        q = self.new_queue()
        with q.reserve(5) as view:
            self.assertEqual((len(view), view.readonly), (5, False))
            view[:] = b"hello"
            self.assertTrue(q.empty())
        self.assertEqual(q.get(), b"hello")

    def test_publish_a_part(self) -> None:
        q = self.new_queue()
        reservation = q.reserve(100)
        with reservation as view:
            view[:3] = b"abc"
            with self.assertRaises(ValueError):
                reservation.commit(101)
            reservation.commit(3)
        self.assertEqual(q.get(), b"abc")

    def test_are_given_up(self) -> None:
        q = self.new_queue()
        with self.assertRaises(ZeroDivisionError):
            with q.reserve(5):
                1 // 0
        reservation = q.reserve(5)
        with reservation:
            reservation.abort()
        q.put(b"next")
        self.assertEqual(q.get(), b"next")

    def test_of_nothing_and_of_too_much(self) -> None:
        q = self.new_queue(capacity=1 << 12)
        with q.reserve(0) as view:
            self.assertEqual(len(view), 0)
        self.assertEqual(q.get(), b"")
        with self.assertRaises(fmmq.TooLarge):
            with q.reserve(1 << 13):
                pass
        with self.assertRaises(ValueError):
            q.reserve(-1)
        with self.assertRaises(OverflowError):
            q.reserve(1 << 80)

    def test_wait_for_room(self) -> None:
        q = self.new_queue(capacity=1 << 12)
        q.put(b"x" * 4096)
        with self.assertRaises(fmmq.Full):
            with q.reserve(1, block=False):
                pass
        with self.assertRaises(fmmq.Full):
            with q.reserve(1, timeout=0.05):
                pass

    def test_used_again(self) -> None:
        q = self.new_queue()
        reservation = q.reserve(1)
        for letter in b"abc":
            with reservation as view:
                view[0] = letter
        self.assertEqual(q.get_many(10), [b"a", b"b", b"c"])


class Peeks(QueueTest):
    def test_take_the_message_at_the_end_of_the_block(self) -> None:
        q = self.new_queue()
        q.put_many([b"first", b"second"])
        with q.peek() as view:
            self.assertEqual(bytes(view), b"first")
            self.assertTrue(view.readonly)
            with self.assertRaises(TypeError):
                view[0] = 1
        self.assertEqual(q.get(), b"second")

    def test_errors_are_those_of_get(self) -> None:
        q = self.new_queue()
        with self.assertRaises(fmmq.Empty):
            with q.peek(block=False):
                pass
        with self.assertRaises(fmmq.Empty):
            with q.peek(timeout=0.05):
                pass
        q.end()
        with self.assertRaises(fmmq.EndOfStream):
            with q.peek():
                pass

    def test_not_where_writers_overwrite(self) -> None:
        q = self.new_queue(policy=fmmq.Policy.OVERWRITE)
        q.put(b"m")
        with self.assertRaises(fmmq.NotSupported):
            with q.peek():
                pass

    def test_whatever_the_block_raised(self) -> None:
        q = self.new_queue()
        q.put_many([b"a", b"b"])
        with self.assertRaises(ZeroDivisionError):
            with q.peek() as view:
                view[0] // 0
        self.assertEqual(q.get(), b"b")


class WrongOrder(QueueTest):
    def test_twice(self) -> None:
        q = self.new_queue()
        q.put(b"m")
        reservation, peek = q.reserve(3), q.peek()
        for message, end in ((reservation, reservation.commit), (peek, peek.release)):
            with self.assertRaises(BufferError):  # before it is open
                end()
            with message:
                with self.assertRaises(BufferError):
                    message.__enter__()
                end()
                with self.assertRaises(BufferError):  # a second time
                    end()
                with self.assertRaises(BufferError):
                    memoryview(message)  # type: ignore[arg-type]
            message.__exit__()
            with self.assertRaises(BufferError):
                end()
        with self.assertRaises(BufferError):
            reservation.abort()

    def test_other_calls_in_the_block(self) -> None:
        q = self.new_queue()
        q.put(b"m")
        with q.reserve(3) as view:
            for wrong in (
                lambda: q.put(b"x"),
                lambda: q.put_nowait(b"x"),
                lambda: q.put_many([b"x"]),
                lambda: q.reserve(1).__enter__(),
                q.end,
                q.close,
            ):
                with self.assertRaises(BufferError):
                    wrong()
            view.release()
        q.get()
        with q.peek() as view:
            for wrong in (
                q.get,
                q.get_nowait,
                lambda: q.get_many(3),
                lambda: q.peek().__enter__(),
                lambda: next(q),
                q.fileno,
                q.close,
            ):
                with self.assertRaises(BufferError):
                    wrong()
            q.put(b"the other end is free")
            self.assertEqual(len(view), 3)

    def test_the_view_kept(self) -> None:
        q = self.new_queue()
        with q.reserve(3) as written:
            pass
        with q.peek() as read:
            pass
        for view in (written, read):
            with self.assertRaises(ValueError):
                view[0]
            with self.assertRaises(ValueError):
                bytes(view)

    def test_a_slice_kept(self) -> None:
        q = self.new_queue()
        with self.assertRaises(BufferError):
            with q.reserve(3) as view:
                kept = view[1:]
        with self.assertRaises(BufferError):  # as long as it is kept
            q.put(b"m")
        with self.assertRaises(BufferError):
            q.close()
        kept[0] = 1  # into a place that nobody else has
        del kept
        self.assertTrue(q.empty())  # given up
        q.put_many([b"m", b"n"])
        with self.assertRaises(BufferError):
            with q.peek() as view:
                kept = view[:1]
        self.assertEqual(kept[0], ord("m"))
        with self.assertRaises(BufferError):
            q.get()
        kept.release()
        self.assertEqual(q.get(), b"n")

    def test_a_slice_kept_within_the_block(self) -> None:
        q = self.new_queue()
        reservation = q.reserve(3)
        with reservation as view:
            kept = view[1:]
            with self.assertRaises(BufferError):
                reservation.commit()
            kept.release()
            reservation.commit()
        self.assertEqual(q.qsize(), 1)

    def test_a_view_of_the_view_kept(self) -> None:
        q = self.new_queue()
        q.put_many([b"m", b"n"])
        with self.assertRaises(BufferError):
            with q.peek() as view:
                kept = memoryview(view)
        kept.release()
        self.assertEqual(q.get(), b"n")

    def test_a_slice_that_an_exception_keeps(self) -> None:
        q = self.new_queue()
        q.put_many([b"m", b"n"])

        def work() -> None:
            with q.peek() as view:
                kept = view[:1]
                raise ZeroDivisionError(kept)

        with self.assertRaises(ZeroDivisionError) as caught:  # not hidden by a BufferError
            work()
        del caught
        gc.collect()
        self.assertEqual(q.get(), b"n")

    def test_the_view_released_by_hand(self) -> None:
        q = self.new_queue()
        with q.reserve(3) as view:
            view[:] = b"abc"
            view.release()
        self.assertEqual(q.get(), b"abc")

    def test_closed_while_open(self) -> None:
        q = self.new_queue()
        reservation = q.reserve(3)
        with reservation as view:
            view[:] = b"abc"
            view.release()
            q.close()  # nobody can see the memory any more
        self.assertTrue(q.closed)
        with self.assertRaises(fmmq.Closed):
            with reservation:
                pass

    def test_never_ended(self) -> None:
        q = self.new_queue()
        q.put_many([b"m", b"n"])
        q.reserve(3).__enter__().release()
        view = q.peek().__enter__()
        with self.assertRaises(BufferError):
            q.get()
        del view
        q.put(b"o")
        self.assertEqual(q.get_many(10), [b"n", b"o"])

    def test_in_a_cycle(self) -> None:
        class Mine(fmmq.Queue):
            pass

        q = Mine.create_anonymous("cycle")
        q.me = q.reserve(10)  # type: ignore[attr-defined]
        q.me.__enter__()  # type: ignore[attr-defined]
        gone = weakref.ref(q)
        del q
        gc.collect()
        self.assertIsNone(gone())

    def test_the_queue_outlived(self) -> None:
        q = fmmq.Queue.create_anonymous("outlived")
        q.put(b"still here")
        peek = q.peek()
        view = peek.__enter__()
        del q, peek
        gc.collect()
        self.assertEqual(bytes(view), b"still here")

    def test_in_another_thread_waits(self) -> None:
        q = self.new_queue()
        with contextlib.ExitStack() as stack:
            with q.reserve(5) as view:
                writer = stack.enter_context(thread(lambda: q.put(b"second", timeout=PATIENCE)))
                wait_until(lambda: is_waiting(writer))
                view[:] = b"first"
        self.assertEqual(q.get_many(10), [b"first", b"second"])
        with q.reserve(5):
            with thread(lambda: self.assertRaises(fmmq.Full, q.put_nowait, b"x")):
                pass

    def test_in_a_forked_child(self) -> None:
        q = self.new_queue()
        with q.reserve(6) as view:

            def child() -> None:
                q.put(b"child's")  # attached anew: its own end is free
                view[:] = b"shared"
                os._exit(0)

            self.expect_exit(self.in_child(child))
            self.assertEqual(bytes(view), b"shared")
        self.assertEqual(q.get_many(10), [b"shared", b"child's"])

    def test_left_in_a_forked_child(self) -> None:
        q = self.new_queue()
        reservation = q.reserve(5)
        with reservation as view:
            view[:] = b"hello"

            def child() -> None:
                try:
                    reservation.commit()
                except fmmq.Forked:
                    os._exit(7)

            self.expect_exit(self.in_child(child), 7)
        self.assertEqual(q.get(), b"hello")


if __name__ == "__main__":
    unittest.main()
