"""The functions of FastMmapMQ over fmmq, for programs that were written for it: str in, str out.

New programs use fmmq; fmmq/compat/MIGRATION.md says which call became which.

>>> import fastmmapmq
>>> a = fastmmapmq.createmmap("doctest", "rwx------", 1)
>>> b = fastmmapmq.connectmmap("python", "doctest")
>>> fastmmapmq.write(a, "test 1")
0
>>> fastmmapmq.read(b, 0)
'test 1 '

createmmap(id, permissions, locking)  a queue that others find by its id; a small integer, or -1
connectmmap(program, id)              the newest queue with this id that a process has open whose
                                      command line contains `program`; -1 while there is none
write(queue, text)                    0, or -1 when the queue is full
read(queue, mode)                     messages, each followed by one space, or "": mode 0 all that
                                      nobody consumed yet; mode 1 all that is new to this connection
getsharedstring(queue)                one string that every connection sees, "" at first
writesharedstring(queue, text)        0, or -1

Arguments of the wrong type raise TypeError, a str with a NUL in it ValueError; all else is -1
or "".
"""

from fastmmapmq._fastmmapmq import (
    connectmmap,
    createmmap,
    getsharedstring,
    read,
    write,
    writesharedstring,
)

__all__ = [
    "connectmmap",
    "createmmap",
    "getsharedstring",
    "read",
    "write",
    "writesharedstring",
]
