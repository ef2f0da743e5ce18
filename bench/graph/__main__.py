"""The graph at a million people, in one run: `make bench-graph`.

One world in PostgreSQL and Neo4j; each part measures one thing on it and returns its figures.
"""

import argparse
import importlib
import json
from pathlib import Path

from bench.graph.engines import start_engines
from bench.graph.world import make_world
from config.bars import showing_bars

# In this order: each is a module beside this one with `run(world, seconds)`. The first brings the
# world to Neo4j, where an earlier one may still be, so it is always there.
PARTS = ("rebuild", "lag", "limits", "granting")


def main() -> None:
    """Make the world, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.graph", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--friendships", type=float, default=7.5, help="for each person")
    parser.add_argument("--lines", type=float, default=7.5, help="directed, for each person")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20, help="per measurement under load")
    parser.add_argument("--parts", default=",".join(PARTS), help="default: %(default)s")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    start_engines()
    with showing_bars() as bars:
        world = make_world(
            options.people, int(options.people * options.friendships),
            int(options.people * options.lines), options.seed, progress=bars.show,
        )  # fmt: skip
    found = {}
    for name in dict.fromkeys([PARTS[0], *options.parts.split(",")]):
        part = importlib.import_module(f"bench.graph.{name}")
        found[name] = part.run(world, options.seconds)
        print(f"\n{name}")
        for what, value in found[name].items():
            print(f"  {what:<58} {value:>14,.{0 if value >= 100 else 2}f}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
