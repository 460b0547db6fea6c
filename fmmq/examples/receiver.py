#!/usr/bin/python3
"""Prints what sender.py sends, or its twins, in any order of start, until the stream ends.

receiver.py [QUEUE]
"""

import sys

import fmmq

name = sys.argv[1] if len(sys.argv) > 1 else "example"

with fmmq.Queue(name, fmmq.Options(capacity=4096)) as q:
    for message in q:
        print(message.decode(), flush=True)
fmmq.remove(name)
