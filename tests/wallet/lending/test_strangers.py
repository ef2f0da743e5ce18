"""The law of trust: strangers together take no more than honest people stood behind them with.

A group of strangers makes as many accounts as it likes, trusts itself without end and asks whom it
likes, one after the other or all at once. The principal that its members owe to others, or have
defaulted on, never exceeds the capacity that the lines from honest people into the group had.

The judge counts with numbers of its own: what the honest people promised, from the calls in which
they did. Nobody raises a line here after a default has burned a part of it, because that would be a
new promise.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import count, pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from commands.errors import Busy, Refusal
from graph.friends import services as friends
from graph.limits.selectors import Flow, find_flow_in_postgres
from graph.trust.models import Line
from tests.people import make_people, trust
from tests.threads import at_once
from tests.wallet.lending.loans import DAY, age
from wallet.checks import LAWS
from wallet.ledger.checks import find_violations
from wallet.lending import repayment, services
from wallet.lending.errors import OverLimit
from wallet.lending.models import Loan, Reservation

HONEST, FUNDS = 3, 10_000
AMOUNTS = st.integers(1, 12)
OWED = ["open", "overdue", "defaulted"]
# Each world plays before all earlier ones, so that ageing its loans leaves theirs alone.
_worlds = count(1)


@contextmanager
def may_refuse(*codes: str) -> Iterator[None]:
    """Let a refusal with one of these codes pass, and no other."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code not in codes:
            raise


class Strangers(RuleBasedStateMachine):
    strangers = Bundle("strangers")
    loans = Bundle("loans")
    flows = Bundle("flows")

    def __init__(self) -> None:
        super().__init__()
        self.now = DAY - timedelta(days=400 * next(_worlds))
        self.end = self.now + timedelta(days=300)
        self.honest = make_people(HONEST, at=self.now, funds=FUNDS)
        self.group: list[UUID] = []
        # What each line into the group was promised to carry, at its largest.
        self.promised: dict[tuple[UUID, UUID], int] = {}

    @initialize(target=strangers)
    def come(self) -> Any:
        """Three strangers to begin with, honest people who know each other, and one promise."""
        for one, other in pairwise(self.honest):
            trust(one, other, 10, at=self.now)
        group = [self._join() for _ in range(3)]
        self.stand_behind_a_stranger(HONEST - 1, group[0], 10)
        return multiple(*group)

    @rule(target=strangers)
    def make_another_account(self) -> UUID:
        """A new account that trusts the others of its group without end, and they it."""
        return self._join()

    def _join(self) -> UUID:
        (stranger,) = make_people(1, at=self.now, funds=FUNDS)
        for one in self.group[-2:]:
            trust(one, stranger, 1_000, at=self.now)
            trust(stranger, one, 1_000, at=self.now)
        self.group.append(stranger)
        return stranger

    # --- Honest people -----------------------------------------------------------------------

    @rule(giver=st.integers(0, HONEST - 1), receiver=strangers, capacity=st.integers(0, 15))
    def stand_behind_a_stranger(self, giver: int, receiver: UUID, capacity: int) -> None:
        """Raise or lower a line; nobody raises one that has burned."""
        way = self.honest[giver], receiver
        row = Line.objects.filter(giver_id=way[0], receiver_id=receiver).first()
        if row is not None and row.burned and capacity > row.capacity:
            return
        with may_refuse("trust.below_reserved"):
            trust(*way, capacity, at=self.now)
            self.promised[way] = max(self.promised.get(way, 0), capacity)

    @rule(one=st.integers(0, HONEST - 1), stranger=strangers, capacity=AMOUNTS)
    def meddle(self, one: int, stranger: UUID, capacity: int) -> None:
        """Change what is no promise to the group: lines among honest people and out of the group,
        friendships, loans inside it.
        """
        honest, other = self.honest[one], self.honest[one - 1]
        match capacity % 4:
            case 0:
                with may_refuse("trust.below_reserved"):
                    trust(honest, other, capacity, at=self.now)
            case 1:
                # A line that leads out of the group, and over honest people may lead back in.
                with may_refuse("trust.below_reserved"):
                    trust(stranger, honest, 100 * capacity, at=self.now)
            case 2:
                with may_refuse("friend.not_friends"):
                    friends.remove(person_id=honest, other=stranger, at=self.now)
            case _:
                looked = self._look(stranger, self.group[0 if stranger != self.group[0] else 1])
                self._borrow(*looked, amount=capacity, days=20)

    # --- The group ---------------------------------------------------------------------------

    @rule(target=flows, lender=st.integers(0, HONEST - 1), borrower=strangers)
    def look(self, lender: int, borrower: UUID) -> tuple[UUID, UUID, Flow]:
        """Remember what the limit was; a grant may come with a proposal that is long out of
        date.
        """
        return self._look(self.honest[lender], borrower)

    def _look(self, lender: UUID, borrower: UUID) -> tuple[UUID, UUID, Flow]:
        flow = find_flow_in_postgres(lender_id=lender, borrower_id=borrower, at=self.now)
        return lender, borrower, flow

    @rule(target=loans, looked=flows, amount=AMOUNTS, days=st.integers(1, 20))
    def borrow_late(self, looked: tuple[UUID, UUID, Flow], amount: int, days: int) -> UUID | None:
        return self._borrow(*looked, amount=amount, days=days)

    @rule(target=loans, lender=st.integers(0, HONEST - 1), borrower=strangers)
    def borrow_all(self, lender: int, borrower: UUID) -> UUID | None:
        """Borrow all that the limit allows at this moment."""
        looked = self._look(self.honest[lender], borrower)
        amount = looked[2].value
        return self._borrow(*looked, amount=amount, days=20) if amount else None

    def _borrow(
        self, lender: UUID, borrower: UUID, flow: Flow, *, amount: int, days: int
    ) -> UUID | None:
        try:
            loan = services.ask(
                borrower_id=borrower, lender_id=lender, amount=amount, days=days,
                daily_rate_ppm=0, instalments=1, note="", room_id=None, flow=flow, at=self.now,
            )  # fmt: skip
            services.grant(loan_id=loan.id, person_id=lender, flow=flow, at=self.now)
        except Refusal:
            return None
        return loan.id

    @rule(amount=AMOUNTS)
    def all_borrow_at_once(self, amount: int) -> None:
        """Every stranger asks every honest person, each from a thread of their own."""
        looked = [self._look(lender, one) for lender in self.honest for one in self.group[-2:]]
        before = self._owed()

        answers = at_once([partial(self._borrow, *one, amount=amount, days=20) for one in looked])

        assert all(answer is None or isinstance(answer, UUID) for answer in answers)
        assert self._owed() == before + amount * sum(answer is not None for answer in answers)

    @rule(loan=loans, amount=AMOUNTS)
    def repay(self, loan: UUID | None, amount: int) -> None:
        if loan is None:
            return
        row = Loan.objects.get(id=loan)
        with may_refuse("loan.not_open", "wallet.insufficient_funds"):
            repayment.repay(loan_id=loan, person_id=row.borrower_id, amount=amount, at=self.now)

    @rule(days=st.sampled_from([15, 61, 61]))
    def wait(self, days: int) -> None:
        """Let time pass, so that loans are late, or default."""
        if self.now < self.end:
            self.now += timedelta(days=days)
            age(at=self.now)

    # --- The laws ----------------------------------------------------------------------------

    def _owed(self) -> int:
        rows = Loan.objects.filter(
            lender_id__in=self.honest, borrower_id__in=self.group, status__in=OWED
        )
        return sum(rows.values_list("principal", flat=True))

    @invariant()
    def they_owe_no_more_than_was_promised(self) -> None:
        assert self._owed() <= sum(self.promised.values())

    @invariant()
    def lines_reserve_what_open_loans_use_of_them(self) -> None:
        rows = list(Line.objects.filter(giver_id__in=[*self.honest, *self.group]))
        assert {row.id: row.reserved for row in rows} == used_of([row.id for row in rows])
        assert all(0 <= row.reserved <= row.capacity for row in rows)

    @invariant()
    def reservations_carry_the_principal(self) -> None:
        for loan in Loan.objects.filter(borrower_id__in=self.group):
            outstanding = sum(row.outstanding for row in loan.reservations.all())
            carried = loan.principal if loan.status in Loan.OWING else 0
            assert outstanding == carried


def used_of(lines: Sequence[UUID]) -> dict[UUID, int]:
    """Return how much of each line the reservations say is used."""
    used = dict.fromkeys(lines, 0)
    for row in Reservation.objects.filter(lines__overlap=list(lines), outstanding__gt=0):
        for line in row.lines:
            used[line] += row.outstanding
    return used


@pytest.mark.parametrize(
    "examples",
    [8, pytest.param(50, marks=[pytest.mark.long, pytest.mark.timeout(900)], id="for long")],
)
def test_strangers_together_take_no_more_than_was_promised_to_them(examples: int) -> None:
    slow = settings(
        max_examples=examples, stateful_step_count=12, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    run_state_machine_as_test(Strangers, settings=slow)

    assert {law.name: find_violations(law) for law in LAWS} == {law.name: [] for law in LAWS}


def test_a_crowd_behind_one_friend_takes_exactly_that_friends_line() -> None:
    """Thirty accounts behind one honest friend ask ten lenders at the same moment.

    lenders --50 each--> friend --100--> gate --> thirty accounts
    """
    lenders = make_people(10, at=DAY, funds=FUNDS)
    friend, gate = make_people(2, at=DAY)
    crowd = make_people(30, at=DAY)
    trust(friend, gate, 100, at=DAY)
    for lender in lenders:
        trust(lender, friend, 50, at=DAY)
    # The accounts are one account to the friend: they hang behind the gate, at the third line.
    for one in crowd:
        trust(gate, one, 1_000, at=DAY)
    asked = []
    for place, one in enumerate(crowd):
        lender = lenders[place % len(lenders)]
        flow = find_flow_in_postgres(lender_id=lender, borrower_id=one, at=DAY)
        asked.append((lender, one, flow))

    def borrow(lender: UUID, one: UUID, flow: Flow) -> int:
        try:
            loan = services.ask(
                borrower_id=one, lender_id=lender, amount=7, days=30, daily_rate_ppm=0,
                instalments=1, note="", room_id=None, flow=flow, at=DAY,
            )  # fmt: skip
            services.grant(loan_id=loan.id, person_id=lender, flow=flow, at=DAY)
        except (OverLimit, Busy):
            return 0
        return 7

    taken = at_once([partial(borrow, *one) for one in asked])

    row = Line.objects.get(giver_id=friend, receiver_id=gate)
    assert row.reserved == sum(taken) <= 100
    again = sum(borrow(lender, one, flow) for lender, one, flow in asked)
    # Fourteen loans of seven fit into a hundred; who was told to come back finds what is left.
    assert sum(taken) + again == 98
