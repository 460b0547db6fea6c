"""The shared string: one value of any bytes that every process sees, always whole."""

from __future__ import annotations

from typing import NamedTuple

from fmmq import _fmmq
from fmmq.types import BytesLike


class Value(NamedTuple):
    value: bytes
    version: int
    """How often it was set."""


class SharedString:
    """The shared string of a queue: empty at first. NotSupported for a queue without one.

    >>> import fmmq
    >>> q = fmmq.Queue.create_anonymous("doc", fmmq.Options(string_size=100))
    >>> q.string.set(b"on")
    >>> q.string.get()
    b'on'
    >>> q.string.read()
    Value(value=b'on', version=1)
    """

    __slots__ = ("_queue",)

    def __init__(self, queue: _fmmq.Queue) -> None:
        self._queue = queue

    def get(self) -> bytes:
        """The value. Busy: writers were faster, again and again."""
        return self._queue._get_string()[0]

    def read(self) -> Value:
        """The value and its version. As get()."""
        return Value(*self._queue._get_string())

    def set(self, value: BytesLike, timeout: float | None = None) -> None:
        """Replaces the value. `timeout` is in seconds; None waits for ever.

        TooLarge; ReadOnly; Timeout: other writers, perhaps stopped ones, were in the way.
        """
        self._queue._set_string(value, timeout)

    def wait(self, version: int, timeout: float | None = None) -> int:
        """Waits until the string has another version than this, and returns that. Timeout."""
        return self._queue._wait_string(version, timeout)
