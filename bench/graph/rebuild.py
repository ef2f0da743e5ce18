"""How long filling Neo4j from PostgreSQL takes, and what Neo4j needs of memory and disk."""

import time
from pathlib import Path

from bench.graph.engines import FOLDER
from bench.graph.world import World


def run(world: World, seconds: float) -> dict[str, float]:
    """Rebuild, and prove that the graph is right."""
    from django.core.management import call_command

    started = time.monotonic()
    call_command("rebuild_graph", "--offline")
    rebuilt = time.monotonic() - started
    started = time.monotonic()
    call_command("check_graph")
    return {
        "rebuild, seconds": rebuilt,
        "check_graph, seconds": time.monotonic() - started,
        "resident memory of Neo4j afterwards, MB": resident_mb(),
        "its store on the disk, MB": disk_mb(),
    }


def resident_mb() -> float:
    """Return the resident memory of the benchmark's Neo4j."""
    pid = (FOLDER / "neo4j.pid").read_text()
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


def disk_mb() -> float:
    """Return how large the store is."""
    store = FOLDER / "neo4j" / "data" / "databases" / "neo4j"
    return sum(file.stat().st_size for file in store.rglob("*") if file.is_file()) / 2**20
