"""manage.py rules"""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError

from commands.errors import Refusal
from commands.written_help import WrittenHelp
from wallet.screening.rules.reading import read_values
from wallet.screening.rules.switches import Setting, settings_at, switch
from wallet.screening.selectors import find_mark


class Command(WrittenHelp):
    """Lists the rules about payments, and switches one."""

    help = """\
List the rules about payments with how they are switched, or switch one:

  manage.py rules habit.new_payee --mode on --set amount=100000 --reason "since March"

A rule that is on is asked before each payment; one in shadow is asked afterwards by the worker,
which only writes down what would have been decided. What is not given stays as it is. A change
counts from the next payment on, in all processes, and is kept with its reason."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the rule and what is to change."""
        parser.add_argument("rule", nargs="?", help="such as habit.new_payee")
        parser.add_argument("--mode", choices=["off", "shadow", "on"])
        parser.add_argument(
            "--set", action="append", default=[], dest="thresholds", metavar="THRESHOLD=NUMBER",
            help="may be given several times",
        )  # fmt: skip
        parser.add_argument("--reason", default="at the command line")

    def handle(self, *args: Any, rule: str | None, **options: Any) -> None:
        """List or switch."""
        try:
            if rule is not None:
                self._switch(rule, options)
                self.stdout.write(_say(settings_at(find_mark()).rules[rule]))
                return
        except (Refusal, ValueError) as problem:
            raise CommandError(str(problem)) from None
        for one in settings_at(find_mark()).rules.values():
            self.stdout.write(f"{_say(one):60} {one.rule.outcome}: {one.rule.sentence['en']}")

    def _switch(self, rule: str, options: dict[str, Any]) -> None:
        values = read_values(options["thresholds"])
        if options["mode"] or values:
            switch(
                name=rule, mode=options["mode"], thresholds=values, reason=options["reason"],
                person_id=None, at=datetime.now(UTC),
            )  # fmt: skip
        elif rule not in settings_at(find_mark()).rules:
            raise CommandError(f"There is no rule {rule!r}.")


def _say(setting: Setting) -> str:
    values = "".join(f", {name}={value}" for name, value in setting.thresholds.items())
    return f"{setting.rule.name} is {setting.mode}{values}."
