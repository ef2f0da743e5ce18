"""`make demo`: replay a conversation with money on a private instance, and prove that all agree."""

import argparse
import contextlib
import random
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console

from config.demo.generate import add_money
from config.demo.run import NOT_RUN, Options, Run, carry_out
from config.demo.script import Script, ScriptProblem, read_script
from config.own_services import list_services, read_web, web_names

SHIPPED = Path(__file__).with_name("conversation.jsonl")
EPILOG = """A conversation file holds one JSON object per line: {"at", "author", "text"}. The one
that ships with the project, config/demo/conversation.jsonl, also says what happens with the money;
config/demo/schema.py explains how. In a file without money, every n-th message carries some.

exit code: 0 all agreed, 1 something did not, 2 it could not be run"""


def main() -> int:
    """Parse the command line, run, return the exit code."""
    options = _parser().parse_args()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)

    def prepare() -> Coroutine[Any, Any, int]:
        script = _read(options, console)
        kills = _parse_kills(options.kill)
        _refuse_endless(script, options)
        chosen = Options(
            script=script, speed=options.speed, kills=kills, limit=options.limit, keep=options.keep
        )
        return Run(chosen, console).run()

    return carry_out(prepare, console)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one sentence; whoever wants the usage asks for --help."""
        self.exit(NOT_RUN, f"kith: {message}.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="make demo", description=__doc__, epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "--conversation", type=Path, default=SHIPPED, metavar="FILE",
        help="what to replay (default: the conversation that ships with the project)",
    )  # fmt: skip
    parser.add_argument(
        "--speed", type=_positive, metavar="N",
        help="N times as fast as it happened (default: as fast as the order allows)",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=int, default=1, help="draws the money of a file that brings none"
    )
    parser.add_argument(
        "--every", type=int, default=20, metavar="N",
        help="in such a file, every n-th message carries money (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--kill", default="", metavar="LIST",
        help="kill these in the middle, such as web,worker; with WEB=3 also web1, web2, web3 and"
        " nginx, and web is any of them",
    )  # fmt: skip
    parser.add_argument(
        "--limit", type=_positive, default=900.0, metavar="SECONDS",
        help="stop after this time, whatever happens (default: %(default)g)",
    )  # fmt: skip
    parser.add_argument(
        "--keep", action="store_true", help="keep the instance's folder, to look into it"
    )
    return parser


def _positive(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (number := float(text)) < float("inf"):
            return number
    raise argparse.ArgumentTypeError(f"{text} is no number above 0")


def _read(options: argparse.Namespace, console: Console) -> Script:
    script = read_script(options.conversation)
    if script.skipped:
        console.print(
            f"· {script.skipped} messages are left out: empty, or longer than one can be",
            soft_wrap=True,
        )
    if not script.has_money:
        script = add_money(script, every=max(1, options.every), seed=options.seed)
    acts = sum(line.money is not None for line in script.lines)
    console.print(
        f"· {len(script.lines):,} messages by {len(script.authors)} people, {acts} with money",
        soft_wrap=True,
    )
    return script


def _parse_kills(text: str) -> list[str]:
    count = read_web()
    services = list_services(count)
    kills = []
    for word in text.split(","):
        name = word.strip()
        if name == "web":
            name = random.choice(web_names(count))
        if name and name not in services:
            raise ScriptProblem(f"There is no service {name}; there are {', '.join(services)}.")
        kills += [name] if name else []
    return kills


def _refuse_endless(script: Script, options: argparse.Namespace) -> None:
    """Say at once what would otherwise only be found out when the time is up."""
    if options.speed is None:
        return
    lasts = (script.lines[-1].at - script.lines[0].at).total_seconds() / options.speed
    if lasts > options.limit:
        raise ScriptProblem(
            f"At speed {options.speed:g} the conversation takes {lasts:,.0f} s, longer than the"
            f" {options.limit:g} s it may take; choose a higher speed or a longer --limit."
        )


if __name__ == "__main__":
    sys.exit(main())
