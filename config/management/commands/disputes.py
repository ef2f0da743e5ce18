"""manage.py disputes"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from commands.frames import show_moment
from graph.people.models import Person
from wallet.accounts.numbers import number_of
from wallet.disputes.models import Dispute, Status, Step
from wallet.disputes.selectors import find_disputes, list_steps

AT_ONCE = 100


class Command(BaseCommand):
    """Prints disputes with every step in them."""

    help = (
        "Print the newest 100 disputes with every step in them: all, or those of a status, of a"
        " receipt or of a person. To decide them, two people of the staff use their own log-ins:"
        " `python -m chat.client call dispute.freeze dispute=ID reason=...`, likewise"
        " dispute.propose, dispute.confirm and dispute.refuse."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("text", nargs="?", default="", help="a receipt's number or a username")
        parser.add_argument("--status", choices=Status.values)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what is found."""
        page, more = find_disputes(
            status=options["status"], text=options["text"], before=None, limit=AT_ONCE
        )
        steps = list_steps(dispute_ids=(dispute.id for dispute in page))
        for dispute in page:
            self._show(dispute, steps[dispute.id])
        self.stdout.write(f"{len(page)} disputes" + (", and older ones" if more else ""))

    def _show(self, dispute: Dispute, steps: list[Step]) -> None:
        names = Person.objects.in_bulk(
            {dispute.payer_id, dispute.payee_id, *(step.by_id for step in steps)}
        )
        self.stdout.write(
            f"{dispute.id} {dispute.status}: {dispute.amount} {dispute.currency}"
            f" from {names[dispute.payer_id].username} to {names[dispute.payee_id].username},"
            f" frozen {dispute.held_amount}, receipt {number_of(dispute.payment_id)}"
        )
        for step in steps:
            facts = [step.outcome, "" if step.amount is None else str(step.amount), step.reason]
            self.stdout.write(
                f"  {show_moment(step.at)} {step.action} by {names[step.by_id].username}:"
                f" {' '.join(filter(None, facts))}"
            )
