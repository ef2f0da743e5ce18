"""`make sybil`: attackers make any number of accounts behind a few honest friends, vouch for each
other, ask everybody for money at once, and never repay; prove that what is lost is no more than
what those friends stood behind them with.
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from config import environment
from config.demo.run import carry_out
from config.sybil.honest import NETWORKS
from config.sybil.run import Options, Simulation

EPILOG = """Starts a private instance with engines of its own; removes it at the end. The honest
people and their lines are those of real networks (docs/data.md), the accounts are made for the
attack, and all they do goes through the service: friend.ask, trust.set, loan.limit, loan.ask and
loan.grant, many at once. More than a year passes before they ask, and after it the time after which
unpaid loans default. What the same attack takes where a service lends by friend count, mean rating
or PageRank is computed and drawn beside it. Bounded by --limit.

exit code: 0 the law holds, 1 it does not, 2 it could not be run"""


def _attack(text: str) -> tuple[int, int]:
    edges, accounts = (int(part) for part in text.split(":"))
    if not 1 <= edges <= 20 or not max(2, edges) <= accounts <= 500:
        raise ValueError
    return edges, accounts


_attack.__name__ = (
    "attack LINES:ACCOUNTS (1 to 20 honest lines, at least as many accounts, 500 at most)"
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make sybil", description=__doc__, epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add = parser.add_argument
    add("--network", choices=NETWORKS, action="append", help="only these (default: all)")
    add("--attack", type=_attack, action="append", metavar="LINES:ACCOUNTS",
        help="may be repeated (default: 1:10, 1:30, 4:10, 4:40)")  # fmt: skip
    add("--people", type=int, default=400,
        help="of each network, around those most trusted (default: %(default)s)")  # fmt: skip
    add("--data", type=Path, default=environment.ROOT.parent / "shared" / "data",
        help="folder of the networks (default: %(default)s)")  # fmt: skip
    add("--picture", type=Path, metavar="FILE.svg",
        help="where the picture goes (default: sybil.svg in KITH_DATA)")  # fmt: skip
    add("--limit", type=float, default=1_800.0, metavar="SECONDS",
        help="stop after this time, whatever happens (default: %(default)s)")  # fmt: skip
    return parser


def main() -> int:
    """Parse the command line, run, return the exit code."""
    given = _parser().parse_args()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 100)
    options = Options(
        networks=given.network or list(NETWORKS),
        attacks=given.attack or [(1, 10), (1, 30), (4, 10), (4, 40)],
        people=given.people, folder=given.data,
        picture=given.picture or environment.data_folder() / "sybil.svg", limit=given.limit,
    )  # fmt: skip
    return carry_out(lambda: Simulation(options, console).run(), console)


if __name__ == "__main__":
    sys.exit(main())
