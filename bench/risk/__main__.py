"""FinBench's complex reads on our graph, as SQL and in memory, a replay, gates on transfers, and
what the detectors find: `make bench-risk`.

Every answer is compared with that of plain Python; the run ends with 1 when one differs.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.graph.calls import percentile
from bench.instance import DATA, ROOT, prepare_environment

SNAPSHOT = ROOT.parent / "shared" / "data" / "ldbc-finbench" / "snapshot"
LABELLED = ROOT.parent / "shared" / "data" / "amlsim-20K_fanin200"
PARTS = {"reads", "replay", "gates", "detectors"}
QUERIES = [f"TCR{number}" for number in range(1, 13)]
Answerer = Callable[[str, dict[str, Any]], list[Any]]


def say(what: str) -> None:
    """Show how far the run is."""
    print(f"bench: {what}", file=sys.stderr, flush=True)


def start(parts: set[str]) -> str:
    """Start PostgreSQL and what the parts need; return the address of the former."""
    prepare_environment(0)
    from config.engines.instance import Instance
    from config.engines.launcher import ensure_engines

    instance = Instance(Path(DATA))
    instance.prepare()
    names = {"postgres": PARTS, "finbench": {"reads", "replay"}, "valkey": {"gates"},
             "neo4j": {"gates"}}  # fmt: skip
    ensure_engines(instance, [name for name, for_ in names.items() if parts & for_], say)
    import django

    django.setup()
    return instance.url_of("postgres")


def measure(
    answerers: dict[str, Answerer], calls: list[dict[str, Any]], query: str, *, warm: int
) -> tuple[dict[str, list[float]], int]:
    """Return the milliseconds of each way by call, and how many answers differ from the last's."""
    from graph.risk.calls import is_equal

    took: dict[str, list[float]] = {name: [] for name in answerers}
    differing = 0
    for name, answer in answerers.items():
        for params in calls[:warm]:
            answer(query, params)
        answers = []
        for params in calls:
            began = time.perf_counter()
            answers.append(answer(query, params))
            took[name].append((time.perf_counter() - began) * 1000)
        for params, found in zip(calls, answers, strict=True):
            if not is_equal(found, plainly(query, params)):
                differing += 1
                say(f"{query} differs: {name}, {params}")
    return took, differing


def plainly(query: str, params: dict[str, Any]) -> list[Any]:
    """Return the plain answer."""
    from tests.graph.risk.plain.simple import answer_plainly

    return answer_plainly(WORLDS[0], query, params)


# The snapshot in plain Python, read once.
WORLDS: list[Any] = []


def measure_reads(url: str, folder: Path, count: int) -> int:
    """Print p50 and p95 of each read in each way; return how many answers differ."""
    from bench.risk.memory import InMemory
    from bench.risk.parameters import make_parameters
    from bench.risk.relational import Relational
    from graph.risk.calls import answer_call
    from tests.graph.risk.plain.world import read_world

    world = read_world(folder)
    WORLDS.append(world)
    say("loading the tables")
    relational = Relational(url, world)
    answerers: dict[str, Answerer] = {
        "ours": lambda query, params: answer_call(query, params).rows,
        "SQL": relational.answer,
        "in memory": InMemory(world).answer,
    }
    print(f"| read, {count} calls | {' | '.join(f'{name}: p50, p95 ms' for name in answerers)} |")
    print("| --- |" + " --- |" * len(answerers))
    differing = 0
    for query in QUERIES:
        say(query)
        calls = make_parameters(world, query, count)
        took, wrong = measure(answerers, calls, query, warm=min(count, 30))
        differing += wrong
        cells = [
            f"{statistics.median(one):.1f}, {percentile(one, 0.95):.1f}" for one in took.values()
        ]
        print(f"| {query} | {' | '.join(cells)} |", flush=True)
    relational.close()
    return differing


def measure_payments(count: int) -> None:
    """Bring the database up to date and print what gates add to a transfer."""
    from django.core.management import call_command

    from bench.risk.gates import measure_gates

    say("payments")
    call_command("migrate", verbosity=0)
    measure_gates(count)


def main() -> None:
    """Import, measure reads, replay, and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.risk", description=__doc__)
    parser.add_argument("--data", type=Path, default=SNAPSHOT, help="a snapshot's folder")
    parser.add_argument(
        "--calls", type=int, default=100, help="of each read (default: %(default)s)"
    )
    parser.add_argument(
        "--from", dest="since", default="2022-09-01", help="where the replay begins"
    )
    parser.add_argument(
        "--read-writes", type=int, default=10, help="percent through gates (default: %(default)s)"
    )
    parser.add_argument(
        "--payments", type=int, default=2_000, help="gated and not (default: %(default)s)"
    )
    parser.add_argument("--labelled", type=Path, default=LABELLED, help="a folder of AMLSim's")
    parser.add_argument("--parts", default=",".join(sorted(PARTS)), help="what to measure")
    options = parser.parse_args()
    parts = set(options.parts.split(","))
    if parts - PARTS:
        sys.exit(f"bench: --parts are of {', '.join(sorted(PARTS))}")
    if parts & {"reads", "replay"} and not options.data.is_dir():
        sys.exit(f"bench: there is no {options.data}; --data names a snapshot of FinBench")
    if "detectors" in parts and not options.labelled.is_dir():
        sys.exit(f"bench: there is no {options.labelled}; --labelled names a folder of AMLSim's")
    url = start(parts)
    differing = 0
    if "reads" in parts:
        from django.core.management import call_command

        say("importing")
        call_command("import_finbench", str(options.data), stdout=sys.stderr)
        differing = measure_reads(url, options.data, options.calls)
    if "replay" in parts:
        from bench.risk.replaying import measure_replay

        say("replaying")
        measure_replay(
            options.data, since=options.since, reads=10, percent=options.read_writes
        )  # fmt: skip
    if "gates" in parts:
        measure_payments(options.payments)
    if "detectors" in parts:
        from django.core.management import call_command

        say("detectors")
        call_command("evaluate_detectors", str(options.labelled))
    if differing:
        sys.exit(f"bench: {differing} answers differ from the plain ones")
    if "reads" in parts:
        print("every answer equals the plain one")


if __name__ == "__main__":
    main()
