#!/usr/bin/python3
"""Sends messages to receiver.py, or its twins, in any order of start; then ends the stream.

sender.py [QUEUE [COUNT]]
"""

import sys

import fmmq

name = sys.argv[1] if len(sys.argv) > 1 else "example"
count = int(sys.argv[2]) if len(sys.argv) > 2 else 3

# So small that whoever is ahead waits for the other.
with fmmq.Queue(name, fmmq.Options(capacity=4096)) as q:
    for i in range(1, count + 1):
        q.put(b"Hello number %d from the sender" % i)
    q.end()
