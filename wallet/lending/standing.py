"""What a borrower's own cap is made of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from commands.arrays import column
from commands.questions import Question, Rows, ask_together
from graph.people.errors import PersonNotFound
from graph.people.selectors import get_tiers
from graph.people.tiers import next_tier
from wallet.lending.caps import about_rules, apply_rules
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


def about_standings(borrower_ids: Collection[UUID]) -> list[Question[Any]]:
    """Ask what `make_standings` has to know of borrowers besides their tiers."""
    live = [Status.ASKED, *Loan.OUTSTANDING]
    values = [column(borrower_ids), column(map(str, live))]
    return [Question(LIVE, values, _read_loans), *about_rules(borrower_ids)]


def _read_loans(rows: Rows) -> list[Loan]:
    return [Loan(**dict(zip(FIELDS, row, strict=True))) for row in rows]


def list_standings(
    *, borrower_ids: Iterable[UUID], at: datetime, without: UUID | None = None
) -> dict[UUID, Standing]:
    """Return where borrowers stand, on two ways to PostgreSQL. Raises PersonNotFound.

    `without` leaves out one ask, which is just being granted.
    """
    wanted = set(borrower_ids)
    tiers = get_tiers(person_ids=wanted)
    if not wanted <= tiers.keys():
        raise PersonNotFound()
    return make_standings(
        tiers=tiers, answers=ask_together(about_standings(wanted)), at=at, without=without
    )


def make_standings(
    *,
    tiers: Mapping[UUID, str],
    answers: Sequence[Any],
    at: datetime,
    without: UUID | None = None,
) -> dict[UUID, Standing]:
    """Return where the borrowers whose tiers are given stand, by the answers to
    `about_standings` of the same.
    """
    loans, *facts = answers
    by_tier = {person_id: settings.LOAN_CAPS[tier] for person_id, tier in tiers.items()}
    whole = apply_rules(by_tier, facts, at)
    owed, asked = dict.fromkeys(tiers, 0), dict.fromkeys(tiers, 0)
    late = set()
    for loan in loans:
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
            tier=tier, by_tier=by_tier[person_id], whole=whole[person_id],
            owed=owed[person_id], asked=asked[person_id], is_late=person_id in late,
        )
        for person_id, tier in tiers.items()
    }  # fmt: skip
