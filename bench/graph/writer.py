"""Somebody who sets trust lines at a steady rate, and the worker that brings them to Neo4j: a
process of its own beside what is measured.
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

# Lines that are set again and again; drawn from all over the world.
LINES = 5_000


@contextlib.contextmanager
def writing(rate: int) -> Iterator[None]:
    """Have lines set at a rate, until the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.graph.writer", str(rate)],
        stdout=subprocess.PIPE, text=True, env=os.environ.copy(),
    )  # fmt: skip
    assert process.stdout is not None
    try:
        if process.stdout.readline() != "ready\n":
            sys.exit("bench: nobody writes")
        yield
    finally:
        process.terminate()
        process.wait(10)


def main() -> None:
    """Write until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rate", type=int)
    rate = parser.parse_args().rate
    import django

    django.setup()
    from graph.trust.models import Line
    from graph.trust.services import set_line
    from outbox.delivery import deliver_due

    drawn = random.Random(1)
    rows = Line.objects.order_by("id").values_list("giver_id", "receiver_id", "capacity")
    step = max(1, Line.objects.count() // LINES)
    lines = list(rows[: LINES * step : step])
    print("ready", flush=True)
    begun, written = time.monotonic(), 0
    while True:
        giver, receiver, capacity = drawn.choice(lines)
        set_line(
            giver=giver, receiver=receiver, capacity=capacity + drawn.randrange(1_000),
            lenders=None, at=datetime.now(UTC),
        )  # fmt: skip
        deliver_due("graph", clock=lambda: datetime.now(UTC))
        written += 1
        time.sleep(max(0.0, begun + written / rate - time.monotonic()))


if __name__ == "__main__":
    main()
