"""The ratios that count, and what they have to be."""

import collections

RATE, P50, P99, NS = "messages/s", "p50 ns", "p99 ns", "ns"

# figure: (row, x, subject, figure); against: the best of these counts.
Bar = collections.namedtuple("Bar", "name figure against at_least at_most")

CK = ("ck_ring, polling", "ck_ring, pausing")
FIXED = ("fmmq, only spinning", "fmmq, spinning for 200 us", "fmmq, spinning for 2 us",
         "fmmq, only sleeping")
YARDSTICKS = ("yardstick, two copies", "yardstick, two copies, evicting",
              "yardstick, two copies, ahead")
SIZES = (8, 64, 256, 1024, 4096, 65536, 1048576)


def bytes_name(size):
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{size // unit} {name}"
    return f"{size} B"


def rate(row, x, subject, others, bound, name, other_x=None):
    figures = [(row, x if other_x is None else other_x, other, RATE) for other in others]
    return Bar(name, (row, x, subject, RATE), figures, bound, None)


def one_to_one():
    row = "one to one"
    for size in (64, 256):
        name = bytes_name(size)
        yield rate(row, size, "fmmq", CK, 2.0, f"{name}, one a call, to ck_ring")
        yield rate(row, size, "fmmq", ("Boost", "ZeroMQ", "pipe"), 10,
                   f"{name}, one a call, to the best of Boost, ZeroMQ, pipe")
    yield rate(row, 8, "fmmq", CK, 1.8, "8 B, one a call, to ck_ring")
    yield rate(row, 8, "fmmq, batches of 64", CK, 4.0, "8 B, batches of 64, to ck_ring")
    for size in (1024, 4096, 65536):
        name = bytes_name(size)
        yield rate(row, size, "fmmq", YARDSTICKS, 0.75, f"{name}, to the yardstick")
        yield rate(row, size, "fmmq, in place", ("yardstick, one copy",), 0.85,
                   f"{name} in place, to the yardstick")
    for size in SIZES:
        yield rate(row, size, "fmmq", FIXED, 0.85,
                   f"{bytes_name(size)}, default waiting, to the best other way to wait")


def there_and_back():
    def at(subject, figure=P50):
        return ("there and back", 64, subject, figure)

    def bar(name, subject, others, bound, figure=P50):
        return Bar(name, at(subject, figure), [at(other) for other in others], None, bound)

    yield bar("there and back, spinning, p50, to ck_ring", "fmmq, only spinning", CK, 0.75)
    yield bar("there and back, spinning, p50, to one cache line", "fmmq, only spinning",
              ("yardstick, one line",), 2.0)
    yield bar("there and back, spinning, p99, to its p50", "fmmq, only spinning",
              ("fmmq, only spinning",), 2.0, P99)
    yield bar("there and back, default waiting, p50, to spinning", "fmmq",
              ("fmmq, only spinning",), 1.15)
    yield bar("there and back, default waiting, p50, to a pipe", "fmmq", ("pipe",), 0.35)
    yield bar("there and back, sleeping, p50, to a POSIX queue", "fmmq, only sleeping",
              ("POSIX queue",), 1.0)


def several():
    together = "several to one, together"
    for row in (together, "several to one, some beside the reader"):
        name = "2 producers, " + row.split(", ")[1]
        yield Bar(f"{name}, to 1 producer", (row, 2, "fmmq", RATE), [(together, 1, "fmmq", RATE)],
                  0.8, None)
        yield rate(row, 2, "fmmq", CK, 3.0, f"{name}, to ck_ring")
    yield Bar("2 producers, stopped at random, to undisturbed",
              ("several to one, stopped at random", 2, "fmmq", RATE),
              [(together, 2, "fmmq", RATE)], 0.5, None)
    for readers in (2, 4):
        yield rate("one to several", readers, "fmmq", ("ZeroMQ",), 40,
                   f"1 to {readers} groups, to ZeroMQ")


def costs():
    row = "cost of a write"
    for subject, bound in (("live groups", 1.3), ("idle seats", 1.05), ("idle observers", 1.05)):
        yield Bar(f"cost of a write, 64 {subject}, to 1", (row, 64, subject, NS),
                  [(row, 1, subject, NS)], None, bound)


def safety():
    for producers in (1, 2):
        yield rate("what safety costs", producers, "fmmq", ("fmmq without intents",), 0.75,
                   f"{producers} of many producers, with intents, to without")


BARS = [*one_to_one(), *there_and_back(), *several(), *costs(), *safety()]

# What peers reach on a machine of this kind, million messages a second, the better of both ways to
# poll. One that is below 0.8 of it says that something is wrong with the run, not with the peer.
PEERS = {("one to one", 8): 47, ("one to one", 64): 27, ("one to one", 256): 18,
         ("one to one", 1024): 10, ("one to one", 4096): 4.2}
