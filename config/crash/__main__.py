"""`make crash`: kill the web process, the worker and PostgreSQL again and again, at random moments,
under people who keep paying; prove that every acknowledged command is there once.
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from config import environment
from config.crash.run import Crash, Options, default_limit
from config.demo.run import carry_out

EPILOG = """Starts a private instance with engines of its own on 127.0.0.1; removes it at the end.
Everybody offers, takes and gives back transfers, throws and opens envelopes, issues and uses
vouchers, makes and pays splits and requests for payment, tops up and withdraws, settles expenses,
lends, repays and disputes, over a socket of their own; a command without an answer is sent again
under its id until it has one. Banks fail beside it. One service after the other is killed
(SIGKILL), the next one 0.3 to 3 seconds after the last one answers again. Then what is open runs
out (half a minute or one here instead of a day), and each law is proved: of the commands, of the
products, of everybody's entries to the fen, check_ledger, reconcile, and check_history on what was
read of all balances meanwhile, which is kept in Jepsen's form as crash.jsonl in the folder
KITH_DATA.

About ten seconds a kill on two busy cores, and two minutes beside. The seed draws what is killed
and when, and what people do; what dies in the middle of what is chance.

exit code: 0 all laws hold, 1 one does not (the instance's folder is kept), 2 it could not be run"""


def _count(least: int, most: int) -> "type[int]":
    def parse(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError
        return number

    parse.__name__ = f"number from {least:,} to {most:,}"
    return parse  # type: ignore[return-value]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make crash", description=__doc__, epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add = parser.add_argument
    add("--kills", type=_count(0, 1000), default=50, help="in all (default: %(default)s)")
    add("--seed", type=int, default=1, help="draws what is killed and what is done")
    add("--people", type=_count(4, 100), default=24, help="who pay (default: %(default)s)")
    add("--limit", type=float, metavar="SECONDS",
        help="stop after this time, whatever happens (default: 600 and 30 a kill)")  # fmt: skip
    add("--history", type=Path, metavar="FILE",
        help="where the history is kept (default: crash.jsonl in KITH_DATA)")  # fmt: skip
    add("--keep", action="store_true", help="keep the instance's folder")
    return parser


def main() -> int:
    """Parse the command line, run, return the exit code."""
    given = _parser().parse_args()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
    history: Path = given.history or environment.data_folder() / "crash.jsonl"
    options = Options(
        kills=given.kills, seed=given.seed, people=given.people,
        limit=given.limit or default_limit(given.kills), history=history.resolve(),
        keep=given.keep,
    )  # fmt: skip
    return carry_out(lambda: Crash(options, console).run(), console)


if __name__ == "__main__":
    sys.exit(main())
