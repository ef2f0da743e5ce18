"""The graph at scale, in one run: `make bench-graph`.

A world of people, friendships and trust lines in PostgreSQL and Neo4j. Each part is a module with
`run(world, options)`, which returns figures by name and says nothing.
"""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from bench.graph.engines import start_engines

# In this order: what changes the world comes last.
PARTS = ("rebuild", "limits", "granting", "lag")


def say(what: str) -> None:
    """Show how far the run is."""
    print(f"bench: {what}", file=sys.stderr, flush=True)


def read_options() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.graph", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--friendships", type=int, help="default: 7.5 for each person")
    parser.add_argument("--lines", type=int, help="default: as many as friendships")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", type=int, default=3_000, help="of each kind that is timed")
    parser.add_argument("--writes", type=int, default=50, help="a second, beside the calls")
    parser.add_argument("--seconds", type=float, default=20, help="of changes under load")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    options.friendships = options.friendships or options.people * 15 // 2
    options.lines = options.lines or options.friendships
    return options


def main() -> None:
    """Make the world, measure, and print."""
    options = read_options()
    start_engines()
    from bench.graph.world import make_world

    say(f"a world of {options.people:,} people")
    world = make_world(options.people, options.friendships, options.lines, options.seed)
    if "rebuild" not in options.parts:
        fill_neo4j()
    found = {}
    for name in options.parts:
        say(name)
        found[name] = import_module(f"bench.graph.{name}").run(world, options)
    for name, figures in found.items():
        print(f"\n{name}")
        for what, value in figures.items():
            print(f"  {what:<66} {value:>12,.{0 if value >= 100 or value == int(value) else 2}f}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


def fill_neo4j() -> None:
    """Bring the world to Neo4j."""
    from django.core.management import call_command

    say("rebuilding the graph in Neo4j")
    call_command("rebuild_graph", stdout=sys.stderr)


if __name__ == "__main__":
    main()
