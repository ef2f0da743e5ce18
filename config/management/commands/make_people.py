"""manage.py make_people"""

import csv
import os
import re
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from rich.console import Console
from rich.progress import Progress

from commands.frames import MAX_AMOUNT
from commands.written_help import WrittenHelp
from config import environment
from config.demo.people import Made, PrefixTaken, make_people
from graph.people.models import Tier

MOST = 999_999
# Username is at most 32 characters long, of which the dash and six digits are seven.
PREFIX = re.compile(r"[A-Za-z0-9_.\-]{1,25}")


class Command(WrittenHelp):
    """Makes people for trials and load tests."""

    help = """Make people in bulk, for trials and load tests.

They are called PREFIX-000001, PREFIX-000002 and so on, have no usable password and sign in by
an access token, which is good for 30 days and stands nowhere but in the CSV file (only its owner
may read it). Each gets the funds on a CNY account, from the same account of the books that bank
channels pay from. All of them are made, or none.

  manage.py make_people --count 500 --prefix rush --funds 100000 --out people.csv

makes 500 people with 1,000 yuan each. The file has the columns username, person, token:

  rush-000001,0199c0de-…,Zk3v…"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--count", type=_between(1, MOST), required=True, metavar="N",
            help=f"how many people, at most {MOST:,}",
        )  # fmt: skip
        parser.add_argument(
            "--prefix", type=_prefix, required=True, metavar="P",
            help="how their usernames begin; refused when somebody is called so already",
        )  # fmt: skip
        parser.add_argument(
            "--funds", type=_between(0, MAX_AMOUNT), required=True, metavar="AMOUNT",
            help="fen for each (100000 are 1,000 yuan); 0 gives an empty account",
        )  # fmt: skip
        parser.add_argument(
            "--out", type=Path, required=True, metavar="FILE.csv",
            help="where usernames, ids and tokens are written",
        )  # fmt: skip
        parser.add_argument(
            "--tier", choices=Tier.values, default=Tier.VERIFIED.value,
            help="how well they are known (default: %(default)s)",
        )  # fmt: skip
        parser.add_argument(
            "--force", action="store_true",
            help="do it outside development too, where made-up people and money have no place",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them and write the file."""
        kind = environment.read("KITH_ENV")
        if kind != "development" and not options["force"]:
            raise CommandError(
                f"This is {kind}, not development: made-up people would get made-up money."
                " Add --force if that is what you want."
            )
        out: Path = options["out"]
        draft = out.with_name(f".{out.name}.draft")
        try:
            # Before anything is made: people whose tokens cannot be written down are of no use.
            draft.touch(mode=0o600)
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from None
        try:
            # The tokens are on the disk before the people are in the database.
            with transaction.atomic():
                made = self._make(options)
                _write(draft, made)
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(f"{len(made):,} people, written to {out}")

    def _make(self, options: dict[str, Any]) -> list[Made]:
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("making people", total=options["count"])
            try:
                return make_people(
                    prefix=options["prefix"], count=options["count"], funds=options["funds"],
                    tier=Tier(options["tier"]), at=datetime.now(UTC),
                    progress=lambda done: bar.update(task, completed=done),
                )  # fmt: skip
            except PrefixTaken as taken:
                raise CommandError(str(taken)) from None


def _write(path: Path, made: list[Made]) -> None:
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["username", "person", "token"])
        writer.writerows((one.username, one.person_id, one.token) for one in made)
        file.flush()
        os.fsync(file.fileno())


def _between(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = int(text.replace("_", ""))
        if not least <= number <= most:
            raise ValueError
        return number

    parse.__name__ = f"number between {least:,} and {most:,}"
    return parse


def _prefix(text: str) -> str:
    if not PREFIX.fullmatch(text):
        raise ValueError
    return text


_prefix.__name__ = "prefix of 1 to 25 letters, digits, dots, dashes or underscores"
