"""`make risk-lab`: copy the live graph into a second Neo4j, open that read-only for Neo4j Browser
and for notebooks, and remove it on Ctrl-C.
"""

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any

import django
from django.core.exceptions import ImproperlyConfigured
from rich.console import Console

from config.bars import showing_bars
from config.engines.engine import Say
from config.engines.instance import Instance
from config.engines.launcher import ensure_engines
from config.engines.problems import EngineProblem
from config.lab.server import USER, Lab

EPILOG = """What is copied is everything: people, friendships, trust lines, accounts, transfers,
withdrawals, loans, guarantees, devices and sign-ins, as PostgreSQL has them at one moment. It works
beside a running `make up` (with the same KITH_DATA), whose Neo4j it neither asks nor disturbs, and
without one: then PostgreSQL is started for the copy and stopped afterwards. Run it again for newer
data.

The lab listens on 127.0.0.1 alone and refuses every write. Who may log in sees everybody, and what
is asked by hand is written down nowhere; that a lab was opened, when and by which user of this
machine, is (risk_look). So run it only if you may see everybody. The copy stands in KITH_DATA/lab,
for this user alone, and is removed in the end. See docs/risk.md.

  make risk-lab                               ports of the last time
  make risk-lab ARGS="--http 7474 --bolt 7687"
  docs/risk_tour.ipynb                        a tour of what can be asked

KITH_NEO4J_HEAP and KITH_NEO4J_PAGECACHE bound its memory.

exit code: 0 it was ended by Ctrl-C, 1 it could not be opened"""

PORTS = range(1, 65_536)


def _port(text: str) -> int:
    if int(text) not in PORTS:
        raise ValueError
    return int(text)


_port.__name__ = "port (1 to 65535)"


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    made = argparse.ArgumentParser(
        prog="make risk-lab", description=__doc__, epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add = made.add_argument
    add("--bolt", type=_port, metavar="PORT", help="where notebooks ask (default: a free one)")
    add("--http", type=_port, metavar="PORT", help="where Neo4j Browser is (default: a free one)")
    return made


def _say(console: Console, text: str) -> None:
    # Not wrapped: an address stays one.
    console.print(f"lab | {text}", markup=False, soft_wrap=True)


def _refuse_missing(instance: Instance) -> None:
    if not Instance.is_given("postgres") and not (instance.data / "postgres").exists():
        raise EngineProblem(
            f"There is no database in {instance.data} yet; `make up` makes one, and KITH_DATA"
            " names another folder."
        )


def open_lab(lab: Lab, console: Console) -> None:
    """Fill the lab and have it answer. Raises EngineProblem."""
    with showing_bars() as bars:

        def say(text: str) -> None:
            bars.say(f"lab | {text}")

        say("reading PostgreSQL")
        with _postgres(lab.instance, say):
            # The settings name the engine's port, and the rest reads the settings.
            from config.lab import filling

            moment = datetime.now(UTC)
            files = filling.read_all(lab, at=moment, progress=bars.show)
        count = filling.fill(lab, files, say=say, progress=bars.show)
        say("opening it read-only")
        lab.start_read_only()
    _show(lab, console, count=count, moment=moment)


def _postgres(instance: Instance, say: Say) -> AbstractContextManager[Any]:
    leaving = ensure_engines(instance, ("postgres",), say)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as problem:
        leaving.close()
        raise EngineProblem(str(problem)) from None
    return leaving


def _show(lab: Lab, console: Console, *, count: int, moment: datetime) -> None:
    for line in (
        f"{count:,} nodes and edges, as they were on {moment:%Y-%m-%d at %H:%M:%S} UTC; read-only.",
        f"Neo4j Browser: {lab.browser}",
        f"Log in as {USER}, password {lab.bolt.password}",
        f"Notebooks: {lab.address}",
        "docs/risk_tour.ipynb finds it by KITH_DATA, or by KITH_LAB with that address.",
        "Ctrl-C ends it and removes the copy.",
    ):
        _say(console, line)


@contextmanager
def _signals_do(what: Any) -> Iterator[None]:
    """Have all that may end it do the same: Ctrl-C, SIGTERM, a terminal that is closed."""
    former = {
        sign: signal.signal(sign, what) for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for sign, handler in former.items():
            signal.signal(sign, handler)


def _run(lab: Lab, given: argparse.Namespace, console: Console) -> None:
    lab.take_alone()
    try:
        lab.choose_ports(bolt=given.bolt, http=given.http)
        open_lab(lab, console)
        lab.wait()
    finally:
        # An impatient second Ctrl-C would leave the copy behind.
        with _signals_do(signal.SIG_IGN):
            lab.leave()


def main(arguments: list[str] | None = None) -> int:
    """Parse the command line, open the lab until Ctrl-C, return the exit code."""
    command_line = parser()
    given = command_line.parse_args(arguments)
    if given.bolt is not None and given.bolt == given.http:
        command_line.error("--bolt and --http must be two ports")
    console = Console(highlight=False)
    try:
        instance = Instance.current()
        _refuse_missing(instance)
        instance.prepare()
        with _signals_do(signal.default_int_handler):
            _run(Lab(instance, lambda text: _say(console, text)), given, console)
    except EngineProblem as problem:
        _say(Console(highlight=False, stderr=True), str(problem))
        return 1
    except KeyboardInterrupt:
        _say(console, "ended; its copy of the graph is removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
