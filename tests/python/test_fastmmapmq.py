"""The predecessor's module: its demonstrations print what they always printed."""

from __future__ import annotations

import os
import unittest

import fastmmapmq
from support import QueueTest, thread

DEMONSTRATION = """
import fastmmapmq
a = fastmmapmq.createmmap("testshm", "rwx------", 1)
b = fastmmapmq.connectmmap("python", "testshm")
fastmmapmq.write(a, "test 1")
print(fastmmapmq.read(b, 0))
fastmmapmq.write(b, "test 2")
fastmmapmq.write(a, "test 3")
print(fastmmapmq.read(b, 0))
fastmmapmq.write(a, "test 3")
print(fastmmapmq.read(b, 1))
fastmmapmq.write(a, "test 3")
print(fastmmapmq.read(b, 0))
print(fastmmapmq.getsharedstring(a))
print(fastmmapmq.getsharedstring(b))
fastmmapmq.writesharedstring(b, "Test")
print(fastmmapmq.getsharedstring(a))
print(fastmmapmq.getsharedstring(b))
"""
PRINTED = "test 1 \ntest 2 test 3 \ntest 3 \ntest 3 test 3 \n\n\nTest\nTest\n"


class Predecessor(QueueTest):
    def new_pair(self) -> tuple[int, int]:
        name = self.new_name()
        a = fastmmapmq.createmmap(name, "rwx------", 0)
        b = fastmmapmq.connectmmap("python", name)
        self.assertTrue(a >= 0 and b >= 0)
        return a, b

    def test_demonstration(self) -> None:
        # Under a name of its own: it may run twice at a time.
        result = self.run_script(DEMONSTRATION.replace("testshm", self.new_name()))
        self.assertEqual((result.stderr, result.stdout), ("", PRINTED))

    def test_two_processes(self) -> None:
        a, b = self.new_pair()

        def child() -> None:
            assert fastmmapmq.read(b, 0) == "question "
            assert fastmmapmq.write(b, "answer") == 0

        fastmmapmq.write(a, "question")
        self.expect_exit(self.in_child(child))
        self.assertEqual(fastmmapmq.read(a, 0), "answer ")
        self.assertEqual(fastmmapmq.read(a, 0), "")

    def test_locking_may_be_left_out(self) -> None:
        self.assertGreaterEqual(fastmmapmq.createmmap(self.new_name(), "rwx------"), 0)

    def test_any_text(self) -> None:
        a, b = self.new_pair()
        for text in ("", "ümläut ✓ \U0001f600", "x" * 999_998, os.fsdecode(b"\xff\xfe")):
            self.assertEqual(fastmmapmq.write(a, text), 0)
            self.assertEqual(fastmmapmq.read(b, 0), text + " ")
            self.assertEqual(fastmmapmq.writesharedstring(a, text), 0)
            self.assertEqual(fastmmapmq.getsharedstring(b), text)

    def test_full(self) -> None:
        a, b = self.new_pair()
        text = "x" * 99_999
        written = 0
        while fastmmapmq.write(a, text) == 0:
            written += 1
        self.assertGreaterEqual(written, 9)
        self.assertEqual(fastmmapmq.read(b, 0), (text + " ") * written)

    def test_errors_are_numbers_and_empty_strings(self) -> None:
        for queue in (-1, 99_999):
            self.assertEqual(fastmmapmq.write(queue, "m"), -1)
            self.assertEqual(fastmmapmq.read(queue, 0), "")
            self.assertEqual(fastmmapmq.getsharedstring(queue), "")
            self.assertEqual(fastmmapmq.writesharedstring(queue, "m"), -1)
        a, _ = self.new_pair()
        self.assertEqual(fastmmapmq.read(a, 7), "")
        self.assertEqual(fastmmapmq.connectmmap("python", self.new_name()), -1)
        self.assertEqual(fastmmapmq.createmmap(self.new_name(), "nonsense", 1), -1)
        self.assertEqual(fastmmapmq.createmmap("x" * 300, "rwx------", 1), -1)

    def test_wrong_types_raise(self) -> None:
        for call in (
            lambda: fastmmapmq.write(0, None),  # type: ignore[arg-type]
            lambda: fastmmapmq.write(0, b"bytes"),  # type: ignore[arg-type]
            lambda: fastmmapmq.write("0", "m"),  # type: ignore[arg-type]
            lambda: fastmmapmq.write(0),  # type: ignore[call-arg]
            lambda: fastmmapmq.read(None, 0),  # type: ignore[arg-type]
            lambda: fastmmapmq.createmmap(1, "rwx------", 1),  # type: ignore[arg-type]
            lambda: fastmmapmq.connectmmap("python"),  # type: ignore[call-arg]
        ):
            with self.assertRaises(TypeError):
                call()
        for text in ("a\0b",):
            with self.assertRaises(ValueError):
                fastmmapmq.write(0, text)
            with self.assertRaises(ValueError):
                fastmmapmq.createmmap(text, "rwx------", 1)
        with self.assertRaises(OverflowError):
            fastmmapmq.write(1 << 40, "m")

    def test_threads(self) -> None:
        a, b = self.new_pair()

        def write() -> None:
            for _ in range(2000):
                while fastmmapmq.write(a, "m") != 0:
                    pass
                fastmmapmq.writesharedstring(a, "s")

        got = ""
        with thread(write), thread(write):
            while len(got) < 8000:
                got += fastmmapmq.read(b, 0)
                fastmmapmq.getsharedstring(b)
        self.assertEqual(got, "m " * 4000)


if __name__ == "__main__":
    unittest.main()
