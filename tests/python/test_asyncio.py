"""Waiting in event loops, through doorbells."""

from __future__ import annotations

import asyncio
import os
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
            while busy.stats().get.messages < 1000:
                await asyncio.sleep(0.005)
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
        class Counting(fmmq.Queue):
            tries = 0

            def get_nowait(self) -> bytes:
                self.tries += 1
                return super().get_nowait()

        q = Counting.create(self.new_name())
        self.addCleanup(q.close)
        threads = threading.active_count()

        async def main() -> None:
            start = time.monotonic()
            task = asyncio.create_task(q.get_async())
            await asyncio.sleep(0.3)
            self.assertGreaterEqual(q.tries, 2)
            looks = (time.monotonic() - start) / 0.5  # around
            self.assertLessEqual(q.tries, 2 + looks)
            self.assertEqual(threading.active_count(), threads)
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

    def test_closed_while_a_task_waits(self) -> None:
        # The doorbell's number is somebody else's then.
        for arm in (lambda q: q, fmmq.Observer):
            q = self.new_queue()
            end = arm(q)

            async def main() -> None:
                loop = asyncio.get_running_loop()
                task = asyncio.create_task(end.get_async())
                for _ in range(3):
                    await asyncio.sleep(0)  # now it waits
                reader, writer = os.pipe()
                before = descriptors()
                end.close()
                freed = [fd for fd in before if fd not in descriptors()]
                self.assertTrue([fd for fd in freed if before[fd].startswith("socket:")])
                foreign = [os.dup2(reader, fd) for fd in freed]
                rung = {fd: asyncio.Event() for fd in foreign}
                for fd in foreign:
                    loop.add_reader(fd, rung[fd].set)
                with self.assertRaises(fmmq.Closed):
                    await task
                os.write(writer, b"news")
                for fd in foreign:
                    await rung[fd].wait()
                    self.assertTrue(loop.remove_reader(fd))
                for fd in (reader, writer, *foreign):
                    os.close(fd)

            asyncio.run(asyncio.wait_for(main(), PATIENCE))

    def test_nothing_is_left_open(self) -> None:
        q = self.new_queue(capacity=1 << 12)
        q.put(b"x" * 4096)
        observer = fmmq.Observer(q)

        async def main() -> None:
            await q.get_async()
            before = None
            for _ in range(10):
                for wait in (q.get_async, observer.get_async):
                    task = asyncio.create_task(wait())
                    for _ in range(3):
                        await asyncio.sleep(0)
                    task.cancel()
                    with self.assertRaises(asyncio.CancelledError):
                        await task
                before = before or descriptors()
            self.assertEqual(descriptors(), before)

        asyncio.run(asyncio.wait_for(main(), PATIENCE))

    def test_removed_while_tasks_wait(self) -> None:
        q = self.new_queue(capacity=1 << 12)
        full = self.new_queue(capacity=1 << 12)
        full.put(b"x" * 4096)
        objects = fmmq.ObjectQueue(self.new_queue())
        observer, lone = fmmq.Observer(q), fmmq.Observer(other := self.new_queue())
        names = [q.name, full.name, objects.queue.name, other.name]
        other.close()

        async def main() -> None:
            waits = [
                *(q.get_async() for _ in range(20)),
                anext(q),
                full.put_async(b"m"),
                objects.get_async(),
                observer.get_async(),
                lone.get_async(),
            ]
            tasks = [asyncio.create_task(wait) for wait in waits]
            await asyncio.sleep(0.01)
            for name in names:
                fmmq.remove(name)
            for task in tasks:
                with self.assertRaises(fmmq.Removed):
                    await task

        asyncio.run(asyncio.wait_for(main(), PATIENCE))

    def test_removed_with_a_message_in_it(self) -> None:
        q = self.new_queue()
        q.put(b"m")
        fmmq.remove(q.name)

        async def main() -> None:
            self.assertEqual(await q.get_async(), b"m")
            with self.assertRaises(fmmq.Removed):
                await q.get_async()

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


def descriptors() -> dict[int, str]:
    """What this process has open."""
    open_now = {}
    for fd in map(int, os.listdir("/proc/self/fd")):
        try:
            open_now[fd] = os.readlink(f"/proc/self/fd/{fd}")
        except FileNotFoundError:  # that of the listing
            pass
    return open_now


if __name__ == "__main__":
    unittest.main()
