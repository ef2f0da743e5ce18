"""`make bench-socket`: ours, its peers and the floor in one run, server and members pinned
apart.
"""

import argparse
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from bench.instance import pin, prepare_environment
from bench.sockets.crowd import Crowd, Rush
from bench.sockets.servers import LOAD, Target, channels_group, elsewhere, ours, plain
from config.engines.ports import find_free_port

IN_FLIGHT = 8
PER_SECOND = 50
OURS = "our hub, told by the bus"
WHOLE = "ours, from message.send"
FLOOR = "floor: asyncio, frame prebuilt"
STOCK = "stock Channels on Daphne"


@dataclass(frozen=True)
class Measured:
    """One server with 8 messages in flight, with one, and at 50 a second."""

    many: Rush
    single: Rush
    paced: Rush

    def show(self, name: str) -> str:
        """Return a line of the table."""
        waits = "  ".join(
            f"{rush.percentile(0.5) * 1000:8.2f} {rush.percentile(0.99) * 1000:8.2f}"
            for rush in (self.single, self.paced)
        )
        return f"{name:32}{self.many.rate:12,.0f}  {waits}"


def measure(target: Target, seconds: float) -> Measured:
    """Measure one server in a room of as many as there are tokens."""
    crowd = Crowd(target.url, target.tokens)
    try:
        crowd.settle()
        crowd.rush(target.send, in_flight=1, seconds=1)
        return Measured(
            crowd.rush(target.send, in_flight=IN_FLIGHT, seconds=seconds),
            crowd.rush(target.send, in_flight=1, seconds=seconds),
            crowd.pace(target.send, per_second=PER_SECOND, seconds=seconds),
        )
    finally:
        crowd.close()


def list_peers(
    members: int, others: list[str]
) -> Iterator[tuple[str, AbstractContextManager[Target]]]:
    """Yield the floor and each peer, which pass on what they get."""
    yield FLOOR, plain(members, "bench.sockets.floor", "{port}")
    yield STOCK, channels_group(members)
    yield "websockets.broadcast", plain(members, "bench.sockets.broadcast", "{port}")
    for other in others:
        name, _, url = other.partition("=")
        yield name, elsewhere(url, members)


def measure_all(options: argparse.Namespace) -> dict[str, Measured]:
    """Measure everything that was asked for, and print each as it comes."""
    results = {}
    print(f"room of {options.members}: deliveries/s with {IN_FLIGHT} messages in flight; ms until")
    print(f"the last member has one, p50 and p99, with 1 in flight and at {PER_SECOND} a second")
    with ours(options.members) as service:
        pin(0, LOAD)
        # The second goes on in memory where the first has left the room in PostgreSQL.
        for name, target in ((WHOLE, service.by_member), (OURS, service.by_bus)):
            if options.only in name:
                results[name] = measure(target(), options.seconds)
                print(results[name].show(name), flush=True)
        # With the same engines beside them, so that all are disturbed alike.
        for name, peer in list_peers(options.members, options.peer):
            if options.only in name:
                with peer as target:
                    results[name] = measure(target, options.seconds)
                print(results[name].show(name), flush=True)
    return results


def show_ratios(results: dict[str, Measured]) -> None:
    """Print ours beside what it is to be compared with."""
    for name in (OURS, WHOLE):
        for other in (STOCK, FLOOR):
            if name in results and other in results:
                ratio = results[name].many.rate / results[other].many.rate
                print(f"{name}: {ratio:.2f} times the deliveries of {other}")
    if OURS in results and FLOOR in results:
        ratio = results[OURS].single.percentile(0.99) / results[FLOOR].single.percentile(0.99)
        print(f"{OURS}: the last member's p99 with 1 in flight is {ratio:.2f} times the floor's")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench-socket", description=__doc__)
    parser.add_argument("--members", type=int, default=500, help="(default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=6, help="per measurement")
    parser.add_argument("--only", default="", help="measure what has this in its name")
    parser.add_argument(
        "--peer", action="append", default=[], metavar="NAME=URL",
        help="a server started beside, which sends each text it gets to all who are connected",
    )  # fmt: skip
    options = parser.parse_args()
    prepare_environment(find_free_port())
    show_ratios(measure_all(options))


if __name__ == "__main__":
    main()
