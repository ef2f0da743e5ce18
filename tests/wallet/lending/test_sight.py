"""Who sees what of a loan and of a limit: guarantors theirs, strangers nothing of what is owed."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from graph.people.models import Person
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import make_people, trust
from tests.wallet.lending.loans import DAY, Pair, age, later, told
from wallet.lending.errors import LoanNotFound
from wallet.lending.models import Reservation

LINE, LENT = 1_000, 800


class Behind(Pair):
    """A loan of LENT over one guarantor, with nothing else between the two."""

    def __init__(self) -> None:
        super().__init__(line=0)
        (self.guarantor,) = make_people(1, at=DAY)
        trust(self.lender, self.guarantor, LINE, at=DAY)
        trust(self.guarantor, self.borrower, LINE, at=DAY)
        self.loan = self.lend(LENT, days=10)

    def listed(self, person: UUID) -> list[str]:
        return [one["id"] for one in call(person, "loan.list", at=DAY, role="guarantor")["loans"]]


def test_a_guarantor_is_told_when_a_loan_begins_to_use_the_line_and_when_it_burns() -> None:
    behind = Behind()
    assert told(behind.guarantor, behind.loan) == ["used"]

    age(at=later(41))

    assert told(behind.guarantor, behind.loan) == ["used", "burned"]
    about = Notice.objects.filter(owner_id=behind.guarantor, ref=behind.loan)
    assert {notice.about for notice in about} == {behind.borrower}
    assert told(behind.lender, behind.loan) == ["defaulted"]


def test_a_guarantor_hears_of_a_loan_also_of_a_borrower_whom_they_have_blocked() -> None:
    behind = Behind()
    call(behind.guarantor, "person.block", at=DAY, person=behind.borrower, on=True)

    age(at=later(41))

    assert told(behind.guarantor, behind.loan) == ["used", "burned"]


@pytest.mark.parametrize("end", ["default", "repaid"])
def test_a_guarantor_still_sees_a_loan_that_no_longer_uses_the_line(end: str) -> None:
    behind = Behind()
    (stranger,) = make_people(1, at=DAY)
    if end == "default":
        age(at=later(41))
    else:
        behind.repay(behind.loan, LENT, at=later(5))

    shown = behind.get(behind.loan, at=later(41), reader=behind.guarantor)

    assert shown["status"] == {"default": "defaulted", "repaid": "repaid"}[end]
    assert shown["reserved"] == []
    assert behind.listed(behind.guarantor) == [str(behind.loan)]
    assert behind.listed(stranger) == behind.listed(behind.lender) == []
    with pytest.raises(LoanNotFound):
        behind.get(behind.loan, reader=stranger)


def limit(reader: UUID, lender: UUID, borrower: UUID) -> Any:
    shown = call(reader, "loan.limit", at=DAY, lender=lender, borrower=borrower)
    return shown["limit"], shown["flow"], shown["cap"], shown["direct"], shown["paths"]


def test_a_cap_is_not_for_strangers() -> None:
    behind = Behind()
    stranger, risk = make_people(2, at=DAY)
    Person.objects.filter(id=risk).update(roles=["risk"])
    cap = 2_000_000 - LENT

    assert limit(stranger, stranger, behind.borrower) == (0, 0, None, 0, [])
    assert limit(behind.borrower, stranger, behind.borrower)[:3] == (0, 0, cap)
    assert limit(risk, stranger, behind.borrower)[:3] == (0, 0, cap)
    # Friends, without trust between them.
    assert limit(behind.borrower, behind.borrower, behind.guarantor)[:3] == (0, 0, 2_000_000)
    # Trust, without friendship.
    assert limit(behind.lender, behind.lender, behind.borrower)[:3] == (LINE - LENT, 200, cap)


def test_where_one_has_blocked_the_other_the_limit_is_that_of_strangers() -> None:
    behind = Behind()
    call(behind.lender, "person.block", at=DAY, person=behind.borrower, on=True)

    assert limit(behind.lender, behind.lender, behind.borrower) == (0, 0, None, 0, [])


@pytest.mark.parametrize("role", ["lender", "borrower", "guarantor"])
def test_listing_loans_takes_as_many_statements_for_many_as_for_one(role: str) -> None:
    behind = Behind()
    person = {
        "lender": behind.lender, "borrower": behind.borrower, "guarantor": behind.guarantor,
    }[role]  # fmt: skip

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            call(person, "loan.list", at=DAY, role=role)
        return len(seen)

    one = count()
    for _ in range(4):
        behind.lend(10)

    assert len(call(person, "loan.list", at=DAY, role=role)["loans"]) == 5
    assert count() == one <= 6


def test_the_loans_behind_which_one_stands_are_found_by_an_index() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Reservation.objects.filter(lines__overlap=[uuid4()]).explain()

    assert "reservation_by_line" in plan
