"""How long a change takes from its commit until Neo4j shows it, with many under way.

The whole way: a transaction with its event for each change, the wake-up over the bus, a worker as
`make up` runs it, and a reader who asks Neo4j again and again for the changes that were drawn.
"""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from random import Random

from bench.graph.calls import percentile
from bench.graph.rebuild import resident_mb
from bench.graph.world import World
from bench.instance import ROOT

RATE = 500
WRITERS = 8
# One change in so many is waited for.
DRAWN = 10
GIVE_UP_SECONDS = 60.0
# As little as a change can be, so that the writers do not take the worker's processor: what sets a
# line asks more before.
CHANGE = """
    UPDATE trust_line SET capacity = reserved + %s, version = version + 1 WHERE id = %s RETURNING *
"""
SEEN = """
    UNWIND $ids AS id
    MATCH ()-[line:TRUSTS {id: id}]->()
    RETURN line.id AS id, line.version AS version
"""


@dataclass
class Run:
    """What writers and the reader share."""

    until: float
    drawn: "SimpleQueue[tuple[str, int, float]]" = field(default_factory=SimpleQueue)
    lags: list[float] = field(default_factory=list)
    changes: int = 0
    lost: int = 0


def run(world: World, seconds: float) -> dict[str, float]:
    """Change trust lines at 500 a second and return what the lag was."""
    with _worker():
        _write_and_look(world, min(5.0, seconds), Run(until=0))
        found = Run(until=0)
        took = _write_and_look(world, seconds, found)
    return {
        "changes of lines a second": found.changes / took,
        "until Neo4j shows it, p50 in ms": percentile(found.lags, 0.5) * 1000,
        "until Neo4j shows it, p99 in ms": percentile(found.lags, 0.99) * 1000,
        "until Neo4j shows it, at most, in ms": max(found.lags) * 1000,
        "changes waited for": len(found.lags),
        "of them never seen": found.lost,
        "resident memory of Neo4j, MB": resident_mb(),
    }


@contextlib.contextmanager
def _worker() -> Iterator[None]:
    """Run the worker and beat, as an instance does."""
    celery = [sys.executable, "-m", "celery", "--app", "config.celery", "--quiet"]
    folder = Path(os.environ["KITH_DATA"])
    marks = {name: folder / f"{name}.mark" for name in ("worker", "beat")}
    options = {
        "worker": ["--pool=threads", "--concurrency=7", "--without-gossip", "--without-mingle"],
        "beat": ["--schedule", str(folder / "beat")],
    }
    for mark in marks.values():
        mark.unlink(missing_ok=True)
    processes = [
        subprocess.Popen(
            [*celery, name, "--loglevel=WARNING", *options[name]], cwd=ROOT,
            env=os.environ | {"KITH_MARK": str(mark)},
        )
        for name, mark in marks.items()
    ]  # fmt: skip
    try:
        # They leave these files once they are at work.
        while not all(mark.exists() for mark in marks.values()):
            time.sleep(0.1)
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(60)


def _write_and_look(world: World, seconds: float, found: Run) -> float:
    started = time.monotonic()
    found.until = started + seconds
    threads = [
        threading.Thread(target=_write, args=(world, Random(number), found))
        for number in range(WRITERS)
    ]
    looking = threading.Thread(target=_look, args=(found, threads))
    for thread in (*threads, looking):
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - started
    looking.join()
    return took


def _write(world: World, random: Random, found: Run) -> None:
    from django.db import connection, transaction

    from graph.trust.events import record_lines
    from graph.trust.models import Line

    pause, due = WRITERS / RATE, time.monotonic()
    while (now := time.monotonic()) < found.until:
        if now < due:
            time.sleep(due - now)
        due += pause
        terms = [random.randrange(1, 100_000), world.line(random.randrange(world.lines))]
        with transaction.atomic():
            (line,) = Line.objects.raw(CHANGE, terms)
            record_lines([line])
        committed = time.monotonic()
        found.changes += 1
        if random.randrange(DRAWN) == 0:
            found.drawn.put((str(line.id), line.version, committed))
    connection.close()


def _look(found: Run, writers: list[threading.Thread]) -> None:
    from graph.database import driver

    waiting: dict[tuple[str, int], float] = {}
    while waiting or any(thread.is_alive() for thread in writers) or not found.drawn.empty():
        with contextlib.suppress(Empty):
            while True:
                line, version, committed = found.drawn.get_nowait()
                waiting[(line, version)] = committed
        if not waiting:
            time.sleep(0.005)
            continue
        with driver().session(default_access_mode="READ") as session:
            rows = session.run(SEEN, ids=[line for line, _ in waiting]).data()
        now = time.monotonic()
        shown = {row["id"]: row["version"] for row in rows}
        for (line, version), committed in list(waiting.items()):
            if shown.get(line, 0) >= version:
                found.lags.append(now - committed)
                del waiting[(line, version)]
            elif now - committed > GIVE_UP_SECONDS:
                found.lost += 1
                del waiting[(line, version)]
        time.sleep(0.01)
