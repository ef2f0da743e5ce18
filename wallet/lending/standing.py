"""What a borrower's own cap is made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from commands.arrays import column
from graph.people.errors import PersonNotFound
from graph.people.selectors import get_tiers
from graph.people.tiers import next_tier
from wallet.lending.caps import apply_rules
from wallet.lending.models import Loan, Status

# Asked with each limit, which an object's way to its statement would make a third slower.
FIELDS = ("id", "borrower_id", "amount", "principal", "status", "ask_expires_at", "due_on")
LIVE = f"""
    SELECT {", ".join(FIELDS)} FROM lending_loan
    WHERE borrower_id = ANY (%s::uuid[]) AND status = ANY (%s::text[])
"""  # noqa: S608 (our own text, put together once)


@dataclass(frozen=True)
class Standing:
    """How far a borrower may go into debt, and what of it is used (minor units).

    `by_tier` is what the tier allows and `whole` what other rules, such as a score, leave of it;
    `owed` is the principal of open loans, `asked` what open asks ask for. While anything is overdue
    or in default nothing more may be borrowed.
    """

    tier: str
    by_tier: int
    whole: int
    owed: int
    asked: int
    is_late: bool

    @property
    def cap(self) -> int:
        """Return how much more the borrower may owe."""
        return 0 if self.is_late else self._room()

    def list_lifts(self) -> dict[str, int]:
        """Return what the cap would be without each of the things that lower it, by their codes."""
        if self.is_late:
            return {"overdue": self._room()}
        lifts = {}
        if (above := next_tier(self.tier)) is not None:
            lifts["tier"] = self._room(self._share(settings.LOAN_CAPS[above] - self.by_tier))
        if self.whole < self.by_tier:
            lifts["score"] = self._room(self.by_tier - self.whole)
        if self.owed:
            lifts["open_loans"] = self._room(self.owed)
        if self.asked:
            lifts["open_asks"] = self._room(self.asked)
        return lifts

    def _share(self, amount: int) -> int:
        # What is left of a cap after the rules is left of a higher one too. Of a cap of nothing no
        # part is left or taken.
        return amount * self.whole // self.by_tier if self.by_tier else amount

    def _room(self, more: int = 0) -> int:
        return max(0, self.whole + more - self.owed - self.asked)


def list_standings(
    *,
    borrower_ids: Iterable[UUID],
    at: datetime,
    without: UUID | None = None,
    tiers: Mapping[UUID, str] | None = None,
) -> dict[UUID, Standing]:
    """Return where borrowers stand, in two statements and those of the rules. Raises
    PersonNotFound.

    `without` leaves out one ask, which is just being granted. `tiers` spares a statement to who
    knows theirs.
    """
    wanted = set(borrower_ids)
    if tiers is None:
        tiers = get_tiers(person_ids=wanted)
    if not wanted <= tiers.keys():
        raise PersonNotFound()
    by_tier = {person_id: settings.LOAN_CAPS[tiers[person_id]] for person_id in wanted}
    whole = apply_rules(by_tier, at)
    owed, asked = dict.fromkeys(wanted, 0), dict.fromkeys(wanted, 0)
    late = set()
    for loan in _list_live(wanted):
        status = loan.status_at(at)
        if loan.id == without:
            continue
        if status in Loan.LATE:
            late.add(loan.borrower_id)
        elif status == Status.ASKED:
            asked[loan.borrower_id] += loan.amount
        elif status == Status.OPEN:
            owed[loan.borrower_id] += loan.principal
    return {
        person_id: Standing(
            tier=tiers[person_id], by_tier=by_tier[person_id], whole=whole[person_id],
            owed=owed[person_id], asked=asked[person_id], is_late=person_id in late,
        )
        for person_id in wanted
    }  # fmt: skip


def _list_live(borrower_ids: set[UUID]) -> list[Loan]:
    """Return what is owed or asked for, with as much of each loan as decides where it stands."""
    live = [Status.ASKED, *Loan.OUTSTANDING]
    with connection.cursor() as cursor:
        cursor.execute(LIVE, [column(borrower_ids), column(map(str, live))])
        return [Loan(**dict(zip(FIELDS, row, strict=True))) for row in cursor.fetchall()]
