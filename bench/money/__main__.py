"""Money at the peak, in one run: `make bench-money`.

Payments through the service beside what PostgreSQL can do at most; a rush on red envelopes beside
the naive way and a script in Redis; bills of two hundred. With `--pgledger` the peer is measured on
the same server, from its own files.
"""

import argparse
import json
import sys
from pathlib import Path
from uuid import UUID

from bench.money.world import make_people, start_engines

TARGETS = {
    "64 callers, of the limit": ("at least", 0.35),
    "256 callers, of the limit": ("at least", 0.5),
    "64 callers, to pgledger behind 64 callers": ("at least", 5),
    "64 callers, to pgledger under pgbench": ("at least", 5),
    "transfer.send with all of its rows, of its own limit": ("at least", 0.35),
    "all to one account, of the uniform rate": ("at least", 0.8),
    "envelopes: the naive way's time to ours": ("at least", 5),
    "envelopes: our time to Redis alone's": ("at most", 2),
    "late claims, p99 in ms": ("at most", 5),
    "asking 200 for their share, to asking two": ("at most", 3),
    "200 shares paid: a loop's time to ours": ("at least", 5),
}


def say(what: str) -> None:
    """Show how far the run is."""
    print(f"bench: {what}", file=sys.stderr, flush=True)


def measure_transfers(people: list[UUID], seconds: float, peer: list[Path]) -> dict[str, float]:
    """Return transfers a second of all who make them, in one breath, and what one costs."""
    from bench.money import callers, counts, limit
    from bench.money.peer import measure_peer

    limit.prepare(people)
    say("warming up")
    callers.measure_payments(people, callers=64, seconds=min(3, seconds))
    found: dict[str, float] = {}
    say("the limit")
    first = limit.measure_batches(seconds)
    for callers_ in (64, 256):
        say(f"{callers_} callers")
        found[f"ours, {callers_} callers"] = callers.measure_payments(
            people, callers=callers_, seconds=seconds
        )
    say("all to one account")
    found["ours, 64 callers, all to one account"] = callers.measure_payments(
        people, callers=64, seconds=seconds, receiver=people[0]
    )
    say("transfer.send")
    found["ours, transfer.send with its notice, 64 callers"] = callers.measure_offers(
        people, callers=64, seconds=seconds
    )
    say("the limit again")
    found["the limit: pgbench, batches of 100, 2 connections"] = (
        first + limit.measure_batches(seconds)
    ) / 2
    say("the limit of offers")
    found["the limit of transfer.send: pgbench, batches of 100"] = limit.measure_offers(seconds)
    say("pgbench, one at a time")
    found["pgbench, the same one at a time, 8 connections"] = limit.measure_singles(seconds)
    if peer:
        say("pgledger")
        bare, behind = measure_peer(peer, seconds=seconds)
        found["pgledger: pgbench, one at a time, 8 connections"] = bare
        found["pgledger behind 64 callers in Python, 8 connections"] = behind
    return found | counts.count_batch(people)


def measure_envelopes() -> dict[str, float]:
    """Return the seconds of each rush, and how late claims fared."""
    from bench.money import envelopes

    people = make_people(envelopes.PEOPLE + 1)
    say("a rush on envelopes")
    ours, late = envelopes.measure_ours(people)
    say("the naive way")
    naive = envelopes.measure_naive(people)
    say("Redis alone")
    redis = envelopes.measure_redis(people)
    return {
        "ours, seconds": ours.seconds,
        "the naive way, seconds": naive.seconds,
        "Redis alone, which posts nothing, seconds": redis.seconds,
        "late claims, p50 in ms": envelopes.percentile(late, 0.5),
        "late claims, p99 in ms": envelopes.percentile(late, 0.99),
    }


def measure_splits() -> dict[str, float]:
    """Return what bills take."""
    from bench.money import splits

    people = make_people(splits.MANY + 1)
    say("bills of two hundred")
    many, few, statements_many, statements_few = splits.measure_asking(people)
    together, alone = splits.measure_paying(people)
    return {
        "asking 200, ms": many * 1000,
        "asking two, ms": few * 1000,
        "statements of asking 200": statements_many,
        "statements of asking two": statements_few,
        "200 pay at once, ms": together * 1000,
        "200 pay one after the other, ms": alone * 1000,
    }


def compare(found: dict[str, dict[str, float]]) -> dict[str, float]:
    """Return the ratios that the targets are about."""
    moved, rush, bills = found["transfers"], found["envelopes"], found["splits"]
    limit = moved["the limit: pgbench, batches of 100, 2 connections"]
    uniform = moved["ours, 64 callers"]
    ratios = {
        "64 callers, of the limit": uniform / limit,
        "256 callers, of the limit": moved["ours, 256 callers"] / limit,
        "transfer.send with all of its rows, of its own limit": (
            moved["ours, transfer.send with its notice, 64 callers"]
            / moved["the limit of transfer.send: pgbench, batches of 100"]
        ),
        "all to one account, of the uniform rate": (
            moved["ours, 64 callers, all to one account"] / uniform
        ),
        "envelopes: the naive way's time to ours": (
            rush["the naive way, seconds"] / rush["ours, seconds"]
        ),
        "envelopes: our time to Redis alone's": (
            rush["ours, seconds"] / rush["Redis alone, which posts nothing, seconds"]
        ),
        "late claims, p99 in ms": rush["late claims, p99 in ms"],
        "asking 200 for their share, to asking two": (
            bills["asking 200, ms"] / bills["asking two, ms"]
        ),
        "200 shares paid: a loop's time to ours": (
            bills["200 pay one after the other, ms"] / bills["200 pay at once, ms"]
        ),
    }
    for name, ratio in (
        (
            "pgledger: pgbench, one at a time, 8 connections",
            "64 callers, to pgledger under pgbench",
        ),
        (
            "pgledger behind 64 callers in Python, 8 connections",
            "64 callers, to pgledger behind 64 callers",
        ),
    ):
        if name in moved:
            ratios[ratio] = uniform / moved[name]
    return ratios


def show(found: dict[str, dict[str, float]], ratios: dict[str, float]) -> None:
    """Print what was measured, and how it stands to the targets."""
    for part, figures in found.items():
        print(f"\n{part}")
        for name, value in figures.items():
            print(f"  {name:<58} {value:>12,.{0 if value >= 100 else 2}f}")
    print("\nratios")
    for name, (word, target) in TARGETS.items():
        if (value := ratios.get(name)) is None:
            print(f"  {name:<58} {'not measured':>12}")
            continue
        holds = value >= target if word == "at least" else value <= target
        print(f"  {name:<58} {value:>12.2f}   {word} {target}{'' if holds else '   MISSED'}")


def main() -> None:
    """Measure, print, and prove the books."""
    parser = argparse.ArgumentParser(prog="python -m bench.money", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="per measurement of transfers")
    parser.add_argument("--people", type=int, default=1_000, help="accounts that pay each other")
    parser.add_argument(
        "--pgledger", type=Path, nargs="+", default=[], metavar="FILE",
        help="pgledger's SQL files in the order in which they are loaded",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    start_engines()
    people = make_people(options.people)
    found = {
        "transfers": measure_transfers(people, options.seconds, options.pgledger),
        "envelopes": measure_envelopes(),
        "splits": measure_splits(),
    }
    ratios = compare(found)
    show(found, ratios)
    if options.json:
        options.json.write_text(json.dumps({"found": found, "ratios": ratios}, indent=2))
    from django.core.management import call_command

    print()
    call_command("check_ledger")


if __name__ == "__main__":
    main()
