r"""Granting: trust is reserved and money moves together, or nothing happens.

The people of `Diamond` and what each line carries:

    lender --700--> ann --300--> borrower
       |             \--200--> bob --500--> borrower
       |--100------------------> bob
       \--50--------------------------------> borrower
"""

from datetime import datetime
from uuid import UUID

import pytest

from commands.errors import Forbidden
from graph.limits.selectors import find_flow_in_postgres
from graph.people.errors import PersonNotFound, TierRequired
from graph.people.models import Person, Tier
from graph.trust.errors import BelowReserved
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import befriend, make_people, trust
from tests.threads import at_once
from tests.wallet.lending.loans import DAY, FUNDS, Pair, later, line_between, parts, status
from wallet.ledger.errors import InsufficientFunds
from wallet.lending import services
from wallet.lending.errors import LoanNotFound, NotOpen, OverLimit, OwnCap
from wallet.lending.models import Loan, Reservation


class Diamond(Pair):
    """Two people with trust between them over two friends; see the picture above."""

    def __init__(self) -> None:
        super().__init__(line=50)
        self.ann, self.bob = make_people(2, at=DAY)
        self.ways = {
            (self.lender, self.ann): 700, (self.ann, self.borrower): 300,
            (self.ann, self.bob): 200, (self.lender, self.bob): 100,
            (self.bob, self.borrower): 500,
        }  # fmt: skip
        for (giver, receiver), capacity in self.ways.items():
            trust(giver, receiver, capacity, at=DAY)
        self.ways[self.lender, self.borrower] = 50

    def reserved(self) -> list[int]:
        """Return what is reserved of the lines, in the order of `ways`."""
        return [line_between(*way)[1] for way in self.ways]


def test_a_grant_moves_money_and_reserves_trust() -> None:
    pair = Pair(line=20_000)
    loan = pair.ask(15_000, days=30, daily_rate_ppm=400)

    shown = pair.grant(loan)

    assert shown["status"] == "open"
    assert (shown["principal"], shown["interest"], shown["repaid"]) == (15_000, 0, 0)
    assert shown["due_on"] == "2021-03-31"
    # 15,000 fen at 0.04 % are 6 fen a day.
    assert shown["schedule"] == [
        {"due_on": "2021-03-31", "amount": 15_180, "interest": 180, "principal": 15_000}
    ]
    assert shown["reserved"] == [
        {"from": str(pair.lender), "to": str(pair.borrower), "amount": 15_000}
    ]
    assert pair.line() == (20_000, 15_000, 0)
    assert pair.balances() == (FUNDS - 15_000, 15_000)
    (notice,) = Notice.objects.filter(owner_id=pair.borrower, kind="money.in")
    assert (notice.about, notice.ref) == (pair.lender, loan)


def test_the_day_of_a_grant_is_that_of_the_service() -> None:
    pair = Pair()
    # 17:00 on the first in London is one o'clock on the second in Shanghai.
    loan = pair.lend(at=datetime.fromisoformat("2021-03-01T17:00:00Z"), days=10)

    assert pair.get(loan)["due_on"] == "2021-03-12"


def test_only_the_lender_grants_and_only_once() -> None:
    pair = Pair()
    loan = pair.ask(10_000)

    with pytest.raises(LoanNotFound):
        call(pair.borrower, "loan.grant", at=DAY, loan=loan)
    assert status(loan) == "asked"
    pair.grant(loan)
    with pytest.raises(NotOpen) as refusal:
        pair.grant(loan)

    assert refusal.value.detail == {"status": "open"}
    assert pair.balances() == (FUNDS - 10_000, 10_000)
    assert pair.line() == (100_000, 10_000, 0)


def test_a_lender_lends_own_money_only() -> None:
    pair = Pair(line=2_000_000)
    call(pair.lender, "wallet.withdraw", at=DAY, amount=FUNDS - 9_999, channel="sandbox")
    loan = pair.ask(10_000)

    with pytest.raises(InsufficientFunds):
        pair.grant(loan)

    assert (status(loan), pair.balances(), pair.line()) == ("asked", (9_999, 0), (2_000_000, 0, 0))
    assert parts(loan) == []


def test_who_lends_has_a_name() -> None:
    pair = Pair()
    loan = pair.ask()
    Person.objects.filter(id=pair.lender).update(tier=Tier.BASIC)

    with pytest.raises(TierRequired) as refusal:
        pair.grant(loan)

    assert refusal.value.code == "wallet.tier_required"
    assert refusal.value.detail["tier"] == "real_name"
    assert (status(loan), pair.balances(), pair.line()) == ("asked", (FUNDS, 0), (100_000, 0, 0))


def test_the_limit_is_computed_again_at_the_grant() -> None:
    pair = Pair(line=20_000)
    loan = pair.ask(15_000)
    trust(pair.lender, pair.borrower, 14_999, at=DAY)

    with pytest.raises(OverLimit) as refusal:
        pair.grant(loan)

    assert refusal.value.detail == {"limit": 14_999}
    assert (status(loan), pair.balances(), pair.line()) == ("asked", (FUNDS, 0), (14_999, 0, 0))
    trust(pair.lender, pair.borrower, 15_000, at=DAY)
    assert pair.grant(loan)["status"] == "open"


def test_the_cap_is_computed_again_at_the_grant() -> None:
    pair = Pair(line=9_000_000, tier=Tier.REAL_NAME)
    loan = pair.ask(300_000)
    Person.objects.filter(id=pair.borrower).update(tier=Tier.BASIC)

    with pytest.raises(OwnCap) as refusal:
        pair.grant(loan)

    assert refusal.value.detail == {"limit": 50_000}
    assert (status(loan), pair.balances()) == ("asked", (FUNDS, 0))


def test_who_is_late_with_one_loan_gets_no_other() -> None:
    pair = Pair()
    pair.lend(1_000, days=10)
    asked = pair.ask(500, at=later(9))

    with pytest.raises(OwnCap) as refusal:
        pair.grant(asked, at=later(11))
    with pytest.raises(OwnCap):
        pair.ask(1, at=later(11))

    assert refusal.value.detail == {"limit": 0}
    assert pair.limit(at=later(10))["cap"] == 2_000_000 - 1_500
    assert (pair.limit(at=later(11))["cap"], pair.limit(at=later(11))["limit"]) == (0, 0)


# --- Trust over friends --------------------------------------------------------------------------


def test_a_limit_names_its_paths_and_they_sum_to_it() -> None:
    diamond = Diamond()

    found = diamond.limit()

    # 50 directly, 300 over Ann, 200 over Ann and Bob, 100 over Bob.
    assert (found["limit"], found["flow"], found["direct"]) == (650, 650, 50)
    paths = {tuple(path["through"]): path["amount"] for path in found["paths"]}
    # The borrower knows Ann and Bob, whose lines lead to them.
    ann, bob = str(diamond.ann), str(diamond.bob)
    assert paths == {(): 50, (ann,): 300, (ann, bob): 200, (bob,): 100}


@pytest.mark.parametrize("amount", [1, 50, 51, 349, 350, 351, 500, 649, 650])
def test_granting_lowers_the_limit_of_the_same_pair_by_exactly_that(amount: int) -> None:
    diamond = Diamond()

    loan = diamond.lend(amount)

    found = diamond.limit()
    assert (found["limit"], found["flow"]) == (650 - amount, 650 - amount)
    assert sum(parts(loan)) == amount
    with pytest.raises(OverLimit) as refusal:
        diamond.ask(651 - amount)
    assert refusal.value.detail == {"limit": 650 - amount}


def test_a_line_reserves_the_sum_over_the_paths_that_use_it() -> None:
    diamond = Diamond()

    loan = diamond.lend(650)

    # Lender to Ann, Ann on, Ann to Bob, lender to Bob, Bob on, and the lender's own.
    assert diamond.reserved() == [500, 300, 200, 100, 300, 50]
    assert sorted(parts(loan)) == [50, 100, 200, 300]
    shown = {(one["from"], one["to"]): one["amount"] for one in diamond.get(loan)["reserved"]}
    assert sorted(shown.values()) == [50, 100, 200, 300, 300, 500]
    assert shown[str(diamond.bob), str(diamond.borrower)] == 300


def test_guarantors_see_their_own_lines_of_each_loan_and_borrowers_none() -> None:
    diamond = Diamond()
    loan = diamond.lend(650)

    seen = diamond.get(loan, reader=diamond.bob)["reserved"]

    assert seen == [{"from": str(diamond.bob), "to": str(diamond.borrower), "amount": 300}]
    assert diamond.get(loan, reader=diamond.borrower)["reserved"] == []
    listed = call(diamond.ann, "loan.list", at=DAY, role="guarantor")["loans"]
    assert [(one["id"], len(one["reserved"])) for one in listed] == [(str(loan), 2)]


def test_a_guarantor_lowers_a_line_to_what_is_reserved_and_no_further() -> None:
    diamond = Diamond()
    diamond.lend(650)
    line = {"person": diamond.borrower, "at": DAY}

    with pytest.raises(BelowReserved) as refusal:
        call(diamond.bob, "trust.set", amount=299, **line)
    assert refusal.value.detail == {"reserved": 300}
    assert line_between(diamond.bob, diamond.borrower) == (500, 300, 0)
    call(diamond.bob, "trust.set", amount=300, **line)

    assert line_between(diamond.bob, diamond.borrower) == (300, 300, 0)


def test_names_on_a_path_are_for_those_who_know_them() -> None:
    """lender -> ann -> bob -> borrower: each end knows only the friend next to it."""
    pair = Pair(line=0)
    ann, bob, risk, nosy = make_people(4, at=DAY)
    for giver, receiver in ((pair.lender, ann), (ann, bob), (bob, pair.borrower)):
        trust(giver, receiver, 10, at=DAY)
    Person.objects.filter(id=risk).update(roles=["risk"])
    fields = {"lender": pair.lender, "borrower": pair.borrower, "at": DAY}

    def through(reader: UUID) -> list[str | None]:
        (path,) = call(reader, "loan.limit", **fields)["paths"]
        return path["through"]

    assert through(pair.lender) == [str(ann), None]
    assert through(pair.borrower) == [None, str(bob)]
    assert through(risk) == [str(ann), str(bob)]
    for reader in (nosy, ann):
        with pytest.raises(Forbidden) as refusal:
            through(reader)
        assert refusal.value.code == "auth.forbidden"
    with pytest.raises(PersonNotFound):
        call(nosy, "loan.limit", at=DAY, lender=UUID(int=7), borrower=nosy)


@pytest.mark.parametrize(("lenders", "carries"), [("any", 10), ("friends", 0), ("nobody", 0)])
def test_a_line_serves_those_it_is_for(lenders: str, carries: int) -> None:
    """The lender is a friend of Ann, whose line to Bob counts, and not of Bob."""
    pair = Pair(line=0)
    ann, bob = make_people(2, at=DAY)
    trust(pair.lender, ann, 10, at=DAY)
    trust(ann, bob, 10, at=DAY)
    trust(bob, pair.borrower, 10, at=DAY, lenders=lenders)

    assert pair.limit()["limit"] == carries
    befriend([(pair.lender, bob)], at=DAY)
    assert pair.limit()["limit"] == (0 if lenders == "nobody" else 10)


def test_a_line_that_is_closed_to_the_lender_meanwhile_is_not_used() -> None:
    pair = Pair(line=0)
    ann = make_people(1, at=DAY)[0]
    trust(pair.lender, ann, 10, at=DAY)
    trust(ann, pair.borrower, 10, at=DAY)
    loan = pair.ask(10)
    flow = find_flow_in_postgres(lender_id=pair.lender, borrower_id=pair.borrower, at=DAY)
    trust(ann, pair.borrower, 10, at=DAY, lenders="nobody")

    with pytest.raises(OverLimit):
        services.grant(loan_id=loan, person_id=pair.lender, flow=flow, at=DAY)

    assert (status(loan), parts(loan)) == ("asked", [])


# --- At the same moment --------------------------------------------------------------------------


def test_of_two_grants_at_once_over_one_line_one_is_refused() -> None:
    """Two borrowers behind one friend, whose line from the lender carries one of the loans."""
    pair = Pair(line=0)
    (ann, second) = make_people(2, at=DAY)
    trust(pair.lender, ann, 100, at=DAY)
    loans = []
    for borrower in (pair.borrower, second):
        trust(ann, borrower, 100, at=DAY)
        asked = call(borrower, "loan.ask", at=DAY, lender=pair.lender, amount=60, days=30)
        loans.append(UUID(asked["loan"]["id"]))

    answers = at_once([lambda loan=loan: pair.grant(loan) for loan in loans])

    (refusal,) = (answer for answer in answers if isinstance(answer, Exception))
    assert isinstance(refusal, OverLimit)
    assert refusal.detail == {"limit": 40}
    assert sorted(status(loan) for loan in loans) == ["asked", "open"]
    assert line_between(pair.lender, ann) == (100, 60, 0)
    assert pair.balances()[0] == FUNDS - 60


def test_a_proposal_that_is_too_old_is_computed_again() -> None:
    """The old flow takes Ann's way; by the grant only Bob's carries anything."""
    pair = Pair(line=0)
    ann, bob = make_people(2, at=DAY)
    trust(pair.lender, ann, 100, at=DAY)
    trust(ann, pair.borrower, 100, at=DAY)
    loan = pair.ask(80)
    flow = find_flow_in_postgres(lender_id=pair.lender, borrower_id=pair.borrower, at=DAY)
    trust(ann, pair.borrower, 79, at=DAY)
    trust(pair.lender, bob, 100, at=DAY)
    trust(bob, pair.borrower, 50, at=DAY)

    services.grant(loan_id=loan, person_id=pair.lender, flow=flow, at=DAY)

    assert sum(parts(loan)) == 80
    reserved = [line_between(friend, pair.borrower)[1] for friend in (ann, bob)]
    assert sum(reserved) == 80
    assert reserved[0] <= 79
    assert reserved[1] <= 50


def test_a_grant_and_a_guarantor_who_lowers_at_once_leave_no_line_overdrawn() -> None:
    for _ in range(6):
        pair = Pair(line=0)
        (ann,) = make_people(1, at=DAY)
        trust(pair.lender, ann, 100, at=DAY)
        trust(ann, pair.borrower, 100, at=DAY)
        loan = pair.ask(80)

        granted, lowered = at_once(
            [
                lambda pair=pair, loan=loan: pair.grant(loan),
                lambda pair=pair, ann=ann: call(
                    ann, "trust.set", at=DAY, person=pair.borrower, amount=10
                ),
            ]
        )

        if isinstance(granted, OverLimit):
            assert line_between(ann, pair.borrower) == (10, 0, 0)
            assert (status(loan), pair.balances()) == ("asked", (FUNDS, 0))
        else:
            assert isinstance(lowered, BelowReserved)
            assert line_between(ann, pair.borrower) == (100, 80, 0)
            assert (status(loan), pair.balances()) == ("open", (FUNDS - 80, 80))


def test_two_grants_of_one_loan_at_once_lend_once() -> None:
    pair = Pair()
    loan = pair.ask(10_000)

    answers = at_once([lambda: pair.grant(loan)] * 4)

    assert sum(isinstance(answer, NotOpen) for answer in answers) == 3
    assert (pair.balances(), pair.line()) == ((FUNDS - 10_000, 10_000), (100_000, 10_000, 0))


def test_many_grants_across_one_another_all_end_and_nothing_is_overdrawn() -> None:
    """Everybody trusts everybody, and all lend to all: lines and accounts cross in every order."""
    people = make_people(4, at=DAY, funds=1_000)
    pairs = [(one, other) for one in people for other in people if one != other]
    for one, other in pairs:
        trust(one, other, 50, at=DAY)
    asked = []
    for lender, borrower in pairs:
        answer = call(borrower, "loan.ask", at=DAY, lender=lender, amount=40, days=30)
        asked.append((lender, UUID(answer["loan"]["id"])))

    answers = at_once(
        [lambda one=one: call(one[0], "loan.grant", at=DAY, loan=one[1]) for one in asked]
    )

    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(answer, OverLimit) for answer in refused)
    opened = Loan.objects.filter(id__in=[loan for _, loan in asked], status="open")
    assert opened.count() == len(asked) - len(refused) >= 4
    by_line: dict[UUID, int] = {}
    for row in Reservation.objects.filter(loan__in=opened):
        for line in row.lines:
            by_line[line] = by_line.get(line, 0) + row.outstanding
    found = {way: line_between(*way) for way in pairs}
    assert all(reserved <= capacity == 50 for capacity, reserved, _ in found.values())
    assert sum(reserved for _, reserved, _ in found.values()) == sum(by_line.values())
