"""Payment requests for tests: somebody asks, somebody pays, a third one funds vouchers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from outbox.notices.models import Notice
from tests.calls import call
from tests.people import balance, make_people
from wallet.ledger.models import Account
from wallet.vouchers.models import Issue, Voucher

FUNDS = 10_000
WEEK = timedelta(days=7)


class Three:
    """Who asks, who pays, and who funds vouchers; each has 10,000."""

    def __init__(self, *, at: datetime) -> None:
        self.at = at
        self.asker, self.payer, self.funder = make_people(3, at=at, funds=FUNDS)

    def ask(self, amount: int = 800, **fields: Any) -> UUID:
        """Ask the payer for an amount and return the request's id."""
        terms = {"to": self.payer, "amount": amount, "note": "Tickets"} | fields
        answer = call(self.asker, "payment_request.create", at=self.at, **terms)
        return UUID(answer["payment_request"]["id"])

    def voucher(
        self, amount: int = 500, *, days: float = 1, holder: UUID | None = None, **fields: Any
    ) -> UUID:
        """Give the payer, or the holder, a voucher and return its id."""
        (shown,) = call(
            self.funder, "voucher.issue", at=self.at, people=[holder or self.payer],
            amount=amount, expires_at=self.at + timedelta(days=days), **fields,
        )["vouchers"]  # fmt: skip
        return UUID(shown["id"])

    def pay(self, request: UUID, *sources: Any, at: datetime | None = None) -> Any:
        """Pay a request, from the sources if there are any."""
        fields = {"sources": list(sources)} if sources else {}
        answer = call(
            self.payer, "payment_request.pay", at=at or self.at, payment_request=request, **fields
        )
        return answer["payment_request"]

    def money(self) -> tuple[int, int, int]:
        """Return what who asks, who pays and who funds have."""
        asker, payer, funder = (
            balance(one, at=self.at) for one in (self.asker, self.payer, self.funder)
        )
        return asker, payer, funder

    def told(self, person: UUID, kind: str) -> list[tuple[UUID | None, UUID | None]]:
        """Return about whom and what a person was told."""
        rows = Notice.objects.filter(owner_id=person, kind=kind)
        return [(row.about, row.ref) for row in rows.order_by("id")]


def written(voucher: UUID) -> tuple[str, int | None, UUID | None]:
    """Return what is written of a voucher: its status, what was used of it, and what for."""
    row = Voucher.objects.get(id=voucher)
    return str(row.status), row.used_amount, row.used_for


def in_escrow(voucher: UUID) -> int:
    """Return what lies in the escrow of the voucher's issue."""
    issue = Issue.objects.get(vouchers=voucher)
    return Account.objects.get(id=issue.escrow_id).balance
