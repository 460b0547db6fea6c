"""The end of the interpreter, in the middle of things: it exits as it should, and says nothing."""

from __future__ import annotations

import unittest

from support import QueueTest

_BEGINNING = """
import atexit, os, sys, threading
import fmmq, support
q = fmmq.Queue.create_anonymous("shutdown-%d" % os.getpid(), fmmq.Options(capacity=1 << 12))
"""


class Shutdown(QueueTest):
    def check(self, script: str, printed: str = "") -> None:
        result = self.run_script(_BEGINNING + script)
        self.assertEqual((result.returncode, result.stderr, result.stdout), (0, "", printed))

    def test_while_daemon_threads_wait(self) -> None:
        self.check(
            """
observer = fmmq.Observer(q)
full = fmmq.Queue.create_anonymous("full", fmmq.Options(capacity=1 << 12))
full.put(b"x" * 4096)
threads = []
for wait in (q.get, q.get, observer.get, lambda: full.put(b"x" * 4096)):
    for _ in range(2):
        threads.append(threading.Thread(target=wait, daemon=True))
        threads[-1].start()
for each in threads:
    support.wait_until(lambda: support.is_waiting(each))
assert q.stats().get.misses > 0 and full.stats().put.misses > 0
"""
        )

    def test_while_daemon_threads_are_busy(self) -> None:
        self.check(
            """
def work():
    while True:
        q.put_many([b"m"] * 50)
        q.get_many(50)
for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
support.wait_until(lambda: q.stats().get.messages > 10_000)
"""
        )

    def test_with_messages_open(self) -> None:
        self.check(
            """
q.put(b"m")
reservation, peek = q.reserve(3), q.peek()
view, other = reservation.__enter__(), peek.__enter__()
kept = view[1:]
"""
        )

    def test_at_exit_and_after(self) -> None:
        self.check(
            """
class Last:
    # Builtins may be gone by then.
    def __del__(self, Empty=fmmq.Empty, ValueError=ValueError, write=os.write):
        q = self.q
        q.put(b"late")
        assert q.get() == b"late"
        with q.reserve(2) as view:
            view[:] = b"ok"
        assert q.get_many(3) == [b"ok"]
        try:
            q.get_nowait()
        except Empty:
            write(1, b"raised\\n")
        self.string.close()
        try:
            self.string.get()
        except ValueError:
            write(1, b"closed\\n")
def use():
    q.put(b"m")
    assert q.get() == b"m"
    print("at exit", flush=True)
atexit.register(use)
last = Last()
last.q, last.string = q, fmmq.Observer(q)
sys.last = last
""",
            "at exit\nraised\nclosed\n",
        )

    def test_of_a_process_that_has_a_queue_of_its_own_still(self) -> None:
        self.check("fmmq.keep = q\nsys.modules['fmmq'].keep_too = fmmq.Observer(q)\n")

    def test_another_interpreter_is_refused(self) -> None:
        self.check(
            """
import _xxsubinterpreters as interpreters
try:
    interpreters.run_string(interpreters.create(isolated=False), "import fmmq")
except interpreters.RunFailedError as error:
    print("ImportError" in str(error))
""",
            "True\n",
        )

    def test_the_extension_loaded_twice(self) -> None:
        self.check(
            """
import gc, importlib
first = sys.modules.pop("fmmq._fmmq")
try:
    second = importlib.import_module("fmmq._fmmq")
except ImportError:
    pass
else:
    assert second is first
    sys.modules.pop("fmmq._fmmq")
    del second
del first, fmmq._fmmq
gc.collect()
for _ in range(3):
    q.put(b"m")
    with q.reserve(3) as view:
        view[:] = b"abc"
    with fmmq.Observer(q, oldest=True) as observer:
        assert observer.get() == b"m"
    with q.peek() as view:
        assert view == b"m"
    assert q.get() == b"abc"
print("works")
""",
            "works\n",
        )

    def test_the_package_loaded_twice(self) -> None:
        self.check(
            """
import gc
for _ in range(5):
    for name in [name for name in sys.modules if name.split(".")[0] == "fmmq"]:
        del sys.modules[name]
    del fmmq
    gc.collect()
    import fmmq
    other = fmmq.Queue.create_anonymous("other-%d" % os.getpid())
    for each in (q, other):
        each.put(b"m")
        with each.reserve(3) as view:
            view[:] = b"abc"
        with fmmq.Observer(each) as observer:
            each.put(b"n")
            assert observer.get() == b"n"
        assert each.get_many(1) == [b"m"]
        with each.peek() as view:
            assert view == b"abc"
        assert each.get() == b"n"
    try:
        other.get_nowait()
    except fmmq.Empty:
        print("empty")
""",
            "empty\n" * 5,
        )


if __name__ == "__main__":
    unittest.main()
