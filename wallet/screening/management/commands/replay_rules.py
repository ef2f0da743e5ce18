"""manage.py replay_rules"""

import getpass
import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import Progress

from commands.errors import Refusal
from commands.written_help import WrittenHelp
from graph.risk.services import record_look
from wallet.screening.rules.reading import read_values
from wallet.screening.rules.replay import (
    Difference,
    Versions,
    count_past,
    replay,
    versions_of,
)


class Command(WrittenHelp):
    """Judges past transfers by two versions of the rules."""

    help = """\
Judge past transfers by two versions of the rules, and print what would have been different:

  manage.py replay_rules --from 2026-05-01 --to 2026-06-01 --rule habit.new_payee --set amount=50000

With --rule and --set: the rule as it is set, and with these thresholds. With --rule alone: without
the rule and with it. With --against MOMENT: all rules that were on then, and those that are on now.
Otherwise: what was decided then, and the rules that are on now. Changes nothing; whose payments
are shown stands in the log of looks.

Each payment is judged by what was known just before it: payments, sign-ins, friends, freezes, cases
and reports of that time. A case counts with its last decision, a friendship that ended as if it had
never been."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the time and the versions."""
        parser.add_argument("--from", dest="since", required=True, help="a date or a moment")
        parser.add_argument("--to", dest="until", help="the same (default: now)")
        parser.add_argument("--rule", help="such as habit.new_payee")
        parser.add_argument(
            "--set", action="append", default=[], dest="thresholds", metavar="THRESHOLD=NUMBER"
        )
        parser.add_argument("--against", help="a date or a moment")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--show", type=int, default=20, help="how many changed payments to show (20)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Judge and print."""
        if options["thresholds"] and not options["rule"]:
            raise CommandError("--set needs --rule.")
        if options["against"] and options["rule"]:
            raise CommandError("--against compares all rules, so it goes without --rule.")
        try:
            since = _read_moment(options["since"])
            until = _read_moment(options["until"]) if options["until"] else datetime.now(UTC)
            against = _read_moment(options["against"]) if options["against"] else None
            versions = versions_of(
                rule=options["rule"], thresholds=read_values(options["thresholds"]),
                against=against,
            )  # fmt: skip
        except (Refusal, ValueError) as problem:
            raise CommandError(str(problem)) from None
        found = _replay(versions, since, until, options["show"])
        _record_look(found, since, until)
        self.stdout.write(json.dumps(found.as_json(), indent=2) if options["json"] else _say(found))


def _read_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _replay(versions: Versions, since: datetime, until: datetime, most: int) -> Difference:
    total = count_past(since=since, until=until)
    found = Difference()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("judging", total=total)
        for found in replay(versions, since=since, until=until, most=most):
            progress.update(task, completed=found.judged)
    return found


def _record_look(found: Difference, since: datetime, until: datetime) -> None:
    """Write down whose payments are shown, as for anybody who looks at people."""
    people = {
        str(side)
        for change in found.changes
        for side in (change.payment.payer_id, change.payment.payee_id)
        if side is not None
    }
    if people:
        record_look(
            person_id=None, by=f"command line: {getpass.getuser()}", question="replay_rules",
            parameters={
                "from": since.isoformat(), "to": until.isoformat(), "people": sorted(people),
            },
            at=datetime.now(UTC),
        )  # fmt: skip


def _say(found: Difference) -> str:
    shown = found.as_json()
    lines = [f"{shown['judged']} payments judged, {shown['changed']} would change."]
    for name in ("before", "after"):
        counts = ", ".join(f"{count} {what}" for what, count in sorted(shown[name].items()))
        lines.append(f"{name}: {counts or 'nothing'}")
    for move in shown["moves"]:
        amounts = ", ".join(
            f"{amount / 100:.2f} {currency}" for currency, amount in move["amounts"].items()
        )
        lines.append(f"{move['before']} -> {move['after']}: {move['payments']} ({amounts})")
    for change in shown["changes"]:
        rules = ", ".join(sorted({one["rule"] for one in change["rules"]}))
        lines.append(
            f"  {change['at']} {change['payment']} {change['amount'] / 100:.2f}"
            f" {change['currency']} {change['before']} -> {change['after']} by {rules}"
        )
    return "\n".join(lines)
