"""Memory of the web server per idle connection: ours, logged in and in a room, beside bare
Daphne.
"""

import argparse
import sys
from pathlib import Path

from bench.instance import pin, prepare_environment
from bench.sockets.crowd import Crowd
from bench.sockets.returning import ROOM_SIZE
from bench.sockets.servers import LOAD, make_room, ours, served
from config.engines.ports import find_free_port


def resident(pid: int) -> int:
    """Return the memory that a process has resident, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    sys.exit("bench: this system does not tell how much memory a process has")


def weigh(name: str, url: str, pid: int, tokens: list[str]) -> float:
    """Return the bytes that each of so many idle connections adds."""
    # The first few load what is loaded once.
    Crowd(url, tokens[:20]).close()
    before = resident(pid)
    crowd = Crowd(url, tokens)
    crowd.settle()
    each = (resident(pid) - before) / len(tokens)
    crowd.close()
    print(f"{name:32} {len(tokens)} connections, {each / 1024:6.1f} KiB each", flush=True)
    return each


def main() -> None:
    """Weigh and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.sockets.memory", description=__doc__)
    parser.add_argument("--connections", type=int, default=2000, help="(default: %(default)s)")
    count = parser.parse_args().connections
    prepare_environment(find_free_port())
    with ours(2) as service:
        pin(0, LOAD)
        tokens: list[str] = []
        while len(tokens) < count:
            tokens += make_room(min(ROOM_SIZE, count - len(tokens)))[1]
        here = weigh("ours", service.url, service.pid, tokens)
    with served("daphne", "-p", "{port}", "-v", "0", "bench.sockets.bare:application") as (
        url,
        pid,
    ):
        there = weigh("bare Daphne", url, pid, [""] * count)
    print(f"a connection of ours takes {here / there:.2f} times the memory of a bare one")


if __name__ == "__main__":
    main()
