"""`manage.py replay_finbench` with reads and the three gates: as fast as it goes, then at speed."""

import re
import sys
from io import StringIO
from pathlib import Path

from django.core.management import call_command

# How much of what was possible without waiting is asked for at speed, until enough start in time:
# LDBC's benchmarks want 95 of 100 to.
LOADS = (0.8, 0.6, 0.4)
LATE_PERCENT = 5.0
DONE = re.compile(r"([\d,]+) operations in ([\d.]+) s")
LATE = re.compile(r"started late: ([\d.]+) %")


def measure_replay(folder: Path, *, since: str, reads: int, percent: int) -> None:
    """Print operations a second as fast as it goes, then the share that started late at lower
    speeds, until at most 5 % do.
    """
    fast = replay(folder, since=since, speed=0.0, reads=reads, percent=percent)
    print("\nas fast as it goes:\n")
    print(fast)
    seconds = float(DONE.search(fast)[2])
    for load in LOADS:
        speed = span_seconds(folder, since) / seconds * load
        print(f"\nat {speed:,.0f} times the speed of what happened, {load:.0%} of that:\n")
        slow = replay(folder, since=since, speed=speed, reads=reads, percent=percent)
        print(slow, flush=True)
        if float(LATE.search(slow)[1]) <= LATE_PERCENT:
            break


def replay(folder: Path, *, since: str, speed: float, reads: int, percent: int) -> str:
    """Replay, and return what is printed."""
    out = StringIO()
    call_command(
        "replay_finbench", str(folder), "--from", since, "--speed", str(speed),
        "--reads", str(reads), "--read-writes", str(percent), stdout=out, stderr=sys.stderr,
    )  # fmt: skip
    return out.getvalue().strip()


def span_seconds(folder: Path, since: str) -> float:
    """Return how long what is replayed took when it happened."""
    from graph.risk.replay.plan import make_plan
    from graph.risk.snapshots.reading import read_moment, read_snapshot

    operations = make_plan(read_snapshot(folder), since=read_moment(since)).operations
    return (operations[-1].at - operations[0].at) / 1000
