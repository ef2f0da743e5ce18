"""The statement of a loan: each line follows from the one before, to a millionth of a fen."""

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.registry import Caller, get_registration
from tests.calls import call
from tests.people import make_people, trust
from tests.wallet.lending.loans import DAY, Pair, age, later
from wallet.lending.errors import LoanNotFound
from wallet.lending.events import list_events
from wallet.lending.models import Event, EventKind, Loan
from wallet.lending.statement import make_statement


def statement(pair: Pair, loan: UUID, *, on: int, reader: UUID | None = None) -> Any:
    return call(reader or pair.lender, "loan.statement", at=later(on), loan=loan)


def told(lines: list[dict[str, Any]]) -> list[tuple[str, str, int, int, int, int]]:
    """Return kind, day, amount, interest, principal and what is owed, of each line."""
    return [
        (one["kind"], one["day"][5:], one["amount"], one["interest"], one["principal"], one["owed"])
        for one in lines
    ]


def test_a_statement_tells_the_whole_life_of_a_loan() -> None:
    pair = Pair(funds=1_000)
    loan = pair.lend(10_001, days=30, daily_rate_ppm=400)
    pair.repay(loan, 1_000, at=later(7))
    call(pair.lender, "loan.extend", at=later(10), loan=loan, days=5)
    pair.repay(loan, 99_999, at=later(20))

    found = statement(pair, loan, on=50)

    # 4.0004 fen a day, then 3.6116.
    assert told(found["lines"]) == [
        ("granted", "03-01", 10_001, 0, 0, 10_001),
        ("interest", "03-08", 0, 0, 0, 10_029),
        ("repaid", "03-08", 1_000, 28, 972, 9_029),
        ("interest", "03-11", 0, 0, 0, 9_040),
        ("extended", "03-11", 0, 0, 0, 9_040),
        ("interest", "03-21", 0, 0, 0, 9_076),
        ("repaid", "03-21", 9_076, 47, 9_029, 0),
    ]
    first = found["lines"][1]
    assert (first["days"], first["interest_a_day_micro"]) == (7, 4_000_400)
    assert (first["interest_micro"], first["interest_left_micro"]) == (28_002_800, 28_002_800)
    assert found["lines"][2]["interest_left_micro"] == 2_800
    assert found["lines"][4]["days"] == 5
    assert found["loan"]["status"] == "repaid"
    by = [pair.lender, None, pair.borrower, None, pair.lender, None, pair.borrower]
    assert [one["by"] for one in found["lines"]] == [who and str(who) for who in by]


def test_a_statement_ends_with_what_is_owed_today() -> None:
    pair = Pair()
    loan = pair.lend(10_000, daily_rate_ppm=400)

    assert told(statement(pair, loan, on=0)["lines"]) == [
        ("granted", "03-01", 10_000, 0, 0, 10_000)
    ]
    last = statement(pair, loan, on=9)["lines"][-1]
    shown = pair.get(loan, at=later(9))

    assert (last["kind"], last["days"], last["owed"]) == ("interest", 9, 10_036)
    assert last["owed"] == shown["principal"] + shown["interest"]
    assert shown["interest_a_day_micro"] == 4_000_000


def test_a_loan_without_interest_has_no_lines_of_interest() -> None:
    pair = Pair()
    loan = pair.lend(10_000)

    assert [one["kind"] for one in statement(pair, loan, on=20)["lines"]] == ["granted"]


def test_interest_ends_with_the_default_and_later_payments_follow() -> None:
    pair = Pair(line=20_000, funds=1_000)
    loan = pair.lend(10_000, days=10, daily_rate_ppm=400)
    assert told(statement(pair, loan, on=100)["lines"])[-1] == (
        "interest", "04-11", 0, 0, 0, 10_164,
    )  # fmt: skip
    age(at=later(60))
    pair.repay(loan, 164, at=later(70))
    pair.repay(loan, 10_000, at=later(90))

    found = statement(pair, loan, on=100)

    assert told(found["lines"]) == [
        ("granted", "03-01", 10_000, 0, 0, 10_000),
        ("interest", "04-11", 0, 0, 0, 10_164),
        ("defaulted", "04-11", 10_000, 0, 0, 10_164),
        ("repaid", "05-10", 164, 164, 0, 10_000),
        ("repaid", "05-30", 10_000, 0, 10_000, 0),
    ]
    assert found["loan"]["status"] == "cured"


def carry(loan: Loan) -> Event:
    """Return how a statement begins of a loan from before there were statements."""
    assert loan.accrued_on is not None
    return Event(
        loan_id=loan.id, number=1, kind=EventKind.CARRIED, at=DAY, day=loan.accrued_on,
        amount=loan.amount, principal_left=loan.principal,
        interest_left_micro=loan.interest_micro,
    )  # fmt: skip


def kinds(loan: UUID, carried: Event) -> list[tuple[str, str, int]]:
    """Return kind, day and what is owed, of each line of a statement that began so."""
    events = [carried, list_events(loan_id=loan)[-1]]
    today = later(95).date()
    lines = make_statement(loan=Loan.objects.get(id=loan), events=events, today=today)
    return [(one.kind, f"{one.day:%m-%d}", one.debt.closing) for one in lines]


def test_a_loan_that_was_in_default_before_statements_has_no_interest_in_its_own() -> None:
    pair = Pair(line=20_000, funds=1_000)
    loan = pair.lend(10_000, days=10, daily_rate_ppm=400)
    age(at=later(60))
    carried = carry(Loan.objects.get(id=loan))

    pair.repay(loan, 164, at=later(70))

    assert kinds(loan, carried) == [("carried", "04-11", 10_164), ("repaid", "05-10", 10_000)]


def test_one_that_is_forgiven_after_such_a_default_has_none_either() -> None:
    pair = Pair(line=20_000, funds=1_000)
    loan = pair.lend(10_000, days=10, daily_rate_ppm=400)
    age(at=later(60))
    carried = carry(Loan.objects.get(id=loan))

    call(pair.lender, "loan.forgive", at=later(70), loan=loan)

    assert kinds(loan, carried) == [("carried", "04-11", 10_164), ("forgiven", "05-10", 0)]


def test_a_loan_that_ran_when_statements_began_goes_on_with_interest() -> None:
    pair = Pair(line=20_000, funds=1_000)
    loan = pair.lend(10_000, days=10, daily_rate_ppm=400)
    carried = carry(Loan.objects.get(id=loan))

    pair.repay(loan, 99_999, at=later(40))

    assert kinds(loan, carried) == [
        ("carried", "03-01", 10_000), ("interest", "04-10", 10_160), ("repaid", "04-10", 0),
    ]  # fmt: skip


def test_what_was_forgiven_is_in_the_statement() -> None:
    pair = Pair()
    loan = pair.lend(10_000, daily_rate_ppm=400)
    call(pair.lender, "loan.forgive", at=later(5), loan=loan)

    assert told(statement(pair, loan, on=9)["lines"])[1:] == [
        ("interest", "03-06", 0, 0, 0, 10_020),
        ("forgiven", "03-06", 10_020, 20, 10_000, 0),
    ]


def test_who_sees_a_loan_sees_its_statement_and_nobody_else() -> None:
    pair = Pair(line=0)
    ann, nosy = make_people(2, at=DAY)
    trust(pair.lender, ann, 500, at=DAY)
    trust(ann, pair.borrower, 500, at=DAY)
    loan = pair.lend(300)

    seen = [
        statement(pair, loan, on=0, reader=reader)["lines"]
        for reader in (pair.lender, pair.borrower, ann)
    ]

    assert seen[0] == seen[1] == seen[2]
    for command in ("loan.statement", "loan.export"):
        with pytest.raises(LoanNotFound):
            call(nosy, command, at=DAY, loan=loan)


@settings(max_examples=12, deadline=None)
@given(
    st.integers(1, 50_000),
    st.integers(0, 400),
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9_000)), max_size=5),
)
def test_each_line_follows_from_the_one_before(
    amount: int, ppm: int, repayments: list[tuple[int, int]]
) -> None:
    pair = Pair(funds=50_000)
    loan = pair.lend(amount, days=60, daily_rate_ppm=ppm)
    on = 0
    for days, paid in repayments:
        on += days
        if pair.get(loan, at=later(on))["status"] == "open":
            pair.repay(loan, paid, at=later(on))

    found = statement(pair, loan, on=on + 3)

    principal, micro = 0, 0
    for line in found["lines"]:
        if line["kind"] == "granted":
            principal = line["amount"]
        elif line["kind"] == "interest":
            assert line["interest_a_day_micro"] == principal * ppm
            micro += line["interest_a_day_micro"] * line["days"]
        else:
            assert line["amount"] == line["interest"] + line["principal"]
            principal -= line["principal"]
            # The closing repayment rounds to a whole unit.
            micro = 0 if line["owed"] == 0 else micro - line["interest"] * 1_000_000
        assert (line["principal_left"], line["interest_left_micro"]) == (principal, micro)
    shown = found["loan"]
    assert found["lines"][-1]["owed"] == shown["principal"] + shown["interest"]
    assert sum(one["amount"] for one in found["lines"][1:]) == shown["repaid"]


def export(pair: Pair, loan: UUID, *, on: int) -> list[dict[str, str]]:
    registration = get_registration("loan.export")
    command = registration.model(type="loan.export", loan=loan)
    caller = Caller(at=later(on), person_id=pair.borrower)
    answer: Any = registration.handler(command, caller)
    return list(csv.DictReader(io.StringIO(b"".join(answer.chunks).decode())))


def test_the_csv_has_a_line_for_each_day_of_interest() -> None:
    pair = Pair()
    loan = pair.lend(10_001, daily_rate_ppm=400)

    rows = export(pair, loan, on=3)

    assert [(row["date"], row["kind"], row["owed"]) for row in rows] == [
        ("2021-03-01", "granted", "10001"),
        ("2021-03-02", "interest", "10005"),
        ("2021-03-03", "interest", "10009"),
        ("2021-03-04", "interest", "10013"),
    ]
    assert [row["interest_left_micro"] for row in rows] == ["0", "4000400", "8000800", "12001200"]
    assert date.fromisoformat(rows[-1]["date"]) == date(2021, 3, 4)


def test_the_database_refuses_to_rewrite_a_statement() -> None:
    pair = Pair()
    loan = pair.lend(100)

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE lending_event SET amount = 1")

    assert statement(pair, loan, on=0)["lines"][0]["amount"] == 100
