"""Waiting in event loops, through doorbells."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import threading
import time
import unittest

import fmmq
from support import PATIENCE, QueueTest, thread, wait_until


class Loops(QueueTest):
    def test_get_and_put(self) -> None:
        q = self.new_queue(capacity=1 << 12)

        async def main() -> None:
            getting = asyncio.create_task(q.get_async())
            await asyncio.sleep(0.01)
            self.assertFalse(getting.done())
            await q.put_async(b"m")
            self.assertEqual(await getting, b"m")
            q.put(b"x" * 4096)
            putting = asyncio.create_task(q.put_async(b"late"))
            await asyncio.sleep(0.01)
            self.assertFalse(putting.done())
            self.assertEqual(len(await q.get_async()), 4096)
            await putting
            self.assertEqual(await q.get_async(), b"late")

        asyncio.run(asyncio.wait_for(main(), PATIENCE))

    def test_async_for_ends_with_the_stream(self) -> None:
        q = self.new_queue()
        observer = fmmq.Observer(q)

        def child() -> None:
            for i in range(1000):
                q.put(b"%d" % i)
            q.end()

        process = self.in_child(child)

        async def main() -> None:
            self.assertEqual([int(m) async for m in q], list(range(1000)))
            self.assertEqual([int(m) async for m in observer], list(range(1000)))
            with self.assertRaises(fmmq.EndOfStream):
                await q.put_async(b"m")

        asyncio.run(asyncio.wait_for(main(), PATIENCE))
        self.expect_exit(process)

    def test_200_tasks_on_200_queues_and_none_starves(self) -> None:
        queues = [self.new_queue(capacity=1 << 12) for _ in range(200)]
        rounds = 10

        def child() -> None:
            for i in range(rounds):
                for q in queues:
                    q.put(b"%d" % i, timeout=PATIENCE)

        got = [0] * len(queues)

        async def read(which: int) -> None:
            for i in range(rounds):
                self.assertEqual(await queues[which].get_async(), b"%d" % i)
                got[which] += 1

        async def main() -> None:
            tasks = [asyncio.create_task(read(which)) for which in range(len(queues))]
            await asyncio.sleep(0)
            process = self.in_child(child)
            await asyncio.gather(*tasks)
            self.expect_exit(process)

        asyncio.run(asyncio.wait_for(main(), PATIENCE))
        self.assertEqual(got, [rounds] * len(queues))

    def test_200_tasks_while_one_queue_never_rests(self) -> None:
        busy = self.new_queue()
        queues = [self.new_queue(capacity=1 << 12) for _ in range(200)]

        def child() -> None:
            while True:
                busy.put_many([b"noise"] * 100)

        async def drain() -> None:
            while True:
                await busy.get_async()
                await asyncio.sleep(0)

        async def main() -> None:
            process = self.in_child(child)
            noise = asyncio.create_task(drain())
            tasks = [asyncio.create_task(q.get_async()) for q in queues]
            await asyncio.sleep(0.05)
            for q in queues:
                q.put(b"m")
            await asyncio.gather(*tasks)
            noise.cancel()
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)

        asyncio.run(asyncio.wait_for(main(), PATIENCE))

    def test_tasks_of_one_queue_take_turns(self) -> None:
        q = self.new_queue()

        async def main() -> None:
            tasks = [asyncio.create_task(q.get_async()) for _ in range(50)]
            await asyncio.sleep(0.01)
            for i in range(50):
                q.put(b"%d" % i)
            self.assertEqual([int(await task) for task in tasks], list(range(50)))

        asyncio.run(asyncio.wait_for(main(), PATIENCE))

    def test_a_cancelled_task_takes_nothing(self) -> None:
        q = self.new_queue()

        async def main() -> None:
            for _ in range(20):
                with self.assertRaises(asyncio.TimeoutError):
                    await asyncio.wait_for(q.get_async(), 0.002)
            first, second = (asyncio.create_task(q.get_async()) for _ in range(2))
            await asyncio.sleep(0.01)
            first.cancel()
            q.put(b"m")
            self.assertEqual(await second, b"m")
            self.assertTrue(first.cancelled())

        asyncio.run(asyncio.wait_for(main(), PATIENCE))
        self.assertTrue(q.empty())

    def test_one_loop_after_the_other_and_both_at_once(self) -> None:
        q = self.new_queue()
        for _ in range(2):
            q.put(b"m")
            self.assertEqual(asyncio.run(q.get_async()), b"m")
        got: list[bytes] = []

        def work() -> None:
            for _ in range(50):
                got.append(asyncio.run(q.get_async()))

        with thread(work), thread(work):
            for i in range(100):
                q.put(b"%d" % i)
                if i % 10 == 0:
                    time.sleep(0.005)
        self.assertEqual({int(m) for m in got}, set(range(100)))

    def test_without_threads_and_without_polling(self) -> None:
        q = self.new_queue()

        async def main() -> None:
            task = asyncio.create_task(q.get_async())
            await asyncio.sleep(0.01)
            tries = q.stats().get.misses
            await asyncio.sleep(0.3)
            self.assertLessEqual(q.stats().get.misses - tries, 40)  # a look after the dead, or none
            self.assertEqual(threading.active_count(), 1)
            q.put(b"m")
            await task

        asyncio.run(asyncio.wait_for(main(), PATIENCE))

    def test_who_dies_rings_no_bell(self) -> None:
        q = self.new_queue()
        q.put(b"in hand")

        def child() -> None:
            with q.peek():
                time.sleep(3600)

        process = self.in_child(child)
        wait_until(q.empty)

        async def main() -> None:
            task = asyncio.create_task(q.get_async())
            await asyncio.sleep(0.05)
            self.assertFalse(task.done())
            os.kill(process, signal.SIGKILL)
            self.assertEqual(await task, b"in hand")

        asyncio.run(asyncio.wait_for(main(), PATIENCE))
        os.waitpid(process, 0)

    def test_closed_queues_and_wrong_messages(self) -> None:
        q = self.new_queue()

        async def main() -> None:
            for wrong in (None, "text", 3):
                with self.assertRaises(TypeError):
                    await q.put_async(wrong)  # type: ignore[arg-type]
            q.close()
            with self.assertRaises(fmmq.Closed):
                await q.get_async()
            with self.assertRaises(fmmq.Closed):
                await q.put_async(b"m")

        asyncio.run(asyncio.wait_for(main(), PATIENCE))

    def test_objects(self) -> None:
        objects = fmmq.ObjectQueue(self.new_queue())

        async def main() -> None:
            await objects.put_async({"a": [1, 2.5, None]})
            self.assertEqual(await objects.get_async(), {"a": [1, 2.5, None]})
            objects.put_many([1, 2])
            objects.queue.end()
            self.assertEqual([item async for item in objects], [1, 2])

        asyncio.run(asyncio.wait_for(main(), PATIENCE))


class Descriptors(QueueTest):
    def test_add_reader(self) -> None:
        for reader in (lambda q: q, lambda q: fmmq.Observer(q)):
            q = self.new_queue()
            source = reader(q)
            got: list[bytes] = []

            async def main() -> None:
                loop = asyncio.get_running_loop()
                done = loop.create_future()

                def read() -> None:
                    try:
                        while True:
                            got.append(source.get_nowait())
                    except fmmq.Empty:
                        if len(got) == 30:
                            done.set_result(None)

                loop.add_reader(source, read)
                for i in range(30):
                    q.put(b"%d" % i)
                    await asyncio.sleep(0.001)
                await done
                loop.remove_reader(source)

            asyncio.run(asyncio.wait_for(main(), PATIENCE))
            self.assertEqual([int(m) for m in got], list(range(30)))

    def test_select(self) -> None:
        q = self.new_queue()
        q.fileno()
        with self.assertRaises(fmmq.Empty):  # it may be readable for nothing at first
            q.get_nowait()
        self.assertEqual(select.select([q], [], [], 0.05), ([], [], []))
        q.put(b"m")
        self.assertEqual(select.select([q], [], [], PATIENCE)[0], [q])
        q.get()


if __name__ == "__main__":
    unittest.main()
