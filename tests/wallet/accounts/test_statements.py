"""Statements and their CSV: from the opening balance, line by line, to the closing one."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from commands.errors import Malformed
from commands.frames import Download
from commands.parsing import parse_command, parse_object
from commands.registry import Caller, get_registration
from tests.calls import call
from tests.people import account, make_people
from wallet.accounts import statements
from wallet.accounts.errors import AccountNotFound
from wallet.accounts.numbers import number_of
from wallet.banks.services import top_up, withdraw
from wallet.ledger import statements as ledger_statements
from wallet.ledger.statements import read_pages
from wallet.transfers import services as transfers

HOUR = timedelta(hours=1)


def export(person: UUID, since: str, until: str, *, at: datetime) -> list[dict[str, str]]:
    """Return the rows of an export."""
    registration = get_registration("wallet.export")
    fields = parse_object(f'{{"from": "{since}", "to": "{until}"}}')
    command = parse_command(registration, fields)
    download = registration.handler(command, Caller(at=at, person_id=person))
    assert isinstance(download, Download)
    text = b"".join(download.chunks).decode()
    return list(csv.DictReader(StringIO(text, newline="")))


def balances(person: UUID, when: datetime | date, account_id: UUID | None = None) -> Any:
    """Return what `wallet.balance` shows; its `at` is not that of the call."""
    registration = get_registration("wallet.balance")
    fields = {"at": when.isoformat()} | ({"account": str(account_id)} if account_id else {})
    command = parse_command(registration, fields)
    shown = registration.handler(command, Caller(at=datetime.now(UTC), person_id=person))
    return [(one["currency"], one["balance"]) for one in shown.model_dump()["balances"]]


def pay(sender: UUID, receiver: UUID, amount: int, note: str, *, at: datetime) -> None:
    sent = transfers.send(transfers.Offer(sender, receiver, amount, "CNY", note), at=at)
    transfers.accept(transfer_id=sent.id, person_id=receiver, at=at)


def move(person: UUID, amount: int, *, at: datetime, currency: str = "CNY") -> None:
    go = top_up if amount > 0 else withdraw
    go(person_id=person, amount=abs(amount), currency=currency, channel="sandbox", at=at)


def test_a_statement_leads_from_the_opening_to_the_closing_balance(now: datetime) -> None:
    one, other = make_people(2, at=now)
    move(one, 1_000, at=now)
    move(one, 500, at=now + HOUR)
    pay(one, other, 300, "Lunch", at=now + HOUR * 2)
    move(one, -100, at=now + HOUR * 3)
    bounds = {"from": now + HOUR, "to": now + HOUR * 3}

    found = call(one, "wallet.statement", at=now, **bounds)
    everything = call(one, "wallet.statement", at=now, **{"from": now, "to": now + HOUR * 9})

    (shown,) = found["statements"]
    assert shown == {
        "account": str(account(one, at=now).id), "currency": "CNY", "opening": 1_000,
        "closing": 1_200, "in": 500, "out": 300, "entries": 2,
    }  # fmt: skip
    assert found["from"] == (now + HOUR).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert [everything["statements"][0][name] for name in ("opening", "closing", "entries")] == [
        0, 1_100, 4,
    ]  # fmt: skip


def test_the_csv_names_every_entry_between_the_two_balances(now: datetime) -> None:
    one, other = make_people(2, at=now)
    move(one, 1_000, at=now)
    pay(one, other, 300, '=2+3, "quoted"\nand 两行', at=now + HOUR)
    move(one, 7, at=now + HOUR * 2)
    name = call(one, "person.get", at=now, person=other)["person"]["username"]
    line = call(one, "wallet.entries", at=now)["entries"][1]

    rows = export(one, (now + HOUR).isoformat(), (now + HOUR * 2).isoformat(), at=now)

    own = {"account": str(account(one, at=now).id), "currency": "CNY"}
    empty = dict.fromkeys(("amount", "with", "name", "note", "transfer", "receipt"), "")
    assert rows == [
        own | empty | {"kind": "opening", "at": rows[0]["at"], "balance": "1000"},
        own | {
            "kind": "transfer", "at": line["at"], "amount": "-300", "balance": "700",
            "with": name, "name": "Person 1", "note": '\'=2+3, "quoted"\nand 两行',
            "transfer": line["transfer"], "receipt": number_of(UUID(line["transfer"])),
        },
        own | empty | {"kind": "closing", "at": rows[2]["at"], "balance": "700"},
    ]  # fmt: skip


def test_each_account_has_its_own_balances_and_nothing_is_there_before_the_first(
    now: datetime,
) -> None:
    (person,) = make_people(1, at=now)
    move(person, 200, at=now, currency="JPY")
    move(person, 5, at=now, currency="KWD")

    rows = export(person, now.isoformat(), (now + HOUR).isoformat(), at=now)

    assert [(row["currency"], row["kind"], row["amount"], row["balance"]) for row in rows] == [
        ("CNY", "opening", "", "0"), ("CNY", "closing", "", "0"),
        ("JPY", "opening", "", "0"), ("JPY", "bank.top_up", "200", "200"),
        ("JPY", "closing", "", "200"), ("KWD", "opening", "", "0"),
        ("KWD", "bank.top_up", "5", "5"), ("KWD", "closing", "", "5"),
    ]  # fmt: skip


def test_a_date_is_one_of_the_service_and_is_included(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    day = date(2026, 3, 1)
    begin = datetime(2026, 3, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    for moment, amount in (
        (begin - timedelta(milliseconds=1), 1), (begin, 10),
        (begin + timedelta(days=1, milliseconds=-1), 100), (begin + timedelta(days=1), 1_000),
    ):  # fmt: skip
        move(person, amount, at=moment)

    (shown,) = call(person, "wallet.statement", at=now, **{"from": day, "to": day})["statements"]

    assert (shown["opening"], shown["in"], shown["closing"], shown["entries"]) == (1, 110, 111, 2)


def test_a_balance_at_a_moment_is_what_a_statement_up_to_it_closes_with(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    begin = datetime(2026, 3, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    move(person, 100, at=begin)
    move(person, 7, at=begin + HOUR)
    move(person, 5, at=begin + HOUR, currency="EUR")
    move(person, -30, at=begin + timedelta(days=1))
    own = account(person, at=now).id

    assert balances(person, begin) == [("CNY", 0), ("EUR", 0)]
    assert balances(person, begin + timedelta(milliseconds=1)) == [("CNY", 100), ("EUR", 0)]
    assert balances(person, begin + HOUR, own) == [("CNY", 100)]
    assert balances(person, begin + HOUR * 2) == [("CNY", 107), ("EUR", 5)]
    assert balances(person, date(2026, 2, 28)) == [("CNY", 0), ("EUR", 0)]
    assert balances(person, date(2026, 3, 1), own) == [("CNY", 107)]
    assert balances(person, date(2026, 3, 2)) == [("CNY", 77), ("EUR", 5)]
    for until in (begin + HOUR, date(2026, 3, 1), date(2026, 3, 2)):
        fields = {"from": date(2026, 1, 1), "to": until}
        (statement, _) = call(person, "wallet.statement", at=now, **fields)["statements"]
        assert balances(person, until, own) == [("CNY", statement["closing"])]


def test_somebody_elses_balance_is_nobodys_to_see(now: datetime) -> None:
    one, other = make_people(2, at=now)
    move(other, 100, at=now)

    for account_id in (account(other, at=now).id, uuid7()):
        with pytest.raises(AccountNotFound):
            balances(one, now, account_id)


def test_who_never_had_money_had_none(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    assert balances(person, now + HOUR) == [("CNY", 0)]


@pytest.mark.parametrize(
    "fields",
    [
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "2026-03-01"},
        {"from": "2026-03-01T01:00:00", "to": "2026-03-02"},
        {"from": "yesterday", "to": "2026-03-02"},
        {"from": "0001-01-01", "to": "2026-03-02"},
        {"from": "0001-01-01T00:00:00+08:00", "to": "2026-03-02"},
        {"from": "2026-03-01", "to": "9999-12-31"},
        {"from": 1, "to": "2026-03-02"},
        {"since": "2026-03-01", "until": "2026-03-02"},
    ],
)
def test_times_that_make_no_sense_are_malformed(now: datetime, fields: dict[str, Any]) -> None:
    (person,) = make_people(1, at=now)
    with pytest.raises(Malformed):
        call(person, "wallet.statement", at=now, **fields)


@settings(deadline=None, max_examples=30)
@given(
    moves=st.lists(
        st.tuples(st.integers(-5, 5), st.integers(-50, 100).filter(bool)), min_size=1, max_size=8
    ),
    cuts=st.lists(st.integers(-6, 6), min_size=2, max_size=4),
)
def test_statements_end_where_the_next_begins_whatever_the_clocks_said(
    moves: list[tuple[int, int]], cuts: list[int]
) -> None:
    """Entries are booked in the order of the list, at moments in any order."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    (person,) = make_people(1, at=start)
    move(person, 1_000, at=start - HOUR * 9)
    for hours, amount in moves:
        move(person, amount, at=start + HOUR * hours)
    ends = [start + HOUR * cut for cut in sorted(cuts)]

    made = [
        statements.make_statements(person_id=person, since=since, until=until)[0]
        for since, until in zip([start - HOUR * 10, *ends], [*ends, start + HOUR * 10], strict=True)
    ]

    assert made[0].opening == 0
    assert made[-1].closing == 1_000 + sum(amount for _, amount in moves)
    assert sum(one.entries for one in made) == len(moves) + 1
    for one in made:
        assert one.closing == one.opening + one.money_in - one.money_out
        lines = [line for page in read_pages(one) for line in page]
        assert len(lines) == one.entries
        assert sum(line.amount for line in lines) == one.closing - one.opening
        assert not lines or lines[-1].balance == one.closing
    for one, following in pairwise(made):
        assert one.closing == following.opening


def test_many_entries_are_read_in_pages(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    (person,) = make_people(1, at=now)
    for amount in range(1, 8):
        move(person, amount, at=now)
    monkeypatch.setattr(ledger_statements, "PAGE", 3)

    (made,) = statements.make_statements(person_id=person, since=now, until=now + HOUR)

    assert [[line.amount for line in page] for page in read_pages(made)] == [
        [1, 2, 3], [4, 5, 6], [7],
    ]  # fmt: skip
