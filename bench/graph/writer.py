"""Who sets trust lines at a steady rate, and who brings them to Neo4j: two processes beside what is
measured, each in a session of its own as those of `make up` are.
"""

import argparse
import contextlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

# Lines that are set again and again; drawn from all over the world.
LINES = 5_000
# The first word of a process, once it is at work.
READY = "ready\n"


@contextlib.contextmanager
def writing(rate: int) -> Iterator[None]:
    """Have lines set at a rate and brought to Neo4j, until the end."""
    writer = _start("write", str(rate), reads=None)
    deliverer = _start("deliver", reads=writer)
    try:
        assert deliverer.stdout is not None
        if deliverer.stdout.readline() != READY:
            sys.exit("bench: nobody writes")
        yield
        if any(process.poll() is not None for process in (writer, deliverer)):
            sys.exit("bench: nobody wrote to the end")
    finally:
        for process in (writer, deliverer):
            process.terminate()
        for process in (writer, deliverer):
            process.wait(10)


def _start(*arguments: str, reads: "subprocess.Popen[str] | None") -> "subprocess.Popen[str]":
    source = reads.stdout if reads else None
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.graph.writer", *arguments],
        stdin=source or subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        env=os.environ.copy(), start_new_session=True,
    )  # fmt: skip
    if source:
        # Held here too, it would let who writes go on after who reads has ended.
        source.close()
    return process


def write(rate: int) -> None:
    """Set lines until told to stop, and say so for each."""
    from graph.trust.models import Line
    from graph.trust.services import set_line

    drawn = random.Random(1)
    rows = Line.objects.order_by("id").values_list("giver_id", "receiver_id", "capacity")
    step = max(1, Line.objects.count() // LINES)
    lines = list(islice(rows.iterator(chunk_size=LINES), 0, LINES * step, step))
    begun, written = time.monotonic(), 0
    while True:
        giver, receiver, capacity = drawn.choice(lines)
        set_line(
            giver=giver, receiver=receiver, capacity=capacity + drawn.randrange(1_000),
            lenders=None, at=datetime.now(UTC),
        )  # fmt: skip
        print("set", flush=True)
        written += 1
        time.sleep(max(0.0, begun + written / rate - time.monotonic()))


def deliver() -> None:
    """Bring lines to Neo4j whenever one was set: what has come meanwhile goes along. It is never
    more than a few, so each is followed by a rest as the worker's are.
    """
    from outbox.delivery import deliver_due
    from outbox.tasks import REST_SECONDS

    is_first = True
    while os.read(sys.stdin.fileno(), 4096):
        deliver_due("graph", clock=lambda: datetime.now(UTC), between=lambda _: False)
        if is_first:
            print(READY, end="", flush=True)
            is_first = False
        time.sleep(REST_SECONDS)


def main() -> None:
    """Do one of the two."""
    parser = argparse.ArgumentParser()
    works = parser.add_subparsers(dest="work", required=True)
    works.add_parser("write").add_argument("rate", type=int)
    works.add_parser("deliver")
    options = parser.parse_args()
    import django

    django.setup()
    if options.work == "write":
        write(options.rate)
    else:
        deliver()


if __name__ == "__main__":
    main()
