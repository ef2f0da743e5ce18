"""Open asks count against the borrower's cap: two cannot both be granted beyond it."""

from uuid import UUID

from graph.people.models import Person, Tier
from tests.calls import call
from tests.people import make_people, trust
from tests.threads import at_once
from tests.wallet.lending.loans import DAY, FUNDS, status
from wallet.lending.errors import OwnCap
from wallet.lending.models import Loan

CAP = 50_000


def make_crowd(count: int, *, tier: Tier = Tier.BASIC) -> tuple[list[UUID], UUID]:
    """Make lenders with money who each stand behind one borrower far beyond the cap."""
    lenders = make_people(count, at=DAY, funds=FUNDS)
    (borrower,) = make_people(1, at=DAY, tier=tier)
    for lender in lenders:
        trust(lender, borrower, 1_000_000, at=DAY)
    return lenders, borrower


def ask(borrower: UUID, lender: UUID, amount: int) -> UUID:
    answer = call(borrower, "loan.ask", at=DAY, lender=lender, amount=amount, days=30)
    return UUID(answer["loan"]["id"])


def grant(lender: UUID, loan: UUID) -> None:
    call(lender, "loan.grant", at=DAY, loan=loan)


def owed(borrower: UUID) -> int:
    rows = Loan.objects.filter(borrower_id=borrower, status="open")
    return sum(rows.values_list("principal", flat=True))


def test_two_asks_that_only_together_exceed_the_cap_are_never_both_open() -> None:
    (one, other), borrower = make_crowd(2)

    def borrow(lender: UUID) -> None:
        grant(lender, ask(borrower, lender, 30_000))

    answers = at_once([lambda lender=lender: borrow(lender) for lender in (one, other)])

    assert [isinstance(answer, OwnCap) for answer in answers].count(True) == 1
    assert owed(borrower) == 30_000


def test_many_who_lend_at_once_stay_within_the_cap() -> None:
    lenders, borrower = make_crowd(8)

    def borrow(lender: UUID) -> None:
        grant(lender, ask(borrower, lender, 15_000))

    at_once([lambda lender=lender: borrow(lender) for lender in lenders])

    assert owed(borrower) == 45_000


def test_grants_at_once_after_the_cap_has_fallen_stay_within_it() -> None:
    """Both asks fitted the higher tier; with both open, neither fits the lower one."""
    (one, other), borrower = make_crowd(2, tier=Tier.REAL_NAME)
    asks = {lender: ask(borrower, lender, 30_000) for lender in (one, other)}
    Person.objects.filter(id=borrower).update(tier=Tier.BASIC)

    answers = at_once([lambda way=way: grant(*way) for way in asks.items()])

    assert all(isinstance(answer, OwnCap) for answer in answers)
    assert owed(borrower) == 0
    call(other, "loan.refuse", at=DAY, loan=asks[other])
    grant(one, asks[one])
    assert (status(asks[one]), owed(borrower)) == ("open", 30_000)


def test_permitted_loans_at_once_from_several_lenders_stay_within_the_cap() -> None:
    lenders, borrower = make_crowd(5)
    for lender in lenders:
        fields = {"person": borrower, "amount": 40_000, "until": "2021-04-01T00:00:00Z"}
        call(lender, "loan.allow", at=DAY, **fields)

    answers = at_once([lambda lender=lender: ask(borrower, lender, 20_000) for lender in lenders])

    assert sum(isinstance(answer, OwnCap) for answer in answers) == 3
    assert owed(borrower) == 40_000 <= CAP
