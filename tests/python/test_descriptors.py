"""The descriptors that other event loops watch: fileno()."""

from __future__ import annotations

import asyncio
import select

import fmmq
from support import PATIENCE, QueueTest, signal_once_asleep


class Descriptors(QueueTest):
    def check_arms_again(self, source: object, put: object, get: object) -> None:
        """Whether `get`, which finds nothing, arms the doorbell again."""
        bell = source.fileno()  # type: ignore[attr-defined]  # each call of it arms
        for _ in range(3):
            put(b"m")  # type: ignore[operator]
            self.assertTrue(select.select([bell], [], [], PATIENCE)[0])
            got = get()  # type: ignore[operator]
            self.assertIn(b"m", (got, [got], getattr(got, "data", None), *got))
            with self.assertRaises(fmmq.Empty):
                get()  # type: ignore[operator]
            self.assertFalse(select.select([bell], [], [], 0)[0])

    def test_every_get_that_finds_nothing_arms_again(self) -> None:
        def peek(q: fmmq.Queue) -> bytes:
            with q.peek(block=False) as view:
                return bytes(view)

        for get in (
            lambda q: q.get_nowait(),
            lambda q: q.get(block=False),
            lambda q: q.get(timeout=0.01),
            lambda q: q.get_many(10, block=False),
            lambda q: q.get_received(block=False),
        ):
            for policy in (fmmq.Policy.LOSSLESS, fmmq.Policy.OVERWRITE):
                q = self.new_queue(policy=policy)
                self.check_arms_again(q, q.put, lambda: get(q))
                observer = fmmq.Observer(q)
                self.check_arms_again(observer, q.put, lambda: get(observer))
        q = self.new_queue()
        self.check_arms_again(q, q.put, lambda: peek(q))

    def test_a_get_that_raises_arms_again(self) -> None:
        def handler(*_: object) -> None:
            raise KeyboardInterrupt

        q = self.new_queue()
        for make in (lambda: q, lambda: fmmq.Observer(q)):
            source = make()
            bell = source.fileno()
            q.put(b"m")
            self.assertTrue(select.select([bell], [], [], PATIENCE)[0])
            self.assertEqual(source.get(), b"m")
            with signal_once_asleep(handler), self.assertRaises(KeyboardInterrupt):
                source.get()
            self.assertFalse(select.select([bell], [], [], 0)[0])
            q.put(b"n")
            self.assertTrue(select.select([bell], [], [], PATIENCE)[0])
            self.assertEqual(source.get(), b"n")

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
                        if len(got) == 30 and not done.done():
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
